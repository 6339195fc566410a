"""What is done to an element, in Playwright's words and in a TestConfig's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from runner.contract.config import Fingerprint
from runner.exchange.draft import CannotSay, Draft
from runner.exchange.playwright.program import Call, Expression, Literal
from runner.exchange.playwright.selecting import Selected, items, words


def timeout(options: Mapping[str, Expression]) -> float | None:
    """The timeout that a call was given, in ms."""
    given = options.get("timeout")
    return given.value if isinstance(given, Literal) and isinstance(given.value, int | float) else None


def _click(draft: Draft, element: Selected, call: Call, place: str) -> None:
    if call.name == "tap":
        draft.find(place, "changed", "a tap became a click")
    draft.add("click", element.selectors, timeout_ms=timeout(call.options), known=element.fingerprint)


def _fill(draft: Draft, element: Selected, call: Call, place: str) -> None:
    value = "" if call.name == "clear" else words(call.arguments[0] if call.arguments else None)
    if call.name in ("type", "pressSequentially"):
        draft.find(place, "changed", "typing became setting the field: what was in it is replaced")
    draft.fill(place, element.selectors, value, timeout_ms=timeout(call.options), known=element.fingerprint)


def _tick(draft: Draft, element: Selected, call: Call, _: str) -> None:
    match call.name, call.arguments:
        case "setChecked", (Literal(bool() as state), *_):
            wanted = state
        case "setChecked", _:
            raise CannotSay("whether it is to be checked is computed")
        case name, _:
            wanted = name == "check"
    value = "true" if wanted else "false"
    draft.add("fill", element.selectors, value, timeout_ms=timeout(call.options), known=element.fingerprint)


def _select(draft: Draft, element: Selected, call: Call, _: str) -> None:
    chosen = next((call.options[key] for key in ("label", "value") if key in call.options), None)
    if chosen is None and "index" not in call.options and call.arguments:
        chosen = call.arguments[0]
    if chosen is None:
        raise CannotSay("an option is chosen by its place: name it by its label")
    known = (element.fingerprint or Fingerprint()).model_copy(update={"tag": "select"})
    options = one(items(chosen))
    draft.add("select", element.selectors, options, timeout_ms=timeout(call.options), known=known)


def _upload(draft: Draft, element: Selected, call: Call, _: str) -> None:
    paths = items(call.arguments[0] if call.arguments else None)
    known = (element.fingerprint or Fingerprint()).model_copy(update={"tag": "input", "type": "file"})
    files = one(paths)
    draft.add("fill", element.selectors, files, timeout_ms=timeout(call.options), known=known)


def _press(draft: Draft, element: Selected, call: Call, _: str) -> None:
    key = words(call.arguments[0] if call.arguments else None)
    draft.add("press", element.selectors, key, timeout_ms=timeout(call.options), known=element.fingerprint)


def _hover(draft: Draft, element: Selected, call: Call, _: str) -> None:
    draft.add("hover", element.selectors, timeout_ms=timeout(call.options), known=element.fingerprint)


def _waited(draft: Draft, element: Selected, call: Call, _: str) -> None:
    state = call.options.get("state")
    if state is not None and words(state) not in ("visible", "attached"):
        raise CannotSay(f"waiting until it is {words(state)}: only what appears can be waited for")
    draft.wait_for(element.selectors, timeout_ms=timeout(call.options))


def _needless(draft: Draft, _element: Selected, call: Call, place: str) -> None:
    draft.find(place, "left out", f"{call.name}(): the step after it does so by itself")


ON_ELEMENT: Final[Mapping[str, Callable[[Draft, Selected, Call, str], None]]] = {
    "click": _click,
    "tap": _click,
    "fill": _fill,
    "type": _fill,
    "pressSequentially": _fill,
    "clear": _fill,
    "check": _tick,
    "uncheck": _tick,
    "setChecked": _tick,
    "selectOption": _select,
    "setInputFiles": _upload,
    "press": _press,
    "hover": _hover,
    "waitFor": _waited,
    "focus": _needless,
    "scrollIntoViewIfNeeded": _needless,
}


def one(several: list[str]) -> str | list[str]:
    """One value as itself, several as a list."""
    return several[0] if len(several) == 1 else several
