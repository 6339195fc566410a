"""Rows of data: one run each. CSV with a header, or JSON Lines; the columns are parameters of the flow."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from runner.contract.errors import ConfigError
from runner.contract.problem import nearest

_JSON_LINES: Final = frozenset({".jsonl", ".ndjson"})
_SHAPE: Final = "The first line of a CSV names parameters; each line of a .jsonl file is an object of them."
SHOWN: Final = 10


@dataclass(frozen=True)
class Row:
    """One row: its number from 1, its line in the file, and values by parameter."""

    number: int
    line: int
    values: Mapping[str, str] = field(repr=False)


def read_rows(file: Path) -> list[Row]:
    """The rows of a file. Raises ConfigError with all that is wrong with it."""
    problems: list[str] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reading = _json_lines if file.suffix.lower() in _JSON_LINES else _csv
            found = list(reading(lines, file, problems))
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


def _csv(lines: Iterator[str], file: Path, problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
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


def _json_lines(lines: Iterator[str], _: Path, problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except ValueError as error:
            problems.append(f"line {number}: {error}")
            continue
        if not isinstance(data, dict):
            problems.append(f"line {number}: not an object")
            continue
        nested = [name for name, value in data.items() if isinstance(value, dict | list)]
        problems += [
            f"line {number}: the value of {name} is no text, number or true/false" for name in nested
        ]
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
