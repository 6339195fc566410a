"""Who may: keys, tokens, signed URLs, and what is kept secret at rest."""
