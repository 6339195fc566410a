"""From the Recorder's selectors to ours: what people see first, then the others as they were recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from runner.exchange.draft import CannotSay
from runner.exchange.playwright.selecting import FIELDS
from runner.exchange.xpath import css_of
from runner.page.selector import (
    Control,
    Css,
    Field,
    HasText,
    Part,
    Role,
    Selector,
    SelectorSyntaxError,
    TestId,
    Text,
    parse,
    quoted,
)

_ARIA: Final = re.compile(r"\[\s*(name|role)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')\s*\]")
_WHOLE_TEXT: Final = re.compile(r"""//\*\[(?:normalize-space\(\.?\)|text\(\)|\.)\s*=\s*("[^"]*"|'[^']*')\]""")
_NAMELESS: Final = frozenset({'aria/[role="generic"]', 'aria/[role="presentation"]', 'aria/[role="none"]'})
_SEMANTIC: Final = (TestId, Control, Field, HasText, Role)


def selectors_of(recorded: Sequence[Any], *, field: bool) -> tuple[list[str], list[str]]:
    """Selectors of ours, best first, and those recorded ones that have none.

    `field`: the element is filled in. Raises CannotSay where none is left.
    """
    ways: list[tuple[Part, ...]] = []
    lost: list[str] = []
    for each in recorded:
        chain = [str(link) for link in each] if isinstance(each, list) else [str(each)]
        # the Recorder goes on to the nameless inside of what has the name
        while len(chain) > 1 and chain[-1] in _NAMELESS:
            chain.pop()
        if not chain:
            continue
        try:
            ways += _chained(chain, field=field)
        except CannotSay:
            lost.append(" ".join(chain))
    if not ways:
        raise CannotSay(f"none of its selectors has a counterpart: {', '.join(lost) or 'there are none'}")
    # a stable sort: within a rank the recorded order stays
    ranked = sorted(ways, key=_rank)
    return list(dict.fromkeys(str(Selector(parts)) for parts in ranked)), lost


def _rank(parts: tuple[Part, ...]) -> int:
    last = parts[-1]
    return 0 if isinstance(last, TestId) else 1 if isinstance(last, _SEMANTIC) else 2


def _chained(chain: list[str], *, field: bool) -> Iterator[tuple[Part, ...]]:
    """Each way to say a chain from the outermost ancestor to the element; shadow roots need no saying."""
    scope: tuple[Part, ...] = ()
    for link in chain[:-1]:
        scope = (*scope, *next(iter(_ways(link, field=False))))
    for way in _ways(chain[-1], field=field):
        yield (*scope, *way)


def _ways(selector: str, *, field: bool) -> Iterator[tuple[Part, ...]]:
    kind, _, body = selector.partition("/")
    match kind:
        case "aria":
            yield from ((part,) for part in _aria(body, field=field))
        case "text":
            yield (Text(body) if body[:1] not in "\"'/" and ">>" not in body else Text(quoted(body)),)
        case "xpath" if whole := _WHOLE_TEXT.fullmatch(body):
            yield (Text(quoted(whole[1][1:-1])),)
        case "xpath":
            yield parse(css_of(body)).parts
        case "pierce":
            yield _css(body)
        case _:
            yield _css(selector)


def _aria(body: str, *, field: bool) -> Iterator[Part]:
    """`aria/Name`, `aria/Name[role="button"]`, `aria/[name="Name"][role="button"]`."""
    told = {name: re.sub(r"\\(.)", r"\1", value[1:-1]) for name, value in _ARIA.findall(body)}
    name = told.get("name") or _ARIA.sub("", body).strip()
    role = told.get("role", "")
    if not name:
        if not role:
            raise CannotSay("an aria selector without a name and a role")
        yield Role(role)
        return
    exact = Role(f"{role}[name={quoted(name)}]")
    if field or role in FIELDS:
        yield Field(name)
        if role:
            yield exact
    elif role in ("button", "link"):
        yield HasText("button" if role == "button" else "link", name)
        yield exact
    elif role:
        yield exact
    else:
        yield Control(name)
        # what is clicked may be a field, too
        yield Field(name)


def _css(body: str) -> tuple[Part, ...]:
    try:
        parts = parse(body).parts
    except SelectorSyntaxError as error:
        raise CannotSay(f"the selector {body!r} has no counterpart") from error
    if any("::-p-" in part.body for part in parts if isinstance(part, Css)):
        raise CannotSay(f"the selector {body!r} is Puppeteer's own")
    return parts
