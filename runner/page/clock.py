"""Deadlines: how much of a step's time is left, and when to look at the page anew."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

# An element that is not ready is given this long before it is looked up again: the page may have replaced it.
TRY_MS: Final = 2_000.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock; `span_ms` is the time that it ends, `retry_at` when to look anew."""

    at: float
    span_ms: float
    retry_at: float

    @classmethod
    def after(cls, span_ms: float) -> Deadline:
        """The moment `span_ms` from now."""
        now = time.monotonic()
        return cls(now + span_ms / 1000, span_ms, now + min(span_ms, TRY_MS) / 1000)

    @property
    def left_ms(self) -> float:
        """What is left, at least 1 ms: to Playwright 0 means for ever."""
        return max(1.0, (self.at - time.monotonic()) * 1000)

    @property
    def try_ms(self) -> float:
        """What is left of this try, at least 1 ms."""
        return max(1.0, (min(self.at, self.retry_at) - time.monotonic()) * 1000)

    @property
    def over(self) -> bool:
        """Whether it has passed."""
        return time.monotonic() >= self.at

    def within(self, span_ms: float) -> Deadline:
        """The sooner of this deadline and `span_ms` from now."""
        sooner = Deadline.after(span_ms)
        return sooner if sooner.at < self.at else self

    def renewed(self) -> Deadline:
        """The same deadline with a fresh try."""
        return replace(self, retry_at=time.monotonic() + TRY_MS / 1000)
