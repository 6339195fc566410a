"""`demo-runner report`: one page about many runs, with their trends; and the pages of runs that have none."""

from __future__ import annotations

from pathlib import Path

import click

from runner.contract.errors import UsageError


@click.command("report")
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR...",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write the page. [default: report.html in the first DIR, suite.html beside a run's own]",
)
@click.option(
    "--history",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also show the runs that this file remembers, and have it remember these.",
)
def report_command(folders: tuple[Path, ...], out: Path | None, history: Path | None) -> int:
    """Write one page about all runs below the folders: outcomes, times, trends, flaky tests.

    A run without a page of its own, whose runner was killed say, gets one.
    """
    from runner.report.history import remembered, runs_below
    from runner.report.html import REPORT, write_told
    from runner.report.suite import write_suite

    found = {place.resolve(): story for folder in folders for place, story in runs_below(folder)}
    for place, story in found.items():
        if not (place / REPORT).is_file():
            write_told(place, story)
    entries = remembered(history, found)
    if not entries:
        raise UsageError(
            f"There are no runs below {', '.join(map(str, folders))}.",
            remedy="`demo-runner replay` keeps its runs below runs/, each with a run.json.",
        )
    own = folders[0].resolve() in found
    place = out or folders[0] / ("suite.html" if own else REPORT)
    write_suite(place, entries, title=folders[0].resolve().name)
    click.echo(f"{len(entries)} runs: {place}")
    return 0
