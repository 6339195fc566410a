"""Playwright's assertions as the three that a TestConfig has: a text, the URL, something visible."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from runner.exchange.draft import CannotSay, Draft
from runner.exchange.playwright.program import Call, Expression, Literal, Name, Pattern, Text
from runner.exchange.playwright.roles import parse_role
from runner.exchange.playwright.selecting import Selected, select, words
from runner.page.absence import Absent
from runner.page.selector import Css, Field, Nth, Part, Role, Selector, TestId, names_frame, parse, quoted

Options = Mapping[str, Expression]
Arguments = tuple[Expression, ...]
Pages = Mapping[str, object]

# What may say that a text is not there.
_GONE: Final = frozenset({"toBeHidden", "notToBeVisible", "toHaveCount"})
_ONLY_TEXTS: Final = "that something is not there can be asserted of a text of the page, or by CSS"
_UNSEEN: Final = "it must not be visible, and may be there unseen"
_FRAMED: Final = "where the page has frames, one that does not show it is enough"
_WHOLE_PAGE: Final = ("body", "html")
_LITERAL: Final = re.compile(r"(?:[^\\^$.*+?()[\]{}|]|\\[^A-Za-z0-9])*")


def assertion(
    draft: Draft,
    place: str,
    about: Arguments,
    name: str,
    arguments: Arguments,
    options: Options,
    pages: Pages,
) -> None:
    """Add what `expect(about).name(arguments)` asserts. Raises CannotSay."""
    subject = about[0] if about else None
    given = _timeout(options)
    if isinstance(subject, Name) and subject.id in pages:
        _about_page(draft, place, name, arguments, given)
        return
    if not isinstance(subject, Call) or name not in _ABOUT_ELEMENT:
        raise CannotSay(f"expect(...).{name}: only a text, the URL and what is visible can be asserted")
    if name == "toBeVisible" and (shown := shown_text(subject, pages)):
        where, text = shown
        draft.see_text(where, text, timeout_ms=given)
        return
    if name in _GONE and (absent := _absent(subject, name, arguments, pages)):
        draft.find(place, "changed", _FRAMED)
        if name == "toHaveCount" and subject.name != "filter":
            draft.find(place, "changed", _UNSEEN)
        draft.see([absent.selector], timeout_ms=given)
        return
    element = select(subject, pages)
    for doubt in element.doubts:
        draft.find(place, "changed", doubt)
    _ABOUT_ELEMENT[name](draft, place, element, arguments, options, given)


def shown_text(subject: Call, pages: Pages) -> tuple[list[str], str] | None:
    """The text that some visible element must have, and the selectors of the iframe that it is in.

    `getByText(...).filter(visible).first`, of the page, for which there are no selectors, or of a frame.
    """
    match subject:
        case Call(
            Call(
                Call(Name() | Call() as where, "getByText", (Text() as text,), options),
                "filter",
                _,
                {"visible": Literal(True)},
            ),
            "first",
        ) if not options and text.plain is not None:
            return _place(where, text.plain, pages)
        case _:
            return None


def _absent(subject: Call, name: str, arguments: Arguments, pages: Pages) -> Absent | None:
    """The text that no visible element may have: `getByText(...)`, with what is labelled so or without."""
    if name == "toHaveCount" and arguments[:1] != (Literal(0),):
        return None
    match subject:
        case Call(Call() as shown, "filter", (), {"visible": Literal(True)}):
            return _absent(shown, "toBeHidden", (), pages)
        case Call(Call() as shown, "or", (Call(Name(), "getByLabel", (label,), {"exact": _}),)):
            found = _absent(shown, "toBeHidden", (), pages)
            return found if found and found.whole and words(label) == found.text else None
        case Call(Name(page), "getByText", (Text() as text,), options) if page in pages and text.plain:
            return Absent(text.plain, whole=options.get("exact") == Literal(True))
        case _:
            return None


def _place(where: Expression, text: str, pages: Pages) -> tuple[list[str], str] | None:
    if isinstance(where, Name):
        return ([], text) if where.id in pages else None
    document = select(where, pages)
    return (document.selectors, text) if all(names_frame(Selector(way)) for way in document.ways) else None


def url_part(sought: Expression) -> tuple[str, bool]:
    """What a URL must contain, and whether that is all that was asked of it. Raises CannotSay."""
    if isinstance(sought, Pattern):
        text, whole = plain_text(sought)
        return text, whole
    text = words(sought)
    glob = text.removeprefix("**").removesuffix("**")
    if "*" in glob:
        raise CannotSay("the URL is given as a pattern")
    return glob, glob != text


def plain_text(pattern: Pattern) -> tuple[str, bool]:
    """The text that a pattern looks for, and whether it is just that. Raises CannotSay."""
    source = pattern.source
    inner = re.sub(
        r"^\^?(\.\*)?", "", re.sub(r"(\.\*)?\$?$", "", source) if not source.endswith("\\$") else source
    )
    if not _LITERAL.fullmatch(inner) or not inner:
        raise CannotSay(f"the pattern /{source}/ is more than a text")
    anchored = re.match(r"\^(?!\.\*)", source) or re.search(r"(?<!\.\*)(?<!\\)\$$", source)
    return re.sub(r"\\(.)", r"\1", inner), not anchored and "i" not in pattern.flags


def _about_page(draft: Draft, place: str, name: str, arguments: Arguments, timeout: float | None) -> None:
    if name not in ("toHaveURL", "toHaveUrl") or not arguments:
        raise CannotSay(f"expect(page).{name}: only the URL can be asserted of a page")
    part, exactly = url_part(arguments[0])
    if not exactly:
        draft.find(place, "changed", "the URL must contain it, not be exactly that")
    draft.see_url(part, timeout_ms=timeout)


def _visible(
    draft: Draft, place: str, element: Selected, arguments: Arguments, options: Options, timeout: float | None
) -> None:
    if options.get("visible") == Literal(False):
        raise CannotSay(_ONLY_TEXTS)
    draft.see(element.selectors, timeout_ms=timeout)


def _there(draft: Draft, place: str, element: Selected, *rest: Any) -> None:
    draft.find(place, "changed", "it must be visible, which is more than attached, and need not be in view")
    draft.see(element.selectors, timeout_ms=rest[-1])


def _containing(
    draft: Draft, place: str, element: Selected, arguments: Arguments, _: Options, timeout: float | None
) -> None:
    _text(draft, place, element, arguments, timeout, exact=False)


def _exactly(
    draft: Draft, place: str, element: Selected, arguments: Arguments, _: Options, timeout: float | None
) -> None:
    _text(draft, place, element, arguments, timeout, exact=True)


def _text(
    draft: Draft, place: str, element: Selected, arguments: Arguments, timeout: float | None, *, exact: bool
) -> None:
    match arguments[:1]:
        case (Pattern() as pattern,):
            said, same = plain_text(pattern)
        case (Text() as text,):
            said, same = words(text), not exact
        case _:
            raise CannotSay("the text that is asserted is not a plain one")
    if not same:
        draft.find(place, "changed", f"it must contain {said!r}, not be exactly that")
    draft.see_text(_without_body(element), said, timeout_ms=timeout)


def _without_body(element: Selected) -> list[str]:
    """The body of a page is the page, and that of an iframe the iframe: nothing need be told of it."""
    *scope, last = element.ways[0]
    if str(Selector((last,))) not in _WHOLE_PAGE or (scope and not names_frame(Selector(tuple(scope)))):
        return element.selectors
    return [str(Selector(tuple(scope)))] if scope else []


def _checked(
    draft: Draft, place: str, element: Selected, _: Arguments, options: Options, timeout: float | None
) -> None:
    state = options.get("checked") != Literal(False)
    part = ticked(element.ways[0][-1], state=state)
    if isinstance(element.ways[0][-1], Field):
        draft.find(
            place, "changed", "taken for a checkbox of that name: the label alone does not say what it is"
        )
    draft.see(Selected(((*element.ways[0][:-1], part),)).selectors, timeout_ms=timeout)


def ticked(part: Part, *, state: bool) -> Part:
    """The element, if it is checked (or not)."""
    told = "true" if state else "false"
    match part:
        case Role(body):
            return Role(f"{body}[checked={told}]")
        case Field(label):
            return Role(f"checkbox[name={quoted(label)} i][checked={told}]")
        case Css(body):
            return Css(f"{body}{':checked' if state else ':not(:checked)'}")
        case TestId(value, attribute):
            return Css(f"[{attribute}={quoted(value)}]{':checked' if state else ':not(:checked)'}")
        case _:
            raise CannotSay("whether it is checked cannot be asserted of an element named so")


def in_state(selectors: Iterable[str], *, state: bool) -> Iterator[str]:
    """The selectors that can say of their element whether it is checked, and do."""
    for selector in selectors:
        *scope, last = parse(selector).parts
        if isinstance(last, Css | TestId | Role):
            yield str(Selector((*scope, ticked(last, state=state))))


def _unchecked(draft: Draft, place: str, element: Selected, *rest: Any) -> None:
    _checked(draft, place, element, (), {"checked": Literal(False)}, rest[-1])


def _enabled(draft: Draft, place: str, element: Selected, *rest: Any) -> None:
    _in_state(draft, element, "disabled", False, rest[-1])


def _disabled(draft: Draft, place: str, element: Selected, *rest: Any) -> None:
    _in_state(draft, element, "disabled", True, rest[-1])


def _in_state(draft: Draft, element: Selected, state: str, wanted: bool, timeout: float | None) -> None:
    part = element.ways[0][-1]
    if not isinstance(part, Role):
        raise CannotSay(f"whether it is {state} cannot be asserted of an element named so")
    body = str(parse_role(f"{part.body}[{state}={str(wanted).lower()}]"))
    draft.see(Selected(((*element.ways[0][:-1], Role(body)),)).selectors, timeout_ms=timeout)


def _counted(
    draft: Draft, place: str, element: Selected, arguments: Arguments, _: Options, timeout: float | None
) -> None:
    match arguments:
        case (Literal(1), *_):
            draft.see(element.selectors, timeout_ms=timeout)
        case (Literal(int() as count), *_) if count > 1:
            last = Selected(((*element.ways[0], Nth(count - 1)),))
            draft.see(last.selectors, timeout_ms=timeout)
        case (Literal(0), *_):
            draft.find(place, "changed", _UNSEEN)
            _gone(draft, place, element, timeout)
            return
        case _:
            raise CannotSay("how many there must be is computed")
    draft.find(place, "changed", "there must be that many, and there may be more")


def _timeout(options: Options) -> float | None:
    given = options.get("timeout")
    return given.value if isinstance(given, Literal) and isinstance(given.value, int | float) else None


def _gone(draft: Draft, place: str, element: Selected, *rest: Any) -> None:
    """The page without it is there: as CSS can say it."""
    match element.ways[0]:
        case (Css() | TestId() as part,) if "," not in str(Selector((part,))):
            draft.find(place, "changed", _FRAMED)
            draft.see([f"body:not(:has({Selector((part,))}:visible))"], timeout_ms=rest[-1])
        case _:
            raise CannotSay(_ONLY_TEXTS)


_ABOUT_ELEMENT: Final[Mapping[str, Callable[..., None]]] = {
    "toBeVisible": _visible,
    "toBeAttached": _there,
    "toBeInViewport": _there,
    "toContainText": _containing,
    "toHaveText": _exactly,
    "toHaveValue": _exactly,
    "toBeChecked": _checked,
    "notToBeChecked": _unchecked,
    "toBeEnabled": _enabled,
    "toBeDisabled": _disabled,
    "notToBeDisabled": _enabled,
    "notToBeEnabled": _disabled,
    "toHaveCount": _counted,
    "toBeHidden": _gone,
    "notToBeVisible": _gone,
}
