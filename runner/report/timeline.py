"""When what is shown in the video of a run. Pure.

The run's own times are kept; a step that was over sooner than a person can read is held until one could.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from runner.report.story import StepTold, Story

MIN_STEP_S: Final = 1.2
TITLE_S: Final = 2.0
END_S: Final = 2.0


@dataclass(frozen=True)
class Shown:
    """A picture, and for how many seconds it is shown."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Scene:
    """A step in the video: when it begins, in seconds, and the pictures of it."""

    step: StepTold
    begins_s: float
    shown: tuple[Shown, ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return sum(each.seconds for each in self.shown)


def scenes(story: Story, shots: Sequence[tuple[float, str]]) -> list[Scene]:
    """The steps of a story with the shots that belong to them: when each was taken, in s since the epoch."""
    steps = [step for step in story.steps if not step.verifying]
    if not steps or not shots or story.started_at is None:
        return []
    start = datetime.fromisoformat(story.started_at).timestamp()
    ending = max(shots[-1][0] - start, (story.duration_ms or 0) / 1000)
    bounds = [step.began_ms / 1000 for step in steps] + [ending]
    timed = [(moment - start, name) for moment, name in shots]
    made: list[Scene] = []
    at, before = TITLE_S, timed[0][1]
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        shown = tuple(_held(list(_between(timed, bounds[number], bounds[number + 1], before)), last=last))
        made.append(Scene(step, at, shown))
        at, before = at + made[-1].seconds, shown[-1].name
    return made


def _between(timed: Sequence[tuple[float, str]], begins: float, ends: float, before: str) -> Iterator[Shown]:
    """What was on the screen from one moment to another; at first what had been there `before`."""
    at, name = begins, before
    for moment, shot in timed:
        if begins <= moment < ends:
            if moment > at:
                yield Shown(name, moment - at)
            at, name = moment, shot
    yield Shown(name, max(ends - at, 0.0))


def _held(shown: list[Shown], *, last: bool) -> Iterator[Shown]:
    """The same, the last of them held until the step could be read, and the run's last a little longer."""
    lacking = max(0.0, MIN_STEP_S - sum(each.seconds for each in shown)) + (END_S if last else 0.0)
    yield from shown[:-1]
    yield Shown(shown[-1].name, shown[-1].seconds + lacking)
