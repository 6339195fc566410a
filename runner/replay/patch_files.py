"""The files of a run that hold patches: which they are about, and which of them are wanted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from runner.contract.errors import ConfigError, UsageError
from runner.contract.patch import Patch

# The likeliest first.
HOLDERS: Final = ("repair_patches.json", "run.json")


def read_patches(file: Path) -> tuple[list[Patch], Path | None]:
    """The patches in a run's folder or in a file of it, and the config they are about, as far as it says.

    Raises UsageError, ConfigError.
    """
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
    try:
        return [Patch.model_validate(each) for each in listed]
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{file} holds a broken patch: {place}: {first['msg']}.") from error


def chosen_of(patches: Sequence[Patch], steps: Sequence[str]) -> list[Patch]:
    """Those that were made, or those of the steps that are named. Raises UsageError."""
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
