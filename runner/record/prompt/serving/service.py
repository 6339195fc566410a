"""What procedures share while a prompt is served: what was touched last, what was copied, what is left."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field

from runner.page.observe import Observation
from runner.record.plan import Act, Decision
from runner.record.prompt.grounding.matching import FIELDS, ground
from runner.record.prompt.grounding.names import folded
from runner.record.prompt.grounding.placing import Match
from runner.record.prompt.language.intent import Intent, Target
from runner.record.prompt.serving.moment import Moment, Procedure, do
from runner.record.prompt.serving.undecided import identity


@dataclass(slots=True)
class Service:
    """The memory of one prompt: intents yet to serve, the last field and control used, the clipboard."""

    pending: deque[Intent] = field(default_factory=deque)
    touched: str = ""  # role and name of the field last filled
    spoken: Target | None = None  # what "find ..." pointed at
    clipboard: str | None = None
    typed: tuple[str, ...] = ()
    clicked: str = ""
    named: dict[str, Target] = field(default_factory=dict)  # what "a new task" turned out to be called
    limitations: list[str] = field(default_factory=list)  # what a person should know of the recording
    shown: dict[str, str] = field(default_factory=dict)  # every text of an element so far, by its folded form

    def look(self, seen: Observation) -> None:
        """Remember what the page says: whether something is gone is told by what was there."""
        for node in seen.nodes:
            for text in filter(None, (node.text, node.name)):
                self.shown.setdefault(folded(text), text)

    def absorb(self, count: int) -> None:
        """Drop the next `count` intents: they were part of a name."""
        for _ in range(min(count, len(self.pending))):
            self.pending.popleft()

    def touch(self, seen: Observation, index: int) -> None:
        """Remember the field that was used last."""
        self.touched = identity(seen, index)

    def last_field(self, seen: Observation) -> int | None:
        """The field used last, if it is still there; else the one that has the focus."""
        for index, node in enumerate(seen.nodes):
            if self.touched and node.ref and identity(seen, index) == self.touched:
                return index
        return focused_field(seen)


def focused_field(seen: Observation) -> int | None:
    """The field that has the focus."""
    for index, node in enumerate(seen.nodes):
        editable = node.role in FIELDS or node.attributes.get("editable")
        if node.ref and editable and (node.attributes.get("focused") or "active" in node.states):
            return index
    return None


def click(now: Moment, index: int, intent: Intent, *, tentative: bool = False, words: str = "") -> Procedure:
    """Click an element; a failure is final. An option of a native select is chosen from it."""
    node = now.node(index)
    held = next((at for at in now.seen.ancestors(index) if now.node(at).tag == "select"), None)
    if node.role == "option" and held is not None:
        label = node.name or now.seen.text_of(index)
        return do(now, Act("select", ref=now.node(held).ref, value=label, intent=intent.part))
    return do(now, Act("click", ref=node.ref, intent=intent.part, description=words, tentative=tentative))


def standing(seen: Observation, index: int) -> str:
    """What stands in and around an element: tells whether a ref still means the same after a change."""
    parent = seen.nodes[index].parent
    return f"{seen.text_of(index)}|{seen.text_of(parent) if parent is not None else ''}"


def still_there(seen: Observation, ref: str, stood: str) -> int | None:
    """The element of a ref, unless the ref is a mere place in the document where something else is now."""
    index = seen.by_ref.get(ref)
    moved = index is not None and ref.startswith("dom:") and standing(seen, index) != stood
    return None if moved else index


def first_named(
    seen: Observation, names: tuple[str, ...], among: tuple[int, ...] | None = None
) -> Match | None:
    """The best control that bears one of `names`, the earlier the better."""
    best: Match | None = None
    for rank, name in enumerate(names):
        found = ground(seen, Target(name=name), "click", among=among)
        found = [
            match
            for match in found
            if seen.nodes[match.index].role in ("button", "link", "menuitem", "img", "generic", "tab")
        ]
        if found and found[0].score > 0.74:
            score = found[0].score - rank * 0.01
            if best is None or score > best.score:
                best = Match(found[0].index, score, found[0].reason)
    return best


Answered = Generator[Decision, Moment, tuple[str, Moment]]
