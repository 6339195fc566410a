"""`demo-runner patch`: read what repairs would change, and take it over into the files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.settings import debug_option
from runner.contract.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from runner.contract.config import TestConfig
    from runner.contract.patch import Patch

file_argument = click.argument("file", type=click.Path(path_type=Path))


@click.group("patch")
def patch_group() -> None:
    """Read the repairs of a run, and apply them to TestConfigs."""


@patch_group.command("show")
@file_argument
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@debug_option
def show_command(file: Path, *, as_json: bool) -> None:
    """Show the patches in FILE: a run's folder, its repair_patches.json or its run.json."""
    from runner.cli.review import reviewed
    from runner.replay.patch_files import read_patches

    patches, source = read_patches(file)
    if as_json:
        click.echo(
            json.dumps([patch.model_dump(mode="json") for patch in patches], indent=2, ensure_ascii=False)
        )
        return
    if not patches:
        click.echo(f"{file} holds no patches: nothing was repaired.")
    for line in reviewed(patches, source) if patches else ():
        click.echo(line)


@patch_group.command("apply")
@file_argument
@click.option(
    "--to",
    "config",
    type=click.Path(path_type=Path),
    metavar="CONFIG",
    help="The TestConfig to change. [default: the one that was replayed]",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the changed TestConfig there instead of in its place.",
)
@click.option(
    "--step",
    "steps",
    multiple=True,
    metavar="ID",
    help="Only the patch of that step; a suggested one must be named so.",
)
@click.option(
    "--everywhere",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Change every step of the same element, in all TestConfigs below DIR.",
)
@debug_option
def apply_command(
    file: Path, config: Path | None, output: Path | None, steps: tuple[str, ...], everywhere: Path | None
) -> None:
    """Apply the patches in FILE to the TestConfig that was replayed."""
    from runner.replay.patch_files import chosen_of, read_patches

    patches, source = read_patches(file)
    chosen = chosen_of(patches, steps)
    target = config or source
    if target is None and everywhere is None:
        raise UsageError(f"{file} does not say which TestConfig it is about.", remedy="Name it with --to.")
    done: set[Path] = set()
    if target is not None:
        _change(target, chosen, output)
        done.add(target.resolve())
    if everywhere is not None:
        _change_below(everywhere, chosen, done)


# -- changing ----------------------------------------------------------------------------------------------


def _change(target: Path, patches: Sequence[Patch], output: Path | None) -> None:
    from runner.artifacts import write_json
    from runner.replay.patching import apply
    from runner.replay.reading import read_flow

    config, _warnings = read_flow(target)
    write_json(output or target, apply(config, patches).dump())
    click.echo(f"{output or target}: {_counted(len(patches), 'step')} changed")


def _change_below(folder: Path, patches: Sequence[Patch], done: set[Path]) -> None:
    from runner.artifacts import write_json
    from runner.replay.patching import apply, spread

    for file in sorted(folder.rglob("*.json")):
        config = None if file.resolve() in done else _config_in(file)
        if config is None:
            continue
        fitting = spread(config, patches)
        if fitting:
            write_json(file, apply(config, fitting).dump())
            click.echo(f"{file}: {_counted(len(fitting), 'step')} changed")


def _config_in(file: Path) -> TestConfig | None:
    """The TestConfig in a file; None for other JSON files, which may lie there, too."""
    from runner.replay.reading import read_flow

    try:
        return read_flow(file)[0]
    except ConfigError:
        return None


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
