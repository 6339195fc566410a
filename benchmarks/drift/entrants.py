"""The contenders of a run, in the order of the report."""

from __future__ import annotations

from typing import Final

from benchmarks.drift.contenders import Contender, RecordedSelectors, Similo
from benchmarks.drift.ours import Ours

CONTENDERS: Final[tuple[Contender, ...]] = (Ours(), Similo(), RecordedSelectors())
