"""So many of a thing: counted up with its plus, written into its field, or added one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from runner.page.observe import Observation
from runner.record.prompt.grounding.comparing import alike
from runner.record.prompt.grounding.matching import decided, ground
from runner.record.prompt.grounding.names import folded
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.serving.filling import put
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck
from runner.record.prompt.serving.seeking import absent, seek_any
from runner.record.prompt.serving.service import Service, click
from runner.record.prompt.serving.sliding import LESS, MORE, signed, stepper_of, stepping
from runner.record.prompt.serving.undecided import ambiguous

# What adds one of a thing and no more: what orders it at once is never clicked several times.
_ADDS: Final = frozenset((
    "add", "add one", "add item", "add to cart", "add to basket", "add to bag",
    "add to order", "add to list"
))  # fmt: skip
_LEVELS: Final = 4
_MOST: Final = 20  # clicks: more of a thing than that needs a field


def amounting(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Take so many of one thing, or of each."""
    target = intent.target or Target()
    if target.quantifier != "all":
        return (yield from _taken(now, target, intent, service))
    names = _names(now.seen, target)
    if not names:
        raise absent(now.seen, target)
    for name in names:
        now = yield from _taken(now, Target(name=name, quoted=True, wording=target.wording), intent, service)
    return now


def _names(seen: Observation, target: Target) -> list[str]:
    """What each of the things alike is called: the first text in it."""
    firsts = (
        next((seen.text_of(at) for at in seen.descendants(each) if seen.text_of(at)), "")
        for each in alike(seen, target.name)
    )
    return [name for name in firsts if name]


def _taken(now: Moment, target: Target, intent: Intent, service: Service) -> Procedure:
    wanted = intent.value.text if intent.value else "1"
    _, now = yield from seek_any(now, target, "see", intent.part)
    if (stepper := stepper_of(now.seen, target)) is not None:
        now = yield from stepping(now, stepper, target, wanted, intent)
        adds = _add_button(now.seen, target)
        return now if adds is None else (yield from click(now, adds, intent))
    holders = _holders(now.seen, target)
    for holder in holders:
        field = _amount_field(now.seen, holder)
        if field is not None:
            inner = replace(intent, options={**intent.options, "goes on": "yes"})
            now = yield from put(now, field, inner, Value(wanted, True), service)
            adds = _add_button(now.seen, target)
            return now if adds is None else (yield from click(now, adds, intent))
    return (yield from _one_by_one(now, target, int(wanted), intent))


def _one_by_one(now: Moment, target: Target, wanted: int, intent: Intent) -> Procedure:
    """Click what adds one of it as often as is wanted."""
    if wanted > _MOST:
        raise Stuck(f"{wanted} of them would be as many clicks", (), "name the field for the quantity")
    for _ in range(wanted):
        control = next(
            (at for level in range(_LEVELS) if (at := _adding(now.seen, target, level)) is not None), None
        )
        if control is None:
            reason = f"there is nothing to say how many of {target.name!r} are wanted"
            raise Stuck(reason, (), "say what to click")
        now = yield from click(now, control, intent)
    return now


def _holders(seen: Observation, target: Target) -> list[int]:
    """The thing itself and what it lies in, the innermost first."""
    found = decided(seen, ground(seen, target, "see"))
    if len(found) > 1:
        raise ambiguous(seen, target, found)
    return [found[0].index, *list(seen.ancestors(found[0].index))[: _LEVELS - 1]] if found else []


def _amount_field(seen: Observation, holder: int) -> int | None:
    """The only field in a thing, where that takes numbers."""
    fields = [
        at for at in seen.descendants(holder) if seen.nodes[at].role in ("textbox", "spinbutton", "combobox")
    ]
    takes = [at for at in fields if seen.nodes[at].role == "spinbutton" or _numbered(seen, at)]
    return takes[0] if len(fields) == len(takes) == 1 else None


def _numbered(seen: Observation, index: int) -> bool:
    node = seen.nodes[index]
    options: Sequence[object] = node.attributes.get("options", ())
    return (node.value or "").isdecimal() or (
        bool(options) and all(str(each).isdecimal() for each in options)
    )


def _add_button(seen: Observation, target: Target) -> int | None:
    """The button in the thing that takes the number that was set; a plus only counts it up."""
    for holder in _holders(seen, target):
        below = list(seen.descendants(holder))
        more = signed(seen, below, MORE)
        if len(more) > 1:
            return None  # beyond the thing itself
        signs = {*signed(seen, below, LESS), *more}
        buttons = [at for at in below if seen.nodes[at].role == "button" and at not in signs]
        if len(buttons) == 1:
            return buttons[0] if _adds(seen, buttons[0]) else None
        if buttons:
            return None
    return None


def _adding(seen: Observation, target: Target, level: int) -> int | None:
    """What adds one of the thing, in the part of the page so many levels around its name."""
    holders = _holders(seen, target)
    if level >= len(holders):
        return None
    below = tuple(seen.descendants(holders[level]))
    more = signed(seen, below, MORE)
    if len(more) == 1:
        return more[0]
    named = [at for at in below if _adds(seen, at)] if not more else []
    return named[0] if len(named) == 1 else None


def _adds(seen: Observation, index: int) -> bool:
    node = seen.nodes[index]
    return bool(node.ref) and node.role == "button" and folded(node.name or seen.text_of(index)) in _ADDS
