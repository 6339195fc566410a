"""From Playwright's locators to our selectors: first what finds the same, then other words for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from runner.contract.config import Fingerprint
from runner.exchange.draft import CannotSay
from runner.exchange.playwright.program import Call, Expression, Items, Literal, Name, Pattern, Text
from runner.exchange.playwright.roles import RoleSelector, State
from runner.exchange.xpath import css_of
from runner.page.selector import (
    Control,
    Css,
    Field,
    HasText,
    Nth,
    Part,
    Role,
    Selector,
    SelectorSyntaxError,
    TestId,
    is_frame,
    parse,
    quoted,
)
from runner.page.selector import Text as TextPart

FIELDS: Final = frozenset(
    {"textbox", "searchbox", "spinbutton", "combobox", "listbox", "slider", "checkbox", "radio", "switch"}
)
_TICKED: Final = frozenset({"checkbox", "radio", "switch"})
CONTROLS: Final = frozenset({"button", "link", "menuitem", "tab", "option", "treeitem"})
# What a role without a name is in markup, for what only CSS can say of it.
_MARKUP: Final = {
    "listitem": "li",
    "row": "tr",
    "article": "article",
    "list": "ul",
    "form": "form",
    "navigation": "nav",
    "cell": "td",
    "dialog": "dialog",
}
_STATES: Final = frozenset(
    {"checked", "disabled", "expanded", "pressed", "selected", "level", "includeHidden"}
)
Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Selected:
    """Selectors for an element, best first, what is not the same about them, and what the element is."""

    ways: tuple[Parts, ...]
    doubts: tuple[str, ...] = ()
    role: str | None = None
    name: str | None = None

    @property
    def selectors(self) -> list[str]:
        """As they are written."""
        return [str(Selector(parts)) for parts in self.ways]

    def then(self, *ways: Part | Parts) -> Selected:
        """Each way, inside what was found first."""
        scope = self.ways[0] if self.ways else ()
        inner = [way if isinstance(way, tuple) else (way,) for way in ways]
        return Selected(tuple((*scope, *way) for way in inner), self.doubts)

    @property
    def fingerprint(self) -> Fingerprint | None:
        """What the locator says of the element itself, where that is enough to know it by.

        A textbox may be a password or a date, which a fingerprint would tell apart: of it nothing is said.
        """
        return Fingerprint(role=self.role, name=self.name) if self.role in _TICKED else None

    def last(self, change: Callable[[Part], Part]) -> Selected:
        """What was found first, its last part changed."""
        scope = self.ways[0]
        return replace(self, ways=((*scope[:-1], change(scope[-1])),))


def select(expression: Expression, pages: Mapping[str, object]) -> Selected:
    """The selectors for a locator; raises CannotSay."""
    match expression:
        case Name(name) if name in pages:
            return Selected(((),))
        case Call(owner, name, arguments, options) if owner is not None and name in _METHODS:
            return _METHODS[name](select(owner, pages), arguments, options, pages)
        case Call(_, name):
            raise CannotSay(f"the locator {name}() has no counterpart")
        case _:
            raise CannotSay("what it is done to is not written as a locator")


Arguments = tuple[Expression, ...]
Options = Mapping[str, Expression]
Pages = Mapping[str, object]
Method = Callable[[Selected, Arguments, Options, Pages], Selected]


def words(expression: Expression | None) -> str:
    """A string, names in it as `{{NAME}}`; raises CannotSay for what is none."""
    if isinstance(expression, Text) and expression.plain is not None:
        return expression.plain
    raise CannotSay("a value in it is computed, and not known before it runs")


def first(arguments: Arguments) -> Expression:
    """The first argument; raises CannotSay where there is none."""
    if not arguments:
        raise CannotSay("it is given nothing")
    return arguments[0]


def _exact(options: Options) -> bool:
    return options.get("exact") == Literal(True)


# -- by what people see -----------------------------------------------------------------------------------


def _role(found: Selected, arguments: Arguments, options: Options, _: Pages) -> Selected:
    role, name = words(first(arguments)), options.get("name")
    states: dict[str, State] = {
        key: value.value
        for key, value in options.items()
        if key in _STATES and isinstance(value, Literal) and isinstance(value.value, int)
    }
    if name is None:
        return replace(found.then(Role(str(RoleSelector(role, states=states)))), role=role)
    if isinstance(name, Pattern):
        pattern = RoleSelector(role, name.source, "/", name.flags, states)
        return replace(found.then(Role(str(pattern))), role=role)
    label, exact = words(name), _exact(options)
    said = RoleSelector(role, label, "=" if exact else "*=", "" if exact else "i", states)
    ways: list[Part] = [Role(str(said))]
    if not states and not exact and role == "button":
        ways = [HasText("button", label)]
    elif not states and not exact and role == "link":
        ways = [HasText("link", label)]
    if role in CONTROLS and not states:
        ways.append(Control(label))
    elif role in FIELDS and not states:
        ways.append(Field(label))
    return replace(found.then(*ways), role=role, name=label if exact and "{{" not in label else None)


def _label(found: Selected, arguments: Arguments, options: Options, _: Pages) -> Selected:
    label = first(arguments)
    if isinstance(label, Pattern):
        raise CannotSay("a label cannot be given as a pattern")
    said = words(label)
    # getByLabel also finds what is no field, by its aria-label.
    return found.then(Field(said), _attribute("aria-label", said, exact=_exact(options)))


def _by_attribute(attribute: str) -> Method:
    def method(found: Selected, arguments: Arguments, options: Options, _: Pages) -> Selected:
        sought = first(arguments)
        if isinstance(sought, Pattern):
            raise CannotSay(f"the attribute {attribute} cannot be given as a pattern")
        said = words(sought)
        ways: list[Part] = [_attribute(attribute, said, exact=_exact(options))]
        if attribute == "placeholder":
            ways.append(Field(said))
        return found.then(*ways)

    return method


def _attribute(attribute: str, value: str, *, exact: bool) -> Css:
    return Css(f"[{attribute}={quoted(value)}]" if exact else f"[{attribute}*={quoted(value)} i]")


def _test_id(found: Selected, arguments: Arguments, _: Options, __: Pages) -> Selected:
    sought = first(arguments)
    if isinstance(sought, Pattern):
        raise CannotSay("a test id cannot be given as a pattern")
    return found.then(TestId(words(sought)))


def _text(found: Selected, arguments: Arguments, options: Options, _: Pages) -> Selected:
    sought = first(arguments)
    if isinstance(sought, Pattern):
        return found.then(TextPart(f"/{sought.source}/{sought.flags}"))
    said = words(sought)
    if _exact(options):
        return found.then(TextPart(quoted(said)))
    return found.then(_bare_text(said))


def _bare_text(said: str) -> Part:
    """Text in part, without regard to case. What a bare body cannot hold is a text of that kind, too."""
    body = " ".join(said.split())
    if ">>" in body or body[:1] in "\"'/" or not body:
        return HasText("text", said)
    return TextPart(body)


# -- by markup, and narrowed down -----------------------------------------------------------------------


def _locator(found: Selected, arguments: Arguments, options: Options, pages: Pages) -> Selected:
    sought = first(arguments)
    inner = select(sought, pages) if isinstance(sought, Call) else Selected((_parts(words(sought)),))
    located = replace(found.then(*inner.ways), role=inner.role, name=inner.name)
    narrowing = {key: value for key, value in options.items() if key in ("hasText", "has")}
    return _filter(located, (), narrowing, pages) if narrowing else located


def parts_of(selector: str) -> Parts:
    """A selector of Playwright's as parts of ours; raises CannotSay."""
    return _parts(selector)


def _parts(selector: str) -> Parts:
    plain = selector.strip()
    if plain.startswith(("xpath=", "/", "(/", "..")):
        return parse(css_of(plain.removeprefix("xpath="))).parts
    if engine := re.match(r"(id|data-testid|data-test-id|data-test)=", plain):
        return parse(f"[{engine[1]}={quoted(plain[engine.end() :])}]").parts
    try:
        return parse(plain).parts
    except SelectorSyntaxError as error:
        raise CannotSay(f"the selector {selector!r} has no counterpart") from error


def _frame(found: Selected, arguments: Arguments, _: Options, __: Pages) -> Selected:
    """An iframe; what is said of it without its tag gets that, too."""
    named = _parts(words(first(arguments)))
    match named:
        case (*scope, Css(body)) if body[:1] in ("#", ".", "[", ":") and not is_frame(Css(body)):
            bare = re.search(r"""[\s>+~,](?=([^"']*["'][^"']*["'])*[^"']*$)""", body)
            return found.then((*scope, Css(body if bare else f"iframe{body}")))
        case (*scope, TestId(value, attribute)):
            return found.then((*scope, Css(f"iframe[{attribute}={quoted(value)}]")))
        case _:
            return found.then(named)


def _same(found: Selected, _: Arguments, __: Options, ___: Pages) -> Selected:
    return found


def _filter(found: Selected, _: Arguments, options: Options, pages: Pages) -> Selected:
    for name, value in options.items():
        match name:
            case "hasText" if isinstance(value, Pattern):
                raise CannotSay("a text to filter by cannot be given as a pattern")
            case "hasText":
                text = words(value)
                found = found.last(lambda part, text=text: _with_text(part, text))  # type: ignore[misc]
            case "has":
                found = _having(found, value, pages)
            case "visible" if value == Literal(True):
                continue
            case _:
                raise CannotSay(f"filter({name}) has no counterpart")
    return found


def _with_text(part: Part, text: str) -> Part:
    match part:
        case Css(body):
            return Css(f"{body}:has-text({quoted(text)})")
        case TestId(value, attribute):
            return Css(f"[{attribute}={quoted(value)}]:has-text({quoted(text)})")
        case Role("button" | "link" as tag):
            return HasText(tag, text)
        case Role(body) if body in _MARKUP:
            return Css(f":is({_MARKUP[body]}, [role={quoted(body)}]):has-text({quoted(text)})")
        case Role(body) if re.fullmatch(r"\w+", body):
            return Css(f"[role={quoted(body)}]:has-text({quoted(text)})")
        case _:
            raise CannotSay("what it filters by text cannot be filtered so here")


def _having(found: Selected, inner: Expression, pages: Pages) -> Selected:
    """`has`: an element inside. CSS can say it of CSS; of a text it is nearly what `hasText` says."""
    part = select(inner, pages).ways[0][-1]
    match part:
        case Css(body) if isinstance(found.ways[0][-1], Css):
            return found.last(
                lambda outer: Css(f"{outer.body}:has({body})") if isinstance(outer, Css) else outer
            )
        case TextPart(text) if not text.startswith("/"):
            told = found.last(lambda outer: _with_text(outer, text.strip("\"'")))
        case Role(body) if name := re.search(r'\[name\*?="((?:[^"\\]|\\.)*)"', body):
            told = found.last(lambda outer: _with_text(outer, name[1]))
        case HasText(_, label):
            told = found.last(lambda outer: _with_text(outer, label))
        case _:
            raise CannotSay("filter(has) of such an element has no counterpart")
    return replace(told, doubts=(*told.doubts, "filter(has) became a text that the element has in it"))


def _nth(found: Selected, arguments: Arguments, _: Options, __: Pages) -> Selected:
    match arguments:
        case (Literal(int() as index),):
            return replace(found, ways=((*found.ways[0], Nth(index)),))
        case _:
            raise CannotSay("which of several is meant is computed")


def _at(index: int) -> Method:
    def method(found: Selected, _: Arguments, __: Options, ___: Pages) -> Selected:
        return replace(found, ways=((*found.ways[0], Nth(index)),))

    return method


def _or(found: Selected, arguments: Arguments, _: Options, pages: Pages) -> Selected:
    other = select(first(arguments), pages)
    ways = (found.ways[0], *other.ways[:1], *found.ways[1:], *other.ways[1:])
    match ways[0], ways[1]:
        case ((*scope, HasText("button", one)), (*_, HasText("link", two))) if one == two:
            return Selected(((*scope, Control(one)),), found.doubts)
        case ((*scope, Field(one)), (*_, Css(body))) if (
            body == _attribute("placeholder", one, exact=False).body
        ):
            return Selected(((*scope, Field(one)),), found.doubts)
        case _:
            return Selected(tuple(dict.fromkeys(ways)), found.doubts)


_METHODS: Final[Mapping[str, Method]] = {
    "getByRole": _role,
    "getByLabel": _label,
    "getByText": _text,
    "getByTestId": _test_id,
    "getByPlaceholder": _by_attribute("placeholder"),
    "getByAltText": _by_attribute("alt"),
    "getByTitle": _by_attribute("title"),
    "locator": _locator,
    "frameLocator": _frame,
    "contentFrame": _same,
    "owner": _same,
    "filter": _filter,
    "nth": _nth,
    "first": _at(0),
    "last": _at(-1),
    "or": _or,
}


def items(expression: Expression | None) -> list[str]:
    """One string or several; raises CannotSay."""
    if isinstance(expression, Items):
        return [words(item) for item in expression.items]
    return [words(expression)]
