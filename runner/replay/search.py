"""Looks for a recorded element on the live page: a census, scores, a verdict. Acts on nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from runner.contract.config import ActionKind, Fingerprint, StepValue
from runner.page.census import Census, Sighting, Sought, census
from runner.page.resolve import Searchable
from runner.replay.decide import Verdict, decide
from runner.replay.joint import Claim, jointly
from runner.replay.lexicon import fold, related
from runner.replay.score import score
from runner.replay.traits import takes_value, traits

_RELATED_MAX: Final = 400


@dataclass(frozen=True, slots=True)
class Search:
    """What came of a look at the page. `sighting` is the element that the verdict's best stands for."""

    verdict: Verdict
    sighting: Sighting | None
    census: Census


async def search(
    session: Searchable,
    old: Fingerprint,
    action: ActionKind,
    *,
    inferred: bool = False,
    rivals: Sequence[Fingerprint] = (),
    value: StepValue | None = None,
    others: Sequence[Claim] = (),
    selectors: Sequence[str] = (),
) -> Search:
    """Find what `old` describes among all that is there now, and could hold `value`.

    `others` are what the flow's other steps are about; `selectors` those that led to it when it was recorded.

    Raises ActionFailed if the page goes away.
    """
    seen = await census(session, sought(old, action))
    usable = [
        each
        for each in seen.sightings
        if (not each.disabled or action == "expect") and takes_value(old, each.fingerprint, action, value)
    ]
    page = [each.fingerprint for each in usable]
    alone = led_alone(old, selectors)
    ranked = score(old, page, action, rivals=rivals, population=seen.population, led_alone=alone)
    verdict = decide(old, ranked, action, inferred=inferred)
    verdict = jointly(old, verdict, page, ranked, others, seen.population)
    sighting = usable[verdict.best.index] if verdict.best else None
    return Search(verdict, sighting, seen)


def led_alone(old: Fingerprint, selectors: Sequence[str]) -> bool:
    """Whether the address of a link was enough to find it by when it was recorded: no other led there.

    A link within its page is told by nothing: what is done there is a script's affair.
    """
    within = (old.href or "#").startswith("#")
    return not within and f'a[href="{old.href}"]' in selectors


def sought(old: Fingerprint, action: ActionKind) -> Sought:
    """What the page-side look goes by: everything cheap that a fingerprint tells."""
    prepared = traits(old)
    captions = tuple(dict.fromkeys((*prepared.captions, *prepared.hints)))
    return Sought(
        captions=captions,
        related=tuple(_related(captions)),
        id=old.id,
        test_id=old.test_id,
        name_attr=old.name_attr,
        href=old.href,
        tag=old.tag,
        type=old.type,
        row=old.row,
        classes=tuple(old.classes or ()),
        box=tuple(old.box) if old.box else None,
        readable=action == "expect" or prepared.kind == "text",
        plain=prepared.kind == "plain",
    )


def _related(captions: Sequence[str]) -> Iterator[str]:
    told: set[str] = set()
    for caption in captions:
        for phrase in related(caption):
            if phrase not in told and len(told) < _RELATED_MAX:
                told.add(phrase)
                yield fold(phrase)
