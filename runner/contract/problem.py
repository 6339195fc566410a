"""One thing that is wrong or odd in a file: where, what, and what was probably meant."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` is a JSON path (`$.steps[3].action`), `nearest` the known name that was probably meant."""

    path: str
    message: str
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f' Did you mean "{self.nearest}"?' if self.nearest else ""
        return f"{self.path}: {self.message}.{hint}"

    def as_data(self) -> dict[str, Any]:
        """The problem as plain data."""
        return {"path": self.path, "message": self.message, "nearest": self.nearest}


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems as a reader meets them in the file, each once: `steps[2]` before `steps[10]`."""
    return sorted(
        dict.fromkeys(problems), key=lambda problem: (_reading_order(problem.path), problem.message)
    )


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known name most like `word`, or None where nothing is like it."""
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return folded[close[0]]
    contained = [name for name in known if len(word) > 2 and word.casefold() in name.casefold().split("_")]
    return contained[0] if len(contained) == 1 else None


def shown(value: Any) -> str:
    """A value as a message shows it: JSON, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:60]}... ({len(text)} characters)"


def _reading_order(path: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\w+", path))
