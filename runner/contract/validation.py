"""Reading a TestConfig: all problems of a file at once, each with its place and what is allowed there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from runner.contract.config import TestConfig
from runner.contract.errors import ConfigError
from runner.contract.meaning import errors_of_meaning, oddities
from runner.contract.problem import Problem, in_order, shown
from runner.contract.structure import errors_of_structure, unknown_fields

MAX_BYTES: Final = 20_000_000
_WRAPPERS: Final = ("test_config_json", "test_config")

Source = Path | str | Mapping[str, Any]
# Looks into one raw step, at a JSON path, for what the contract alone cannot judge: selectors, say.
StepCheck = Callable[[Mapping[str, Any], str], Iterable[Problem]]


def read_config(source: Source, check_step: StepCheck | None = None) -> tuple[TestConfig, list[Problem]]:
    """The config in a file, a JSON text or plain data, and warnings about it.

    Raises ConfigError; its `details["problems"]` lists all that is wrong, not the first thing only, and what
    `check_step` finds in the steps.
    """
    name = str(source) if isinstance(source, Path) else "the TestConfig"
    data, prefix = _unwrapped(_data(source, name), name)
    data = _without_nulls(data)
    misshapen = errors_of_structure(data, prefix)
    problems = [*misshapen, *errors_of_meaning(data, {problem.path for problem in misshapen}, prefix)]
    problems += _checked(data.get("steps"), f"{prefix}.steps", check_step)
    unknown = unknown_fields(data, prefix)
    if problems:
        raise broken(name, problems, unknown)
    try:
        config = TestConfig.model_validate(data)
    except ValidationError as error:
        raise broken(name, _residual(error, prefix), unknown) from error
    return config, in_order([*unknown, *oddities(data, prefix)])


def broken(name: str, problems: Iterable[Problem], warnings: Iterable[Problem] = ()) -> ConfigError:
    """The error that lists `problems` of the file `name`, and what may be behind them."""
    listed, odd = in_order(problems), in_order(warnings)
    count = "1 problem" if len(listed) == 1 else f"{len(listed)} problems"
    lines = [f"{name} is not a valid TestConfig, {count}:", *(f"  {problem}" for problem in listed)]
    lines += ["Also:", *(f"  {problem}" for problem in odd)] if odd else []
    return ConfigError(
        "\n".join(lines),
        problems=[problem.as_data() for problem in listed],
        warnings=[problem.as_data() for problem in odd],
    )


def _checked(steps: Any, prefix: str, check_step: StepCheck | None) -> Iterator[Problem]:
    if check_step is None or not isinstance(steps, list):
        return
    for index, step in enumerate(steps):
        if isinstance(step, dict):
            yield from check_step(step, f"{prefix}[{index}]")


def _data(source: Source, name: str) -> Any:
    match source:
        case Path():
            return _parsed(_text(source), name)
        case str():
            return _parsed(source, name)
        case _:
            return dict(source)


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise ConfigError(
                f"{path} is a folder, not a file.", remedy="Name the TestConfig file inside it."
            )
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ConfigError(f"{path} does not exist.", remedy=_neighbours(path)) from error
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.", remedy="Check its permissions."
        ) from error
    if len(content) > MAX_BYTES:
        raise ConfigError(
            f"{path} is larger than {MAX_BYTES // 1_000_000} MB; a TestConfig is never that large."
        )
    return _decoded(content, path)


def _decoded(content: bytes, path: Path) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path} is not UTF-8 text: byte {error.start} does not belong there.",
            remedy="Save the file as UTF-8.",
        ) from error


def _neighbours(path: Path) -> str | None:
    there = sorted(found.name for found in path.parent.glob("*.json")) if path.parent.is_dir() else []
    return f"JSON files in {path.parent}: {', '.join(there[:10])}" if there else None


def _parsed(text: str, name: str) -> Any:
    if not text.strip():
        raise ConfigError(
            f"{name} is empty.", remedy="Record a flow with `demo-runner record`, or write a TestConfig."
        )
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise ConfigError(_pointed(name, text, error), line=error.lineno, column=error.colno) from error
    except ValueError as error:
        raise ConfigError(f"{name} is not valid JSON: {error}.") from error
    except RecursionError as error:
        raise ConfigError(f"{name} is nested too deeply to be a TestConfig.") from error


def _refuse_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON value")


def _pointed(name: str, text: str, error: json.JSONDecodeError) -> str:
    line = text.splitlines()[error.lineno - 1] if error.lineno <= len(text.splitlines()) else ""
    start = max(0, error.colno - 61)
    excerpt, caret = line[start : start + 100], " " * (error.colno - 1 - start) + "^"
    place = f"line {error.lineno} column {error.colno}"
    return f"{name} is not valid JSON, {place}: {error.msg}\n  {excerpt}\n  {caret}"


def _unwrapped(data: Any, name: str) -> tuple[dict[str, Any], str]:
    if not isinstance(data, dict):
        raise broken(name, [Problem("$", f"found {shown(data)}; a TestConfig is an object")])
    wrapper = next((key for key in _WRAPPERS if key in data and "steps" not in data), None)
    if wrapper is None:
        return data, "$"
    inner, place = data[wrapper], f"$.{wrapper}"
    if not isinstance(inner, dict):
        raise broken(name, [Problem(place, f"found {shown(inner)}; a TestConfig is an object")])
    return inner, place


# Where null and nothing mean the same; everywhere else the schema says whether null may stand.
_NULL_IS_ABSENT: Final = frozenset(
    {"version", "fallback", "defaults", "parameters", "id", "ordinal", "parameter_refs", "optional"}
)


def _without_nulls(data: dict[str, Any]) -> dict[str, Any]:
    kept = _dropped(data)
    if isinstance(steps := kept.get("steps"), list):
        kept["steps"] = [_dropped(step) if isinstance(step, dict) else step for step in steps]
    return kept


def _dropped(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if not (value is None and key in _NULL_IS_ABSENT)}


def _residual(error: ValidationError, prefix: str) -> Iterator[Problem]:
    for found in error.errors(include_url=False):
        place = prefix + "".join(
            f"[{part}]" if isinstance(part, int) else f".{part}" for part in found["loc"]
        )
        yield Problem(place, found["msg"].removeprefix("Value error, "))
