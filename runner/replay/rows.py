"""Rows of data: one run each. CSV with a header, JSON Lines or a JSON list; the columns are parameters."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO

from runner.contract.errors import ConfigError
from runner.contract.problem import nearest

_JSON_LINES: Final = frozenset({".jsonl", ".ndjson"})
_SHAPE: Final = (
    "The first line of a CSV names parameters; each line of a .jsonl file, and each item of the list in a "
    ".json file, is an object of them."
)
SHOWN: Final = 10


@dataclass(frozen=True)
class Row:
    """One row: its number from 1, its line in the file (or place in its list), and values by parameter."""

    number: int
    line: int
    values: Mapping[str, str] = field(repr=False)


def read_rows(file: Path) -> list[Row]:
    """The rows of a file. Raises ConfigError with all that is wrong with it."""
    problems: list[str] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            found = list(_reading(file)(lines, file, problems))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror or error}.", remedy=_SHAPE) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{file} cannot be read: {error}", remedy="It must be text in UTF-8.") from error
    if not found and not problems:
        problems.append("there are no rows in it")
    if problems:
        raise _broken(file, problems)
    return [Row(number, line, values) for number, (line, values) in enumerate(found, 1)]


def check_columns(file: Path, rows: Sequence[Row], known: Collection[str]) -> None:
    """Whether every column is a parameter. Raises ConfigError that names the nearest for each that is not."""
    columns = dict.fromkeys(name for row in rows for name in row.values)
    unknown = [name for name in columns if name not in known]
    if not unknown:
        return
    there = f"There are: {', '.join(sorted(known))}." if known else "The flow has no parameters."
    problems = []
    for name in unknown:
        meant = nearest(name, sorted(known))
        problems.append(
            f"there is no parameter {name}." + (f" Did you mean {meant}?" if meant else f" {there}")
        )
    raise _broken(file, problems)


_Reading = Callable[[TextIO, Path, list[str]], Iterator[tuple[int, dict[str, str]]]]


def _reading(file: Path) -> _Reading:
    suffix = file.suffix.lower()
    return _json_lines if suffix in _JSON_LINES else _json_list if suffix == ".json" else _csv


def _csv(lines: TextIO, file: Path, problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(lines, delimiter="\t" if file.suffix.lower() == ".tsv" else ",", strict=True)
    header = [name.strip() for name in next(reader, [])]
    twice = {name for name in header if header.count(name) > 1}
    problems += [f"line 1: the column {name or '(without a name)'} is there twice" for name in sorted(twice)]
    if "" in header and "" not in twice:
        problems.append(f"line 1: column {header.index('') + 1} has no name")
    for cells in reader:
        if not any(cells):
            continue
        if len(cells) != len(header):
            problems.append(
                f"line {reader.line_num}: {len(cells)} cells, but there are {len(header)} columns"
            )
            continue
        yield reader.line_num, dict(zip(header, cells, strict=True))


def _json_lines(lines: TextIO, _: Path, problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except ValueError as error:
            problems.append(f"line {number}: {error}")
            continue
        yield from _object(data, number, f"line {number}", problems)


def _json_list(lines: TextIO, _: Path, problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        data = json.load(lines)
    except ValueError as error:
        problems.append(str(error))
        return
    if not isinstance(data, list):
        problems.append("it is no list of objects")
        return
    for number, item in enumerate(data, 1):
        yield from _object(item, number, f"item {number}", problems)


def _object(data: Any, number: int, place: str, problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    if not isinstance(data, dict):
        problems.append(f"{place}: not an object")
        return
    nested = [name for name, value in data.items() if isinstance(value, dict | list)]
    problems += [f"{place}: the value of {name} is no text, number or true/false" for name in nested]
    yield number, {name: _text(value) for name, value in data.items() if value is not None}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _broken(file: Path, problems: Sequence[str]) -> ConfigError:
    shown = [*problems[:SHOWN], *([f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else [])]
    listed = "\n".join(f"  {problem}" for problem in shown)
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
    return ConfigError(
        f"{file} cannot be used as data, {count}:\n{listed}", remedy=_SHAPE, problems=list(problems)
    )
