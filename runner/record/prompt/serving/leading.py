"""The way to where things are kept: a task is added on the page that the link "Tasks" opens."""

from __future__ import annotations

import re
from typing import Final

from runner.page.observe import Observation
from runner.record.prompt.grounding.matching import decided, ground
from runner.record.prompt.language.intent import Intent, Target

_LEADING: Final = frozenset({"link", "tab", "menuitem", "button", "treeitem"})
_NOUN: Final = re.compile(
    r"(?:(?:an?|the|another|one|my|our|your|this|that|new|single)\s+)*([a-z][a-z-]+)", re.IGNORECASE
)
_SURELY: Final = 0.9


def leading(seen: Observation, target: Target, intent: Intent) -> int | None:
    """The one control named like things of the kind that is spoken of, if there is exactly one."""
    nouns = [_NOUN.match(spoken) for spoken in (intent.options.get("to", ""), target.wording)]
    names = [plural(noun[1].lower()) for noun in nouns if noun is not None]
    if target.place is not None and not target.place.target.kind:
        names.append(target.place.target.name)  # "in the cart remove Circe": the link Cart
    for name in filter(None, names):
        found = [
            match
            for match in ground(seen, Target(name=name), "click")
            if match.score >= _SURELY and seen.nodes[match.index].role in _LEADING
        ]
        alike = decided(seen, found)
        if len(alike) == 1:
            return alike[0].index
    return None


def plural(noun: str) -> str:
    """The plural of an English noun, spelt by rule; what ends in s is taken for one."""
    if noun.endswith("s"):
        return noun
    if noun.endswith(("x", "ch", "sh", "z")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"
