"""Procedures for what can be folded or scrolled: open and close it, bring it into view."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from runner.page.observe import Node, Observation
from runner.record.plan import Act
from runner.record.prompt.grounding.matching import anchors_of, decided, ground
from runner.record.prompt.grounding.names import folded
from runner.record.prompt.grounding.placing import Match
from runner.record.prompt.language.intent import Intent, Target
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, do
from runner.record.prompt.serving.seeking import Seeking, absent, seek
from runner.record.prompt.serving.service import Service, click
from runner.record.prompt.serving.undecided import ambiguous


def hovering(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Put the pointer over something; scrolling to it is the same, as it comes into view for that."""
    target = intent.target or Target()
    found = ground(now.seen, target, "click")
    purpose = "click" if found and found[0].score > 0.7 else "see"
    match, now = yield from seek(now, target, "hover" if purpose == "click" else "see", intent.part)
    index: int | None = match.index
    while index is not None and not now.node(index).ref:
        index = now.node(index).parent
    if index is None:
        raise Stuck("what is meant is bare text that nothing holds")
    return (yield from do(now, Act("hover", ref=now.node(index).ref, intent=intent.part)))


def scrolling(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Scroll to something, or the page to its end or start."""
    if "within" in intent.options and intent.target is not None:
        return (yield from _scrolling_within(now, intent.target, intent))
    if intent.target is not None:
        return (yield from hovering(now, intent, service))
    key = {"up": "PageUp", "top": "Home", "down": "PageDown"}.get(
        intent.options.get("direction", "down"), "End"
    )
    return (yield from do(now, Act("press", value=key, intent=intent.part)))


def _scrolling_within(now: Moment, target: Target, intent: Intent) -> Procedure:
    """Scroll a text area or list to its end: by its keys, else by going to the last thing in it."""
    upward = intent.options.get("direction") in ("top", "up", "start")
    fields = ground(now.seen, target, "fill") if target.kind in ("textarea", "field", "text") else []
    if not fields:
        scrolled = _scrolling_areas(now.seen, target)
        if not scrolled and target.name:
            key = "Home" if upward else "End"
            return (yield from do(now, Act("press", value=key, intent=intent.part)))
        held = (
            [at for at in now.seen.descendants(scrolled[0]) if now.node(at).ref] if len(scrolled) == 1 else []
        )
        if not held:
            raise absent(now.seen, target)
        at = held[0] if upward else held[-1]
        return (yield from do(now, Act("hover", ref=now.node(at).ref, intent=intent.part)))
    alike_ones = decided(now.seen, fields)
    if len(alike_ones) > 1:
        raise ambiguous(now.seen, target, alike_ones)
    key = "Control+Home" if upward else "Control+End"
    ref = now.node(alike_ones[0].index).ref
    return (yield from do(now, Act("press", ref=ref, value=key, intent=intent.part)))


def _scrolling_areas(seen: Observation, target: Target) -> list[int]:
    """What scrolls by itself: what bears or holds the name that is said, else all there are."""
    areas = [at for at, node in enumerate(seen.nodes) if node.attributes.get("scrolls") and node.ref]
    if len(areas) < 2 or not target.name:
        return areas
    around = {up for found in anchors_of(seen, target) for up in (found.index, *seen.ancestors(found.index))}
    return [at for at in areas if at in around] or areas


def unfolding(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Open or close what can be folded; nothing is clicked where it already is so."""
    target = intent.target or Target()
    if (
        intent.verb == "expand"
        and not target.name
        and folded(target.wording).endswith("s")
        and service.pending
    ):
        return now  # "expand the sections and click X": X is what is looked for, in one after the other
    if (opener := _lone_opener(now.seen, target)) is not None and intent.verb == "expand":
        return (yield from click(now, opener, intent))
    match, now = yield from _foldable(now, target, intent)
    node = now.node(match.index)
    state = node.states.get("expanded")
    if node.tag == "summary" and node.parent is not None:
        state = "true" if now.node(node.parent).attributes.get("open") else "false"
    if state == ("true" if intent.verb == "expand" else "false"):
        return now
    return (yield from click(now, match.index, intent))


def _lone_opener(seen: Observation, target: Target) -> int | None:
    """The only control with the sign of something to open, where a menu is named that nothing is called."""
    if target.kind not in ("menu", "section", "list", "accordion") or ground(seen, target, "click"):
        return None
    openers = [
        at
        for at, node in enumerate(seen.nodes)
        if node.ref and not node.covered and trimmed_sign(node.name or seen.text_of(at)) in _OPENERS
        and not seen.children[at]
    ]  # fmt: skip
    return openers[0] if len(openers) == 1 else None


_OPENERS: Final = frozenset({"+", "☰", "⋮", "…", "▾", "▸", "menu", "expand"})


def trimmed_sign(text: str) -> str:
    """A sign as it is compared: without the spaces around it."""
    return folded(text).strip()


def _folds(node: Node) -> bool:
    return "expanded" in node.states or bool(node.attributes.get("aria-expanded"))


def _foldable(now: Moment, target: Target, intent: Intent) -> Seeking:
    """The thing that folds: by its name, or where only "the section" is said, the only one there is."""
    named = replace(target, place=None) if target.place and not target.place.target.name else target
    if not named.name:
        folding = [
            index for index, node in enumerate(now.seen.nodes)
            if node.ref and (node.tag == "summary" or _folds(node))
        ]  # fmt: skip
        if len(folding) == 1:
            return Match(folding[0], 0.9, "the only one that folds"), now
        if folding and named.ordinal:
            at = named.ordinal - 1 if named.ordinal > 0 else named.ordinal
            return Match(folding[at], 0.9, "by order"), now
        named = replace(named, kind="accordion")
    return (yield from seek(now, named, "click", intent.part))
