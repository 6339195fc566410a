"""Choosing options: native selects, ARIA listboxes, comboboxes and menus, and lists that look like them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, Literal

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Locator
from rapidfuzz import fuzz, process

from runner.assets import script
from runner.contract.config import StepValue
from runner.contract.errors import ActionFailed
from runner.page.clock import Deadline
from runner.page.resolve import Found
from runner.page.session import Session
from runner.page.values import as_list

Role = Literal[
    "option", "menuitem", "menuitemradio", "menuitemcheckbox", "treeitem", "radio", "tab", "gridcell"
]

# What a container of each role holds; anything else is taken for what opens such a container.
_HELD: Final[dict[str, tuple[Role, ...]]] = {
    "listbox": ("option",),
    "menu": ("menuitem", "menuitemradio", "menuitemcheckbox"),
    "menubar": ("menuitem", "menuitemradio", "menuitemcheckbox"),
    "radiogroup": ("radio",),
    "tree": ("treeitem",),
    "tablist": ("tab",),
    "grid": ("gridcell",),
}
_OPENED: Final[tuple[Role, ...]] = (
    "option",
    "menuitem",
    "menuitemradio",
    "menuitemcheckbox",
    "treeitem",
    "gridcell",
)

LOOK_EVERY_S: Final = 0.05
TYPE_AFTER_MS: Final = 400
LOOSE_AFTER_MS: Final = 250
MAX_SCROLLS: Final = 60

_SCROLL: Final = """async option => {
  for (let box = option.parentElement; box; box = box.parentElement) {
    if (box.scrollHeight <= box.clientHeight + 1 || getComputedStyle(box).overflowY === 'visible') continue;
    const before = box.scrollTop;
    box.scrollTop += Math.max(20, box.clientHeight * 0.8);
    // The page draws what has come into view one frame later.
    await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    return box.scrollTop > before;
  }
  return false;
}"""


async def choose(
    session: Session, found: Found, value: StepValue | None, deadline: Deadline
) -> dict[str, Any]:
    """Choose the option or options that `value` names; returns facts for the event.

    Raises ActionFailed that lists the options there are.
    """
    wanted = [text for text in as_list(value) if text]
    if not wanted:
        raise ActionFailed("No option was named to select.", remedy="Give the option's label as the value.")
    tag = found.facts.get("tag") or await found.locator.evaluate(
        "element => element.localName", timeout=deadline.try_ms
    )
    if tag == "select":
        return await _choose_native(found, wanted, deadline)
    widget = await _opened_by(found)
    for text in wanted:
        await _choose_one(session, widget, text, deadline, several=len(wanted) > 1)
    if len(wanted) > 1 and await _expanded(widget.trigger):
        await widget.trigger.press("Escape", timeout=deadline.try_ms)
    return {"chosen": wanted}


async def _choose_native(found: Found, wanted: Sequence[str], deadline: Deadline) -> dict[str, Any]:
    # A select that a script has dressed up is itself hidden; it takes its value all the same.
    hidden = found.facts.get("visible") is False
    if labels := _plainly_meant(
        found.facts.get("options"), wanted, several=bool(found.facts.get("multiple"))
    ):
        await found.locator.select_option(label=labels, timeout=deadline.try_ms, force=hidden)
        return {"chosen": labels}
    while True:
        told = await found.locator.evaluate(script("options"), list(wanted), timeout=deadline.try_ms)
        if (None not in told["picks"] and not told["disabled"]) or deadline.over:
            break
        await asyncio.sleep(LOOK_EVERY_S)
    if len(wanted) > 1 and not told["multiple"]:
        raise ActionFailed("This list takes one option, several were named.", remedy="Name one option.")
    if None in told["picks"]:
        missing = [text for text, pick in zip(wanted, told["picks"], strict=True) if pick is None]
        raise _no_option(missing[0], told["options"])
    if told["disabled"]:
        raise ActionFailed(
            f"The option {told['disabled'][0]!r} is disabled.", remedy="Choose one that is enabled."
        )
    await found.locator.select_option(index=told["picks"], timeout=deadline.try_ms, force=hidden)
    return {
        "chosen": [told["options"][pick] if pick < len(told["options"]) else None for pick in told["picks"]]
    }


def _plainly_meant(
    options: Sequence[tuple[str, str, str, bool]] | None, wanted: Sequence[str], *, several: bool
) -> list[str]:
    """The wanted labels, if the look that found the list has shown each of them once and enabled; else none.

    This is the usual case, and spares it another look.
    """
    labels = [label for label, _, _, off in options or () if not off]
    once = all(labels.count(text) == 1 for text in wanted)
    return list(wanted) if once and (several or len(wanted) == 1) else []


@dataclass(frozen=True, slots=True)
class _Widget:
    """A thing to choose from: what opens it (or is it), where its options may stand, and their roles."""

    trigger: Locator
    frame: Frame
    scopes: tuple[Locator | Frame, ...]
    roles: tuple[Role, ...]
    container: bool
    typed: bool


async def _opened_by(found: Found) -> _Widget:
    told = await found.locator.evaluate(
        """element => {
          const inner = element.matches('input, textarea, [role=combobox], [aria-haspopup]') ? element
            : element.querySelector('[role=combobox], [aria-haspopup], input:not([type=hidden])') ?? element;
          return {role: element.getAttribute('role'), inner: inner !== element,
            controls: inner.getAttribute('aria-controls') || inner.getAttribute('aria-owns') || '',
            typed: (inner.matches('input, textarea') && !inner.readOnly) || inner.isContentEditable};
        }"""
    )
    trigger = found.locator
    if told["inner"] and told["role"] not in _HELD:
        trigger = found.locator.locator("[role=combobox], [aria-haspopup], input:not([type=hidden])").first
    controlled = [found.frame.locator(f'[id="{name}"]') for name in told["controls"].split()]
    container = told["role"] in _HELD
    scopes: tuple[Locator | Frame, ...] = (
        (found.locator,) if container else (*controlled, found.locator, found.frame)
    )
    return _Widget(
        trigger, found.frame, scopes, _HELD.get(told["role"], _OPENED), container, bool(told["typed"])
    )


async def _choose_one(
    session: Session, widget: _Widget, text: str, deadline: Deadline, *, several: bool
) -> None:
    option = (
        await _find(widget, text, deadline.within(1))
        if widget.container or await _expanded(widget.trigger)
        else None
    )
    if option is None and not widget.container:
        await _open(widget, deadline)
    if option is None:
        option = await _find(widget, text, deadline.within(TYPE_AFTER_MS))
    if option is None and widget.typed:
        await widget.trigger.fill(text, timeout=deadline.try_ms)
        option = await _find(widget, text, deadline)
    if option is None:
        option = await _find_scrolling(widget, text, deadline) or await _find(widget, text, deadline)
    if option is None:
        raise _no_option(text, await _names(widget))
    if several and await option.get_attribute("aria-selected", timeout=deadline.try_ms) == "true":
        return
    await option.click(timeout=deadline.try_ms)


async def _expanded(trigger: Locator) -> bool:
    return bool(await trigger.evaluate("element => element.getAttribute('aria-expanded') === 'true'"))


async def _open(widget: _Widget, deadline: Deadline) -> None:
    if not await _expanded(widget.trigger):
        await widget.trigger.click(timeout=deadline.try_ms)


async def _find(widget: _Widget, text: str, deadline: Deadline) -> Locator | None:
    """The option named so, waited for until the deadline. Inexact matches count only after a while."""
    loose_from = Deadline.after(min(LOOSE_AFTER_MS, deadline.span_ms / 2))
    while True:
        if option := await _look(widget, text, exact=True):
            return option
        if loose_from.over and (option := await _look(widget, text, exact=False)):
            return option
        if deadline.over:
            return None
        await asyncio.sleep(LOOK_EVERY_S)


async def _look(widget: _Widget, text: str, *, exact: bool) -> Locator | None:
    for scope in widget.scopes:
        options = _options(scope, widget.roles, text, exact=exact)
        count = await options.count()
        if count > 1:
            raise _several(text, await options.all_inner_texts())
        if count == 1:
            return options
    return None if not exact else await _look_alike(widget, text)


async def _look_alike(widget: _Widget, text: str) -> Locator | None:
    """A list item that has no role of its own but reads exactly so."""
    items = widget.frame.locator("li, [class*=option i], [class*=item i]").filter(visible=True)
    alike = items.and_(widget.frame.get_by_text(text, exact=True))
    return alike if await alike.count() == 1 else None


def _options(scope: Locator | Frame, roles: Sequence[Role], text: str, *, exact: bool) -> Locator:
    each = [scope.get_by_role(role, name=text, exact=exact) for role in roles]
    return reduce(lambda some, more: some.or_(more), each).filter(visible=True)


async def _find_scrolling(widget: _Widget, text: str, deadline: Deadline) -> Locator | None:
    """Scroll a long list that draws only the part in view, from where it stands to its end."""
    for _ in range(MAX_SCROLLS):
        shown = await _all_options(widget)
        if shown is None or deadline.over or not await shown.last.evaluate(_SCROLL):
            return None
        if option := await _look(widget, text, exact=True):
            return option
    return None


async def _all_options(widget: _Widget) -> Locator | None:
    for scope in widget.scopes:
        every = reduce(lambda some, more: some.or_(more), [scope.get_by_role(role) for role in widget.roles])
        shown = every.filter(visible=True)
        if await shown.count():
            return shown
    return None


async def _names(widget: _Widget) -> list[str]:
    try:
        shown = await _all_options(widget)
        return [] if shown is None else [" ".join(text.split()) for text in await shown.all_inner_texts()]
    except PlaywrightError:
        # Only evidence for a failure that is told anyway.
        return []


def _no_option(text: str, options: Sequence[str]) -> ActionFailed:
    there = [option for option in options if option]
    near = [match[0] for match in process.extract(text, there, scorer=fuzz.WRatio, limit=3, score_cutoff=75)]
    hint = f"Did you mean {' or '.join(repr(name) for name in near)}? " if near else ""
    listed = ", ".join(repr(option) for option in there[:12]) + (", …" if len(there) > 12 else "")
    return ActionFailed(
        f"There is no option {text!r}.",
        remedy=f"{hint}The options are {listed}."
        if there
        else "No options are shown; does something else open the list?",
        sought=text,
        options=there[:60],
    )


def _several(text: str, names: Sequence[str]) -> ActionFailed:
    listed = ", ".join(repr(" ".join(name.split())) for name in names[:8])
    return ActionFailed(
        f"Several options answer to {text!r}: {listed}.", remedy="Give the option's whole label.", sought=text
    )
