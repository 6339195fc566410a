"""Keys as Puppeteer and Playwright name them: nearly the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

MODIFIERS: Final = frozenset({"Shift", "Control", "Alt", "Meta"})
_SIDES: Final = ("Left", "Right")
_SAME: Final = {"\r": "Enter", "\n": "Enter", " ": "Space", "NumpadEnter": "Enter", "AltGraph": "Alt"}


def playwright_key(key: str) -> str:
    """A key of a recording in Playwright's name: one Shift for both."""
    for side in _SIDES:
        if key.removesuffix(side) in MODIFIERS:
            return key.removesuffix(side)
    return _SAME.get(key, key)


def pressed(chord: str) -> Iterator[tuple[str, str]]:
    """The steps that press a chord: (`keyDown` or `keyUp`, key)."""
    # "Control++" presses the plus key
    keys = [part or "+" for part in re.split(r"\+(?!$)", chord)] if len(chord) > 1 else [chord]
    keys = ["Control" if key == "ControlOrMeta" else key for key in keys]
    for key in keys:
        yield "keyDown", key
    for key in reversed(keys):
        yield "keyUp", key
