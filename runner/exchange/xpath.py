"""XPath as recorders write it, said in CSS: steps by tag, place, attribute and text. No other XPath."""

from __future__ import annotations

import re
from typing import Final

from runner.exchange.draft import CannotSay
from runner.page.selector import quoted

_STRING: Final = r"""("[^"]*"|'[^']*')"""
_STEP: Final = re.compile(r"(//?)([\w-]+|\*)((?:\[(?:[^\]\"']|\"[^\"]*\"|'[^']*')*\])*)")
_PREDICATE: Final = re.compile(r"\[((?:[^\]\"']|\"[^\"]*\"|'[^']*')*)\]")
_SHOWN: Final = r"(?:text\(\)|\.|normalize-space\((?:\.|text\(\))?\))"
_ATTRIBUTE: Final = re.compile(rf"@([\w:-]+)\s*=\s*{_STRING}")
_PART: Final = re.compile(rf"contains\(\s*@([\w:-]+)\s*,\s*{_STRING}\s*\)")
_TEXT: Final = re.compile(rf"{_SHOWN}\s*=\s*{_STRING}")
_TEXT_PART: Final = re.compile(rf"contains\(\s*{_SHOWN}\s*,\s*{_STRING}\s*\)")
# Between conditions, not inside of a string.
_AND: Final = re.compile(r"""\s+and\s+(?=(?:[^"']|"[^"]*"|'[^']*')*$)""")
_KIND: Final = re.compile(rf"self::([\w-]+)\s+or\s+@role\s*=\s*{_STRING}")
_CLASS: Final = re.compile(
    r"contains\(\s*concat\(\s*' ',\s*(?:normalize-space\(@class\)|@class),\s*' '\s*\),\s*' ([\w-]+) '\s*\)"
)
_BY_ID: Final = re.compile(rf"/?/?id\(\s*{_STRING}\s*\)")


def css_of(xpath: str) -> str:
    """A CSS selector (Playwright's) that finds what the path finds; raises CannotSay."""
    plain = xpath.strip()
    place = re.fullmatch(r"\((.*)\)\[(\d+)\]", plain, re.DOTALL)
    if place:
        return f"{css_of(place[1])} >> nth={int(place[2]) - 1}"
    css = ""
    if by_id := _BY_ID.match(plain):
        css, plain = css_of_id(by_id[1][1:-1]), plain[by_id.end() :]
    at = 0
    while at < len(plain):
        step = _STEP.match(plain, at)
        if step is None:
            raise CannotSay(f"the XPath {xpath!r} says more than CSS can")
        joint = "" if not css else " > " if step[1] == "/" else " "
        css += joint + _step(step[2], step[3], xpath, child=step[1] == "/")
        at = step.end()
    if not css:
        raise CannotSay(f"the XPath {xpath!r} names no element")
    return css


def css_of_id(identifier: str) -> str:
    """The CSS selector of an id: `#email`, where it can be said so."""
    plain = re.fullmatch(r"[A-Za-z_][\w-]*", identifier)
    return f"#{identifier}" if plain else f"[id={quoted(identifier)}]"


def _step(tag: str, predicates: str, xpath: str, *, child: bool) -> str:
    said = "" if tag == "*" else tag
    for predicate in _PREDICATE.findall(predicates):
        for condition in _AND.split(predicate.strip()):
            said += _condition(condition.strip(), tag, xpath, child=child)
    return said or "*"


def _condition(condition: str, tag: str, xpath: str, *, child: bool) -> str:
    # The third of its kind among its siblings; after // in any place, which CSS says the same way.
    if condition.isdecimal() and tag != "*":
        return f":nth-of-type({condition})"
    if condition.isdecimal() and child:
        return f":nth-child({condition})"
    if found := _KIND.fullmatch(condition):
        return f":is({found[1]}, [role={_quoted(found[2])}])"
    if found := _CLASS.fullmatch(condition):
        return f".{found[1]}"
    if (found := _ATTRIBUTE.fullmatch(condition)) and found[1] == "id":
        return css_of_id(found[2][1:-1])
    if found := _ATTRIBUTE.fullmatch(condition):
        return f"[{found[1]}={_quoted(found[2])}]"
    if found := _PART.fullmatch(condition):
        return f"[{found[1]}*={_quoted(found[2])}]"
    if found := _TEXT.fullmatch(condition):
        return f":text-is({_quoted(found[1])})"
    if found := _TEXT_PART.fullmatch(condition):
        return f":has-text({_quoted(found[1])})"
    raise CannotSay(f"the XPath {xpath!r} says more than CSS can")


def _quoted(string: str) -> str:
    return quoted(" ".join(string[1:-1].split()))
