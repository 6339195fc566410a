"""From a trace to the shortest config that says the same. Pure: no page is needed.

What is left out, in this order:
  failed       an action that did not succeed did nothing a replay should repeat;
  waits        a tentative pause: the replayer polls anyway;
  detours      tentative actions after which the page showed exactly what it had shown before them;
  unneeded     tentative actions that brought up nothing a kept action needed (a menu opened for it stays);
  superseded   a field that was set again before anything could have taken notice;
  echoes       an assertion said twice in a row, a `goto` of the page the recording starts on;
  keys         single characters typed into one field become one `fill`.
What is kept is never reordered, and nothing the prompt asked for is dropped because it had no effect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from runner.contract.config import Fallback, Parameter, TestConfig
from runner.record.trace import Deed, Trace

ID_WORDS: Final = 5
CANDIDATES: Final = 4

_WHOLE_TEXT: Final = re.compile(r':has\(:text-is\("((?:[^"\\]|\\.)*)"\)\)')
_SETTERS: Final = frozenset({"fill", "select"})
_TYPED_IN: Final = frozenset({"input", "textarea"})
_REPLACING_ROLES: Final = frozenset(
    {"combobox", "textbox", "searchbox", "spinbutton", "slider", "checkbox", "switch", "radio"}
)


def distil(
    trace: Trace,
    *,
    prompt: str | None,
    starting_url: str,
    parameters: Sequence[Parameter] = (),
    fallback: Fallback = "agent",
) -> TestConfig:
    """The shortest config that does what the trace did."""
    deeds = kept(trace)
    steps = [_first_goto(starting_url), *(_step(deed) for deed in without_first_goto(deeds, starting_url))]
    used = {name for step in steps for name in step.get("parameter_refs", ())}
    return TestConfig.model_validate(
        {
            "prompt": prompt,
            "starting_url": starting_url,
            "fallback": fallback,
            "parameters": [parameter for parameter in parameters if parameter.name in used],
            "steps": list(_named(steps)),
        }
    )


def kept(trace: Trace) -> tuple[Deed, ...]:
    """The deeds that are worth repeating, in the order they happened.

    One cut may make the next one possible, so they are repeated until nothing is left to cut.
    """
    states = {sighting.number: sighting.state for sighting in trace.sightings}
    keyed = frozenset(deed.element for deed in trace.deeds if deed.action == "fill" and deed.tentative)
    failures = tuple(deed for deed in trace.deeds if deed.status == "failed")
    deeds = tuple(deed for deed in trace.deeds if deed.status == "passed")
    while True:
        fewer = _cut(deeds, states, failures, keyed)
        if fewer == deeds:
            return deeds
        deeds = fewer


def _cut(
    deeds: Sequence[Deed],
    states: Mapping[int, str],
    failures: Sequence[Deed],
    keyed: Collection[str | None] = (),
) -> tuple[Deed, ...]:
    deeds = _without_detours(_without_pauses(deeds), states)
    deeds = _without_superseded(_without_unneeded(deeds, failures))
    return _with_merged_keys(_without_echoes(deeds), keyed)


# -- what is left out ----------------------------------------------------------------------------------


def _without_pauses(deeds: Sequence[Deed]) -> tuple[Deed, ...]:
    return tuple(deed for deed in deeds if not (deed.action == "wait" and deed.tentative))


def _without_detours(deeds: Sequence[Deed], states: Mapping[int, str]) -> tuple[Deed, ...]:
    """Drop tentative runs that end where they began."""
    result: list[Deed] = []
    position = 0
    while position < len(deeds):
        end = _detour_end(deeds, position, states)
        if end is None:
            result.append(deeds[position])
        position = position + 1 if end is None else end + 1
    return tuple(result)


def _detour_end(deeds: Sequence[Deed], start: int, states: Mapping[int, str]) -> int | None:
    """The last deed of the longest tentative run from `start` that leads back to the state before it."""
    origin, found = states.get(deeds[start].before), None
    for position in range(start, len(deeds)):
        deed = deeds[position]
        if not deed.tentative:
            break
        if origin is not None and deed.after is not None and states.get(deed.after) == origin:
            found = position
    return found


def _without_unneeded(deeds: Sequence[Deed], failures: Sequence[Deed]) -> tuple[Deed, ...]:
    """Drop tentative deeds that no kept deed depends on, found backwards from those kept for certain."""
    needed: set[int] = set()
    for deed in reversed(deeds):
        if not deed.tentative or deed.number in needed:
            needed.add(deed.number)
            needed |= {enabler.number for enabler in _enablers(deed, deeds, failures)}
    return tuple(deed for deed in deeds if deed.number in needed)


def _enablers(deed: Deed, deeds: Sequence[Deed], failures: Sequence[Deed]) -> Iterable[Deed]:
    earlier = [other for other in deeds if other.number < deed.number]
    since = _visible_since(deed, earlier)
    if since is not None:
        yield from (other for other in earlier if other.after == since)
    tried = [failure.number for failure in failures if _same_try(failure, deed)]
    if tried:
        # it could not be done at first, and then it could: what came between made the difference
        yield from (other for other in earlier if other.number > min(tried))


def _visible_since(deed: Deed, earlier: Sequence[Deed]) -> int | None:
    """The sighting from which on the element was there without a break, as far as deeds still kept saw it."""
    if not deed.seen_in:
        return None
    looked = {other.before for other in earlier} | {other.after for other in earlier if other.after}
    seen, since = set(deed.seen_in), deed.before
    for number in sorted((number for number in looked if number < deed.before), reverse=True):
        if number not in seen:
            break
        since = number
    return since


def _same_try(failure: Deed, deed: Deed) -> bool:
    same_element = failure.element is not None and failure.element == deed.element
    return failure.number < deed.number and failure.action == deed.action and same_element


def _without_superseded(deeds: Sequence[Deed]) -> tuple[Deed, ...]:
    return tuple(deed for position, deed in enumerate(deeds) if not _superseded(deed, deeds[position + 1 :]))


def _superseded(deed: Deed, later: Sequence[Deed]) -> bool:
    """Whether a field is set again before anything could take notice of its first value."""
    if deed.action not in _SETTERS or deed.element is None or not _replaces(deed):
        return False
    for other in later:
        if other.action not in _SETTERS:
            return False
        if other.element == deed.element:
            return other.action == deed.action and _replaces(other)
    return False


def _replaces(deed: Deed) -> bool:
    """Whether setting the field again forgets what it held: not so where options add up."""
    if deed.action == "fill":
        return True
    facts = deed.fingerprint or {}
    return not isinstance(deed.value, list) and facts.get("role") in _REPLACING_ROLES


def _without_echoes(deeds: Sequence[Deed]) -> tuple[Deed, ...]:
    """An assertion, a wait or a `goto` said twice in a row says nothing new the second time."""
    result: list[Deed] = []
    for deed in deeds:
        if result and deed.action in ("expect", "wait", "goto") and _says(deed) == _says(result[-1]):
            continue
        result.append(deed)
    return tuple(result)


def _says(deed: Deed) -> tuple[Any, ...]:
    return (deed.action, deed.selector, deed.value, repr(deed.expect), deed.wait_for)


def _with_merged_keys(deeds: Sequence[Deed], keyed: Collection[str | None] = ()) -> tuple[Deed, ...]:
    """Characters typed one by one become part of the `fill` before them, or a `fill` of their own.

    Not so in the fields `keyed`: there a `fill` was tried, and the page took notice of keys only.
    """
    result: list[Deed] = []
    for deed in deeds:
        if deed.element in keyed:
            result.append(deed)
            continue
        previous = result[-1] if result else None
        if previous is not None and (merged := _merge(previous, deed)) is not None:
            result[-1] = merged
        elif _typed(deed) and deed.was_empty:
            result.append(replace(deed, action="fill", value=_character(deed)))
        else:
            result.append(deed)
    return tuple(result)


def _merge(previous: Deed, deed: Deed) -> Deed | None:
    if not (_typed(deed) and previous.action == "fill" and previous.element == deed.element):
        return None
    if not isinstance(previous.value, str):
        return None
    value = previous.value[:-1] if deed.value == "Backspace" else previous.value + _character(deed)
    refs = tuple(dict.fromkeys((*previous.parameter_refs, *deed.parameter_refs)))
    return replace(previous, value=value, parameter_refs=refs, after=deed.after)


def _typed(deed: Deed) -> bool:
    if deed.action != "press" or deed.element is None or not isinstance(deed.value, str):
        return False
    facts = deed.fingerprint or {}
    return facts.get("tag") in _TYPED_IN and (len(deed.value) == 1 or deed.value in ("Space", "Backspace"))


def _character(deed: Deed) -> str:
    return {"Space": " ", "Backspace": ""}.get(str(deed.value), str(deed.value))


def without_first_goto(deeds: Sequence[Deed], starting_url: str) -> Sequence[Deed]:
    """The deeds after the opening of the start page: the config's first step does that."""
    first = next(iter(deeds), None)
    if first is not None and first.action == "goto" and _same_page(str(first.value), starting_url):
        return deeds[1:]
    return deeds


def _same_page(url: str, other: str) -> bool:
    one, two = urlsplit(url), urlsplit(other)
    return (one.scheme.lower(), one.netloc.lower(), one.path or "/", one.query, one.fragment) == (
        two.scheme.lower(),
        two.netloc.lower(),
        two.path or "/",
        two.query,
        two.fragment,
    )


# -- what is written -----------------------------------------------------------------------------------


def _first_goto(url: str) -> dict[str, Any]:
    return {"action": "goto", "value": url, "description": "Open the start page"}


def _step(deed: Deed) -> dict[str, Any]:
    """A deed as a step of the file, without id and ordinal."""
    told = {
        "action": deed.action,
        "selector": deed.selector,
        "value": deed.value,
        "target": deed.target,
        "wait_for": deed.wait_for,
        "expect": dict(deed.expect) if deed.expect else None,
        "parameter_refs": list(deed.parameter_refs),
        "candidates": list(deed.candidates[:CANDIDATES]) or None,
        "fingerprint": dict(deed.fingerprint) if deed.fingerprint else None,
        "tab": deed.tab,
        "description": deed.description or describe_step(deed),
    }
    return {name: value for name, value in told.items() if value is not None}


def describe_step(deed: Deed) -> str:
    """The step in one plain sentence, for where the planner gave none."""
    facts = deed.fingerprint or {}
    name, role = _called(deed), str(facts.get("role") or "element")
    what = f'the {role} "{name}"' if name else f"the {role}"
    row = _row_called(deed)
    place = f' in the row of "{row}"' if row else ""
    sentences: dict[str, Callable[[], str]] = {
        "goto": lambda: f"Open {deed.value}",
        "fill": lambda: f"Set {what} to {_quoted(deed.value)}",
        "click": lambda: f"Click {what}{place}",
        "press": lambda: f"Press {deed.value}" + (f" in {what}" if name else ""),
        "select": lambda: f"Choose {_quoted(deed.value)} in {what}",
        "hover": lambda: f"Point at {what}{place}",
        "expect": lambda: _expectation(deed, what),
        "wait": lambda: f"Wait for {_quoted(deed.wait_for)}" if deed.wait_for else f"Wait {deed.value} ms",
        "ask_user_question": lambda: f"Ask: {deed.value}",
    }
    return sentences[deed.action]()


def _row_called(deed: Deed) -> str | None:
    """What the step's row is called: its title where the selector goes by that, else what tells it apart."""
    whole = _WHOLE_TEXT.search(deed.selector or "")
    if whole:
        return re.sub(r"\\(.)", r"\1", whole[1])
    return (deed.fingerprint or {}).get("row")


def _expectation(deed: Deed, what: str) -> str:
    expect = deed.expect or {}
    match expect.get("type"):
        case "text":
            return f"See the text {_quoted(expect.get('contains'))}"
        case "url":
            return f"Be at an address that contains {_quoted(expect.get('contains'))}"
        case _:
            return f"See {what}"


def _quoted(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_quoted(item) for item in value)
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _called(deed: Deed) -> str:
    facts = deed.fingerprint or {}
    return str(next((facts[key] for key in ("name", "label", "placeholder", "text") if facts.get(key)), ""))


# -- ids -----------------------------------------------------------------------------------------------


def _named(steps: Sequence[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Steps with ordinals and unique ids that a person can read in a report: `step_3_click_sign_in`."""
    for ordinal, step in enumerate(steps, 1):
        yield {"id": step_id(ordinal, step), "ordinal": ordinal, **step}


def step_id(ordinal: int, step: dict[str, Any]) -> str:
    """An id unique by its number and readable by its words; never from a value, which may be private."""
    facts = step.get("fingerprint") or {}
    expect = step.get("expect") or {}
    about = facts.get("name") or facts.get("label") or facts.get("placeholder") or facts.get("text")
    about = (
        about
        or expect.get("contains")
        or (urlsplit(str(step["value"])).path if step["action"] == "goto" else "")
    )
    words = re.findall(r"[^\W_]+", re.sub(r"\{\{\w*\}\}", " ", str(about or "")).lower())[:ID_WORDS]
    return "_".join(["step", str(ordinal), step["action"], *words])
