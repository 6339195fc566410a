"""What has been measured so far: told as it comes, and kept so that an interrupted run can go on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from benchmarks.distilling.measure import Worth
from benchmarks.distilling.report import line

Which = tuple[str, str]  # the kind and the name of a subject
_WORTH: Final = TypeAdapter(Worth)


class Ledger:
    """`found` holds one entry for each subject; `path` is where they are kept as JSON lines, if anywhere."""

    def __init__(self, path: Path | None, wanted: Collection[Which], tell: Callable[[str], None]) -> None:
        self.expected = len(wanted)
        self._path = path
        self._tell = tell
        lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
        kept = {(each.kind, each.name): each for each in map(_WORTH.validate_json, lines)}
        self.found = [each for which, each in kept.items() if which in wanted]

    def lacks(self, which: Which, rounds: int) -> bool:
        """Whether a subject has not been measured in as many rounds yet."""
        return not any((e.kind, e.name) == which and (e.rounds == rounds or e.unrecorded) for e in self.found)

    def enter(self, found: Worth) -> None:
        """Take down one more."""
        self.found = [e for e in self.found if (e.kind, e.name) != (found.kind, found.name)] + [found]
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(_WORTH.dump_json(found).decode() + "\n")
        self._tell(f"[{len(self.found)}/{self.expected}] {line(found)}")
