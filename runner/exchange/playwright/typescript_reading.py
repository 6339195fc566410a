"""A Playwright test in TypeScript or JavaScript, parsed and never run: of Playwright Test, or the library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

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

_ESCAPE: Final = re.compile(r"\\(u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_LETTERS: Final = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "0": "\0",
    "\n": "",
    "\r\n": "",
}
_TESTS: Final = re.compile(r"(test|it)(\.(only|skip|fixme|slow|fail))?$")
_GROUPS: Final = re.compile(r"(test\.)?describe(\.\w+)*$")


def read_typescript(source: str, name: str) -> Program:
    """The program; raises ConfigError with the place where it is neither TypeScript nor JavaScript."""
    tree = Parser(Language(tree_sitter_typescript.language_typescript())).parse(source.encode())
    if tree.root_node.has_error:
        broken = next(_broken(tree.root_node))
        raise ConfigError(
            f"{name} is not TypeScript, line {broken.start_point.row + 1}: "
            f"{_text(broken).splitlines()[0][:60] if _text(broken) else 'something is missing'}",
            remedy="Import the file as it was generated.",
        )
    reading = _Reading()
    reading.read(tree.root_node.named_children)
    return Program(tuple(reading.outside), tuple(reading.routines))


def _broken(node: Node) -> Iterator[Node]:
    if node.is_error or node.is_missing:
        yield node
    for child in node.children:
        yield from _broken(child)


class _Reading:
    """From tree-sitter's tree to ours: tests on one side, what stands around them on the other."""

    def __init__(self) -> None:
        self.outside: list[Statement] = []
        self.routines: list[Routine] = []

    def read(self, nodes: list[Node]) -> None:
        for before, node in zip([None, *nodes], nodes, strict=False):
            call = _called(node)
            function = _text(call.child_by_field_name("function")) if call else ""
            if call and _TESTS.match(function) and _function_of(call):
                self.routines.append(self._routine(call, before))
            elif call and _GROUPS.match(function) and (group := _function_of(call)):
                self.read(_body(group))
            elif call and (main := _at_once(call)):
                self.routines.append(Routine("recorded", tuple(_statements(_body(main))), _line(main)))
            else:
                self.outside += _statements([node])

    def _routine(self, call: Node, before: Node | None) -> Routine:
        function = _function_of(call)
        given = _arguments(call)
        title = _expression(given[0]) if given else Text(("recorded",))
        named = title.plain if isinstance(title, Text) else None
        above = (
            before is not None
            and before.type == "comment"
            and before.end_point.row + 1 == call.start_point.row
        )
        described = _text(before).strip("/* \n") if above else None
        tags = tuple(_tags(_expression(given[1]))) if len(given) > 1 else ()
        return Routine(named or "recorded", tuple(_statements(_body(function))), _line(call), described, tags)


def _tags(details: Expression) -> Iterator[str]:
    """`{ tag: '@smoke' }`, or a list of them."""
    match details:
        case Record({"tag": Items(items)}):
            given = items
        case Record({"tag": one}):
            given = (one,)
        case _:
            return
    for tag in given:
        if isinstance(tag, Text) and tag.plain:
            yield tag.plain.removeprefix("@")


def _called(node: Node) -> Node | None:
    """The call that a statement is, awaited or not."""
    inner = node
    while inner.type in ("expression_statement", "await_expression") and inner.named_children:
        inner = inner.named_children[0]
    return inner if inner.type == "call_expression" else None


def _at_once(call: Node) -> Node | None:
    """The function of `(async () => { ... })()`."""
    function = call.child_by_field_name("function")
    if function is not None and function.type == "parenthesized_expression":
        inner = function.named_children[0]
        return inner if inner.type in ("arrow_function", "function_expression") else None
    return None


def _function_of(call: Node) -> Node | None:
    functions = [node for node in _arguments(call) if node.type in ("arrow_function", "function_expression")]
    return functions[-1] if functions else None


def _body(function: Node | None) -> list[Node]:
    body = function.child_by_field_name("body") if function else None
    if body is None:
        return []
    return body.named_children if body.type == "statement_block" else [body]


def _arguments(call: Node) -> list[Node]:
    given = call.child_by_field_name("arguments")
    return [node for node in given.named_children if node.type != "comment"] if given else []


def _text(node: Node | None) -> str:
    return (node.text or b"").decode() if node else ""


def _line(node: Node) -> int:
    return node.start_point.row + 1


# -- statements -------------------------------------------------------------------------------------------


def _statements(nodes: list[Node]) -> Iterator[Statement]:
    for node in nodes:
        match node.type:
            case "comment" | "import_statement" | "empty_statement" | "return_statement":
                continue
            case "lexical_declaration" | "variable_declaration":
                yield from _declared(node)
            case "expression_statement":
                yield from _done(node)
            case "statement_block":
                yield from _statements(node.named_children)
            case _:
                yield Statement(Unread(_text(node)), line=_line(node))


def _declared(node: Node) -> Iterator[Statement]:
    for declared in node.named_children:
        name, value = declared.child_by_field_name("name"), declared.child_by_field_name("value")
        if name is None or value is None:
            continue
        if name.type == "identifier":
            yield Statement(_expression(value), binds=_text(name), line=_line(declared))
        elif not _text(value).startswith("require("):
            yield Statement(Unread(_text(declared)), line=_line(declared))


def _done(node: Node) -> Iterator[Statement]:
    inner = node.named_children[0]
    if inner.type == "assignment_expression":
        name, value = inner.child_by_field_name("left"), inner.child_by_field_name("right")
        if name is not None and value is not None and name.type == "identifier":
            yield Statement(_expression(value), binds=_text(name), line=_line(node))
            return
    if inner.type == "string":
        return
    expression = _expression(inner)
    ignored = isinstance(expression, Call) and expression.name == "catch"
    if isinstance(expression, Call) and ignored and expression.owner:
        expression = expression.owner
    yield Statement(expression, line=_line(node), suppressed=ignored)


# -- expressions ------------------------------------------------------------------------------------------


def _expression(node: Node) -> Expression:
    """An expression of ours; what has no counterpart is kept as its text."""
    match node.type:
        case "await_expression" | "parenthesized_expression" | "non_null_expression":
            return _expression(node.named_children[0])
        case "as_expression" | "satisfies_expression":
            return _expression(node.named_children[0])
        case "string":
            return Text((_unescaped(_text(node)[1:-1]),))
        case "template_string":
            return _template(node)
        case "number" | "unary_expression":
            return _number(node)
        case "true" | "false":
            return Literal(node.type == "true")
        case "null" | "undefined":
            return Literal(None)
        case "identifier":
            return Name(_text(node))
        case "regex":
            flags = node.child_by_field_name("flags")
            return Pattern(_text(node.child_by_field_name("pattern")), _text(flags))
        case "array":
            return Items(tuple(_expression(item) for item in node.named_children))
        case "object":
            return _record(node)
        case "arrow_function":
            return _lambda(node)
        case "member_expression" | "subscript_expression":
            return _member(node)
        case "binary_expression":
            return _either(node)
        case "call_expression":
            return _call(node)
        case _:
            return Unread(_text(node))


def _number(node: Node) -> Expression:
    try:
        return Literal(json.loads(_text(node).replace("_", "")))
    except ValueError:
        return Unread(_text(node))


def _template(node: Node) -> Expression:
    parts: list[str | Name] = []
    for child in node.named_children:
        if child.type == "template_substitution" and child.named_children[0].type == "identifier":
            parts.append(Name(_text(child.named_children[0])))
        elif child.type in ("string_fragment", "escape_sequence"):
            parts.append(_unescaped(_text(child)))
        else:
            return Unread(_text(node))
    return Text(tuple(parts) or ("",))


def _record(node: Node) -> Expression:
    fields: dict[str, Expression] = {}
    for pair in node.named_children:
        match pair.type:
            case "pair":
                key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
                if key is None or value is None:
                    return Unread(_text(node))
                fields[_text(key).strip("'\"")] = _expression(value)
            case "shorthand_property_identifier":
                fields[_text(pair)] = Name(_text(pair))
            case "comment":
                continue
            case _:
                return Unread(_text(node))
    return Record(fields)


def _lambda(node: Node) -> Expression:
    parameter, body = node.child_by_field_name("parameter"), node.child_by_field_name("body")
    parameters = node.child_by_field_name("parameters")
    name = _text(parameter) or re.sub(r"[()\s]|:.*", "", _text(parameters))
    if body is not None and body.type == "statement_block":
        acting = [each for each in _statements(body.named_children) if not _logs(each.expression)]
        return Lambda(name, acting[0].expression) if len(acting) == 1 else Unread(_text(node))
    return Lambda(name, _expression(body)) if body else Unread(_text(node))


def _logs(expression: Expression) -> bool:
    return isinstance(expression, Call) and expression.owner == Name("console")


def _member(node: Node) -> Expression:
    owner = node.child_by_field_name("object")
    name = node.child_by_field_name("property") or node.child_by_field_name("index")
    if owner is None or name is None:
        return Unread(_text(node))
    if _text(owner) == "process.env":
        return Environment(_text(name).strip("'\""))
    if node.type == "subscript_expression":
        return Unread(_text(node))
    return Member(_expression(owner), _text(name))


def _either(node: Node) -> Expression:
    """`process.env.NAME ?? 'value'`."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is not None and right is not None and _text(node.child_by_field_name("operator")) in ("??", "||"):
        read = _expression(left)
        if isinstance(read, Environment):
            return Environment(read.name, _expression(right))
    return Unread(_text(node))


def _call(node: Node) -> Expression:
    function = node.child_by_field_name("function")
    if function is None:
        return Unread(_text(node))
    given = [_expression(argument) for argument in _arguments(node)]
    last = given[-1] if given else None
    options = last.fields if isinstance(last, Record) else {}
    given = given[:-1] if isinstance(last, Record) else given
    match _expression(function):
        case Member(Member(owner, "not"), name):
            return Call(owner, f"not{name[0].upper()}{name[1:]}", tuple(given), options)
        case Member(owner, name):
            return Call(owner, name, tuple(given), options)
        case Name(name) if name in ("fromEnvironment",) and given and isinstance(given[0], Text):
            return Environment(given[0].plain or "")
        case Name(name):
            return Call(None, name, tuple(given), options)
        case _:
            return Unread(_text(node))


def _unescaped(body: str) -> str:
    return _ESCAPE.sub(_letter, body)


def _letter(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "ux" and len(code) > 1:
        return chr(int(code[1:].strip("{}"), 16))
    return _LETTERS.get(code, code)
