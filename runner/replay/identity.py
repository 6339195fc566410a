"""Is the element a selector leads to the one that was recorded? Pure, and fast enough for every step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from runner.contract.config import ActionKind, Fingerprint
from runner.page.durable import volatile
from runner.replay.contradiction import contradictions
from runner.replay.evidence import Readings, readings
from runner.replay.score import TABLE
from runner.replay.traits import Traits, traits

Status = Literal["same", "drifted", "other"]

# What a probe reads of an element; the rest of a fingerprint is about its surroundings.
_READ: Final = (
    "tag", "type", "role", "text", "label", "placeholder", "title", "alt", "name_attr", "id", "test_id",
    "href", "value_kind",
)  # fmt: skip
_FIRM: Final = frozenset({"wording", "id", "test_id", "name_attr", "href"})
_AGREES: Final = frozenset({"same", "synonym", "similar", "path"})
# Below this the evidence is against it. A selector led here, which is evidence too, so it must weigh that up.
_OTHER_BELOW: Final = -2.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Whether it is the same, how sure (0..1), and what speaks against it."""

    status: Status
    confidence: float
    reasons: tuple[str, ...] = ()


def from_facts(facts: Mapping[str, Any]) -> Fingerprint:
    """What a probe's plain facts say as a fingerprint."""
    told = {name: facts[name] for name in _READ if facts.get(name)}
    if row := facts.get("row_text"):
        told["row_texts"] = [row]
    return Fingerprint.model_construct(**told)


def identity(old: Fingerprint, now: Fingerprint, action: ActionKind) -> Identity:
    """Compare what is there now with what was recorded."""
    before, after = traits(old), traits(now)
    against = contradictions(before, after, action)
    if against:
        return Identity("other", 0.0, against)
    levels = _judged(before, after)
    total = sum(_nats(name, level) for name, level in levels.items())
    firm = {name: level for name, level in levels.items() if name in _FIRM}
    if total < _OTHER_BELOW and firm and not _AGREES & set(firm.values()):
        return Identity("other", _likely(total), tuple(f"{name}: {level}" for name, level in firm.items()))
    changed = tuple(f"{name}: {level}" for name, level in levels.items() if level not in ("same", "plainer"))
    return Identity("drifted" if changed else "same", _likely(total), changed)


def _judged(before: Traits, after: Traits) -> Readings:
    """The readings that a probe can tell; a text that changes by itself (numbers, dates) proves nothing."""
    told = readings(before, after)
    levels = {name: told[name] for name in (*_FIRM, "kind", "value_kind") if name in told}
    if levels.get("wording") not in ("same", None) and all(volatile(caption) for caption in before.captions):
        del levels["wording"]
    return levels


def _nats(name: str, level: str) -> float:
    for_same, for_other = TABLE[name][level]
    return math.log(for_same / for_other)


def _likely(total: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))
