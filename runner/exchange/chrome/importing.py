"""From a recording of Chrome's Recorder to a TestConfig, step by step."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from runner.contract.config import Fingerprint
from runner.contract.errors import ConfigError
from runner.exchange.chrome.exporting import (
    CHOOSE,
    FRAMED,
    NAMED,
    ONLY,
)
from runner.exchange.chrome.expressions import Shown
from runner.exchange.chrome.expressions import read as written_expression
from runner.exchange.chrome.keys import MODIFIERS, playwright_key
from runner.exchange.chrome.locating import numbered_frames
from runner.exchange.chrome.selecting import selectors_of
from runner.exchange.draft import CannotSay, Draft, Imported
from runner.exchange.playwright.asserting import in_state
from runner.page.absence import Absent

Data = Mapping[str, Any]

# The expressions that our own export writes, and people do.
_EXPRESSION: Final = re.compile(
    r"""\s*(document\.body\??\.innerText|(?:window\.|document\.)?location\.href)"""
    r"""\.includes\(\s*("(?:[^"\\]|\\.)*")\s*\)\s*;?\s*"""
)
_PAUSE: Final = re.compile(
    r"\s*new Promise\(\s*\(?(\w+)\)?\s*=>\s*"
    r"setTimeout\(\s*\(\)\s*=>\s*\1\((?:true)?\)\s*,\s*(\d+)\s*\)\s*\)\s*;?\s*"
)
_STRING: Final = r'("(?:[^"\\]|\\.)*")'


def _written(template: str, **held: str) -> re.Pattern[str]:
    """What an expression of our own export matches; `held` says what stands for each of its gaps."""
    pattern = re.escape(template.replace("{{", "{").replace("}}", "}"))
    for name, group in held.items():
        first, gap = group, re.escape(f"{{{name}}}")
        pattern = pattern.replace(gap, first, 1).replace(gap, r"\1")
    return re.compile(pattern)


_FRAMED: Final = _written(FRAMED, at=r"\d+")
_CHOOSE: Final = _written(CHOOSE, option=_STRING, select="(.+)")
_NAMED: Final = _written(NAMED, css=_STRING)
_ONLY: Final = _written(ONLY, xpath=_STRING)
_TICKED: Final = re.compile(r"""(role|type)=\\?["']?(checkbox|radio|switch)\\?["']?\]""")
_ASSERTING: Final = frozenset({"waitForElement", "waitForExpression"})
_SHOWN: Final = frozenset({"innerText", "textContent", "value"})
_GENERATED: Final = re.compile(r"\d|^[0-9a-fA-F-]{8,}$")


def import_chrome(data: Data, name: str, base_url: str | None) -> Imported:
    """The recording as a config. Raises ConfigError where it is none, or none of its steps can be said."""
    steps = data.get("steps")
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise ConfigError(f"{name} is not a recording: it has no list of steps.", remedy="Export it as JSON.")
    importing = _Importing(str(data.get("title") or name), base_url)
    for at, step in enumerate(steps):
        importing.take(step, at, steps[at + 1] if at + 1 < len(steps) else {})
    return importing.draft.imported()


class _Importing:
    """One recording: the keys that are held, and the steps so far."""

    def __init__(self, title: str, base_url: str | None) -> None:
        self.draft = Draft(title, base_url)
        self._held: list[str] = []
        self._used_with: set[str] = set()
        self._tabs = {"main"}

    def take(self, step: Data, at: int, after: Data) -> None:
        """One step of the recording."""
        place, kind = f"steps[{at}]", str(step.get("type"))
        handler = _HANDLERS.get(kind)
        if handler is None:
            self.draft.find(place, "left out", f"{kind}: a TestConfig has no such step")
            return
        self._tab(step)
        try:
            handler(self, step, place, after)
        except CannotSay as reason:
            self.draft.find(place, "left out", f"{kind}: {reason.message}")
            return
        self._events(step, place)

    def element(self, step: Data, place: str, *, field: bool = False) -> list[str]:
        """Selectors for a step's element, in its frame first; tabs need no saying."""
        recorded = step.get("selectors")
        selectors, lost = selectors_of(recorded if isinstance(recorded, list) else [], field=field)
        for each in lost:
            self.draft.find(place, "left out", f"the selector {each}: it has no counterpart, others have")
        if step.get("target") not in (None, "main"):
            self.draft.note("tabs are not named: a replay follows the newest one")
        return _in_frame(step, selectors)

    def _tab(self, step: Data) -> None:
        """A target is a tab or the frame of another site: one of this site is a tab that was opened."""
        target = str(step.get("target") or "main")
        if target in self._tabs or not self.draft.is_local(target):
            return
        self._tabs.add(target)
        if self.draft.steps:
            self.draft.steps[-1]["tab"] = "opens"

    def _events(self, step: Data, place: str) -> None:
        """A navigation that a step brought about: the part of its URL that will be there again."""
        events = step.get("assertedEvents")
        for event in events if isinstance(events, list) else ():
            if not isinstance(event, dict):
                continue
            url = str(event.get("url") or "")
            part = _lasting(url)
            if step.get("type") == "navigate" or not part:
                continue
            if event.get("title"):
                self.draft.find(place, "left out", f"the page's title {event['title']!r} cannot be asserted")
            self.draft.see_url(part)

    # -- keys --------------------------------------------------------------------------------------------

    def key_down(self, step: Data, _place: str, _after: Data) -> None:
        """A key goes down: modifiers are held, another one is pressed with them."""
        key = playwright_key(str(step.get("key") or ""))
        if key in MODIFIERS:
            if key not in self._held:
                self._held.append(key)
            return
        self._used_with |= set(self._held)
        self.draft.add("press", value="+".join([*self._held, key]), timeout_ms=step.get("timeout"))

    def key_up(self, step: Data, _place: str, _after: Data) -> None:
        """A key goes up: a modifier that went down for no other key was pressed for itself."""
        key = playwright_key(str(step.get("key") or ""))
        if key not in self._held:
            return
        self._held.remove(key)
        if key not in self._used_with:
            self.draft.add("press", value=key)
        self._used_with.discard(key)


def _navigate(importing: _Importing, step: Data, place: str, _: Data) -> None:
    importing.draft.goto(place, str(step.get("url") or ""), step.get("timeout"))


def _click(importing: _Importing, step: Data, place: str, after: Data) -> None:
    if step.get("button", "primary") != "primary":
        raise CannotSay(f"there is no click with the {step['button']} button")
    if after.get("type") == "change" and after.get("selectors") == step.get("selectors"):
        importing.draft.note("a click into a field that is then filled in is part of filling it in")
        return
    selectors = importing.element(step, place)
    importing.draft.note("an element is clicked in its middle, wherever in it the click was recorded")
    importing.draft.add("click", selectors, timeout_ms=step.get("timeout"))


def _change(importing: _Importing, step: Data, place: str, _: Data) -> None:
    selectors = importing.element(step, place, field=True)
    value, known = str(step.get("value", "")), None
    if ticked := _TICKED.search(json.dumps(step.get("selectors"))):
        # any text ticks it
        value = "true" if value else "false"
        known = Fingerprint(role=ticked[2])
    importing.draft.fill(place, selectors, value, timeout_ms=step.get("timeout"), known=known)


def _hover(importing: _Importing, step: Data, place: str, _: Data) -> None:
    importing.draft.add("hover", importing.element(step, place), timeout_ms=step.get("timeout"))


def _scroll(importing: _Importing, _step: Data, place: str, _: Data) -> None:
    importing.draft.find(place, "left out", "scroll: each step scrolls to its element by itself")


def _viewport(importing: _Importing, step: Data, place: str, _: Data) -> None:
    size = f"{step.get('width')}x{step.get('height')}"
    importing.draft.find(place, "left out", f"setViewport: the size {size} is not part of a TestConfig")


def _wait_for_element(importing: _Importing, step: Data, place: str, _: Data) -> None:
    if step.get("visible") is False:
        raise CannotSay("that something is hidden cannot be asserted")
    # the types' comment says that `==` is what is meant without an operator; the code takes `>=`
    operator, count = step.get("operator", ">="), step.get("count", 1)
    if operator == "<=" or not isinstance(count, int) or count < 1:
        raise CannotSay(f"a count {operator} {count} cannot be asserted")
    if step.get("attributes"):
        importing.draft.find(
            place, "left out", f"the attributes {', '.join(step['attributes'])}: only that it is there"
        )
    selectors = _in_state(importing.element(step, place), (step.get("properties") or {}).get("checked"))
    if operator == "==" and count > 1:
        importing.draft.find(place, "changed", f"there must be {count} of them, and there may be more")
    if operator == ">=" or count > 1:
        selectors = [f"{selector} >> nth={count - 1}" for selector in selectors]
    shown = _shown(importing, step, place)
    for text in shown:
        importing.draft.find(place, "changed", f"it must contain {text!r}, not be exactly that")
        importing.draft.see_text(selectors, text, timeout_ms=step.get("timeout"))
    if not shown:
        importing.draft.see(selectors, timeout_ms=step.get("timeout"))


def _in_state(selectors: list[str], state: object) -> list[str]:
    if not isinstance(state, bool):
        return selectors
    if stated := list(in_state(selectors, state=state)):
        return stated
    raise CannotSay("whether it is checked cannot be asserted of an element named so")


def _shown(importing: _Importing, step: Data, place: str) -> list[str]:
    texts = []
    for name, value in (step.get("properties") or {}).items():
        if name in _SHOWN and isinstance(value, str) and value.strip():
            texts.append(value.strip())
        elif name != "checked" or not isinstance(value, bool):
            importing.draft.find(place, "left out", f"the property {name}: only a text can be asserted")
    return texts


def _frame(step: Data) -> str | None:
    """The iframe that a step is about, by its number among those of the page (of its frame)."""
    path = step.get("frame")
    if not isinstance(path, list) or not all(type(at) is int and at >= 0 for at in path):
        return None
    return numbered_frames(path) or None


def _in_frame(step: Data, selectors: list[str]) -> list[str]:
    """The selectors inside of the step's frame; what is no assertion may be found in any other, too."""
    frame = _frame(step)
    scoped = [f"{frame} >> {selector}" for selector in selectors] if frame else []
    return scoped if scoped and step.get("type") in _ASSERTING else [*scoped, *selectors]


def _wait_for_expression(importing: _Importing, step: Data, _place: str, _: Data) -> None:
    expression = str(step.get("expression") or "")
    if pause := _PAUSE.fullmatch(expression):
        importing.draft.add("wait", value=int(pause[2]))
    elif found := _EXPRESSION.fullmatch(expression):
        text, timeout = json.loads(found[2]), step.get("timeout")
        if found[1].startswith("document.body"):
            frame = _frame(step)
            importing.draft.see_text([frame] if frame else [], text, timeout_ms=timeout)
        else:
            importing.draft.see_url(text, timeout_ms=timeout)
    elif asked := written_expression(expression):
        _asked(importing, step, asked)
    elif _FRAMED.fullmatch(expression.strip()):
        importing.draft.note("a replay waits for frames by itself")
    elif chosen := _CHOOSE.fullmatch(expression):
        known = Fingerprint(tag="select")
        importing.draft.add("select", _in_frame(step, _chosen(chosen[2])), json.loads(chosen[1]), known=known)
    else:
        raise CannotSay("an expression is a program; a TestConfig runs none")


def _asked(importing: _Importing, step: Data, asked: Shown | Absent) -> None:
    """What our own export asks for: a text of the page or of an element, or that it is gone."""
    timeout, frame = step.get("timeout"), _frame(step)
    if isinstance(asked, Absent):
        importing.draft.see([asked.selector], timeout_ms=timeout)
    elif asked.way is None:
        importing.draft.see_text([frame] if frame else [], asked.text, timeout_ms=timeout)
    else:
        selectors, _ = selectors_of([asked.way], field=False)
        importing.draft.see_text(_in_frame(step, selectors), asked.text, timeout_ms=timeout)


def _chosen(select: str) -> list[str]:
    if named := _NAMED.fullmatch(select):
        return selectors_of([json.loads(named[1])], field=True)[0]
    if only := _ONLY.fullmatch(select):
        return selectors_of([[f"xpath/{json.loads(only[1])}", "select"]], field=True)[0]
    raise CannotSay("an expression is a program; a TestConfig runs none")


def _close(importing: _Importing, _step: Data, place: str, _: Data) -> None:
    importing.draft.find(place, "left out", "close: a replay closes what it opened at its end")


def _lasting(url: str) -> str:
    """The path of a URL up to where it looks made up for this one run."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    kept: list[str] = []
    for piece in path.split("/")[1:]:
        if _GENERATED.search(piece):
            return "/" + "".join(f"{each}/" for each in kept) if kept else ""
        kept.append(piece)
    return path if path != "/" else ""


_HANDLERS: Final[Mapping[str, Callable[[_Importing, Data, str, Data], None]]] = {
    "navigate": _navigate,
    "click": _click,
    "change": _change,
    "hover": _hover,
    "scroll": _scroll,
    "setViewport": _viewport,
    "keyDown": _Importing.key_down,
    "keyUp": _Importing.key_up,
    "waitForElement": _wait_for_element,
    "waitForExpression": _wait_for_expression,
    "close": _close,
}
