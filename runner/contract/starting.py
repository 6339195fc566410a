"""Where a run starts: the URL that was given, or the first one in the prompt. Pure."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

MAX_URL: Final = 1024

_URL: Final = re.compile(r"https?://[^\s\"'<>()]+", re.IGNORECASE)
_ABSOLUTE: Final = re.compile(r"^https?://[^/\s?#]+", re.IGNORECASE)


def first_url(prompt: str) -> str | None:
    """The first http(s) URL in the prompt, without the punctuation of its sentence."""
    found = _URL.search(prompt)
    return found[0].rstrip(".,;:!?") if found else None


def is_absolute(url: str) -> bool:
    """Whether it is an absolute http(s) URL of at most 1,024 letters."""
    if not _ABSOLUTE.match(url) or len(url) > MAX_URL:
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
