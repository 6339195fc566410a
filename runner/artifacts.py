"""The files of a run, written as things happen, so that a killed run leaves everything up to the kill.

Events are appended and flushed one by one. A file that is replaced as a whole is written beside its place and
renamed into it, so that nobody ever reads half of one.
"""

from __future__ import annotations

import errno
import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TextIO

from runner.contract.errors import ArtifactsNotWritable
from runner.contract.event import Event
from runner.contract.run import Run

EVENTS: Final = "events.jsonl"
RUN: Final = "run.json"
TEST_CONFIG: Final = "test_config.json"
REPAIRED_TEST_CONFIG: Final = "repaired_test_config.json"
REPAIR_PATCHES: Final = "repair_patches.json"
RECORDED_TRACE: Final = "recorded_trace.json"

_CAUSES: Final = {
    errno.ENOSPC: ("the disk is full", "Free some space, or name another folder with --artifacts."),
    errno.EDQUOT: ("the disk quota is used up", "Free some space, or name another folder with --artifacts."),
    errno.EROFS: ("the file system is read-only", "Name a folder that can be written with --artifacts."),
    errno.ENOTDIR: ("a part of the path is a file", "Name a folder with --artifacts."),
    errno.EEXIST: ("there is a file of that name", "Name a folder with --artifacts."),
    errno.EISDIR: ("it is a folder", "Name a file."),
    errno.ENAMETOOLONG: ("the path is too long", "Name a shorter path with --artifacts."),
}
_NOT_ALLOWED: Final = (
    "that is not allowed here",
    "Check its permissions, or name another folder with --artifacts.",
)


# Writes what tells of a whole run, a report say, into its folder; returns the files. The run has ended.
Ending = Callable[[Path, Run], Sequence[Path]]


class Artifacts:
    """The folder of one run: a context manager that takes in the run's events.

    At the run's end, and before that is told, the `endings` write what they have to say of it.
    """

    def __init__(self, folder: Path, endings: Sequence[Ending] = ()) -> None:
        self.folder = folder
        self._endings = endings
        self._events: TextIO | None = None
        self._trace: list[Any] = []
        self._told: set[str] = set()

    def __enter__(self) -> Self:
        """Make the folder; raises ArtifactsNotWritable before any work has been done."""
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._events = (self.folder / EVENTS).open("w", encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._events is not None:
            with writing(self.folder / EVENTS):
                self._events.close()

    def take(self, event: Event, run: Run) -> list[Event]:
        """Write what `event` brought; `run` is the run after it. Returns events that tell of new files."""
        self._append(event)
        saved = [] if event.terminal else self._saved(event)
        if event.terminal or event.type in ("created", "running"):
            self.write_run(run)
        return saved

    def finish(self, event: Event, run: Run) -> list[Event]:
        """Write what the end of the run brings, before it is told: a run's last event is its last.

        `run` is the run after `event`. Returns events that tell of new files, to be taken before it.
        """
        saved = self._saved(event)
        for ending in self._endings:
            for path in ending(self.folder, run):
                saved += self._tell(path.relative_to(self.folder).as_posix(), path)
        return saved

    def write_run(self, run: Run) -> None:
        """Write `run.json`."""
        write_json(self.folder / RUN, run.model_dump(mode="json"))

    def _append(self, event: Event) -> None:
        if self._events is None:
            raise ValueError("the artifacts are not open; use them as a context manager")
        with writing(self.folder / EVENTS):
            self._events.write(event.model_dump_json() + "\n")
            self._events.flush()

    def _saved(self, event: Event) -> list[Event]:
        """Write what `event` brought; returns the events that tell of it."""
        told: list[Event] = []
        for name, content in self._brought(event):
            write_json(self.folder / name, content)
            told += self._tell(name, self.folder / name)
        return told

    def _tell(self, name: str, path: Path) -> list[Event]:
        """A file is told of once, however often it is written."""
        if name in self._told:
            return []
        self._told.add(name)
        details = {"name": name, "path": str(path)}
        return [Event(type="artifact_saved", message=f"Saved {name}", details=details)]

    def _brought(self, event: Event) -> Iterator[tuple[str, Any]]:
        """The files that an event brings or makes longer, with their contents."""
        match event.type:
            case "distilled":
                yield TEST_CONFIG, event.details["test_config"]
            case "test_config_updated":
                yield REPAIRED_TEST_CONFIG, event.details["test_config"]
            case "completed" | "failed" if event.details.get("patches"):
                yield (
                    REPAIR_PATCHES,
                    {"source": event.details.get("source"), "patches": event.details["patches"]},
                )
            case "observed" | "step_finished" if "entry" in event.details:
                self._trace.append(event.details["entry"])
                yield RECORDED_TRACE, {"version": 1, "entries": self._trace}
            case _:
                return


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file all at once; raises ArtifactsNotWritable."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file all at once; raises ArtifactsNotWritable."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """A file operation on `path`; the system's errors leave as ours, with a remedy."""
    try:
        yield
    except OSError as error:
        cause, remedy = _CAUSES.get(error.errno or 0, _NOT_ALLOWED)
        raise ArtifactsNotWritable(
            f"{path} cannot be written: {cause}.", remedy=remedy, path=str(path)
        ) from error


def check_writable(path: Path) -> None:
    """Whether a file can be written there, before any work is done for it; raises ArtifactsNotWritable."""
    with writing(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "Is a directory")
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            return


def default_folder(name: str, base: Path | None = None) -> Path:
    """Where a run's files go when nobody says: `runs/<time>-<name>`, here or in `base`."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:40].strip("-") or "run"
    stem = (base or Path()) / "runs" / f"{time.strftime('%Y%m%d-%H%M%S')}-{plain}"
    return unused(stem)


def unused(folder: Path, taken: Iterable[Path] = ()) -> Path:
    """The folder, with a number behind it if there is one of that name already."""
    candidate, number = folder, 1
    occupied = set(taken)
    while candidate.exists() or candidate in occupied:
        number += 1
        candidate = folder.with_name(f"{folder.name}-{number}")
    return candidate
