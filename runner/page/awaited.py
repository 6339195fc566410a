"""What a step waits for, told by how it is written: a selector, part of a URL, or a text. Pure."""

from __future__ import annotations

import re
from typing import Final, Literal

Sought = Literal["selector", "url", "text"]

_URL: Final = re.compile(r"(https?:)?//|\*\*/|/[^\s/*]|about:|\?[\w.-]+=|#/", re.IGNORECASE)
_SELECTOR: Final = re.compile(
    r"""^(control|field|text|role|css|xpath|data-testid|internal:\w+)\s*=   # an engine's name
      | :has-text\( | >>                                                     # ours and Playwright's
      | ^\[[^\]]+\] | ^[\w-]*\[[\w-]+[*^$~|]?=                               # an attribute
      | ^[a-zA-Z][\w-]*[.\#][A-Za-z_][\w-]*$ | ^[.\#][A-Za-z_][\w-]*         # tag.class, #id, .class
      | ^\w[\w-]*\s+>\s+\w | ::?[a-z-]+\(                                    # a > b, :nth-child(
    """,
    re.VERBOSE,
)


def kind_of(sought: str) -> Sought:
    """Whether a `wait_for` names a selector, part of a URL, or (where neither is plain) a text."""
    text = sought.strip()
    if _SELECTOR.search(text):
        return "selector"
    return "url" if _URL.match(text) else "text"
