"""Whether a name on the page is that of what is meant, or of another thing with a word of it. Pure."""

from __future__ import annotations

from typing import Final

from runner.page.observe import Observation
from runner.record.prompt.grounding.names import ENOUGH, left_out, likeness, stem_of, words
from runner.record.prompt.language.intent import Target

_SIGNS: Final = frozenset({"heading", "columnheader", "link", "tab", "menuitem", "navigation", "caption"})


def answers(seen: Observation, target: Target, name: str, *, strictly: bool) -> float:
    """How well a name answers; strictly, not at all where it says less: "Milk" is not "oat milk".

    Where nothing is quoted, what the page calls such things may be left out: "the customer Ada" is "Ada".
    """
    likely = likeness(target.name, name)
    if likely < ENOUGH or not strictly:
        return likely
    missing = left_out(target.name, name)
    return 0.0 if missing and (target.quoted or not missing <= _called_here(seen)) else likely


def _called_here(seen: Observation) -> frozenset[str]:
    """The words, as stems, that the page's own signs use."""
    signs = (node.name or node.text for node in seen.nodes if node.role in _SIGNS)
    return frozenset(stem_of(word) for sign in (seen.title, *signs) for word in words(sign))
