"""What is told of runs when all of them are over, to a CI server: JUnit XML, annotations, a job's summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.artifacts import check_writable

if TYPE_CHECKING:
    from runner.report.outcome import Outcome


@dataclass(frozen=True)
class Telling:
    """Who is to be told: `junit` is the file for JUnit XML; `github` has a job annotated."""

    junit: Path | None = None
    github: bool = False

    def check(self) -> None:
        """Raises ArtifactsNotWritable before any work has been done in vain."""
        if self.junit is not None:
            check_writable(self.junit)

    def tell(self, outcomes: Sequence[Outcome], *, as_json: bool) -> None:
        """Tell them. Where standard output belongs to JSON, commands go to the other; GitHub reads both."""
        if self.junit is not None:
            from runner.report.junit import write_junit

            write_junit(self.junit, outcomes)
        if self.github:
            from runner.report.github import commands, write_summary

            for line in commands(outcomes, Path.cwd()):
                click.echo(line, err=as_json)
            write_summary(outcomes)
