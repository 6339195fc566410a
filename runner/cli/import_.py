"""`demo-runner import`: another tool's recording as a TestConfig."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runner.cli.export import STANDARD, force_option, json_option, out_option, save, tell, text_of
from runner.cli.settings import debug_option
from runner.contract.errors import UsageError
from runner.contract.starting import is_absolute

if TYPE_CHECKING:
    from runner.exchange.draft import Imported


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "format_name",
    type=click.Choice(["chrome", "selenium", "python", "typescript"]),
    help="What FILE is. [default: told by its name and what is in it]",
)
@click.option("--url", metavar="URL", help="What its relative addresses are relative to.")
@click.option("--test", metavar="NAME", help="Take over this test only.")
@out_option
@force_option
@json_option
@debug_option
def import_command(
    file: Path,
    format_name: str | None,
    url: str | None,
    test: str | None,
    out: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> int:
    """Read FILE, another tool's recording or test (`-` for stdin), as a TestConfig.

    It may be a JSON of Chrome's Recorder, a .side of Selenium IDE, or a Playwright test in Python, TypeScript
    or JavaScript. What a TestConfig cannot say, or says differently, is listed.
    """
    from runner.exchange.reading import read

    if url is not None and not is_absolute(url):
        raise UsageError(f"--url {url} is no address.", remedy="For example https://staging.example.com")
    found = _chosen(read(text_of(file), file.name, url, format_name), test, file)
    places = _places(out, found)
    texts = [json.dumps(each.config.dump(), indent=2, ensure_ascii=False) + "\n" for each in found]
    save(list(zip(places, texts, strict=True)), force=force)
    if as_json:
        told = [_told(place, each) for place, each in zip(places, found, strict=True)]
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for place, text, each in zip(places, texts, found, strict=True):
            tell(place, text, each.findings)
    return 0


def _chosen(found: list[Imported], test: str | None, file: Path) -> list[Imported]:
    chosen = [each for each in found if test is None or each.name == test]
    if not chosen:
        there = ", ".join(repr(each.name) for each in found)
        raise UsageError(f"There is no test {test!r} in {file}.", remedy=f"There are: {there}.")
    return chosen


def _places(out: Path | None, found: list[Imported]) -> list[Path | None]:
    if len(found) == 1 and (out is None or out == STANDARD or not out.is_dir()):
        return [None if out == STANDARD else out]
    if out is None or out == STANDARD or out.is_file():
        there = ", ".join(repr(each.name) for each in found)
        raise UsageError(
            f"The file holds {len(found)} tests: {there}.",
            remedy="Name a folder for them with --out, or one of them with --test.",
        )
    return [out / f"{name}.json" for name in _file_names(found)]


def _file_names(found: list[Imported]) -> list[str]:
    """A name for each that is a good file name, and that no other one has."""
    names: list[str] = []
    for each in found:
        plain = "-".join("".join(c.lower() if c.isalnum() else " " for c in each.name).split()) or "recorded"
        name, at = plain, 2
        while name in names:
            name, at = f"{plain}-{at}", at + 1
        names.append(name)
    return names


def _told(place: Path | None, imported: Imported) -> dict[str, Any]:
    told: dict[str, Any] = {"name": imported.name, "file": str(place) if place else None}
    if place is None:
        told["test_config"] = imported.config.dump()
    return told | {"findings": [finding.as_data() for finding in imported.findings]}
