"""`demo-runner export`: a TestConfig as another tool's test."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runner.cli.settings import debug_option
from runner.contract.errors import UsageError

if TYPE_CHECKING:
    from runner.contract.config import TestConfig
    from runner.exchange.finding import Finding
    from runner.exchange.writing import Written

STANDARD: Path = Path("-")

out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The file to write, or the folder for several. [default: stdout]",
)
force_option = click.option("--force", is_flag=True, help="Overwrite what is there.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")


@click.command("export")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--to",
    "format_name",
    type=click.Choice(["pytest", "playwright", "chrome"]),
    help="What to write: for pytest-playwright, Playwright Test (TypeScript) or Chrome. [default: by --out]",
)
@click.option("--name", help="What the test is called. [default: as the file]")
@out_option
@force_option
@json_option
@debug_option
def export_command(
    files: tuple[Path, ...],
    format_name: str | None,
    name: str | None,
    out: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> int:
    """Write each FILE (a TestConfig, `-` for stdin) as another tool's test.

    What the other tool cannot say, or says differently, is listed.
    """
    from runner.exchange.writing import format_of, write

    chosen = format_name or (format_of(out.name) if out else None) or "pytest"
    written = [write(_config(file), chosen, name or _stem(file)) for file in files]
    places = _places(out, written)
    save(list(zip(places, (each.text for each in written), strict=True)), force=force)
    if as_json:
        click.echo(json.dumps([_told(*each) for each in zip(places, written, strict=True)], indent=2))
    else:
        for place, each in zip(places, written, strict=True):
            tell(place, each.text, each.findings)
    return 0


def text_of(file: Path) -> str:
    """What a file holds, or stdin; raises UsageError."""
    try:
        return sys.stdin.read() if file == STANDARD else file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.", remedy="Name a file.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8 text.", remedy="Save the file as UTF-8.") from error


def save(files: Sequence[tuple[Path | None, str]], *, force: bool) -> None:
    """Write the files, all or none; raises UsageError for one that is already there, unless `force`."""
    from runner.artifacts import write_text

    there = [str(place) for place, _ in files if place is not None and place.exists()]
    if there and not force:
        raise UsageError(
            f"{', '.join(there)} is already there."
            if len(there) == 1
            else f"{', '.join(there)} are already there.",
            remedy="Name another place with --out, or overwrite with --force.",
        )
    for place, text in files:
        if place is not None:
            write_text(place, text)


def tell(place: Path | None, text: str, findings: Sequence[Finding]) -> None:
    """The text, where it has no file, and what is to be known about it."""
    if place is None:
        click.echo(text, nl=False)
    else:
        click.echo(f"Wrote {place}.", err=True)
    for finding in findings:
        click.echo(f"  {finding}", err=True)


def _config(file: Path) -> TestConfig:
    from runner.replay.reading import read_flow

    config, warnings = read_flow(text_of(file) if file == STANDARD else file)
    for warning in warnings:
        click.echo(f"Warning: {warning}", err=True)
    return config


def _stem(file: Path) -> str:
    """What a file is called, or its folder where the file's own name says nothing."""
    plain = file.stem in ("test_config", "repaired_test_config")
    return "recorded" if file == STANDARD else file.resolve().parent.name if plain else file.stem


def _places(out: Path | None, written: Sequence[Written]) -> list[Path | None]:
    if out is None or out == STANDARD:
        return [None] * len(written)
    if len(written) == 1 and not out.is_dir():
        return [out]
    return [out / each.file_name for each in written]


def _told(place: Path | None, written: Written) -> dict[str, Any]:
    told: dict[str, Any] = {"file": str(place) if place else None}
    if place is None:
        told["text"] = written.text
    return told | {"findings": [finding.as_data() for finding in written.findings]}
