"""A sentence cut into tokens that keep their place in it: quotes, URLs, emails, dates, ... stay whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

TokenKind = Literal[
    "word",
    "quoted",
    "url",
    "path",
    "email",
    "date",
    "time",
    "money",
    "number",
    "digits",
    "parameter",
    "marker",
    "break",
    "mark",
]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the sentence; `text` is its meaning (a quote without its marks), `start:end` its place.

    A `{{NAME}}` whose value may be seen is a quote of that value; another stays a `parameter`, by its name.
    """

    kind: TokenKind
    text: str
    start: int
    end: int
    parameter: str = ""

    @property
    def lower(self) -> str:
        """The text in lower case, typographic apostrophes made plain."""
        return self.text.lower().replace("’", "'")


_QUOTES: Final = (
    r'"(?P<q1>[^"\n]*)"',
    r"“(?P<q2>[^”“\n]*)[”\"“]",
    r"„(?P<q3>[^“”\n]*)[“”]",
    r"«\s?(?P<q4>[^»\n]*?)\s?»",
    r"‹(?P<q5>[^›\n]*)›",
    r"`(?P<q6>[^`\n]*)`",
    r"‘(?P<q7>[^\n]*?)’(?!\w)",
    r"‚(?P<q8>[^‘\n]*)‘",
    r"「(?P<q9>[^」\n]*)」",
    r"(?<![\w])'(?P<q10>[^'\n]+(?:'\w[^'\n]*)*)'(?!\w)",
)
_PATTERNS: Final[tuple[tuple[TokenKind, str], ...]] = (
    ("break", r"[ \t]*\n\s*"),
    ("parameter", r"\{\{\s*(?P<p>[A-Za-z_]\w*)\s*\}\}(?![\w/.-]*\w)"),
    ("path", r"(?:[\w./-]*\{\{\w+\}\}[\w./@-]*\w)+"),
    ("quoted", "|".join(_QUOTES)),
    ("url", r"(?:https?://|www\.)[^\s\"'<>“”»]+[^\s\"'<>“”».,;:!?)\]]"),
    ("url", r"localhost(?::\d+)?(?:/[^\s\"',;]*[^\s\"',;.])?"),
    ("email", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    ("path", r"(?<![\w/])/(?:[\w.~%-]*[\w~%-]/?)+(?:\?[\w=&%.-]*[\w=&%])?(?:#[\w-]+)?"),
    ("path", r"(?:\.{0,2}/|~/|[A-Za-z]:\\)[\w./\\~-]*\w"),
    ("date", r"\d{4}-\d{1,2}-\d{1,2}\b|\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})\b|\d{1,2}-\d{1,2}-\d{4}\b"),
    ("time", r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\b\.?)?|\d{1,2}\s?[AaPp][Mm]\b"),
    ("money", r"[$€£¥]\s?\d[\d,.]*\d|[$€£¥]\s?\d|\d[\d,.]*\s?(?:€|£|USD\b|EUR\b)"),
    ("digits", r"(?<![\w.])\d{2,}(?:-\d{2,})+(?![\w])"),
    ("number", r"(?<![\w.])[-+−]?\d+(?:,\d{3})*(?:\.\d+)?%?(?![\w])"),
    ("word", r"[@#$]?\w+(?:['’.\-&/+_@*:]\w+)*(?:\+(?!\w))?"),
    ("mark", r"->|=>|>>|\.\.\.|[^\w\s]"),
)
_SPACE: Final = re.compile(r"[ \t\r\f\v\u00a0\u200b]+")
_COMPILED: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_MARKER: Final = re.compile(r"(?:\(?\d{1,2}[.)]|[-*•–▪]|\(?[a-h]\)|[Ss]tep \d{1,2}[:.)]?)\s+(?=\S)")
_INLINE_MARKER: Final = re.compile(r"\(?\d{1,2}[.)]\s+(?=[A-Za-z\"“])")


def tokenize(text: str, values: Mapping[str, str] | None = None) -> list[Token]:
    """All tokens of `text`. List markers at the start of a line are tokens of their own.

    `values` are those of parameters that may be seen.
    """
    tokens: list[Token] = []
    at = 0
    numbered = _numbered(text)
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        token = _marker(text, at, tokens, inline=numbered) or _next(text, at, values or {})
        tokens.append(token)
        at = token.end
    return tokens


def _numbered(text: str) -> bool:
    """Whether the steps of a list stand in a line: "1. Open it 2. Close it"."""
    found = [match[0].strip(" ().\t") for match in _INLINE_MARKER.finditer(text)]
    return len(found) > 1 and (bool(_MARKER.match(text)) or found[:2] == ["1", "2"])


def _marker(text: str, at: int, before: list[Token], *, inline: bool) -> Token | None:
    starts_line = not before or before[-1].kind == "break"
    pattern = _MARKER if starts_line else _INLINE_MARKER
    if not starts_line and not inline:
        return None
    match = pattern.match(text, at)
    return Token("marker", match[0].strip(), at, match.end()) if match else None


def _next(text: str, at: int, values: Mapping[str, str]) -> Token:
    for kind, pattern in _COMPILED:
        match = pattern.match(text, at)
        if not match:
            continue
        if kind == "quoted":
            inner = next((group for group in match.groups() if group is not None), "")
            return Token(kind, inner, at, match.end())
        if kind == "parameter":
            name = match["p"]
            known = name in values
            return Token("quoted" if known else kind, values.get(name, name), at, match.end(), parameter=name)
        return Token(kind, match[0].strip(), at, match.end())
    return Token("mark", text[at], at, at + 1)
