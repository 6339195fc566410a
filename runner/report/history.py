"""Runs over time: what is kept of each, how a test's outcomes went, and which tests are flaky.

A test is flaky where the same file, unchanged, on the same site, once passed and once did not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import groupby
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from runner.artifacts import EVENTS, RUN, write_text
from runner.contract.event import Event
from runner.contract.run import Run
from runner.report.story import Story, shortened, told

_CONCLUSIVE: Final = frozenset({"passed", "repaired", "failed"})


@dataclass(frozen=True)
class Entry:
    """What is kept of a run: `test` and `site` say what was tested where, `digest` in which version."""

    run_id: str
    test: str
    site: str
    digest: str | None
    verdict: str
    started_at: str
    duration_ms: float | None
    steps: int
    headline: str
    repaired: tuple[str, ...] = ()
    slowest: str | None = None
    report: str | None = None


@dataclass(frozen=True)
class Trend:
    """A test and its runs, the oldest first."""

    test: str
    site: str
    entries: tuple[Entry, ...]

    @property
    def last(self) -> Entry:
        """Its newest run."""
        return self.entries[-1]

    @property
    def flaky(self) -> bool:
        """Whether the same file on the same site had differing outcomes."""
        return any(len(verdicts) > 1 for verdicts in self._by_version())

    @property
    def usual_ms(self) -> float | None:
        """The median duration of its runs before the newest that passed; None where there are none."""
        return Trend(self.test, self.site, self.entries[:-1]).typical_ms

    @property
    def pass_rate(self) -> float | None:
        """The share of its runs that passed, repaired ones included; None where none came to a verdict."""
        judged = [entry.verdict != "failed" for entry in self.entries if entry.verdict in _CONCLUSIVE]
        return sum(judged) / len(judged) if judged else None

    @property
    def typical_ms(self) -> float | None:
        """The median duration of the runs that passed."""
        times = sorted(
            entry.duration_ms
            for entry in self.entries
            if entry.duration_ms is not None and entry.verdict in ("passed", "repaired")
        )
        return times[len(times) // 2] if times else None

    def _by_version(self) -> Iterator[set[bool]]:
        """The outcomes of each version of the file on each site. One of an unknown version is of none."""
        versions = {(entry.digest, entry.site) for entry in self.entries if entry.digest}
        for version in versions:
            mine = [entry for entry in self.entries if (entry.digest, entry.site) == version]
            yield {entry.verdict != "failed" for entry in mine if entry.verdict in _CONCLUSIVE}


def entry_of(story: Story, report: str | None = None) -> Entry:
    """What is kept of a run."""
    slowest = max(story.steps, key=lambda step: step.duration_ms or 0, default=None)
    return Entry(
        run_id=story.run_id,
        test=_test(story),
        site=urlsplit(story.start_url).netloc.rpartition("@")[2],
        digest=story.digest,
        verdict=story.verdict,
        started_at=story.started_at or "",
        duration_ms=story.duration_ms,
        steps=story.total,
        headline=shortened(story.headline.partition("\n")[0], 300),
        repaired=tuple(patch.step_id for patch in story.patches if patch.applied),
        slowest=slowest.description if slowest else None,
        report=report,
    )


def trends(entries: Iterable[Entry]) -> list[Trend]:
    """The tests that were run, each with its runs in their order; a run counts once."""
    unique = {entry.run_id: entry for entry in entries}.values()
    ordered = sorted(
        unique, key=lambda entry: (entry.test, _host(entry.site), entry.started_at, entry.run_id)
    )
    grouped = groupby(ordered, key=lambda entry: (entry.test, _host(entry.site)))
    return [Trend(test, site, tuple(runs)) for (test, site), runs in grouped]


def runs_below(folder: Path) -> Iterator[tuple[Path, Story]]:
    """The runs whose folders lie below `folder`, or are it; what cannot be read as one is passed over."""
    places = sorted({path.parent for name in (RUN, EVENTS) for path in folder.rglob(name)})
    for place in places:
        run = _read(place)
        if run is not None:
            yield place, told(run)


def remembered(file: Path | None, runs: Mapping[Path, Story]) -> list[Entry]:
    """These runs, by their folders, and those that the history file holds; it holds these, too, from now on.

    Raises ArtifactsNotWritable.
    """
    entries = {entry.run_id: entry for entry in (read_history(file) if file else [])}
    for place, story in runs.items():
        entries[story.run_id] = entry_of(story, str(place / "report.html"))
    if file:
        write_history(file, list(entries.values()))
    return list(entries.values())


def read_history(file: Path) -> list[Entry]:
    """The entries of a history file, as far as it has any; a line that is none is passed over."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [entry for line in lines if (entry := _entry(line))]


def write_history(file: Path, entries: Sequence[Entry]) -> None:
    """Write the history all at once. Raises ArtifactsNotWritable."""
    write_text(file, "".join(json.dumps(asdict(entry), ensure_ascii=False) + "\n" for entry in entries))


def _read(place: Path) -> Run | None:
    """The run of a folder: as it ended, or as far as a runner that was killed has come."""
    try:
        if (place / RUN).is_file():
            run = Run.model_validate_json((place / RUN).read_text(encoding="utf-8"))
            if run.completed_at:
                return run
        return _replayed((place / EVENTS).read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError):
        # not a run's file, or one that has been cut off
        return None


def _replayed(lines: Sequence[str]) -> Run | None:
    """The run that these events make. The last line of a killed runner may be half a line."""
    run: Run | None = None
    for line in lines:
        try:
            event = Event.model_validate_json(line)
        except ValidationError:
            break
        run = (run or Run(id=event.id, mode=_mode(event), created_at=event.timestamp)).after(event)
    return run


def _mode(event: Event) -> Any:
    return event.details.get("mode", "rerun_from_config")


def _entry(line: str) -> Entry | None:
    try:
        data = json.loads(line)
        known = {field.name: data[field.name] for field in fields(Entry) if field.name in data}
        return Entry(**{**known, "repaired": tuple(known.get("repaired", ()))})
    except (ValueError, TypeError):
        return None


def _test(story: Story) -> str:
    """What a test is called over time, wherever its checkout lies."""
    if story.source is None:
        return shortened(story.prompt) or story.start_url
    name = "/".join(PurePath(story.source).parts[-2:])
    return name if story.row is None else f"{name}, row {story.row}"


def _host(site: str) -> str:
    """The site as a trend goes by it: on this machine an app has another port each time."""
    host = urlsplit(f"//{site}").hostname or ""
    return host if host in ("localhost", "127.0.0.1", "::1") else site
