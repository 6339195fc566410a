"""A measured value and the most it may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `limit` is the most that `value` may be."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether the value keeps its limit."""
        return self.limit is None or self.value <= self.limit

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"(limit {self.limit:g}) {'ok' if self.holds else 'TOO MUCH'}"
        return f"{self.name:<52} {self.value:>9.2f} {self.unit:<4} {limit:<26} {self.note}".rstrip()
