"""From ranked selectors to one element, or a failure that teaches.

All selectors are looked for side by side. The best-ranked one that is there wins; a lower rank, or a match
in part only, wins no sooner than the page has come to rest or a better one's time is used up. Ties are never
broken by luck.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import Frame, Locator

from runner.contract.config import Fingerprint
from runner.contract.errors import LookupFailed
from runner.page.nearest import FellThrough, lookup_failed
from runner.page.probe import Known, Match, Purpose, Searchable, Sighting, look
from runner.page.recognise import recognised
from runner.page.selector import Selector, parse
from runner.page.settle import has_settled

CAP_MS: Final = 1_500
POLL_MS: Final = 50
# On a page so large that a look takes long, the page gets at least twice that to get on with its own work.
MAX_POLL_MS: Final = 500


@dataclass(frozen=True, slots=True)
class Found:
    """The element. `locator` finds exactly it, in `frame`; `facts` were read in the same moment of the page.

    Once the page has replaced the element, using `locator` fails at once with "not attached to the DOM".
    """

    selector: str
    rank: int
    locator: Locator
    frame: Frame
    facts: Mapping[str, Any]
    fell_through: tuple[FellThrough, ...] = ()


async def resolve(
    session: Searchable,
    selectors: Sequence[str],
    *,
    timeout_ms: int,
    purpose: Purpose = "act",
    fingerprint: Fingerprint | None = None,
) -> Found:
    """The one element that the best of `selectors` (best first) stands for.

    Raises LookupFailed when the time is over or a tie stays, SelectorSyntaxError for a selector that cannot
    be read.
    """
    search = _Search(
        session, [parse(text) for text in selectors], tuple(selectors), purpose, fingerprint, timeout_ms
    )
    while selectors:
        choice = await search.once()
        if choice is not None:
            return choice
        if search.over or search.stuck:
            raise await lookup_failed(
                session, search.texts, search.sightings, search.fell_through(), purpose, search.waited_ms
            )
        await search.pause()
    raise LookupFailed("The step names no element.", remedy="Give it a selector.", sought=[], fell_through=[])


async def probe(session: Searchable, selector: str, purpose: Purpose = "act") -> list[Match]:
    """All equally good, usable matches of a selector right now; more than one is a tie. Does not wait."""
    sightings = await look(session, [parse(selector)], purpose)
    if not sightings or sightings[0].status != "there":
        return []
    return list(sightings[0].matches)


class _Search:
    """The state of one resolve: what was seen last, and how long it has been going on."""

    def __init__(
        self,
        session: Searchable,
        selectors: Sequence[Selector],
        texts: tuple[str, ...],
        purpose: Purpose,
        fingerprint: Fingerprint | None,
        timeout_ms: int,
    ) -> None:
        self.session = session
        self.selectors = selectors
        self.texts = texts
        self.purpose = purpose
        self.fingerprint = fingerprint
        self.timeout_ms = timeout_ms
        self.started = time.monotonic()
        self.sightings: Sequence[Sighting] = ()
        self.stuck = False
        self._answered = True
        self._look_ms = 0.0
        self._known: dict[Frame, Known] | None = None

    @property
    def waited_ms(self) -> float:
        return (time.monotonic() - self.started) * 1000

    @property
    def left_ms(self) -> float:
        return self.timeout_ms - self.waited_ms

    @property
    def over(self) -> bool:
        return self.left_ms <= 0

    @property
    def _cap_over(self) -> bool:
        return self.waited_ms >= min(CAP_MS, self.timeout_ms)

    async def once(self) -> Found | None:
        """One look; the winner if there is one that nothing better may still displace."""
        if self._known is None:
            self._known = {}
            found = await self._quickly()
            if found is not None or not self._answered:
                return found
        began = self.waited_ms
        sightings = await look(
            self.session, self.selectors, self.purpose, timeout_ms=self.left_ms, known=self._known
        )
        self._look_ms = self.waited_ms - began
        if sightings is None:
            return None
        self.sightings = sightings
        winner = self._winner()
        if winner is not None and (
            (winner[0] == 0 and sightings[0].firm) or self._cap_over or await self._settled()
        ):
            return self._found(*winner)
        self.stuck = self._cap_over and winner is None and any(_is_tie(one) for one in sightings)
        return None

    async def pause(self) -> None:
        """Let the page get on; a look follows."""
        span = min(MAX_POLL_MS, max(POLL_MS, 2 * self._look_ms))
        await asyncio.sleep(max(0.0, min(span, self.left_ms)) / 1000)

    def fell_through(self) -> tuple[FellThrough, ...]:
        return tuple(self._fallen(rank) for rank in range(len(self.sightings)))

    async def _quickly(self) -> Found | None:
        """The usual case, one visible exact match of the best selector: the cheapest look there is."""
        sightings = await look(
            self.session,
            self.selectors,
            self.purpose,
            timeout_ms=self.left_ms,
            quick=True,
            known=self._known,
        )
        self._answered = sightings is not None
        if not sightings or not sightings[0].certain:
            return None
        self.sightings = sightings
        return self._found(0, sightings[0].matches[0])

    async def _settled(self) -> bool:
        return await has_settled(self.session.page, self.session.activity)

    def _winner(self) -> tuple[int, Match] | None:
        """The best-ranked selector that stands for one element; a match in part yields to a full one."""
        weak: tuple[int, Match] | None = None
        for rank, sighting in enumerate(self.sightings):
            if sighting.status == "disabled":
                # It is there, only not ready: nothing else may be taken for it.
                return None
            if sighting.status != "there":
                continue
            match = self._one_of(sighting, rank)
            if match is None:
                return None
            if not sighting.weak:
                return rank, match
            weak = weak or (rank, match)
        return weak

    def _one_of(self, sighting: Sighting, rank: int) -> Match | None:
        if sighting.count == 1:
            return sighting.matches[0]
        seen_all = len(sighting.matches) == sighting.count
        if (
            self.fingerprint is not None
            and seen_all
            and (known := recognised(sighting.matches, self.fingerprint))
        ):
            return known
        return self._settled_by_others(sighting, rank)

    def _settled_by_others(self, sighting: Sighting, rank: int) -> Match | None:
        """A later selector that stands for exactly one of the tied elements names the one that is meant."""
        tied = {_identity(match): match for match in sighting.matches}
        for other in self.sightings[rank + 1 :]:
            if other.status == "there" and other.count == 1 and not other.weak:
                return tied.get(_identity(other.matches[0]))
        return None

    def _found(self, rank: int, match: Match) -> Found:
        fallen = tuple(self._fallen(at) for at in range(rank))
        return Found(self.texts[rank], rank, match.locator, match.frame, match.facts, fallen)

    def _fallen(self, rank: int) -> FellThrough:
        sighting = self.sightings[rank]
        reason: str = sighting.status
        if reason == "there":
            reason = "ambiguous" if _is_tie(sighting) else "weak"
        return FellThrough(self.texts[rank], rank, reason, sighting.count, round(self.waited_ms, 1))


def _is_tie(sighting: Sighting) -> bool:
    return sighting.status == "there" and sighting.count > 1


def _identity(match: Match) -> tuple[Frame, Any]:
    return match.frame, match.facts["ref"]


__all__ = ["FellThrough", "Found", "LookupFailed", "Match", "Purpose", "Searchable", "probe", "resolve"]
