"""Procedures for sliders that are no input: moved by arrow keys until they show the value."""

from __future__ import annotations

import re
from typing import Final

from runner.page.observe import Node, Observation
from runner.record.plan import Act
from runner.record.prompt.language.intent import Intent
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, do

_NUMBER: Final = re.compile(r"^[^\d-]{0,3}(-?\d+(?:\.\d+)?)\s*[^\d]{0,3}$")
_PRESSES: Final = 120


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
    for _ in range(_PRESSES):
        if shown == wanted:
            return now
        key = "ArrowRight" if shown is None or shown < wanted else "ArrowLeft"
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
