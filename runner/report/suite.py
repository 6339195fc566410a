"""The report of many runs: which passed, how each test has done over time, and which are flaky."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runner.artifacts import write_text
from runner.report.history import Entry, Trend, trends
from runner.report.html import templates

SHOWN: Final = 40
# A run that takes much longer than its like stands out; a short one need not.
SLOWER: Final = 1.5
SLOWER_BY_MS: Final = 500.0
CHART_WIDTH, CHART_HEIGHT = 240, 36


@dataclass(frozen=True)
class Bar:
    """A run in a test's chart: its verdict, and how high and where it stands, in the chart's pixels."""

    entry: Entry
    x: float
    height: float
    width: float


def write_suite(place: Path, entries: Iterable[Entry], *, title: str = "Tests") -> None:
    """Write the page, all at once; it links the runs' reports. Raises ArtifactsNotWritable."""
    write_text(place, suite_page(trends(entries), title=title, folder=place.parent))


def suite_page(tests: Sequence[Trend], *, title: str, folder: Path) -> str:
    """The report of the tests; links are relative to `folder`."""
    verdicts = Counter(test.last.verdict for test in tests)
    text = (
        templates()
        .get_template("suite.html")
        .render(
            title=title,
            tests=sorted(tests, key=_urgency),
            verdicts=verdicts,
            flaky=sum(test.flaky for test in tests),
            runs=sum(len(test.entries) for test in tests),
            newest=max((test.last.started_at for test in tests), default=""),
            bars=bars,
            slower=slower,
            link=lambda entry: _link(entry.report, folder),
            chart=(CHART_WIDTH, CHART_HEIGHT),
        )
    )
    return text.encode("utf-8", "replace").decode()


def bars(test: Trend) -> list[Bar]:
    """The newest runs of a test as bars, as high as they were long."""
    shown = test.entries[-SHOWN:]
    longest = max((entry.duration_ms or 0 for entry in shown), default=0) or 1.0
    width = min(14.0, CHART_WIDTH / len(shown)) if shown else 0.0
    return [
        Bar(entry, index * width, max(4.0, (entry.duration_ms or 0) / longest * CHART_HEIGHT), width - 2)
        for index, entry in enumerate(shown)
    ]


def slower(test: Trend) -> bool:
    """Whether its newest run took much longer than it used to."""
    before, now = test.usual_ms, test.last.duration_ms
    return bool(before and now and now > SLOWER * before and now > before + SLOWER_BY_MS)


def _urgency(test: Trend) -> tuple[int, str, str]:
    """What needs somebody first: failures, then what is flaky, then repairs."""
    order = ("failed", "broken", "unfinished", "cancelled")
    verdict = test.last.verdict
    rank = (
        order.index(verdict) if verdict in order else 4 if test.flaky else 5 if verdict == "repaired" else 6
    )
    return rank, test.test, test.site


def _link(report: str | None, folder: Path) -> str | None:
    """The address of a run's report on a page in `folder`; None for one that is not there any more."""
    if report is None or not Path(report).is_file():
        return None
    return Path(os.path.relpath(report, folder)).as_posix()
