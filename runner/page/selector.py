"""The selector language: text to plain data and back. `selectors/grammar.md` is the norm.

Pure: nothing here knows a browser. `parse(format(selector)) == selector` for every selector.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from rapidfuzz import process

from runner.contract.errors import ConfigError

TagName = Literal["button", "link", "label", "text"]
TestIdAttribute = Literal["data-testid", "data-test-id", "data-test", "data-qa", "data-cy"]


@dataclass(frozen=True, slots=True)
class Control:
    """`control="Save"`: what a person would click to do that."""

    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """`field="Email"`: what a person would fill in under that label."""

    label: str


@dataclass(frozen=True, slots=True)
class HasText:
    """`button:has-text("Save")`: an element of that kind showing that text."""

    tag: TagName
    label: str


@dataclass(frozen=True, slots=True)
class TestId:
    """`[data-testid="save"]`: what the developers named for tests."""

    __test__ = False  # pytest: not a test class

    value: str
    attribute: TestIdAttribute = "data-testid"


@dataclass(frozen=True, slots=True)
class Text:
    """`text="Save"`: Playwright's text engine; `body` is what follows `text=`."""

    body: str


@dataclass(frozen=True, slots=True)
class Role:
    """`role=button[name="Save"]`: Playwright's role engine; `body` is what follows `role=`."""

    body: str


@dataclass(frozen=True, slots=True)
class Css:
    """Anything that CSS can say, Playwright's pseudo-classes included."""

    body: str


@dataclass(frozen=True, slots=True)
class Nth:
    """`nth=1`: of what the parts before it match, the one at that place; 0 is the first, -1 the last."""

    index: int


Part = Control | Field | HasText | TestId | Text | Role | Css | Nth


@dataclass(frozen=True, slots=True)
class Selector:
    """Parts from the outermost scope to the element: `A >> B` looks for B inside A."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return format(self)


def is_frame(part: Part) -> bool:
    """Whether a part names an iframe: as a scope, and where a text is asserted of it, means its document."""
    return isinstance(part, Css) and _FRAME.fullmatch(part.body) is not None


def names_frame(selector: Selector) -> bool:
    """Whether what a selector leads to is an iframe itself."""
    named = [part for part in selector.parts if not isinstance(part, Nth)]
    return bool(named) and is_frame(named[-1])


class SelectorSyntaxError(ConfigError):
    """A selector that cannot be read; `details` carry `selector` and `position` (0-based)."""

    def __init__(self, cause: str, *, selector: str, position: int, remedy: str, **details: Any) -> None:
        super().__init__(
            f"Cannot read the selector {selector!r} at position {position}: {cause}.",
            remedy=remedy,
            selector=selector,
            position=position,
            **details,
        )


_FORMS: Final = ("control", "field", "text", "role", "css", "nth")
_FORMS_HELP: Final = (
    'Use one of: [data-testid="..."], control="...", field="...", button:has-text("..."), '
    'text="...", role=button[name="..."], CSS; `A >> B` looks for B inside A.'
)
# CSS whose last compound is an iframe, or a list of such, or one by its number.
_QUOTED_IN_CSS: Final = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
_ONE_FRAME: Final = (
    rf"""(?:(?:{_QUOTED_IN_CSS}|[^,"'])*[\s>+~])?i?frame(?![\w-])(?:{_QUOTED_IN_CSS}|[^\s>+~,"'])*"""
)
_FRAME: Final = re.compile(rf"{_ONE_FRAME}(?:\s*,\s*{_ONE_FRAME})*|:nth-match\(iframe,\s*\d+\)", re.DOTALL)
_PREFIX: Final = re.compile(r"([A-Za-z_][\w:-]*)\s*=")
_STRING: Final = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\''
_HAS_TEXT: Final = re.compile(
    rf"(button|link|a|label|text|):has-text\(\s*({_STRING}|[^\"'()]*?)\s*\)", re.DOTALL
)
_TEST_ID: Final = re.compile(
    rf"\[\s*({'|'.join(get_args(TestIdAttribute))})\s*=\s*({_STRING}|[\w-]+)\s*\]", re.DOTALL
)
_ESCAPED: Final = re.compile(r"\\([\\\"'])")
_CLOSING: Final = {"(": ")", "[": "]"}


def parse(text: str) -> Selector:
    """Read a selector; raises SelectorSyntaxError with position, cause and remedy."""
    if not text.strip():
        raise _broken(text, 0, "it is empty", _FORMS_HELP)
    parts = tuple(_Reader(text, start, end).part() for start, end in _spans(text))
    if isinstance(parts[0], Nth):
        raise _broken(
            text, 0, "nth= has nothing before it to choose from", 'Write `control="Delete" >> nth=0`.'
        )
    return Selector(parts)


def format(selector: Selector) -> str:  # noqa: A001 - the counterpart of parse, always used qualified
    """Write a selector in its canonical form."""
    return " >> ".join(_format_part(part) for part in selector.parts)


def quoted(text: str) -> str:
    """A text as a string of the language, e.g. to build `control=` + quoted(label)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _format_part(part: Part) -> str:
    match part:
        case Control(label):
            return f"control={quoted(label)}"
        case Field(label):
            return f"field={quoted(label)}"
        case HasText(tag, label):
            return f"{tag}:has-text({quoted(label)})"
        case TestId(value, attribute):
            return f"[{attribute}={quoted(value)}]"
        case Text(body):
            return f"text={body}"
        case Role(body):
            return f"role={body}"
        case Nth(index):
            return f"nth={index}"
        case Css(body):
            return body if _reads_as_css(body) else f"css={body}"


def _reads_as_css(body: str) -> bool:
    try:
        return parse(body).parts == (Css(body),)
    except SelectorSyntaxError:
        return False


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the parts lie between the `>>`: quoted and bracketed ones do not separate."""
    start = position = 0
    while position < len(text):
        if text.startswith(">>", position):
            yield start, position
            start = position = position + 2
        elif text[position] in "\"'" and _quotes_count(text, start, position):
            position = _past_string(text, position)
        else:
            position += 1
    yield start, len(text)


def _quotes_count(text: str, start: int, position: int) -> bool:
    """An apostrophe in a bare label (`text=Don't`) opens no string."""
    bare = re.match(r"\s*(?:text|control|field)\s*=\s*", text[start:])
    return bare is None or bare.end() == position - start


def _past_string(text: str, position: int) -> int:
    quote, at = text[position], position + 1
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    if at >= len(text):
        raise _broken(
            text, position, f"the string that opens here with {quote} does not end", f"Close it with {quote}."
        )
    return at + 1


class _Reader:
    """Reads one part of a selector; positions in errors are those in the whole text."""

    def __init__(self, text: str, start: int, end: int) -> None:
        raw = text[start:end]
        self.text = text
        self.at = start + len(raw) - len(raw.lstrip())
        self.raw = raw.strip()

    def part(self) -> Part:
        if not self.raw:
            raise self._broken(0, "there is nothing on one side of >>", "Remove the >> or complete it.")
        if prefix := _PREFIX.match(self.raw):
            return self._prefixed(prefix[1], prefix.end())
        if found := _HAS_TEXT.fullmatch(self.raw):
            return self._has_text(found)
        if found := _TEST_ID.fullmatch(self.raw):
            return TestId(_unquoted(found[2]), _attribute(found[1]))
        return self._css(0)

    def _prefixed(self, form: str, end: int) -> Part:
        offset = end + len(self.raw[end:]) - len(self.raw[end:].lstrip())
        body = self.raw[offset:]
        if not body:
            raise self._broken(end, f"{form}= says nothing", f'Write {form}="...".')
        match form:
            case "control":
                return Control(self._label(body, offset))
            case "field":
                return Field(self._label(body, offset))
            case "text":
                return Text(self._nonblank(body, offset))
            case "role":
                return Role(self._role(body, offset))
            case "css":
                return self._css(offset)
            case "nth":
                return Nth(self._index(body, offset))
            case _:
                raise self._unknown(form)

    def _has_text(self, found: re.Match[str]) -> Part:
        label = self._label(found[2], found.start(2))
        match found[1]:
            case "":
                return Control(label)
            case "a" | "link":
                return HasText("link", label)
            case "button":
                return HasText("button", label)
            case "label":
                return HasText("label", label)
            case _:
                return HasText("text", label)

    def _label(self, body: str, offset: int) -> str:
        if body[:1] in ('"', "'"):
            end = _past_string(self.raw, offset) if offset < len(self.raw) else 0
            if end != offset + len(body):
                raise self._broken(
                    end, "something follows the closing quote", 'Escape quotes inside with \\".'
                )
            body = _unquoted(body)
        return self._nonblank(body, offset)

    def _nonblank(self, body: str, offset: int) -> str:
        if not body.strip().strip("\"'").strip():
            raise self._broken(offset, "the label is empty", "Name what is to be found.")
        return body

    def _role(self, body: str, offset: int) -> str:
        if not re.match(r"[A-Za-z]+\s*(\[|$)", body):
            raise self._broken(
                offset, "a role is a word, then attributes in brackets", 'Write role=button[name="Save"].'
            )
        self._balanced(body, offset)
        return body

    def _index(self, body: str, offset: int) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", body):
            raise self._broken(offset, "nth= takes a whole number", "0 is the first match, -1 the last.")
        return int(body)

    def _css(self, offset: int) -> Css:
        body = self.raw[offset:]
        if re.match(r"\(*\.{0,2}/", body):
            raise self._broken(offset, "XPath is not part of the language", _FORMS_HELP)
        if body[0] in "\"'":
            raise self._broken(
                offset, "a bare string is no selector", f"Write control={body} or text={body}."
            )
        self._balanced(body, offset)
        return Css(body)

    def _balanced(self, body: str, offset: int) -> None:
        open_: list[tuple[str, int]] = []
        position = 0
        while position < len(body):
            char = body[position]
            if char == "\\":
                position += 1
            elif char in "\"'":
                position = _past_string(self.raw, offset + position) - offset - 1
            elif char in _CLOSING:
                open_.append((_CLOSING[char], position))
            elif char in ")]" and (not open_ or open_.pop()[0] != char):
                raise self._broken(
                    offset + position, f"{char} closes nothing", "Remove it or open it before."
                )
            position += 1
        if open_:
            raise self._broken(
                offset + open_[-1][1], f"{open_[-1][0]} is missing", f"Close it with {open_[-1][0]}."
            )

    def _unknown(self, form: str) -> SelectorSyntaxError:
        near = process.extractOne(form, _FORMS, score_cutoff=60)
        remedy = f"Did you mean {near[0]}=? {_FORMS_HELP}" if near else _FORMS_HELP
        return self._broken(0, f"{form}= is not a form of selector", remedy)

    def _broken(self, offset: int, cause: str, remedy: str) -> SelectorSyntaxError:
        return _broken(self.text, self.at + offset, cause, remedy)


def _broken(text: str, position: int, cause: str, remedy: str) -> SelectorSyntaxError:
    return SelectorSyntaxError(cause, selector=text, position=position, remedy=remedy)


def _unquoted(body: str) -> str:
    if body[:1] not in ('"', "'"):
        return body
    return _ESCAPED.sub(r"\1", body[1:-1])


def _attribute(name: str) -> TestIdAttribute:
    found: TestIdAttribute = next(known for known in get_args(TestIdAttribute) if known == name)
    return found
