"""Playwright's aria snapshot (mode `ai`) as plain data: one entry an element, in document order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_LINE = re.compile(r"^( *)- (.*)$")
_QUOTED_KEY = re.compile(r"^'((?:[^']|'')*)'(?::(?: (.*))?)?$")
_HEAD = re.compile(r'^([\w-]+)(?: ("(?:[^"\\]|\\.)*"|/(?:[^/\\]|\\.)*/))?((?: \[[^\]]*\])*)(?::(?: (.*))?)?$')
_STATE = re.compile(r"\[([\w-]+)(?:=([^\]]*))?\]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a snapshot. `parent` is the index of the entry it lies in; `box` lies in its frame."""

    role: str
    name: str
    text: str
    ref: str
    depth: int
    parent: int | None
    box: tuple[int, int, int, int] | None = None
    states: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)


def parse_snapshot(snapshot: str) -> list[Entry]:
    """The entries of `snapshot`. Lines that follow no known form are passed over."""
    entries: list[Entry] = []
    open_at: list[tuple[int, int]] = []  # (indent, index) of the ancestors of the line being read
    for indent, content in _lines(snapshot):
        while open_at and open_at[-1][0] >= indent:
            open_at.pop()
        parent = open_at[-1][1] if open_at else None
        if content.startswith("/"):
            if parent is not None:
                name, _, value = content[1:].partition(":")
                entries[parent].properties[name] = _scalar(value.strip())
            continue
        entry = _entry(content, depth=len(open_at), parent=parent)
        if entry is None:
            continue
        entries.append(entry)
        open_at.append((indent, len(entries) - 1))
    return entries


def _lines(snapshot: str) -> Iterator[tuple[int, str]]:
    for line in snapshot.splitlines():
        if match := _LINE.match(line):
            yield len(match[1]), match[2]


def _entry(content: str, *, depth: int, parent: int | None) -> Entry | None:
    tail: str | None = None
    if quoted := _QUOTED_KEY.match(content):
        content, tail = quoted[1].replace("''", "'"), quoted[2]
    if content.startswith("text: "):
        return Entry("text", "", _scalar(content[6:]), "", depth, parent)
    head = _HEAD.match(content)
    if not head:
        return None
    role, name, states, text = head.groups()
    found = {key: value or "true" for key, value in _STATE.findall(states)}
    return Entry(
        role=role,
        name=_name(name),
        text=_scalar(tail or text or ""),
        ref=found.pop("ref", ""),
        depth=depth,
        parent=parent,
        box=_box(found.pop("box", "")),
        states=found,
    )


def _name(raw: str | None) -> str:
    if not raw or raw.startswith("/"):
        return ""
    return str(json.loads(raw, strict=False))


def _scalar(raw: str) -> str:
    """A YAML scalar as Playwright writes it: plain, or in double quotes with JSON's escapes."""
    if len(raw) > 1 and raw[0] == raw[-1] == '"':
        return str(json.loads(re.sub(r"\\x([0-9a-f]{2})", r"\\u00\1", raw), strict=False))
    return raw


def _box(raw: str) -> tuple[int, int, int, int] | None:
    if not raw:
        return None
    x, y, width, height = (int(float(part)) for part in raw.split(","))
    return x, y, width, height
