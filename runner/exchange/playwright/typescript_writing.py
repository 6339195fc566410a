"""A test for @playwright/test, written as a person would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

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

WIDTH: Final = 80
INDENT: Final = "  "
_SPECIAL: Final = re.compile(r"[\\^$.*+?()[\]{}|/]")
_HANDLERS: Final = frozenset({"on", "once"})
_FROM_ENVIRONMENT: Final = """function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`Set ${name} in the environment.`);
  return value;
}"""


def typescript(script: Script) -> str:
    """The file's text."""
    imported = "expect as eventually" if script.timeout_ms else "expect"
    head = [f"import {{ test, {imported} }} from '@playwright/test';"]
    if script.timeout_ms:
        head += ["", f"const expect = eventually.configure({{ timeout: {number(script.timeout_ms)} }});"]
    sections = ["\n".join(head), *_parameters(script), *_settings(script), "\n".join(_body(script))]
    return "\n\n".join(sections) + "\n"


def _parameters(script: Script) -> Iterator[str]:
    if any(read.default is None for _, read in script.parameters):
        yield _FROM_ENVIRONMENT
    if script.parameters:
        yield "\n".join(f"const {name} = {_environment(read)};" for name, read in script.parameters)


def _settings(script: Script) -> Iterator[str]:
    used = []
    if script.base_url:
        used.append(f"baseURL: process.env.BASE_URL ?? {string(script.base_url)}")
    if script.timeout_ms:
        used += [f"{kind}Timeout: {number(script.timeout_ms)}" for kind in ("action", "navigation")]
    if used:
        yield f"test.use({{ {', '.join(used)} }});"


def _body(script: Script) -> Iterator[str]:
    if script.routine.description:
        yield f"// {' '.join(script.routine.description.split())}"
    title = script.routine.name.replace("_", " ")
    tags = [string(f"@{tag.removeprefix('@')}") for tag in script.routine.tags]
    tagged = f"{{ tag: {tags[0] if len(tags) == 1 else '[' + ', '.join(tags) + ']'} }}, " if tags else ""
    yield f"test({string(title)}, {tagged}async ({{ page }}) => {{"
    for statement in script.routine.statements:
        yield from _statement(statement)
    yield "});"


def _statement(statement: Statement) -> Iterator[str]:
    if statement.comment:
        yield f"{INDENT}// {' '.join(statement.comment.split())}"
    brings = statement.brings
    if brings is None:
        yield from _line(statement)
        return
    promise = f"{brings.popup or brings.page}{'Promise' if brings.popup else 'Closed'}"
    event = string("popup" if brings.popup else "close")
    yield f"{INDENT}const {promise} = {brings.page}.waitForEvent({event});"
    yield from _line(statement)
    yield f"{INDENT}{f'const {brings.popup} = ' if brings.popup else ''}await {promise};"


def _line(statement: Statement) -> Iterator[str]:
    call = statement.expression
    waits = "" if isinstance(call, Call) and call.name in _HANDLERS else "await "
    if statement.suppressed:
        call = Call(call, "catch", (Unread("() => {}"),))
    line = f"{INDENT}{waits}{said(call)};"
    if len(line) <= WIDTH or not isinstance(call, Call):
        yield line
    else:
        yield from _broken(call, INDENT + waits, ";")


def _broken(call: Call, start: str, end: str) -> Iterator[str]:
    """A long line, broken where prettier breaks it: a chain at its dots, else in the last brackets."""
    base, chain = _chain(call)
    if isinstance(base, Name) and len(chain) > 1:
        yield from _in_links(base.id, chain, start, INDENT + INDENT, end)
        return
    owner = f"{said(call.owner)}." if call.owner else ""
    given = [said(argument) for argument in call.arguments]
    opened = f"{start}{owner}{call.name}({''.join(each + ', ' for each in given)}{{"
    if call.options and len(opened) <= WIDTH:
        yield opened
        yield from (f"{INDENT}{INDENT}{name}: {said(value)}," for name, value in call.options.items())
        yield f"{INDENT}}}){end}"
        return
    plain = not given and not call.options
    first = opened if call.options and not given else f"{start}{owner}{call.name}("
    if isinstance(call.owner, Call) and (plain or len(first) > WIDTH):
        # nothing to break in the last brackets, or too much before them: those before
        yield from _broken(call.owner, start, f".{_alone(call)}{end}")
        return
    yield f"{start}{owner}{call.name}("
    for argument in call.arguments:
        yield from _argument(argument, INDENT + INDENT)
    if call.options:
        yield f"{INDENT}{INDENT}{_options(call)},"
    yield f"{INDENT}){end}"


def _argument(argument: Expression, indent: str) -> Iterator[str]:
    """An argument on a line of its own; a chain that is too long for one is broken at its dots."""
    line = f"{indent}{said(argument)},"
    base, chain = _chain(argument) if isinstance(argument, Call) else (None, [])
    if len(line) > WIDTH and isinstance(base, Name) and len(chain) > 1:
        yield from _in_links(base.id, chain, indent, indent + INDENT, ",")
    else:
        yield line


def _in_links(base: str, chain: list[Call], start: str, indent: str, end: str) -> Iterator[str]:
    yield start + base
    for at, link in enumerate(chain, 1):
        yield from _dotted(link, indent, end if at == len(chain) else "")


def _dotted(link: Call, indent: str, end: str) -> Iterator[str]:
    """One call of a chain on a line of its own, or on several where it is too long for one."""
    line = f"{indent}.{_alone(link)}{end}"
    if len(line) <= WIDTH or not link.options:
        yield line
        return
    given = "".join(f"{said(argument)}, " for argument in link.arguments)
    yield f"{indent}.{link.name}({given}{{"
    yield from (f"{indent}{INDENT}{name}: {said(value)}," for name, value in link.options.items())
    yield f"{indent}}}){end}"


def _chain(call: Call) -> tuple[Expression | None, list[Call]]:
    """What a chain of calls begins with, and its calls in order."""
    links = [call]
    while isinstance(links[0].owner, Call):
        links.insert(0, links[0].owner)
    return links[0].owner, links


def _alone(call: Call) -> str:
    return _call(Call(None, call.name, call.arguments, call.options))


def said(expression: Expression) -> str:
    """An expression in TypeScript."""
    match expression:
        case Name(name):
            return name
        case Text():
            return _text(expression)
        case Literal(value):
            return "null" if value is None else number(value)
        case Pattern(source, flags):
            return f"/{source}/{flags}"
        case Containing(text):
            return _containing(text)
        case Items(items):
            return f"[{', '.join(said(item) for item in items)}]"
        case Record(fields):
            return _record({key: said(value) for key, value in fields.items()})
        case Environment():
            return _environment(expression)
        case Lambda(parameter, body):
            return f"({parameter}) => {said(body)}"
        case Member(owner, name):
            return f"{said(owner)}.{name}"
        case Call():
            return _call(expression)
        case Unread(source):
            return source


def number(value: float | bool) -> str:
    """A number or truth value; long ones with a mark between the thousands."""
    return str(value).lower() if isinstance(value, bool) else f"{value:_}"


def _call(call: Call) -> str:
    owner = f"{said(call.owner)}." if call.owner else ""
    given = [said(argument) for argument in call.arguments]
    if call.options:
        given.append(_options(call))
    return f"{owner}{call.name}({', '.join(given)})"


def _options(call: Call) -> str:
    return _record({name: said(value) for name, value in call.options.items()})


def _record(fields: dict[str, str]) -> str:
    return "{ " + ", ".join(f"{name}: {value}" for name, value in fields.items()) + " }"


def _environment(read: Environment) -> str:
    if read.default is None:
        return f"fromEnvironment({string(read.name)})"
    return f"process.env.{read.name} ?? {said(read.default)}"


def _containing(text: Text) -> str:
    if text.plain is not None:
        return f"/{_SPECIAL.sub(lambda found: chr(92) + found[0], text.plain)}/"
    # A value may hold anything: it is compared as it is, not as a pattern.
    return f"(url) => url.href.includes({_text(text)})"


def _text(text: Text) -> str:
    if text.plain is not None:
        return string(text.plain)
    if len(text.parts) == 1 and isinstance(text.parts[0], Name):
        return text.parts[0].id
    written = "".join(
        _escaped(part, "`").replace("${", "\\${") if isinstance(part, str) else f"${{{part.id}}}"
        for part in text.parts
    )
    return f"`{written}`"


def string(value: str) -> str:
    """A string as prettier would write it: in single quotes, unless that costs escapes."""
    quote = '"' if value.count("'") > value.count('"') else "'"
    return quote + _escaped(value, quote) + quote


def _escaped(value: str, quote: str) -> str:
    plain = value.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return plain.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
