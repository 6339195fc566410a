"""A Playwright test as plain data, the same for Python and TypeScript: what is read, and what is written.

Names are spelled as in TypeScript (`getByRole`); `python.py` and `typescript.py` know how each language says
them. Awaiting is not part of it: every call on a page is awaited where the language wants it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, or a parameter's constant."""

    id: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string, with the names in it that stand for values."""

    parts: tuple[str | Name, ...]

    @property
    def plain(self) -> str | None:
        """The string, where no name is in it."""
        return "".join(str(part) for part in self.parts) if self.is_plain else None

    @property
    def is_plain(self) -> bool:
        """Whether it is the same in every run."""
        return all(isinstance(part, str) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a truth value or nothing."""

    value: int | float | bool | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression; `flags` as in JavaScript."""

    source: str
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Containing:
    """A pattern that is met by whatever contains this text; only ever written."""

    text: Text


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """An object or a dictionary."""

    fields: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Environment:
    """What is read from the environment: its name, and what is taken where it is not there."""

    name: str
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Lambda:
    """A function without a name of one expression, as event handlers are."""

    parameter: str
    body: Expression


@dataclass(frozen=True, slots=True)
class Member:
    """`owner.name`, not called."""

    owner: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """`owner.name(arguments, options)`; without an owner a plain function. Options are Python's keywords."""

    owner: Expression | None
    name: str
    arguments: tuple[Expression, ...] = ()
    options: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unread:
    """Code that is none of the above."""

    source: str


Expression = (
    Name
    | Text
    | Literal
    | Pattern
    | Containing
    | Items
    | Record
    | Environment
    | Lambda
    | Member
    | Call
    | Unread
)


@dataclass(frozen=True, slots=True)
class Brings:
    """An event of a page that a line brings about: a popup, by the name it is given, or the page's end."""

    page: str
    popup: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of a test: an expression, and the name its value is given, if any.

    `during`: it begins what the lines after it bring about (`with page.expect_popup() as popup_info`).
    `suppressed`: that it fails does not matter. A `comment` stands above it. `brings` is only ever written.
    """

    expression: Expression
    binds: str | None = None
    line: int = 0
    comment: str | None = None
    suppressed: bool = False
    during: bool = False
    brings: Brings | None = None


@dataclass(frozen=True, slots=True)
class Routine:
    """A test, or a function that a script calls: its name and its lines."""

    name: str
    statements: tuple[Statement, ...]
    line: int = 0
    description: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """A file: what stands outside of all tests, and the tests."""

    statements: tuple[Statement, ...]
    routines: tuple[Routine, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A test to be written: its lines and what they need around them."""

    routine: Routine
    base_url: str | None
    parameters: tuple[tuple[str, Environment], ...] = ()
    timeout_ms: int | None = None
    warnings: tuple[str, ...] = ()


def at_page(expression: Expression, page: str) -> Expression:
    """What is said of `page`, said of another one."""
    match expression:
        case Name("page"):
            return Name(page)
        case Member(owner, name):
            return Member(at_page(owner, page), name)
        case Call(owner, name, arguments, options):
            given = tuple(at_page(argument, page) for argument in arguments)
            told = {key: at_page(value, page) for key, value in options.items()}
            return Call(at_page(owner, page) if owner else None, name, given, told)
        case _:
            return expression


def text(value: str) -> Text:
    """A plain string."""
    return Text((value,))
