"""Long lines of Python, broken where ruff and black break them: inside brackets, from the left.

A bracket's content stays on the line if the line fits up to the next place where it could be broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_OPENING: Final = "([{"
_CLOSING: Final = ")]}"
INDENT: Final = "    "
# In brackets a chain of more calls than this is broken at its dots.
MANY_LINKS: Final = 2


@dataclass(frozen=True, slots=True)
class _Group:
    """A pair of brackets and the items in it, each a sequence of pieces."""

    opening: str
    items: tuple[tuple[_Piece, ...], ...]
    closing: str


_Piece = str | _Group


def wrapped(code: str, indent: str, width: int) -> Iterator[str]:
    """The lines that one line of code becomes; `indent` stands before the first."""
    if len(indent) + len(code) <= width:
        yield indent + code
        return
    pieces, _ = _pieces(code, 0)
    yield from _lines(pieces, indent, width)


def _pieces(code: str, at: int) -> tuple[tuple[_Piece, ...], int]:
    """The pieces from `at` to the end of the item, and where that is."""
    pieces: list[_Piece] = []
    start = at
    while at < len(code):
        if code[at] in "\"'":
            at = _past_string(code, at)
        elif code[at] in _OPENING:
            group, after = _group(code, at)
            pieces += [code[start:at], group] if start < at else [group]
            start = at = after
        elif code[at] == "," or code[at] in _CLOSING:
            break
        else:
            at += 1
    if start < at:
        pieces.append(code[start:at])
    return tuple(pieces), at


def _group(code: str, at: int) -> tuple[_Group, int]:
    opening, items = code[at], []
    at += 1
    while code[at] not in _CLOSING:
        item, at = _pieces(code, at)
        items.append(item)
        while code[at] in ", ":
            at += 1
    return _Group(opening, tuple(items), code[at]), at + 1


def _past_string(code: str, at: int) -> int:
    quote = code[at]
    at += 1
    while code[at] != quote:
        at += 2 if code[at] == "\\" else 1
    return at + 1


def _lines(pieces: Sequence[_Piece], indent: str, width: int, tail: str = "") -> Iterator[str]:
    line = indent
    for at, piece in enumerate(pieces):
        if isinstance(piece, str):
            line += piece
        elif not piece.items or len(line + _flat((piece,)) + _head(pieces[at + 1 :], tail)) <= width:
            line += _flat((piece,))
        else:
            yield line + piece.opening
            yield from _inside(piece, indent + INDENT, width)
            line = indent + piece.closing
    yield line + tail


def _inside(group: _Group, indent: str, width: int) -> Iterator[str]:
    """What is in the brackets: on one line if it fits, else an item a line."""
    together = indent + _joined(group)
    if len(together) <= width:
        yield together
        return
    alone = len(group.items) == 1
    links = list(_links(group.items[0]))
    if alone and len(links) > MANY_LINKS:
        for link in links:
            yield from _lines(link, indent, width)
        return
    for item in group.items:
        yield from _lines(item, indent, width, "" if alone and group.opening == "(" else ",")


def _links(item: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """The links of a chain of calls; the first is whatever stands before the second call's dot."""
    link: list[_Piece] = []
    for piece in item:
        if isinstance(piece, str) and piece.startswith(".") and link:
            yield link
            link = []
        link.append(piece)
    yield link


def _head(pieces: Sequence[_Piece], tail: str) -> str:
    """What must follow on the same line: up to the next bracket that may be broken."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
        elif not piece.items:
            text += piece.opening + piece.closing
        else:
            return text + piece.opening
    return text + tail


def _flat(pieces: Sequence[_Piece]) -> str:
    return "".join(
        piece if isinstance(piece, str) else f"{piece.opening}{_joined(piece)}{piece.closing}"
        for piece in pieces
    )


def _joined(group: _Group) -> str:
    return ", ".join(_flat(item) for item in group.items)
