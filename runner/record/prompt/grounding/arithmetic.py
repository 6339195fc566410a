"""Sums as people write them on a page: found in a text, worked out, solved for one unknown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

_WORDED: Final = {
    "multiplied by": "*", "divided by": "/", "to the power of": "^", "plus": "+", "minus": "-", "times": "*",
    "over": "/", "×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "∶": "/", "**": "^",
}  # fmt: skip
_TOKEN: Final = re.compile(r"\s*(\d+(?:,\d{3})+(?:\.\d+)?|\d*\.?\d+|[A-Za-z]|[-+*/^()=])")
_TERM: Final = r"(?:\d[\d,]*(?:\.\d+)?\s*[A-Za-z]?(?![A-Za-z])|(?<![A-Za-z])[A-Za-z](?![A-Za-z]))"
_SUM: Final = re.compile(
    rf"[-+]?\(*\s*[-+]?{_TERM}\s*\)*(?:\s*[-+*/^=]\s*\(*\s*[-+]?{_TERM}\s*\)*)+", re.ASCII
)


class NotASum(ValueError):
    """The text is no sum, or has no single answer."""


@dataclass(frozen=True, slots=True)
class _Linear:
    """`times` x + `plus`: what a side of an equation with one unknown comes to."""

    times: Fraction
    plus: Fraction


def sums_in(text: str) -> list[str]:
    """The sums and equations a text shows, each once, as they stand there. A lone date or range is none."""
    found: dict[str, None] = {}
    for match in _SUM.finditer(_plain(text)):
        piece = match[0].strip()
        if re.fullmatch(r"\d{1,4}([-/])\d{1,2}\1\d{1,4}", piece.replace(" ", "")):
            continue
        try:
            worked_out(piece)
        except NotASum:
            continue
        found[piece] = None
    return list(found)


def worked_out(text: str) -> str:
    """The answer to a sum ("3 + 4 =", "2x - 4 = 10"), as one would write it down; raises NotASum."""
    sides = [side for side in _plain(text).rstrip("?= ").split("=") if side.strip()]
    if len(sides) == 1:
        only = _side(sides[0])
        if only.times:
            raise NotASum(text)
        return written(only.plus)
    if len(sides) != 2:
        raise NotASum(text)
    left, right = _side(sides[0]), _side(sides[1])
    times = left.times - right.times
    if not times:
        raise NotASum(text)
    return written((right.plus - left.plus) / times)


def written(number: Fraction) -> str:
    """A number in digits; decimals where it is no integer, at most four of them."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.4f}".rstrip("0").rstrip(".")


def _plain(text: str) -> str:
    for word, sign in _WORDED.items():
        text = re.sub(rf"\b{word}\b" if word.isascii() and word.isalpha() else re.escape(word), sign, text)
    return re.sub(r"(?<=\d)\s+x\s+(?=\d)", " * ", text)


def _side(text: str) -> _Linear:
    tokens = list(_tokens(text))
    found, rest = _added(tokens)
    if rest or len({token for token in tokens if token.isalpha()}) > 1:
        raise NotASum(text)
    return found


def _tokens(text: str) -> Iterator[str]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise NotASum(text)
        yield match[1].replace(",", "")
        at = match.end()


def _added(tokens: list[str]) -> tuple[_Linear, list[str]]:
    total, tokens = _multiplied(tokens)
    while tokens and tokens[0] in "+-":
        sign = 1 if tokens[0] == "+" else -1
        other, tokens = _multiplied(tokens[1:])
        total = _Linear(total.times + sign * other.times, total.plus + sign * other.plus)
    return total, tokens


def _multiplied(tokens: list[str]) -> tuple[_Linear, list[str]]:
    product, tokens = _raised(tokens)
    while tokens and (tokens[0] in "*/(" or tokens[0].isalpha()):
        sign = tokens[0] if tokens[0] in "*/" else "*"
        other, tokens = _raised(tokens[1:] if tokens[0] in "*/" else tokens)
        product = _combined(product, sign, other)
    return product, tokens


def _raised(tokens: list[str]) -> tuple[_Linear, list[str]]:
    base, tokens = _single(tokens)
    if not tokens or tokens[0] != "^":
        return base, tokens
    power, tokens = _single(tokens[1:])
    return _combined(base, "^", power), tokens


def _combined(left: _Linear, sign: str, right: _Linear) -> _Linear:
    if sign == "/":
        if right.times or not right.plus:
            raise NotASum("a division by nothing or by the unknown")
        return _Linear(left.times / right.plus, left.plus / right.plus)
    if sign == "^":
        if left.times or right.times or right.plus.denominator != 1 or abs(right.plus) > 64:
            raise NotASum("a power that is no plain number")
        return _Linear(Fraction(0), Fraction(left.plus ** int(right.plus)))
    if left.times and right.times:
        raise NotASum("the unknown times itself")
    return _Linear(left.times * right.plus + right.times * left.plus, left.plus * right.plus)


def _single(tokens: list[str]) -> tuple[_Linear, list[str]]:
    if not tokens:
        raise NotASum("the sum ends too early")
    head, rest = tokens[0], tokens[1:]
    if head in "+-":
        inner, rest = _single(rest)
        sign = -1 if head == "-" else 1
        return _Linear(sign * inner.times, sign * inner.plus), rest
    if head == "(":
        inner, rest = _added(rest)
        if not rest or rest[0] != ")":
            raise NotASum("a bracket is not closed")
        return inner, rest[1:]
    if head.isalpha():
        return _Linear(Fraction(1), Fraction(0)), rest
    if head in ")*/^=":
        raise NotASum("a sign stands where a number belongs")
    return _Linear(Fraction(0), Fraction(head)), rest
