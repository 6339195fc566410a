"""Procedures for sliders and steppers that are no input: moved until they show the value."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from typing import Final

from runner.page.observe import Node, Observation
from runner.record.plan import Act, Decision
from runner.record.prompt.grounding.matching import anchors_of
from runner.record.prompt.grounding.names import folded, words
from runner.record.prompt.language.intent import Intent, Target
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, do

_NUMBER: Final = re.compile(r"^[^\d-]{0,3}(-?\d+(?:\.\d+)?)\s*[^\d]{0,3}$")
_PRESSES: Final = 120
_FAR: Final = 8.0  # from here on a page key may save presses


def handles(seen: Observation) -> list[int]:
    """Sliders that are no input, in reading order: by role, else by what their class says."""
    return [index for index, node in enumerate(seen.nodes) if node.ref and _handle(node)]


def _handle(node: Node) -> bool:
    if node.tag == "input":
        return False
    grip = {"handle", "thumb", "knob", "grip"} & set(node.hints)
    return node.role == "slider" or bool(grip and "slider" in node.hints and node.attributes.get("widget"))


def sliding(now: Moment, index: int, text: str, intent: Intent) -> Procedure:
    """Press arrow keys on a slider until it shows `text`, a number."""
    ref = now.node(index).ref
    try:
        wanted = float(text.strip().rstrip("%"))
    except ValueError:
        raise Stuck(f"{text!r} is no number a slider could be set to") from None
    shown = _shown(now.seen, index)
    leap = 0.0  # how far a page key goes, once that is known
    for presses in range(_PRESSES):
        if shown == wanted:
            return now
        far = shown is not None and presses and abs(wanted - shown) > max(leap, _FAR)
        upward = shown is None or shown < wanted
        if far and leap >= 0:
            now, after, leap = yield from _leapt(now, ref, shown or 0.0, intent, upward=upward)
            shown = shown if after is None else after
            continue
        key = "ArrowRight" if upward else "ArrowLeft"
        now = yield from do(now, Act("press", ref=ref, value=key, intent=intent.part))
        again = now.seen.by_ref.get(ref)
        if again is None:
            break
        after = _shown(now.seen, again)
        if after is None or after == shown:
            raise Stuck(
                f"the slider stays at {shown}, or does not show its value", (), "say which keys to press"
            )
        if shown is not None and (shown - wanted) * (after - wanted) < 0:
            raise Stuck(f"the slider goes from {shown:g} to {after:g}; it has no {wanted:g}")
        shown = after
    raise Stuck(f"the slider did not get to {wanted:g}")


def _leapt(
    now: Moment, ref: str, shown: float, intent: Intent, *, upward: bool
) -> Generator[Decision, Moment, tuple[Moment, float | None, float]]:
    """Press a page key; how far it went, -1 where it does nothing here."""
    key = "PageUp" if upward else "PageDown"
    now = yield from do(now, Act("press", ref=ref, value=key, intent=intent.part))
    index = now.seen.by_ref.get(ref)
    after = _shown(now.seen, index) if index is not None else None
    if after is None or after == shown or (after > shown) != upward:
        return now, after, -1.0
    return now, after, abs(after - shown)


def _shown(seen: Observation, index: int) -> float | None:
    """The slider's value: its own, else the number that stands in or right after it."""
    node = seen.nodes[index]
    if node.value and (own := _NUMBER.match(node.value)):
        return float(own[1])
    parent = node.parent
    around = list(range(index + 1, min(index + 4, len(seen.nodes)))) + (
        [parent] if parent is not None else []
    )
    for at in around:
        text = seen.nodes[at].text or seen.nodes[at].value or ""
        if found := _NUMBER.match(text.strip()):
            return float(found[1])
    return None


def stepper_of(seen: Observation, target: Target) -> tuple[int, int, int] | None:
    """A number between a minus and a plus, labelled as the target says: (number, minus, plus)."""
    names = [target.name, target.name.removeprefix("number of ").removeprefix("amount of ")]
    if target.place is not None and folded(target.name) in _AMOUNTS:  # "the quantity of tea"
        names = [target.place.target.name]
    for name in dict.fromkeys(filter(None, names)):
        for anchor in anchors_of(seen, Target(name=name)):
            for holder in (anchor.index, *list(seen.ancestors(anchor.index))[:3]):
                below = list(seen.descendants(holder))
                less, more = signed(seen, below, LESS), signed(seen, below, MORE)
                shown = [at for at in below if re.fullmatch(r"-?\d+", seen.text_of(at).strip())]
                shown = [at for at in shown if not seen.children[at] and at not in (*less, *more)]
                if len(less) == len(more) == len(shown) == 1:
                    return shown[0], less[0], more[0]
    return None


def signed(seen: Observation, among: Sequence[int], signs: frozenset[str]) -> list[int]:
    """The controls that bear one of these signs: as their text, their name, else in what their class says."""
    controls = [
        at for at in among
        if seen.nodes[at].ref and (seen.nodes[at].role in ("button", "link") or seen.nodes[at].pointer)
    ]  # fmt: skip
    told = [
        at for at in controls
        if {folded(seen.text_of(at)), *words(seen.nodes[at].name), folded(seen.nodes[at].name)} & signs
    ]  # fmt: skip
    hinted = [at for at in controls if not seen.text_of(at) and signs & set(seen.nodes[at].hints)]
    found = told or hinted
    return [at for at in found if not set(seen.descendants(at)) & set(found)]


_AMOUNTS: Final = frozenset({"quantity", "qty", "amount", "number", "count"})
LESS: Final = frozenset(
    {"-", "−", "–", "minus", "less", "fewer", "decrease", "decrement", "reduce", "subtract"}
)
MORE: Final = frozenset({"+", "＋", "plus", "more", "increase", "increment"})


def stepping(
    now: Moment, stepper: tuple[int, int, int], target: Target, text: str, intent: Intent
) -> Procedure:
    """Click plus or minus until the number between them is `text`."""
    if not re.fullmatch(r"-?\d+", text.strip()):
        raise Stuck(f"{text!r} is no number that could be counted up to")
    wanted = int(text)
    for _ in range(_PRESSES):
        shown, less, more = stepper
        value = int(now.seen.text_of(shown))
        if value == wanted:
            return now
        control = less if value > wanted else more
        now = yield from do(now, Act("click", ref=now.node(control).ref, intent=intent.part))
        again = stepper_of(now.seen, target)
        if again is None or int(now.seen.text_of(again[0])) == value:
            raise Stuck(f"the number stays at {value}")
        stepper = again
    raise Stuck(f"the number did not get to {wanted}")
