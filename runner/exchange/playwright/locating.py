"""From our selectors to Playwright's locators: the one that finds what the selector found when recorded.

Ours try several ways and rank them; a locator has one. Which way it was, the fingerprint tells: its role and
accessible name are Playwright's own. Where there is none, the likely ways are joined by `or`, and it is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from runner.contract.config import Fingerprint, Step
from runner.contract.references import REFERENCE
from runner.exchange.playwright.program import Call, Expression, Literal, Name, Pattern, Text, text
from runner.exchange.playwright.roles import RoleSelector, parse_role
from runner.exchange.playwright.values import with_names
from runner.page.selector import (
    Control,
    Css,
    Field,
    HasText,
    Nth,
    Part,
    Role,
    TestId,
    is_frame,
    parse,
    quoted,
)
from runner.page.selector import Text as TextPart

PAGE: Final = Name("page")
# A fingerprint shortens what it tells; a name of that length may go on.
SHORTENED: Final = 80

_HAS_TEXT: Final = re.compile(r'([\w.#-]+|\[role="\w+"\]):has-text\("((?:[^"\\]|\\.)*)"\)')
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_SPECIAL: Final = re.compile(r"[\\^$.*+?()[\]{}|]")
_CLICKED: Final = frozenset(
    {
        *("button", "link", "menuitem", "tab", "option", "checkbox", "radio", "switch", "treeitem"),
        *("menuitemcheckbox", "menuitemradio", "combobox", "textbox", "searchbox", "spinbutton"),
        *("heading", "slider", "listbox", "img", "cell", "gridcell", "row", "columnheader"),
    }
)


@dataclass
class Located:
    """A locator, and what is not quite the same about it."""

    expression: Expression
    doubts: list[str] = field(default_factory=list)


def locate(step: Step, constants: Mapping[str, str], *, inside: bool = False) -> Located:
    """The locator for a step's element, or for what is `inside` of it where that is an iframe.

    The step has a selector.
    """
    parts = parse(step.sought or "").parts
    placing = _Placing(constants, step.fingerprint)
    last = max((at for at, part in enumerate(parts) if not isinstance(part, Nth)), default=0)
    frame = None if any(is_frame(part) for part in parts[:last]) else _frame(step)
    if frame:
        placing.enter(frame)
    for at, part in enumerate(parts):
        if at == last and isinstance(part, Css) and is_frame(part) and not inside:
            placing.by_css(part.body)
        else:
            placing.put(part, step.fingerprint if at == last else None)
    return Located(placing.expression, placing.doubts)


def awaited(selector: str, constants: Mapping[str, str]) -> Located:
    """The locator for a selector of which nothing more is known."""
    return locate(Step(id="-", ordinal=1, action="wait", selector=selector), constants)


def _frame(step: Step) -> str | None:
    """The iframe that the element was in, where the selector does not say so."""
    name = step.fingerprint.frame if step.fingerprint else None
    if name is None:
        return None
    for candidate in step.candidates or ():
        first, *rest = parse(candidate).parts
        if rest and isinstance(first, Css) and is_frame(first):
            return first.body
    word = quoted(name)
    return f"iframe[name={word}], iframe[id={word}], iframe[src*={word}]"


class _Placing:
    """Puts one part of a selector behind the other."""

    def __init__(self, constants: Mapping[str, str], fingerprint: Fingerprint | None) -> None:
        self.expression: Expression = PAGE
        self.doubts: list[str] = []
        self._constants = constants
        self._known = fingerprint is not None

    def enter(self, frame: str) -> None:
        self._then("frameLocator", self._text(frame))

    def by_css(self, body: str) -> None:
        """An element by CSS: an iframe itself, not its document."""
        self._then("locator", self._text(body))

    def put(self, part: Part, known: Fingerprint | None) -> None:
        match part:
            case Control(label):
                self._control(label, known)
            case Field(label):
                self._field(label, known)
            case HasText("button" | "link" as tag, label):
                self._has_text(tag, label, known)
            case HasText("label", label):
                self._then("locator", text("label"))
                self._then("filter", hasText=self._text(label))
            case HasText(_, label):
                self._by_text(label, exact=known is not None and _folded(known.text) == _folded(label))
            case TestId(value, "data-testid"):
                self._then("getByTestId", self._text(value))
            case TestId(value, attribute):
                self._then("locator", self._text(f"[{attribute}={quoted(value)}]"))
            case TextPart(body):
                self._text_engine(body)
            case Role(body):
                self._role(parse_role(body))
            case Nth(index):
                self._nth(index)
            case Css(body):
                self._css(body)

    def _then(self, method: str, /, *arguments: Expression, **options: Expression | None) -> None:
        given = {key: value for key, value in options.items() if value is not None}
        self.expression = Call(self.expression, method, arguments, given)

    def _text(self, value: str) -> Text:
        return with_names(value, self._constants)

    def _by_text(self, label: str, *, exact: bool) -> None:
        self._then("getByText", self._text(label), exact=_TRUE if exact else None)

    def _by_role(self, role: str, name: str, *, exact: bool) -> None:
        self._then("getByRole", text(role), name=self._text(name), exact=_TRUE if exact else None)

    # -- what people see -------------------------------------------------------------------------------

    def _control(self, label: str, known: Fingerprint | None) -> None:
        role = known.role if known else None
        if known is None or not (role or known.tag):
            self._either(label)
        elif role in _CLICKED and role:
            self._of_role(role, label, known.name)
        else:
            self._by_text(label, exact=_folded(known.text) == _folded(label))

    def _of_role(self, role: str, label: str, name: str | None) -> None:
        """The element of that role which was called `name` when it answered to `label`."""
        if not name or REFERENCE.search(label):
            self._by_role(role, label, exact=True)
        elif len(name) >= SHORTENED or _folded(name).casefold() == _folded(label).casefold():
            self._by_role(role, label if len(name) >= SHORTENED else name, exact=len(name) < SHORTENED)
        elif _folded(label).casefold() in _folded(name).casefold():
            self._by_role(role, label, exact=False)
        else:
            self._by_role(role, name, exact=True)

    def _either(self, label: str) -> None:
        scope = self.expression
        self._by_role("button", label, exact=False)
        link = Call(scope, "getByRole", (text("link"),), {"name": self._text(label)})
        self._then("or", link)
        self.doubts.append(
            f"control={quoted(label)} has no fingerprint: exported as a button or a link of that name"
        )

    def _field(self, label: str, known: Fingerprint | None) -> None:
        if known is None or not (known.tag or known.role):
            scope = self.expression
            self._then("getByLabel", self._text(label))
            self._then("or", Call(scope, "getByPlaceholder", (self._text(label),)))
            self.doubts.append(
                f"field={quoted(label)} has no fingerprint: exported as a field of that label or placeholder"
            )
        elif known.role and (known.name or REFERENCE.search(label)):
            self._of_role(known.role, label, known.name)
        elif _folded(known.label) and _folded(label).casefold() in _folded(known.label).casefold():
            exact = _folded(known.label) == _folded(label)
            self._then("getByLabel", self._text(label), exact=_TRUE if exact else None)
        elif _folded(known.placeholder) == _folded(label):
            self._then("getByPlaceholder", self._text(label), exact=_TRUE)
        else:
            self._by_markup(label, known)

    def _by_markup(self, label: str, known: Fingerprint) -> None:
        """A field that is told by what stands beside it: only its markup names it to a locator."""
        attributes = (("data-testid", known.test_id), ("id", known.id), ("name", known.name_attr))
        told = next(((name, value) for name, value in attributes if value), None)
        if told and told[0] == "data-testid":
            self._then("getByTestId", self._text(told[1]))
        elif told:
            self._then("locator", self._text(f"{known.tag or ''}[{told[0]}={quoted(told[1])}]"))
        else:
            self._then("getByLabel", self._text(label))
        self.doubts.append(
            f"field={quoted(label)} was found beside that text: exported by "
            + (f"its {told[0]}" if told else "label")
        )

    def _has_text(self, tag: str, label: str, known: Fingerprint | None) -> None:
        same = known is not None and known.role == tag and _folded(known.name) == _folded(label)
        self._by_role(tag, label, exact=same)

    # -- what Playwright says the same way ------------------------------------------------------------

    def _text_engine(self, body: str) -> None:
        pattern = re.fullmatch(r"/(.*)/(\w*)", body, re.DOTALL)
        if pattern:
            self._then("getByText", Pattern(pattern[1], pattern[2]))
        elif body[:1] in "\"'" and body[-1:] == body[0]:
            self._by_text(_ESCAPED.sub(r"\1", body[1:-1]), exact=True)
        else:
            self._by_text(body, exact=False)

    def _role(self, role: RoleSelector) -> None:
        options: dict[str, Expression] = {}
        if role.name is not None and role.operator == "/":
            options["name"] = Pattern(role.name, role.flags)
        elif role.name is not None:
            options["name"] = self._text(role.name)
        if role.operator == "=" and "i" in role.flags and role.name is not None:
            whole = _SPECIAL.sub(lambda found: "\\" + found[0], role.name)
            options["name"] = Pattern(f"^{whole}$", "i")
        elif role.operator == "=" and role.name is not None:
            options["exact"] = _TRUE
        options |= {name: Literal(value) for name, value in role.states.items()}
        self._then("getByRole", text(role.role), **options)

    def _nth(self, index: int) -> None:
        match index:
            case 0:
                self._then("first")
            case -1:
                self._then("last")
            case _:
                self._then("nth", Literal(index))

    def _css(self, body: str) -> None:
        if is_frame(Css(body)):
            self.enter(body)
        elif found := _HAS_TEXT.fullmatch(body):
            self._then("locator", text(found[1]))
            self._then("filter", hasText=self._text(_ESCAPED.sub(r"\1", found[2])))
        else:
            self.by_css(body)


_TRUE: Final = Literal(True)


def _folded(value: str | None) -> str:
    return " ".join((value or "").split())
