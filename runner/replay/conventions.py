"""Whether two identifiers, or two addresses, are one name written by other conventions. Pure.

A new version often spells all its ids another way, puts a word before each, or serves everything from another
path. What a copy of an element is given to tell it from the first (“email-2” beside “email”) is its own; what
a page's convention adds, its other elements have, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from runner.replay.wording import Level, compare

_PARTS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_A-Za-z]+")
_NUMBERS: Final = re.compile(r"\d+")
# A link within its page names an id of it.
_OF_FRAGMENTS: Final = {"restyled": "moved", "numbered": "numbered", "alike": "alike", "extended": "alike"}
_ENDING: Final = re.compile(r"\.(html?|php|aspx?|jsp|do)$")
_MOST_ADDED: Final = 3
# So many others must have it too, and so large a part of all that have any.
_WITNESSES: Final = 2
_SHARE: Final = 0.6

Parts = tuple[str, ...]


class Affix(NamedTuple):
    """What was added to a name, and at which end."""

    end: Literal["before", "after"]
    added: Parts


@lru_cache(maxsize=20_000)
def parts(identifier: str) -> Parts:
    """The words of an identifier, however they are joined: `user-menu` and `userMenu` have two."""
    return tuple(part.lower() for part in _PARTS.findall(identifier))


@lru_cache(maxsize=20_000)
def segments(address: str) -> Parts:
    """The steps of an address's path, without what only its server's technique adds."""
    path = address.partition("?")[0].rstrip("/")
    return tuple(_ENDING.sub("", step).replace("_", "-") for step in path.split("/") if step)


def same_name(mine: str, theirs: str) -> bool:
    """Whether the two are the same words, joined in other ways."""
    return parts(mine) == parts(theirs) != ()


def same_path(mine: str, theirs: str) -> bool:
    """Whether two addresses take the same steps, one of them perhaps in the plural."""
    one, other = segments(mine), segments(theirs)
    return len(one) == len(other) > 0 and all(map(_same_step, one, other))


def _same_step(one: str, other: str) -> bool:
    return one == other or f"{one}s" == other or one == f"{other}s"


def added(mine: Parts, theirs: Parts) -> Affix | None:
    """What `theirs` says more than `mine`, at one end; None where that is not all that differs."""
    more = len(theirs) - len(mine)
    if not mine or not 0 < more <= _MOST_ADDED:
        return None
    if theirs[more:] == mine:
        return Affix("before", theirs[:more])
    return Affix("after", theirs[-more:]) if theirs[:-more] == mine else None


def is_convention(affix: Affix, names: Sequence[Parts]) -> bool:
    """Whether the page's `names`, that of the element among them, mostly have the same thing added."""
    distinct = {name for name in names if name}
    having = sum(_has(name, affix) for name in distinct)
    return having > _WITNESSES and having >= _SHARE * len(distinct)


def _has(name: Parts, affix: Affix) -> bool:
    size = len(affix.added)
    end = name[:size] if affix.end == "before" else name[-size:]
    return len(name) > size and end == affix.added


def identifier_level(mine: str, theirs: str) -> str:
    """How two identifiers agree."""
    if mine == theirs:
        return "same"
    if same_name(mine, theirs):
        return "restyled"
    if _unnumbered(mine) == _unnumbered(theirs):
        return "numbered"
    if added(parts(mine), parts(theirs)):
        return "extended"
    agreement = compare(_spoken(mine), _spoken(theirs))
    if agreement.level < Level.SIMILAR:
        return "differ"
    return "extended" if agreement.more else "alike"


def address_level(mine: str, theirs: str) -> str:
    """How two addresses agree that links lead to."""
    if mine == theirs:
        return "same"
    if mine.startswith("#") and theirs.startswith("#"):
        return _OF_FRAGMENTS.get(identifier_level(mine, theirs), "differ")
    (path, _, view), (other, _, shown) = mine.partition("?"), theirs.partition("?")
    path, other = path.rstrip("/"), other.rstrip("/")
    if path == other and path:
        # another query is another view of the same: the next column to sort by, another filter
        return "path" if set(view.split("&")) - {""} <= set(shown.split("&")) else "query"
    if _unnumbered(path) == _unnumbered(other):
        return "numbered"
    if same_path(path, other) and not view:
        return "moved"
    return "alike" if _last(path) == _last(other) != "" else "differ"


def form_level(mine: str, theirs: str | None) -> str:
    """How the addresses agree that two forms send to, each with its method before it."""
    if not theirs:
        return "gone"
    if mine == theirs:
        return "same"
    if _unnumbered(mine) == _unnumbered(theirs):
        return "numbered"
    if mine.split(" ")[0] == theirs.split(" ")[0] and same_path(mine, theirs):
        return "moved"
    return "alike" if _last(mine) == _last(theirs) != "" else "differ"


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _unnumbered(text: str) -> str:
    return _NUMBERS.sub("#", text)


def _spoken(identifier: str) -> str:
    return re.sub(r"[-_.:/\[\]]+", " ", identifier)
