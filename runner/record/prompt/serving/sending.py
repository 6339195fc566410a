"""What a sentence leaves unsaid: that a form is sent off once everything asked for was entered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runner.page.observe import Observation
from runner.record.prompt.grounding.matching import FIELDS, TICKS
from runner.record.prompt.grounding.names import folded
from runner.record.prompt.language.intent import Intent

ENTERING: Final = frozenset({"set", "type", "choose", "check", "uncheck", "toggle", "form", "clear"})
# Controls that only take what was entered: none that pays, orders, deletes or writes to somebody.
_TAKES: Final = frozenset({"submit", "ok", "okay", "done", "apply", "save", "save changes", "search", "go"})
_REFUSED: Final = re.compile(
    r"\b(?:without|not|never|n't|no need to|instead of)\s+(?:\w+\s+){0,2}?"
    r"(?:submit|send|sav|apply|click|press)",
    re.IGNORECASE,
)


def left_unsent(
    prompt: str, intents: Sequence[Intent], before: Observation, seen: Observation, field: int
) -> int | None:
    """The control that takes what was entered, where nothing else did so.

    None where the sentence checks something or refuses to send, where entering it had an effect already, or
    where more than one control could be meant.
    """
    checked = any(intent.verb == "expect" for intent in intents)
    if checked or _REFUSED.search(prompt) or before.url != seen.url or said(before) != said(seen):
        return None
    controls = [
        at for at, node in enumerate(seen.nodes)
        if node.ref and node.role == "button" and not node.disabled and not node.covered
        and (node.type == "submit" or folded(node.name or seen.text_of(at)) in _TAKES)
    ]  # fmt: skip
    if len(controls) != 1 or folded(seen.nodes[controls[0]].name or seen.text_of(controls[0])) not in _TAKES:
        return None
    return controls[0] if _together(seen, field, controls[0]) else None


def said(seen: Observation) -> str:
    """What the page shows, without what stands in its fields, and what only a screen reader is told."""
    hidden = {
        at
        for index, node in enumerate(seen.nodes)
        if node.role in FIELDS or (node.box is not None and max(node.box.width, node.box.height) <= _UNSEEN)
        for at in (index, *seen.descendants(index))
    }
    return "\n".join(
        node.text or node.name
        for at, node in enumerate(seen.nodes)
        if at not in hidden and node.role not in TICKS and (node.text or node.name)
    )


_UNSEEN: Final = 1.5  # px: what is kept that small is told to screen readers only


def _together(seen: Observation, field: int, control: int) -> bool:
    """Whether both lie in one form, or neither lies in any."""
    return _form(seen, field) == _form(seen, control)


def _form(seen: Observation, index: int) -> int | None:
    return next((at for at in seen.ancestors(index) if seen.nodes[at].tag == "form"), None)
