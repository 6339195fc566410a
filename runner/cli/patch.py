"""`demo-runner patch`: read what repairs would change, and take it over into the files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from runner.cli.settings import debug_option
from runner.contract.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from runner.contract.config import TestConfig
    from runner.contract.patch import Patch

# The files of a run that hold patches, the likeliest first.
HOLDERS: Final = ("repair_patches.json", "run.json")

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

    patches, source = _read(file)
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
    patches, source = _read(file)
    chosen = _chosen(patches, steps)
    target = config or source
    if target is None and everywhere is None:
        raise UsageError(f"{file} does not say which TestConfig it is about.", remedy="Name it with --to.")
    done: set[Path] = set()
    if target is not None:
        _change(target, chosen, output)
        done.add(target.resolve())
    if everywhere is not None:
        _change_below(everywhere, chosen, done)


# -- reading -----------------------------------------------------------------------------------------------


def _read(file: Path) -> tuple[list[Patch], Path | None]:
    """The patches and the config they are about, as far as the file says."""
    data = _data(_holder(file))
    match data:
        case {"patches": list(listed)}:
            source = data.get("source")
            return _parsed(file, listed), Path(source) if isinstance(source, str) else None
        case {"repair_patches_json": list(listed)}:
            return _parsed(file, listed), None
        case list():
            return _parsed(file, data), None
        case _:
            raise UsageError(f"{file} holds no patches.", remedy=f"Name a run's folder, or its {HOLDERS[0]}.")


def _holder(file: Path) -> Path:
    if not file.is_dir():
        return file
    for name in HOLDERS:
        if (file / name).is_file():
            return file / name
    raise UsageError(
        f"{file} is no folder of a run.",
        remedy=f"A run's folder has a {HOLDERS[1]}; see `demo-runner replay --artifacts`.",
    )


def _data(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {file}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}.") from error
    except json.JSONDecodeError as error:
        raise UsageError(f"{file} is no JSON: {error}.") from error


def _parsed(file: Path, listed: Sequence[Any]) -> list[Patch]:
    from pydantic import ValidationError

    from runner.contract.patch import Patch

    try:
        return [Patch.model_validate(each) for each in listed]
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{file} holds a broken patch: {place}: {first['msg']}.") from error


def _chosen(patches: Sequence[Patch], steps: Sequence[str]) -> list[Patch]:
    """Those that were made, or those that are named."""
    known = {patch.step_id for patch in patches}
    if unknown := [step for step in steps if step not in known]:
        raise UsageError(
            f"There is no patch of a step {unknown[0]}.",
            remedy=f"There are: {', '.join(sorted(known)) or 'none'}.",
        )
    chosen = [patch for patch in patches if (patch.step_id in steps if steps else patch.applied)]
    if not chosen:
        raise UsageError(
            "There is nothing to apply: no repair was made.",
            remedy="A suggestion is applied by naming its step: --step ID." if patches else None,
        )
    return chosen


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
