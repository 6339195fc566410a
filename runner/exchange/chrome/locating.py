"""From our selectors to the Recorder's: by name and role, by CSS, and by XPath where a text scopes.

Puppeteer takes the first match of whichever selector is there first, so only precise ones are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from runner.contract.config import Fingerprint, Step
from runner.exchange.playwright.roles import RoleSelector, parse_role
from runner.page.selector import (
    Control,
    Css,
    Field,
    HasText,
    Nth,
    Part,
    Role,
    Selector,
    TestId,
    is_frame,
    parse,
    quoted,
)
from runner.page.selector import Text as TextPart

KEPT: Final = 5
_HAS_TEXT: Final = re.compile(r'([\w-]+|\*)?((?:\.[\w-]+)*)(\[role="\w+"\])?:has-text\("((?:[^"\\]|\\.)*)"\)')
_IS_ROLE: Final = re.compile(r':is\(([\w-]+), \[role="(\w+)"\]\):has-text\("((?:[^"\\]|\\.)*)"\)')
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
# What Playwright adds to CSS.
_NOT_CSS: Final = re.compile(r":(has-text|text|text-is|text-matches|visible|nth-match|light)\b|\bi\]")
_NUMBERED: Final = re.compile(r":nth-match\(iframe, ([1-9]\d*)\)")
_TAGS: Final = {"row": "tr", "listitem": "li", "article": "article", "option": "option", "cell": "td"}
_SHORTENED: Final = 80

Recorded = str | list[str]


def selectors_for(step: Step) -> list[Recorded]:
    """The selectors that a step's element has in a recording, best first; none where nothing can be said."""
    found: list[Recorded] = []
    told = [parse(selector).parts for selector in step.selectors]
    # of what nothing more is known, a label is the least that can be said
    for parts in sorted(told, key=lambda parts: step.fingerprint is None and _is_labelled(parts)):
        found += _chain(parts, step.fingerprint)
    unique = {str(each): each for each in found}
    return list(unique.values())[:KEPT]


def css_for(step: Step) -> str | None:
    """A plain CSS selector for a step's element, for a script that must find it by itself."""
    known = step.fingerprint
    told = ((name, getattr(known, key, None)) for name, key in (("id", "id"), ("name", "name_attr")))
    for name, value in told:
        if value:
            return f"{known.tag if known and known.tag else ''}[{name}={quoted(value)}]"
    return next((each for each in selectors_for(step) if isinstance(each, str) and "/" not in each), None)


def _is_labelled(parts: tuple[Part, ...]) -> bool:
    return isinstance(parts[_last(parts)], Control | Field)


def plain_ways(step: Step) -> Iterator[str]:
    """What finds a step's element in a script, best first: CSS, or XPath after `xpath/`."""
    for selector in step.selectors:
        parts = _within_frames(parse(selector).parts)
        if len(parts) == 1 and isinstance(parts[0], TextPart) and parts[0].body[:1] in "\"'":
            yield f"xpath///*[normalize-space(.)={_literal(_exact(parts[0].body))}]"
            continue
        for chain in _chain(tuple(parts), step.fingerprint):
            links = [chain] if isinstance(chain, str) else chain
            if all(link.startswith("xpath/") for link in links):
                yield "xpath/" + "".join(link.removeprefix("xpath/") for link in links)
            elif not any(link.startswith(("xpath/", "aria/", "text/")) for link in links):
                yield " ".join(links)
    if css := css_for(step):
        yield css


def _exact(body: str) -> str:
    """The text in the quotes of `text="..."`."""
    return _ESCAPED.sub(r"\1", body[1:-1])


def is_framed(step: Step) -> bool:
    """Whether what a step is about is in an iframe."""
    inside = step.fingerprint is not None and step.fingerprint.frame is not None
    return inside or bool(_entered(step))


def frame_path(step: Step) -> list[int] | None:
    """The numbers of the frames that a step's selector goes into, from the page on, if it tells them."""
    entered = _entered(step)
    numbers = [_NUMBERED.fullmatch(part.body) for part in entered]
    return [int(found[1]) - 1 for found in numbers if found] if entered and all(numbers) else None


def _entered(step: Step) -> list[Css]:
    """The iframes whose documents a selector goes into; a text is asserted of an iframe's document, too."""
    parts = parse(step.sought or "").parts
    scopes = parts if step.expect and step.expect.type == "text" else parts[: _last(parts)]
    return [part for part in scopes if isinstance(part, Css) and is_frame(part)]


def _last(parts: Sequence[Part]) -> int:
    """Where the element itself is told; -1 in a selector that tells none."""
    return max((at for at, part in enumerate(parts) if not isinstance(part, Nth)), default=-1)


def numbered_frames(path: list[int]) -> str:
    """The selector that says of frames what their numbers say: those that nobody sees count, too."""
    return " >> ".join(f":nth-match(iframe, {at + 1})" for at in path)


def without_state(step: Step) -> tuple[Step, bool | None]:
    """The step without the checked state that its selector asks for, and that state; None where it asks none.

    A recording's selectors know no states, its assertions do.
    """
    told = [_stateless(selector) for selector in step.selectors]
    if not told or any(state is None or state != told[0][1] for _, state in told):
        return step, None
    bare = {"selector": told[0][0], "target": None, "candidates": [selector for selector, _ in told[1:]]}
    return step.model_copy(update=bare), told[0][1]


def _stateless(selector: str) -> tuple[str, bool | None]:
    *scope, last = parse(selector).parts
    role = parse_role(last.body) if isinstance(last, Role) else None
    state = role.states.get("checked") if role else None
    if role is None or set(role.states) != {"checked"} or not isinstance(state, bool):
        return selector, None
    return str(Selector((*scope, Role(str(replace(role, states={})))))), state


def _chain(parts: tuple[Part, ...], known: Fingerprint | None) -> Iterator[Recorded]:
    scopes: list[str] = []
    told = _within_frames(parts)
    last = _last(told)
    if last < 0:
        return
    for part in told[:last]:
        scope = next(_ways(part, None), None)
        if scope is None:
            return
        scopes.append(scope)
    for way in _ways(told[last], known):
        placed = _nth(way, told[last + 1 :])
        if placed:
            yield [*scopes, placed] if scopes else placed


def _within_frames(parts: tuple[Part, ...]) -> list[Part]:
    """The parts that find the element in the document it is in."""
    inner = max((at + 1 for at, part in enumerate(parts[: _last(parts)]) if is_frame(part)), default=0)
    rest = list(parts[inner:])
    return rest[1:] if inner and isinstance(rest[0], Nth) else rest


def _nth(way: str, rest: list[Part]) -> str | None:
    """One of several; only XPath can count."""
    match rest:
        case []:
            return way
        case [Nth(index)] if way.startswith("xpath/"):
            return f"xpath/({way.removeprefix('xpath/')})[{index + 1 if index >= 0 else 'last()'}]"
        case [Nth(0)]:
            return way
        case _:
            return None


def _ways(part: Part, known: Fingerprint | None) -> Iterator[str]:
    match part:
        case Control(label):
            yield from _named(label, known, ("button", "link"))
        case Field(label):
            yield from _named(label, known, ("",))
        case HasText("button" | "link" as role, label):
            yield from _named(label, known, (role,))
        case HasText("label", label):
            yield f"xpath///label[contains(normalize-space(.), {_literal(label)})]"
        case HasText(_, label):
            yield f"text/{label}"
        case TestId(value, attribute):
            yield f"[{attribute}={quoted(value)}]"
        case TextPart(body) if not body.startswith("/"):
            yield "text/" + (_exact(body) if body[:1] in "\"'" else body)
        case Role(body):
            yield from _role(parse_role(body))
        case Css(body):
            yield from _css(body)
        case _:
            return


def _named(label: str, known: Fingerprint | None, roles: tuple[str, ...]) -> Iterator[str]:
    name = known.name if known and known.name and len(known.name) < _SHORTENED else label
    if known and known.role:
        yield _aria(name, known.role)
    elif known and known.tag and roles != ("",):
        yield f"text/{label}"
    elif known and known.placeholder == label:
        yield f"[placeholder={quoted(label)}]"
    else:
        yield from (_aria(label, role) for role in roles)


def _aria(name: str, role: str) -> str:
    return f"aria/{name}[role={quoted(role)}]" if role else f"aria/{name}"


def _role(role: RoleSelector) -> Iterator[str]:
    if role.states or role.operator == "/":
        return
    if role.name is None:
        yield f"aria/[role={quoted(role.role)}]"
    elif role.operator == "=":
        yield _aria(role.name, role.role)
    else:
        tag = _TAGS.get(role.role)
        kind = f"[self::{tag} or @role={_literal(role.role)}]" if tag else f"[@role={_literal(role.role)}]"
        yield f"xpath///*{kind}[contains(normalize-space(.), {_literal(role.name)})]"


def _css(body: str) -> Iterator[str]:
    if found := _HAS_TEXT.fullmatch(body):
        classes = "".join(
            f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
            for name in found[2].split(".")
            if name
        )
        role = f"[@role={found[3][6:-1]}]" if found[3] else ""
        text = _literal(_ESCAPED.sub(r"\1", found[4]))
        yield f"xpath///{found[1] or '*'}{classes}{role}[contains(normalize-space(.), {text})]"
    elif found := _IS_ROLE.fullmatch(body):
        text = _literal(_ESCAPED.sub(r"\1", found[3]))
        yield f"xpath///*[self::{found[1]} or @role='{found[2]}'][contains(normalize-space(.), {text})]"
    elif not _NOT_CSS.search(body):
        yield body


def _literal(text: str) -> str:
    """A string of XPath, which has no escapes."""
    folded = " ".join(text.split())
    if '"' not in folded:
        return f'"{folded}"'
    if "'" not in folded:
        return f"'{folded}'"
    pieces = ", '\"', ".join(f'"{piece}"' for piece in folded.split('"'))
    return f"concat({pieces})"
