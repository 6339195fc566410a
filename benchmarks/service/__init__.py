"""How the service bears load (`python -m benchmarks.service`) and crashes (`... .service.faults`)."""
