"""Expressions that a recording waits for, about texts: written, and read again.

Puppeteer's own assertions compare whole texts. It begins to ask in the moment that a page is made, and hangs
where an expression then fails. Open shadow roots are looked into, but by XPath, which knows none.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from runner.page.absence import Absent

# What a person sees may be in capitals by its style, where a config has it as it is written.
_HOLDS: Final = "each.checkVisibility() && each.%kind%?.toLowerCase().includes(%text%.toLowerCase())"
_SHOWN: Final = (
    f"(function shown(root) {{ return [...%among%].some(each => {_HOLDS}) || "
    '[...root.querySelectorAll("*")].some(each => each.shadowRoot && shown(each.shadowRoot)); })(document)'
)
_PAGE: Final = _SHOWN.replace("%among%", "root.children")
_BY_CSS: Final = _SHOWN.replace("%among%", "root.querySelectorAll(%css%)")
_BY_XPATH: Final = (
    f"(found => {{ for (let each; (each = found.iterateNext()); ) if ({_HOLDS}) return true; "
    "return false; })(document.evaluate(%xpath%, document, null, 5, null))"
)
# A page that is only on its way has no body yet.
_GONE: Final = f"document.body && !{_PAGE}"
_GONE_AS_A_WHOLE: Final = (
    'document.body && !(function said(root) { return [...root.querySelectorAll("*")].some(each => '
    "each.checkVisibility({ visibilityProperty: true }) && "
    '[each.ariaLabel, each.textContent.trim().replace(/\\s+/g, " ")].includes(%text%) || '
    "each.shadowRoot && said(each.shadowRoot)); })(document.body)"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A text, and what names the element that shows it: CSS, or XPath after `xpath/`; None of the page."""

    text: str
    way: str | None = None


def written(asked: Shown | Absent, *, filled: bool = False) -> str:
    """The expression for it; `filled`: it is what a field holds."""
    match asked:
        case Absent(text, whole=True):
            template, told = _GONE_AS_A_WHOLE, {"text": " ".join(text.split())}
        case Absent(text):
            template, told = _GONE, {"text": text}
        case Shown(text, None):
            template, told = _PAGE, {"text": text}
        case Shown(text, str(way)) if way.startswith("xpath/"):
            template, told = _BY_XPATH, {"text": text, "xpath": way.removeprefix("xpath/")}
        case Shown(text, way):
            template, told = _BY_CSS, {"text": text, "css": str(way)}
    said = {name: json.dumps(each, ensure_ascii=False) for name, each in told.items()}
    said["kind"] = "value" if filled else "innerText"
    return re.sub(r"%(\w+)%", lambda found: said[found[1]], template)


def read(expression: str) -> Shown | Absent | None:
    """What an expression of ours asks for; None for any other."""
    if found := _PATTERNS[_GONE_AS_A_WHOLE].fullmatch(expression):
        return Absent(json.loads(found["text"]), whole=True)
    if found := _PATTERNS[_GONE].fullmatch(expression):
        return Absent(json.loads(found["text"]), whole=False)
    if found := _PATTERNS[_PAGE].fullmatch(expression):
        return Shown(json.loads(found["text"]))
    if found := _PATTERNS[_BY_XPATH].fullmatch(expression):
        return Shown(json.loads(found["text"]), f"xpath/{json.loads(found['xpath'])}")
    if found := _PATTERNS[_BY_CSS].fullmatch(expression):
        return Shown(json.loads(found["text"]), json.loads(found["css"]))
    return None


def _pattern(template: str) -> re.Pattern[str]:
    string = r'(?P<{}>"(?:[^"\\]|\\.)*")'
    held = {name: string.format(name) for name in ("text", "css", "xpath")} | {"kind": "(?:innerText|value)"}
    parts = re.split(r"%(\w+)%", template)
    return re.compile(
        "".join(held[part] if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.DOTALL
    )


_PATTERNS: Final = {
    template: _pattern(template) for template in (_PAGE, _BY_CSS, _BY_XPATH, _GONE, _GONE_AS_A_WHOLE)
}
