"""What is kept of a run besides its events, and what CI servers are told when all runs are over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from runner.artifacts import check_writable

if TYPE_CHECKING:
    from runner.report.outcome import Outcome

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Keeping:
    """What is kept of a run: a picture of each step, Playwright's trace, a video."""

    pictures: bool = True
    trace: bool = False
    video: bool = False

    def check(self) -> None:
        """Raises UsageError where there is no encoder for a video."""
        if self.video:
            from runner.report.video import encoder

            encoder()


@dataclass(frozen=True)
class Telling:
    """Who is to be told: `junit` is the file for JUnit XML; `github` has a job annotated."""

    junit: Path | None = None
    github: bool = False

    def check(self) -> None:
        """Raises ArtifactsNotWritable before any work has been done in vain."""
        if self.junit is not None:
            check_writable(self.junit)

    def tell(self, outcomes: Sequence[Outcome], *, as_json: bool, folder: Path | None = None) -> None:
        """Tell them; `folder` is that of all the runs, where there are several.

        Where standard output belongs to JSON, workflow commands go to the other; GitHub reads both.
        """
        if folder is not None and len(outcomes) > 1:
            place = _suite(outcomes, folder)
            if not as_json:
                click.echo(f"  {'report':<12}{place}")
        if self.junit is not None:
            from runner.report.junit import write_junit

            write_junit(self.junit, outcomes)
        if self.github:
            from runner.report.github import commands, write_summary

            for line in commands(outcomes, Path.cwd()):
                click.echo(line, err=as_json)
            write_summary(outcomes)


def _suite(outcomes: Sequence[Outcome], folder: Path) -> Path:
    from runner.report.history import entry_of
    from runner.report.html import REPORT
    from runner.report.suite import write_suite

    place = folder / REPORT
    entries = [entry_of(outcome.story, str(outcome.report or "")) for outcome in outcomes]
    write_suite(place, entries, title=f"{len(outcomes)} tests")
    return place


def reporting_options(command: Command) -> Command:
    """Adds the options; the command gets `keeping` and `telling`."""

    @wraps(command)
    def read(
        *args: Any, pictures: bool, trace: bool, video: bool, junit: Path | None, github: bool, **rest: Any
    ) -> Any:
        keeping, telling = Keeping(pictures, trace, video), Telling(junit, github)
        keeping.check()
        telling.check()
        return command(*args, keeping=keeping, telling=telling, **rest)

    for option in reversed(_OPTIONS):
        read = option(read)
    return read  # type: ignore[return-value]


_OPTIONS: Final[Sequence[Callable[[Any], Any]]] = (
    click.option(
        "--screenshots/--no-screenshots",
        "pictures",
        default=True,
        help="Whether to take one after each step, for the report. [default: yes]",
    ),
    click.option("--trace", is_flag=True, help="Write Playwright's trace.zip, too."),
    click.option(
        "--video",
        is_flag=True,
        help="Write a video with captions and chapters, too; it slows the run down. Needs the extra [video].",
    ),
    click.option(
        "--junit",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Write the outcome as JUnit XML, too.",
    ),
    click.option(
        "--github", is_flag=True, help="Annotate the job on GitHub that runs this, and write its summary."
    ),
)
