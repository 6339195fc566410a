"""The live page as files to be served: the same for the service and for the feed of one run.

The files lie in live/ and are served as they are; there is nothing to build. They hold nothing of any run, so
whoever asks may have them: what they show comes over the API or the feed, which ask who it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from runner import assets

INDEX: Final = "index.html"
# Where the page's own files are; the page itself is at /.
BELOW: Final = "/page/"

_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}

# Only its own scripts run, no text of a recorded page can become markup (trusted types), nobody frames it,
# and it speaks to nobody but who served it.
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file of the page. `tag` is another one as soon as the content is."""

    body: bytes
    kind: str
    tag: str


def page_file(path: str) -> PageFile | None:
    """What is served at the path: the page, or one of its files; None where there is nothing of it."""
    if path == "/":
        return _files()[INDEX]
    return _files().get(path.removeprefix(BELOW)) if path.startswith(BELOW) else None


@cache
def _files() -> Mapping[str, PageFile]:
    found = sorted(path for path in assets.folder("live").iterdir() if path.suffix[1:] in _TYPES)
    return {path.name: _file(path.read_bytes(), path.suffix[1:]) for path in found}


def _file(body: bytes, ending: str) -> PageFile:
    return PageFile(body, _TYPES[ending], f'"{hashlib.sha256(body).hexdigest()[:20]}"')
