"""What keeps a control disabled, and how it is made usable: terms read to their end, a box ticked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner.page.observe import Observation
from runner.record.plan import Act
from runner.record.prompt.grounding.matching import TICKS
from runner.record.prompt.grounding.names import folded, words
from runner.record.prompt.language.intent import Intent
from runner.record.prompt.language.lexicon import SYNONYMS, listed

_AGREES: Final = listed(
    "agree accept consent confirm read understand understood acknowledge terms conditions"
)
_TOUCHING: Final = frozenset({"click", "fill", "select"})


def unlocking(seen: Observation, act: Act, intent: Intent) -> Iterator[Act]:
    """What a person would try where the element of `act` is disabled, one after the other.

    A text that scrolls is read to its end. A box that says one agrees is ticked only where the sentence
    agrees to something itself.
    """
    index = seen.by_ref.get(act.ref) if act.ref else None
    if index is None or not seen.nodes[index].disabled or act.action not in _TOUCHING:
        return
    for at, node in enumerate(seen.nodes):
        if not node.attributes.get("scrolls") or not node.ref or at in set(seen.ancestors(index)):
            continue
        saying = "Scroll to the end of the text"
        below = [seen.nodes[under].ref for under in seen.descendants(at) if seen.nodes[under].ref]
        if below:
            yield Act("hover", ref=below[-1], intent=act.intent, description=saying)
        yield Act("press", ref=node.ref, value="End", intent=act.intent, description=saying)
    if agrees(intent):
        for at, node in enumerate(seen.nodes):
            if (
                node.role in TICKS
                and not node.checked
                and not node.disabled
                and at != index
                and _asks(seen, at)
            ):
                yield Act("fill", ref=node.ref, value="true", intent=act.intent)


def agrees(intent: Intent) -> bool:
    """Whether the sentence accepts something here: "accept the terms", "click I agree"."""
    target = intent.target
    named = folded(target.name) if target is not None else ""
    return (
        intent.verb == "accept"
        or named in SYNONYMS["accept"]
        or bool({"agree", "accept"} & set(words(named)))
    )


def _asks(seen: Observation, index: int) -> bool:
    node = seen.nodes[index]
    return bool(set(words(node.name or node.label)) & _AGREES)
