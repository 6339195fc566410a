"""What a translation could not carry over, or carried over as something else: told, never dropped quietly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

# left out: it is not in the result. changed: it is, with a meaning that is not quite the same.
Effect = Literal["left out", "changed", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a translation; `place` is where in the source it stands."""

    place: str
    effect: Effect
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.effect}: {self.message}"

    def as_data(self) -> dict[str, Any]:
        """The finding as plain data."""
        return {"place": self.place, "effect": self.effect, "message": self.message}
