"""Where in a JSON file a value begins. Whoever annotates a file must name the line a person will look at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path as File
from typing import Final

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()
_SEGMENT: Final = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]")
# A file may hold its config inside of an object, as the public API hands it out.
WRAPPERS: Final = ("test_config_json", "test_config")

Path = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class StepPlace:
    """Where a step stands: its file and the line, from 1."""

    file: str
    line: int


class Places:
    """Where the steps of a file stand. It is read when somebody asks; without a file no step has a place."""

    def __init__(self, file: File | None) -> None:
        self._file = file
        self._text: str | None = None

    def of(self, index: int) -> StepPlace | None:
        """The place of the step of that index; line 1 where the file cannot be read."""
        if self._file is None:
            return None
        if self._text is None:
            self._text = read_text(self._file)
        return StepPlace(str(self._file), line_of_step(self._text, index))


def read_text(file: File) -> str:
    """A file's text; empty where there is none to read, which has no lines to point at."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def line_of_step(text: str, index: int) -> int:
    """The line, from 1, on which the step of that index begins; 1 where the text has no such step."""
    return line_of(text, ("steps", index))


def line_of(text: str, path: Path) -> int:
    """The line, from 1, on which the value at `path` of a TestConfig begins.

    Where there is no such value it is the line of the nearest one around it.
    """
    depth, at = position(text, path)
    for wrapper in WRAPPERS:
        deeper, inside = position(text, (wrapper, *path))
        if deeper - 1 > depth:
            depth, at = deeper - 1, inside
    return text.count("\n", 0, at) + 1


def parsed(path: str) -> tuple[str | int, ...]:
    """The segments of a path like `$.steps[1].action`."""
    return tuple(
        name or escaped if not index else int(index) for name, index, escaped in _SEGMENT.findall(path)
    )


def position(text: str, path: Path) -> tuple[int, int]:
    """How many segments of the path lead somewhere, and the offset of the value they lead to."""
    at = _skip(text, text.find("\ufeff") + 1)
    for depth, segment in enumerate(path):
        try:
            inner = next((start for key, start in _members(text, at) if key == segment), None)
        except (ValueError, IndexError, StopIteration):
            # broken JSON: what has been found up to there stands
            return depth, at
        if inner is None:
            return depth, at
        at = inner
    return len(path), at


def _members(text: str, at: int) -> Iterator[tuple[str | int, int]]:
    """Each key or index of the object or array that begins at `at`, with where its value begins."""
    opening = text[at]
    if opening not in "{[":
        return
    at, count = _skip(text, at + 1), 0
    while text[at] not in "}]":
        key: str | int = count
        if opening == "{":
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        yield key, at
        _, at = _DECODER.raw_decode(text, at)
        at, count = _skip(text, at), count + 1
        if text[at] == ",":
            at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    """The offset of what follows the white space."""
    found = _SPACE.match(text, at)
    return found.end() if found else at
