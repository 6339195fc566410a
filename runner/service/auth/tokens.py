"""API keys and device codes: random, stored by their digests, compared in constant time. Pure."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

PREFIX: Final = "dr_sk_"
# What the clients of the hosted product call theirs; a key with this prefix is a key, too.
PREFIXES: Final = (PREFIX, "arga_sk_")
_BYTES: Final = 32


def new_key() -> str:
    """A new API key: 256 random bits."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def new_device_code() -> str:
    """A new code for a device to ask with."""
    return secrets.token_urlsafe(_BYTES)


def is_key(token: str) -> bool:
    """Whether it is written like an API key (else it may be a JWT)."""
    return token.startswith(PREFIXES)


def digest(token: str) -> str:
    """What is stored of a token. It is long and random, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def preview(key: str) -> str:
    """Enough of a key to tell it from others, and no more."""
    prefix = next(known for known in PREFIXES if key.startswith(known))
    return f"{key[: len(prefix) + 4]}...{key[-4:]}"


def same(one: str, other: str) -> bool:
    """Whether two tokens are the same; takes as long whether they differ early or late."""
    return hmac.compare_digest(one.encode(), other.encode())
