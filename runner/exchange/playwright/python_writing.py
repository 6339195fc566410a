"""A test for pytest-playwright, written as a person would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from keyword import iskeyword
from textwrap import wrap
from typing import Final

from runner.exchange.playwright.layout import wrapped
from runner.exchange.playwright.program import (
    Call,
    Containing,
    Environment,
    Expression,
    Items,
    Lambda,
    Literal,
    Member,
    Name,
    Pattern,
    Record,
    Script,
    Statement,
    Text,
    Unread,
)

WIDTH: Final = 88
INDENT: Final = "    "
PROPERTIES: Final = frozenset({"first", "last", "contentFrame"})
_SPELLED: Final = {"or": "or_", "and": "and_"}
_SPECIAL: Final = re.compile(r"[\\^$.*+?()[\]{}|]")
_FLAGS: Final = {"i": "re.IGNORECASE", "s": "re.DOTALL", "m": "re.MULTILINE"}


def python(script: Script) -> str:
    """The file's text."""
    body = "\n".join(_body(script))
    head = [*_imports(script, body), ""]
    constants = [f"{name} = {_environment(read)}" for name, read in script.parameters]
    if script.timeout_ms:
        constants.append(f"expect.set_options(timeout={script.timeout_ms:_})")
    sections = ["\n".join(head + constants).rstrip(), *_base_url(script), body]
    return "\n\n\n".join(sections) + "\n"


def _imports(script: Script, body: str) -> Iterator[str]:
    standard = []
    if "suppress(" in body:
        standard.append("from contextlib import suppress")
    if script.parameters:
        standard.insert(0, "import os")
    if "re.compile(" in body:
        standard.insert(len([line for line in standard if line.startswith("import")]), "import re")
    if standard:
        yield from (*standard, "")
    if "pytest." in body or script.base_url:
        yield "import pytest"
    names = [
        *(["Error"] if "suppress(" in body else []),
        "Page",
        *(["expect"] if _expects(script, body) else []),
    ]
    yield f"from playwright.sync_api import {', '.join(names)}"


def _expects(script: Script, body: str) -> bool:
    return "expect(" in body or script.timeout_ms is not None


def _base_url(script: Script) -> Iterator[str]:
    if script.base_url is None:
        return
    yield "\n".join(
        [
            '@pytest.fixture(scope="session")',
            "def base_url(base_url: str | None) -> str:",
            f'{INDENT}"""Where the app runs: `pytest --base-url URL`, or else where this was recorded."""',
            f"{INDENT}return base_url or {string(script.base_url)}",
        ]
    )


def markers(tags: Iterable[str]) -> list[str]:
    """The markers that tags are: what no name can hold becomes `_`; what is none even then is left out."""
    names = (re.sub(r"\W+", "_", tag).strip("_") for tag in tags)
    return [name for name in names if name.isidentifier() and not iskeyword(name)]


def _body(script: Script) -> Iterator[str]:
    yield from (f"@pytest.mark.{name}" for name in markers(script.routine.tags))
    yield f"def test_{script.routine.name}(page: Page) -> None:"
    if script.routine.description:
        yield from _docstring(INDENT, script.routine.description)
    if script.timeout_ms:
        yield f"{INDENT}page.set_default_timeout({script.timeout_ms:_})"
    for statement in script.routine.statements:
        yield from _statement(statement)
    if not script.routine.statements:
        yield f"{INDENT}page.close()"


def _statement(statement: Statement) -> Iterator[str]:
    indent = INDENT
    if statement.comment:
        yield from _commented(statement.comment, indent)
    if statement.suppressed:
        yield f"{indent}with suppress(Error, AssertionError):"
        indent += INDENT
    brings = statement.brings
    if brings:
        expected = f"expect_popup() as {brings.popup}_info" if brings.popup else 'expect_event("close")'
        yield f"{indent}with {brings.page}.{expected}:"
    code = said(statement.expression)
    yield from wrapped(code, indent + INDENT if brings else indent, WIDTH)
    if brings and brings.popup:
        yield f"{indent}{brings.popup} = {brings.popup}_info.value"


def _commented(comment: str, indent: str) -> Iterator[str]:
    yield f"{indent}# {' '.join(comment.split())}"


def _docstring(indent: str, words: str) -> Iterator[str]:
    told = " ".join(words.split()).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    told = told[:-1] + '\\"' if told.endswith('"') else told
    if len(indent) + len(told) + len('""""""') <= WIDTH:
        yield f'{indent}"""{told}"""'
        return
    first, *rest = wrap(
        told, WIDTH - len(indent) - len('"""'), break_long_words=False, break_on_hyphens=False
    )
    yield f'{indent}"""{first}'
    yield from (f"{indent}{line}" for line in rest)
    yield f'{indent}"""'


# -- expressions --------------------------------------------------------------------------------------------


def said(expression: Expression) -> str:
    """An expression in Python."""
    match expression:
        case Name(name):
            return name
        case Text():
            return _text(expression)
        case Literal(value):
            return f"{value:_}" if isinstance(value, int) and not isinstance(value, bool) else repr(value)
        case Pattern(source, flags):
            known = " | ".join(_FLAGS[flag] for flag in flags if flag in _FLAGS)
            return f"re.compile({_raw(source)}{', ' + known if known else ''})"
        case Containing(text):
            return _containing(text)
        case Items(items):
            return f"[{', '.join(said(item) for item in items)}]"
        case Record(fields):
            return "{" + ", ".join(f"{string(key)}: {said(value)}" for key, value in fields.items()) + "}"
        case Environment():
            return _environment(expression)
        case Lambda(parameter, body):
            return f"lambda {parameter}: {said(body)}"
        case Member(owner, name):
            return f"{said(owner)}.{snake(name)}"
        case Call():
            return _call(expression)
        case Unread(source):
            return source


def _call(call: Call) -> str:
    owner = f"{said(call.owner)}." if call.owner else ""
    if call.name in PROPERTIES:
        return f"{owner}{snake(call.name)}"
    options = [f"{snake(name)}={said(value)}" for name, value in call.options.items()]
    given = ", ".join([*(said(argument) for argument in call.arguments), *options])
    return f"{owner}{_SPELLED.get(call.name, snake(call.name))}({given})"


def snake(name: str) -> str:
    """`toHaveURL` as Python spells it."""
    return re.sub(r"(?<=[a-z])([A-Z]+)", lambda found: "_" + found[0].lower(), name)


def _environment(read: Environment) -> str:
    name = string(read.name)
    return f"os.environ[{name}]" if read.default is None else f"os.environ.get({name}, {said(read.default)})"


def _containing(text: Text) -> str:
    if text.plain is not None:
        return f"re.compile({_raw(_SPECIAL.sub(lambda found: chr(92) + found[0], text.plain))})"
    return f"re.compile(re.escape({_text(text)}))"


def _raw(source: str) -> str:
    """A pattern as a raw string, where it can be one."""
    if "\\" not in source:
        return string(source)
    if '"' not in source and "\n" not in source and not source.endswith("\\"):
        return f'r"{source}"'
    return f"r'{source}'" if "'" not in source and "\n" not in source else string(source)


def _text(text: Text) -> str:
    if text.plain is not None:
        return string(text.plain)
    if len(text.parts) == 1 and isinstance(text.parts[0], Name):
        return text.parts[0].id
    written = "".join(
        _escaped(part, '"').replace("{", "{{").replace("}", "}}")
        if isinstance(part, str)
        else f"{{{part.id}}}"
        for part in text.parts
    )
    return f'f"{written}"'


def string(value: str) -> str:
    """A string as ruff would write it: in double quotes, unless that costs escapes."""
    quote = "'" if '"' in value and "'" not in value else '"'
    return quote + _escaped(value, quote) + quote


def _escaped(value: str, quote: str) -> str:
    plain = value.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return "".join(_ESCAPES.get(letter, letter) for letter in plain)


_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\x00", "\u2028": "\\u2028"}
