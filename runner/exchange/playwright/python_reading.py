"""A Playwright test in Python, parsed and never run: pytest's flavour, the library's, sync and async."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from runner.contract.errors import ConfigError
from runner.exchange.playwright.program import (
    Call,
    Environment,
    Expression,
    Items,
    Lambda,
    Literal,
    Member,
    Name,
    Pattern,
    Program,
    Record,
    Routine,
    Statement,
    Text,
    Unread,
)
from runner.exchange.playwright.python_writing import PROPERTIES

_FLAGS: Final = {"IGNORECASE": "i", "I": "i", "DOTALL": "s", "S": "s", "MULTILINE": "m", "M": "m"}
_PROPERTIES: Final = {re.sub(r"(?<=[a-z])([A-Z])", lambda f: "_" + f[0].lower(), name) for name in PROPERTIES}
_SPELLED: Final = {"or_": "or", "and_": "and", "to_have_url": "toHaveURL", "not_to_have_url": "notToHaveURL"}

# The markers of pytest itself and of what runs async tests.
_MARKERS: Final = frozenset({"skip", "xfail", "asyncio", "anyio", "browser_context_args"})


def read_python(source: str, name: str) -> Program:
    """The program; raises ConfigError with the place where it is not Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f", line {line}" if line else ""
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ConfigError(
            f"{name} is not Python{place}: {message}.", remedy="Import the file as it was generated."
        ) from error
    reading = _Reading(source)
    functions = [node for node in _functions(tree) if _acts(node)]
    outside = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    around = (*reading.statements(outside), *_base_url(tree))
    return Program(around, tuple(reading.routine(node) for node in functions))


def _base_url(tree: ast.Module) -> Iterator[Statement]:
    """What a fixture `base_url` returns where it is given nothing."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "base_url":
            for each in ast.walk(node):
                match each:
                    case ast.Constant(str() as url) if re.match("https?://", url):
                        yield Statement(Text((url,)), binds="base_url", line=node.lineno)
                    case _:
                        continue


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield inner


def _acts(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function does something on a page: a fixture or a script's main function does not."""
    fixture = any("fixture" in ast.unparse(each) for each in node.decorator_list)
    return not fixture and any(
        isinstance(each, ast.Attribute) and each.attr in ("goto", "click", "fill", "locator", "get_by_role")
        for each in ast.walk(node)
    )


def _tags(decorators: list[ast.expr]) -> Iterator[str]:
    """The markers that only say what a test is filed under."""
    for decorator in decorators:
        match decorator:
            case ast.Attribute(ast.Attribute(ast.Name("pytest"), "mark"), name) if name not in _MARKERS:
                yield name


class _Reading:
    """From Python's own tree to ours; `source` gives the text of what is not understood."""

    def __init__(self, source: str) -> None:
        self._source = source

    def routine(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Routine:
        described = ast.get_docstring(node)
        body = node.body[1:] if described is not None else node.body
        prompt = " ".join(described.split()) if described else None
        tags = tuple(_tags(node.decorator_list))
        return Routine(node.name, tuple(self.statements(body)), node.lineno, prompt, tags)

    def statements(self, nodes: list[ast.stmt]) -> Iterator[Statement]:
        for node in nodes:
            yield from self._statement(node)

    def _statement(self, node: ast.stmt) -> Iterator[Statement]:
        match node:
            case ast.Expr(value):
                if not isinstance(value, ast.Constant):
                    yield Statement(self.expression(value), line=node.lineno)
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(
                ast.Name(name), value=ast.expr() as value
            ):
                yield Statement(self.expression(value), binds=name, line=node.lineno)
            case ast.With(items, body) | ast.AsyncWith(items, body):
                yield from self._with(items, body, node.lineno)
            case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.ClassDef():
                return
            case _:
                yield Statement(Unread(self._text(node)), line=node.lineno)

    def _with(self, items: list[ast.withitem], body: list[ast.stmt], line: int) -> Iterator[Statement]:
        suppressed = any("suppress" in ast.unparse(item.context_expr) for item in items)
        nameless: list[Name] = []
        for item in () if suppressed else items:
            bound = item.optional_vars.id if isinstance(item.optional_vars, ast.Name) else None
            if bound is None:
                nameless.append(Name(f"line {line}, {len(nameless)}"))
            name = bound or nameless[-1].id
            yield Statement(self.expression(item.context_expr), binds=name, line=line, during=True)
        for statement in self.statements(body):
            yield replace(statement, suppressed=suppressed or statement.suppressed)
        # what nobody names has happened, too, when the block ends
        yield from (Statement(name, line=line) for name in nameless)

    # -- expressions -------------------------------------------------------------------------------------

    def expression(self, node: ast.expr) -> Expression:
        """An expression of ours; what has no counterpart is kept as its text."""
        match node:
            case ast.Await(value):
                return self.expression(value)
            case ast.Constant(str() as value):
                return Text((value,))
            case ast.Constant(bool() | int() | float() | None as value):
                return Literal(value)
            case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
                return Literal(-value)
            case ast.Name(name):
                return Name(name)
            case ast.JoinedStr(values):
                return self._joined(node, values)
            case ast.List(items) | ast.Tuple(items):
                return Items(tuple(self.expression(item) for item in items))
            case ast.Dict(keys, values) if all(isinstance(key, ast.Constant) for key in keys):
                named = zip(keys, values, strict=True)
                return Record({str(key.value): self.expression(value) for key, value in named})  # type: ignore[union-attr]
            case ast.Lambda(ast.arguments(args=[ast.arg(name)]), body):
                return Lambda(name, self.expression(body))
            case ast.Subscript(value, ast.Constant(str() as key)) if ast.unparse(value) == "os.environ":
                return Environment(key)
            case ast.Attribute(value, name):
                return self._attribute(value, name)
            case ast.Call():
                return self._call(node)
            case _:
                return Unread(self._text(node))

    def _attribute(self, owner: ast.expr, name: str) -> Expression:
        if name in _PROPERTIES:
            return Call(self.expression(owner), camel(name))
        return Member(self.expression(owner), camel(name))

    def _joined(self, node: ast.expr, values: list[ast.expr]) -> Expression:
        parts: list[str | Name] = []
        for value in values:
            match value:
                case ast.Constant(str() as text):
                    parts.append(text)
                case ast.FormattedValue(ast.Name(name), -1, None):
                    parts.append(Name(name))
                case _:
                    return Unread(self._text(node))
        return Text(tuple(parts))

    def _call(self, node: ast.Call) -> Expression:
        function = ast.unparse(node.func)
        if function == "re.compile":
            return self._pattern(node)
        if function in ("os.getenv", "os.environ.get", "getenv") and node.args:
            return self._environment(node)
        options = {camel(each.arg): self.expression(each.value) for each in node.keywords if each.arg}
        given = tuple(self.expression(argument) for argument in node.args)
        match node.func:
            case ast.Attribute(owner, name):
                return Call(self.expression(owner), camel(name), given, options)
            case ast.Name(name):
                return Call(None, name, given, options)
            case _:
                return Unread(self._text(node))

    def _pattern(self, node: ast.Call) -> Expression:
        match node.args:
            case [ast.Constant(str() as source), *flags]:
                told = "".join(
                    _FLAGS.get(each, "") for flag in flags for each in re.findall(r"\w+", ast.unparse(flag))
                )
                return Pattern(source, told)
            case [ast.Call(ast.Attribute(ast.Name("re"), "escape"), [text])]:
                return self.expression(text)
            case _:
                return Unread(self._text(node))

    def _environment(self, node: ast.Call) -> Expression:
        match node.args:
            case [ast.Constant(str() as name)]:
                return Environment(name)
            case [ast.Constant(str() as name), default]:
                return Environment(name, self.expression(default))
            case _:
                return Unread(self._text(node))

    def _text(self, node: ast.AST) -> str:
        return ast.get_source_segment(self._source, node) or ast.unparse(node)


def camel(name: str) -> str:
    """`get_by_role` as TypeScript spells it."""
    return _SPELLED.get(name) or re.sub(r"(?<=[a-z0-9])_([a-z])", lambda found: found[1].upper(), name)
