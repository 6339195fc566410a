"""The ways to find a part of a selector, best first. Playwright's locators do the finding.

A way's tier says how good its matches are; lower is better. Below 100 a match is strong: the whole name or
text is what was sought. From 100 on it is weak: only part of it is, or the text is no control.
`selectors/grammar.md` is the norm; selectors/probe.js keeps the books.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from playwright.async_api import Locator

from runner.page.selector import Control, Css, Field, HasText, Part, Role, TestId, Text, quoted

WEAK_FROM: Final = 100


@dataclass(frozen=True, slots=True)
class Way:
    """One way to find a part inside a scope.

    `needs` is the kind of element (probe.js lists them) without which nothing can match, `keep` what probe.js
    does with a match. `worded` says that nothing can match unless every word sought is written in the page,
    be it text or attribute. That is not so of exact accessible names: a style sheet can add words to them.
    """

    tier: int
    find: Callable[[Locator], Locator]
    needs: str = ""
    keep: str = "any"
    worded: bool = True


_BUTTONS: Final = "button, input:is([type=submit], [type=button], [type=reset], [type=image]), [role=button]"
_LINKS: Final = "a, [role=link]"

# Roles in the order in which they are preferred. Each is also the name of a kind in probe.js.
_BUTTON: Final = ("button",)
_LINK: Final = ("link",)
_OTHERS: Final = (
    "menuitem",
    "tab",
    "option",
    "checkbox",
    "radio",
    "switch",
    "treeitem",
    "menuitemcheckbox",
    "menuitemradio",
    "combobox",
)
_FIELDS: Final = (
    "textbox",
    "spinbutton",
    "combobox",
    "searchbox",
    "checkbox",
    "radio",
    "slider",
    "switch",
    "listbox",
)
_GROUPS: Final = ("group", "radiogroup")


def ways(part: Part) -> tuple[Way, ...]:
    """All ways to find `part`, best first; none for `nth=`, which only chooses."""
    match part:
        case Control(label):
            return tuple(_control(label))
        case Field(label):
            return tuple(_field(label))
        case HasText("button", label):
            return tuple(_showing(label, _BUTTON, _BUTTONS))
        case HasText("link", label):
            return tuple(_showing(label, _LINK, _LINKS))
        case HasText("label", label):
            return tuple(_showing(label, (), "label"))
        case HasText("text", label):
            return tuple(_text(label, 0, keep="any"))
        case TestId(value, attribute):
            return (_verbatim(f"css=[{attribute}={_css_string(value)}]"),)
        case Text(body):
            return (_verbatim(f"text={body}"),)
        case Role(body):
            return (_verbatim(f"role={body}"),)
        case Css(body):
            return (_verbatim(f"css={body}"),)
        case _:
            return ()


def quick_ways(part: Part) -> tuple[Way, ...]:
    """The ways that nearly always suffice; a probe that tries only these is cheap."""
    match part:
        case Control(label):
            return (*_named(label, _BUTTON, 0, exact=True), *_named(label, _LINK, 1, exact=True))
        case Field(label):
            # A list in its own label is not found by that label's text, which its options are part of.
            return (
                Way(0, _labelled(label, exact=True), keep="field"),
                Way(1, lambda scope: scope.get_by_placeholder(label, exact=True), "placeholder", "field"),
                *_named(label, ("combobox",), 2, exact=True, keep="field"),
            )
        case HasText("button", label):
            return tuple(_named(label, _BUTTON, 0, exact=True))
        case HasText("link", label):
            return tuple(_named(label, _LINK, 0, exact=True))
        case _:
            return ways(part)


def _control(label: str) -> Iterator[Way]:
    full = full_match(label)
    yield from _named(label, _BUTTON, 0, exact=True)
    yield from _named(label, _LINK, 1, exact=True)
    yield from _named(label, _OTHERS, 2, exact=True)
    yield from _named(full, _BUTTON, 3)
    yield from _named(full, _LINK, 4)
    yield from _named(full, _OTHERS, 5)
    yield from _text(label, 50, keep="text{static}")
    # Something of exactly that name which is hidden must keep a mere look-alike from being taken for it.
    yield from _named(full, (*_BUTTON, *_LINK, *_OTHERS), 90, include_hidden=True)
    yield from _named(label, _BUTTON, 100)
    yield from _named(label, _LINK, 101)
    yield from _named(label, _OTHERS, 102)
    yield Way(103, lambda scope: scope.get_by_text(label), keep="text203")


def _text(label: str, tier: int, *, keep: str) -> Iterator[Way]:
    full = full_match(label)
    yield Way(tier, lambda scope: scope.get_by_text(label, exact=True), keep=keep.format(static=200))
    yield Way(tier + 1, lambda scope: scope.get_by_text(full), keep=keep.format(static=201))
    if keep == "any":
        yield Way(tier + 100, lambda scope: scope.get_by_text(label))


def _field(label: str) -> Iterator[Way]:
    full = full_match(label, tail=_LABEL_TAIL)
    yield Way(0, _labelled(label, exact=True), keep="field")
    yield Way(1, lambda scope: scope.get_by_placeholder(label, exact=True), "placeholder", "field")
    yield from _named(label, _FIELDS, 2, exact=True, keep="field")
    yield Way(3, _labelled(full), keep="field")
    yield Way(4, lambda scope: scope.get_by_placeholder(full), "placeholder", "field")
    yield from _named(full, _FIELDS, 5, keep="field")
    yield from _named(full, _GROUPS, 6, keep="inside")
    yield from _named(full, ("radiogroup",), 7, keep="field")
    yield from _named(full, _BUTTON, 8, keep="popup")
    yield Way(100, _labelled(label), keep="field")
    yield Way(101, lambda scope: scope.get_by_placeholder(label), "placeholder", "field")
    yield from _named(label, _FIELDS, 102, keep="field")
    yield Way(200, lambda scope: scope.get_by_text(full), "textbox", "beside")
    yield Way(201, lambda scope: scope, "textbox", "nameless", worded=False)


def _showing(label: str, roles: tuple[str, ...], css: str) -> Iterator[Way]:
    full = full_match(label)
    yield from _named(label, roles, 0, exact=True)
    yield from _named(full, roles, 1)
    yield Way(2, lambda scope: scope.locator(css, has_text=full_match(label, exact=True)))
    yield Way(3, lambda scope: scope.locator(css, has_text=full))
    yield Way(100, lambda scope: scope.locator(css, has_text=label))
    yield from _named(label, roles, 101)


def _named(
    name: str | re.Pattern[str],
    roles: tuple[str, ...],
    tier: int,
    *,
    exact: bool = False,
    include_hidden: bool = False,
    keep: str = "any",
) -> Iterator[Way]:
    for role in roles:
        find = _by_role(role, name, exact=exact, include_hidden=include_hidden)
        yield Way(tier, find, role, keep, worded=not exact)


def _by_role(
    role: str, name: str | re.Pattern[str], *, exact: bool, include_hidden: bool
) -> Callable[[Locator], Locator]:
    # The roles above are all known to Playwright; its type lists them as literals.
    known = cast(Any, role)
    if include_hidden:
        return lambda scope: scope.get_by_role(known, name=name, include_hidden=True)
    return lambda scope: scope.get_by_role(known, name=name, exact=exact)


def _labelled(label: str | re.Pattern[str], *, exact: bool = False) -> Callable[[Locator], Locator]:
    return lambda scope: scope.get_by_label(label, exact=exact)


def _verbatim(text: str) -> Way:
    return Way(0, lambda scope: scope.locator(text), worded=False)


# Forms mark labels: "Email:", "Email *", "Email (required)".
_LABEL_TAIL: Final = r"[\s:：*＊?？]*(?:\((?:required|optional)\))?[\s:：*＊]*"
_SPECIAL: Final = re.compile(r"[\\^$.*+?()[\]{}|/]")


def full_match(label: str, *, exact: bool = False, tail: str = r"\s*") -> re.Pattern[str]:
    """The whole of a text, whitespace folded; without regard to case unless `exact`."""
    words = [_SPECIAL.sub(lambda found: "\\" + found[0], word) for word in label.split()]
    pattern = r"^\s*" + r"\s+".join(words) + tail + "$"
    return re.compile(pattern, 0 if exact else re.IGNORECASE)


def _css_string(text: str) -> str:
    return quoted(text).replace("\n", "\\a ")


def wording(part: Part) -> str:
    """The words that a part seeks by, for a look whether the page has them at all."""
    return part.label if isinstance(part, Control | Field | HasText) else ""
