"""From Selenium IDE's locators to our selectors: what people see first, then the others as recorded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from runner.exchange.draft import CannotSay
from runner.exchange.xpath import css_of, css_of_id
from runner.page.selector import (
    Control,
    Field,
    HasText,
    SelectorSyntaxError,
    TestId,
    names_frame,
    parse,
    quoted,
)


def selectors_of(target: str, targets: Sequence[Any]) -> list[str]:
    """Selectors of ours for a command's element, best first. Raises CannotSay where there is none."""
    recorded = [target, *(str(each[0]) for each in targets if isinstance(each, list) and each)]
    found: list[str] = []
    reason = ""
    for locator in dict.fromkeys(recorded):
        try:
            found.append(_selector(locator))
        except CannotSay as cannot:
            reason = reason or cannot.message
    if not found:
        raise CannotSay(reason or "it names no element")
    # a stable sort: within a rank the recorded order stays
    return list(dict.fromkeys(sorted(found, key=_rank)))


def frame_named(locator: str) -> str:
    """The selector of an iframe; what is said of it without its tag gets that, too. Raises CannotSay."""
    kind, _, value = locator.partition("=")
    match kind:
        case "id" | "name" if value:
            return f"iframe[{kind}={quoted(value)}]"
        case _:
            (frame,) = selectors_of(locator, [])
    if names_frame(parse(frame)):
        return frame
    raise CannotSay("the frame is not named as one: an element is looked for in all of them")


def _rank(selector: str) -> int:
    last = parse(selector).parts[-1]
    return 0 if isinstance(last, TestId) else 1 if isinstance(last, Control | Field | HasText) else 2


def _selector(locator: str) -> str:
    kind, equals, value = locator.partition("=")
    if locator.startswith(("//", "(/")):
        kind, value = "xpath", locator
    elif not equals or not re.fullmatch(r"[A-Za-z]+", kind):
        raise CannotSay(f"the locator {locator!r} is of no known kind")
    match kind:
        case "id":
            return _written(css_of_id(value))
        case "name":
            return _written(f"[name={quoted(value)}]")
        case "css":
            return _written(value)
        case "xpath":
            return _written(css_of(value))
        case "linkText" | "link" | "partialLinkText":
            return _written(f"link:has-text({quoted(value.removeprefix('exact:'))})")
        case "class" | "className":
            return _written("." + ".".join(value.split()))
        case "tagName":
            return _written(value)
        case _:
            raise CannotSay(f"the locator {locator!r} has no counterpart")


def _written(selector: str) -> str:
    try:
        return str(parse(selector))
    except SelectorSyntaxError as error:
        raise CannotSay(f"the locator {selector!r} has no counterpart") from error
