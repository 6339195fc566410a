"""Watching a figure that changes by itself until it is as it is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runner.page.observe import Observation
from runner.record.plan import Act
from runner.record.prompt.grounding.comparing import meets
from runner.record.prompt.grounding.describing import nearest
from runner.record.prompt.grounding.facts import facts
from runner.record.prompt.grounding.names import folded, words
from runner.record.prompt.language.intent import Intent, Target
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, attempt
from runner.record.prompt.serving.service import Service

_LOOKS: Final = 60
_PAUSES_MS: Final = (150, 400)  # at first, and once it is clear that it takes its time
_LASTS_MS: Final = 30_000  # how long a replay waits for the same figure
_UNSEEN: Final = 3  # looks without any such figure
_NUMBER: Final = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_TOLD: Final = 3  # characters: a shorter text is too little to wait for by itself


def watching(now: Moment, target: Target, intent: Intent, service: Service) -> Procedure:
    """Look again and again; the figure that was right is what the recording waits for."""
    assert target.condition is not None
    unseen = 0
    for look in range(_LOOKS):
        told = figure_shown(now.seen, target.name)
        unseen = 0 if told else unseen + 1
        if unseen > _UNSEEN:
            reason = f"the page shows no single figure for {target.name!r}"
            raise Stuck(reason, nearest(now.seen, target), "name it as the page does")
        if told and meets(told[0], target.condition):
            wait = Act("wait", wait_for=told[1], intent=intent.part, timeout_ms=_LASTS_MS)
            now = yield from attempt(now, wait)
            if now.outcome is not None and now.outcome.status == "failed":
                continue  # it had changed again
            service.limitations.append(
                f"A step cannot compare figures: a replay waits for “{told[1]}”, which {target.name!r} was "
                "then. Where that is another each time, it waits in vain."
            )
            return now
        ms = _PAUSES_MS[look > _LOOKS // 2]
        pause = Act("wait", value=str(ms), intent=intent.part, tentative=True)
        now = yield from attempt(now, pause)
    raise Stuck(f"{target.name!r} did not get there while it was watched")


def figure_shown(seen: Observation, about: str) -> tuple[float, str] | None:
    """The figure the page shows under that name, and the text it stands in; None unless it is just one."""
    for name in dict.fromkeys((about, *reversed(words(about)))):
        found = dict(_figures(seen, name))
        if len(found) == 1:
            return next(((value, text) for text, value in found.items()), None)
    return None


def _figures(seen: Observation, name: str) -> Iterator[tuple[str, float]]:
    """The texts that tell the figure, each with its number."""
    told = facts(seen, name)
    for text in told:
        if len(numbers := _NUMBER.findall(text)) == 1:
            yield _in_context(seen, text), float(numbers[0].replace(",", ""))
    if told:
        return
    counted = re.compile(rf"(-?\d[\d,]*(?:\.\d+)?)\s*{re.escape(folded(name))}\b")
    for at, node in enumerate(seen.nodes):
        text = seen.text_of(at)
        if len(text) > 80:
            continue
        if match := counted.search(folded(text)):
            if not any(counted.search(folded(seen.text_of(below))) for below in seen.children[at]):
                yield text, float(match[1].replace(",", ""))
        elif folded(name) in node.hints and len(numbers := _NUMBER.findall(text)) == 1:
            yield _in_context(seen, text), float(numbers[0].replace(",", ""))


def _in_context(seen: Observation, text: str) -> str:
    """The text, with its label where it is too short to be told from others."""
    if len(text) >= _TOLD:
        return text
    around = [
        seen.text_of(at)
        for at in range(len(seen.nodes))
        if text in words(seen.text_of(at)) and len(seen.text_of(at)) < 80
    ]
    return max(around, key=len, default=text)
