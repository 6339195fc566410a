"""The outcome of one run among many: its story, and what whoever asked for it makes of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final, Literal

from runner.report.html import duration
from runner.report.repairs import place
from runner.report.story import Failure, Story, element_name

Judgement = Literal["passed", "failed", "error"]
NEAREST: Final = 5
ONLY_BY_REPAIRS: Final = "It passed only by repairs, which --fail-on-repair does not accept."


@dataclass(frozen=True)
class Outcome:
    """`file` is the TestConfig that was replayed, None for a recording; `folder` holds the run's files.

    `exit_code` is the run's as the command means it: 1 for one that passed by repairs nobody wanted.
    """

    story: Story
    exit_code: int
    file: Path | None = None
    row: int | None = None
    folder: Path | None = None

    @property
    def judgement(self) -> Judgement:
        """Whether the flow held, did not, or could not be tried."""
        return "passed" if self.exit_code == 0 else "failed" if self.exit_code == 1 else "error"

    @property
    def name(self) -> str:
        """The test's name: its file's, and the row's number where it has one."""
        if self.file is None:
            return self.story.title
        return self.file.stem if self.row is None else f"{self.file.stem} row {self.row}"

    @property
    def message(self) -> str:
        """Why it did not pass, in one line."""
        if self.story.verdict == "repaired":
            return ONLY_BY_REPAIRS
        return self.story.headline.splitlines()[0] if self.story.headline else ""

    @property
    def report(self) -> Path | None:
        """Its report, if it has one."""
        place = self.folder / "report.html" if self.folder else None
        return place if place and place.is_file() else None


def step_lines(story: Story) -> Iterator[str]:
    """The steps as lines of text, with what a log should say of each."""
    for step in story.steps:
        number = f"{step.number:>3}" if step.number is not None else "  +"
        yield f"{step.state:<10} {number}  {step.description}  {duration(step.duration_ms)}".rstrip()
        for fell in step.fell_through:
            yield f"{'':16}fell through {fell.selector}: {fell.reason}"
        for patch in step.patches:
            done = "repaired" if patch.applied else "repair suggested"
            change = f"{place(patch.old)} -> {place(patch.new)}"
            yield f"{'':16}{done}: {change} ({patch.confidence:.0%}): {patch.reason}"
        for error in step.errors:
            yield f"{'':16}{error.kind}: {error.text}"


def failure_lines(failure: Failure) -> Iterator[str]:
    """Why a flow failed, as lines of text, in the order a person asks for it."""
    yield failure.message
    for problem in failure.problems:
        yield f"  {problem.path}: {problem.message}"
    if failure.remedy:
        yield f"to try: {failure.remedy}"
    for label, texts in (("sought", failure.sought), ("on the page", failure.saw)):
        yield from (f"{label}: {text}" for text in texts)
    for label, found in (("matches", failure.matches), ("nearest", failure.nearest)):
        for each in found[:NEAREST]:
            yield f"{label}: {element_name(each)}  {each.get('selector') or ''}".rstrip()
    if failure.url:
        yield f"page: {failure.url}"


def posix(path: Path, base: Path | None = None) -> str:
    """A path as the web writes it, relative to `base` where it lies below it."""
    if base is not None and path.resolve().is_relative_to(base.resolve()):
        return path.resolve().relative_to(base.resolve()).as_posix()
    return PurePath(path).as_posix()
