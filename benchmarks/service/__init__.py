"""The service under load, in crashes (`.faults`), on several machines (`.machines`), its API (`.openapi`)."""
