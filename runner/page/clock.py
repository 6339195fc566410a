"""Deadlines: how much of a step's time is left, and how much of it one touch of the page may take."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

# An element that is not ready is given this long before it is looked up again: the page may have replaced it.
TRY_MS: Final = 2_000.0
LAST_TRY_MS: Final = 500.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock; `span_ms` is the time that it ends."""

    at: float
    span_ms: float

    @classmethod
    def after(cls, span_ms: float) -> Deadline:
        """The moment `span_ms` from now."""
        return cls(time.monotonic() + span_ms / 1000, span_ms)

    @property
    def left_ms(self) -> float:
        """What is left, at least 1 ms: to Playwright 0 means for ever."""
        return max(1.0, (self.at - time.monotonic()) * 1000)

    @property
    def try_ms(self) -> float:
        """What one touch of an element may take before it is looked up again.

        What was found in the last moment still gets its chance.
        """
        return max(LAST_TRY_MS, min(self.left_ms, TRY_MS))

    @property
    def over(self) -> bool:
        """Whether it has passed."""
        return time.monotonic() >= self.at

    def within(self, span_ms: float) -> Deadline:
        """The sooner of this deadline and `span_ms` from now."""
        sooner = Deadline.after(span_ms)
        return sooner if sooner.at < self.at else self
