"""Procedures for pointing: click, tick, press, hover, scroll, expand, find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from runner.page.observe import Node, Observation
from runner.record.plan import Act
from runner.record.prompt.grounding.appearance import largest
from runner.record.prompt.grounding.comparing import alike, extreme, numbers_alike, selected
from runner.record.prompt.grounding.describing import nearest, told
from runner.record.prompt.grounding.facts import fact_of, facts
from runner.record.prompt.grounding.matching import TICKS, actable, anchors_of, decided, ground
from runner.record.prompt.grounding.names import folded, likeness, words
from runner.record.prompt.grounding.placing import Match, placed
from runner.record.prompt.language.intent import Intent, Place, Target
from runner.record.prompt.language.lexicon import DETERMINERS, listed
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, attempt, do
from runner.record.prompt.serving.paging import TURNS, paged
from runner.record.prompt.serving.seeking import SURE, absent, seek, seek_all, seek_any
from runner.record.prompt.serving.service import Service, click, standing, still_there
from runner.record.prompt.serving.told import answer_found, value_told


def clicking(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Click what is meant; all of it where all is said."""
    target = intent.target or Target()
    if intent.options.get("exact"):
        return (yield from _exactly(now, target, intent))
    if intent.joint:
        whole = [match for match in ground(now.seen, Target(name=intent.joint), "click") if match.score > 0.9]
        if whole:
            service.absorb(intent.absorbs)
            return (yield from click(now, whole[0].index, intent))
    if (group := _selection(now.seen, target)) is not None:
        return (yield from _click_each(now, group, target, intent))
    if _all(target):
        return (yield from _click_all(now, target, intent))
    if (answer := answer_found(now.seen, target, service)) is not None:
        return (yield from clicking(now, replace(intent, target=answer), service))
    if (asked := superlative(target)) is not None:
        chosen = chosen_of(now.seen, asked)
        inner = control_of(now.seen, chosen, target.name if asked is not target else "")
        return (yield from click(now, inner, intent))
    if target.kind == "item" and (target.ordinal or 0) > 1 and not target.name:
        target, now, turned = yield from paged(now, target, intent)
        if turned is not None:
            return (yield from click(now, turned, intent))
    if (value := _value_shown(now.seen, target)) is not None:
        return (yield from click(now, value, intent))
    try:
        match, now = yield from seek(now, in_context(now, target, service), "click", intent.part)
    except Stuck:
        if intent.options.get("go") and _already_there(now, target):
            return now
        if (own := _own_button(now, target, service)) is not None:
            return (yield from click(now, own, intent))
        raise
    if (value := _labelled_value(now.seen, target)) is not None:
        return (yield from click(now, value, intent))
    service.clicked = told(now.seen, match.index)
    if until := intent.options.get("until"):
        return (yield from _click_until(now, target, until, intent))
    if intent.options.get("path") == "way" and now.node(match.index).role.startswith("menuitem"):
        return (yield from _pass_through(now, match, intent, service))
    if now.node(match.index).role in ("textbox", "searchbox", "combobox"):
        service.touch(now.seen, match.index)
    return (yield from click(now, match.index, intent))


def _value_shown(seen: Observation, target: Target) -> int | None:
    """ "Click on her address": what stands beside the label Address, where that can be clicked."""
    if target.vague or (target.kind == "page" and not target.name):
        return _only_labelled(seen, target)
    if target.place is None or target.quoted or target.kind or not target.others:
        return None
    return _beside_label(seen, target, target.place.target)


def _only_labelled(seen: Observation, target: Target) -> int | None:
    """ "The address", which is a page's, or what stands beside the page's only label of that name."""
    noun = next((word for word in words(target.wording) if word not in DETERMINERS), "")
    said = facts(seen, noun) if noun else []
    shown = [
        at for at, node in enumerate(seen.nodes) if said and seen.text_of(at) == said[0] and _clicked(node)
    ]
    return shown[0] if len(said) == len(shown) == 1 else None


def _clicked(node: Node) -> bool:
    return bool(node.ref) and (node.pointer or node.role in ("link", "button"))


def _labelled_value(seen: Observation, target: Target) -> int | None:
    """ "The email of Bob" is a message, or what stands beside Email on Bob's card, where that is clicked."""
    noun = next((word for word in words(target.wording) if word not in DETERMINERS), "")
    if target.kind != "item" or not target.name or target.quoted or likeness(noun, target.name) > SURE:
        return None
    return _beside_label(seen, Target(name=noun), Target(name=target.name))


def _beside_label(seen: Observation, target: Target, owner: Target) -> int | None:
    for anchor in anchors_of(seen, owner)[:3]:
        for holder in (anchor.index, *list(seen.ancestors(anchor.index))[:3]):
            said = fact_of(seen, holder, target.name)
            shown = [
                at for at in seen.descendants(holder)
                if said and seen.text_of(at) == said and _clicked(seen.nodes[at])
            ]  # fmt: skip
            if len(shown) == 1:
                return shown[0]
    return None


def offered(now: Moment, answer: str, intent: Intent, service: Service) -> Procedure:
    """Choose the answer to a question where nothing is left to do and the page offers it as a choice."""
    if service.pending:
        return now
    found = [match for match in ground(now.seen, Target(name=answer), "click") if match.score > 0.9]
    choices = [match for match in found if now.node(match.index).role in (*TICKS, "button", "option", "link")]
    if len(decided(now.seen, choices)) != 1:
        return now
    return (yield from tick(now, choices[0], replace(intent, verb="check")))


def _exactly(now: Moment, target: Target, intent: Intent) -> Procedure:
    """Bare words ("Tasks; tick Milk") are a command only where something is called just so."""
    name = target.whole or target.name or target.wording
    found = [
        match
        for match in ground(now.seen, Target(name=target.wording or name), "click")
        if match.score > 0.93
    ]
    if len(decided(now.seen, found)) != 1:
        reason = "this part names no action, and nothing to click is called just so"
        raise Stuck(reason, nearest(now.seen, target))
    return (yield from click(now, found[0].index, intent))


_SENDING = frozenset({"submit", "login", "log in", "sign in", "send", "register", "sign up", "search"})


def _own_button(now: Moment, target: Target, service: Service) -> int | None:
    """ "Press login" where the form's only button is called otherwise: the word says what the form is for."""
    field = service.last_field(now.seen)
    if field is None or target.quoted or target.place or folded(target.name) not in _SENDING:
        return None
    for holder in list(now.seen.ancestors(field))[:6]:
        buttons = [
            at for at in now.seen.descendants(holder) if now.node(at).role == "button" and now.node(at).ref
        ]
        if buttons:
            return buttons[0] if len(buttons) == 1 else None
    return None


def _pass_through(now: Moment, match: Match, intent: Intent, service: Service) -> Procedure:
    """Open a submenu on the way to an item: by hovering, which chooses nothing, else by clicking."""
    onward = service.pending[0] if service.pending else None
    sought = onward.target or (onward.value.source if onward.value else None) if onward else None
    now = yield from do(now, Act("hover", ref=now.node(match.index).ref, intent=intent.part))
    for pause in (300, 600):
        if sought is None or ground(now.seen, sought, "click"):
            return now
        now = yield from attempt(now, Act("wait", value=str(pause), intent=intent.part, tentative=True))
    if sought is None or ground(now.seen, sought, "click"):
        return now
    again = ground(now.seen, intent.target or Target(), "click")
    return (yield from click(now, again[0].index, intent)) if again else now


def _click_until(now: Moment, target: Target, until: str, intent: Intent) -> Procedure:
    """Click again and again until a text is shown; stuck where clicking changes nothing any more."""
    for _ in range(TURNS):
        if folded(until) in folded(now.seen.text):
            return now
        found = ground(now.seen, target, "click")
        before = now.seen.text
        if not found:
            break
        now = yield from click(now, found[0].index, intent)
        if now.seen.text == before:
            break
    if folded(until) in folded(now.seen.text):
        return now
    raise Stuck(f"{until!r} did not appear, however often it was clicked")


def superlative(target: Target) -> Target | None:
    """The part of a target that says "the cheapest", if any."""
    if target.extreme is not None:
        return target
    return superlative(target.place.target) if target.place is not None else None


def chosen_of(seen: Observation, asked: Target) -> int:
    """The one of several things alike that is the most or least of what is compared."""
    end, quality = asked.extreme or ("most", "")
    if asked.look is not None and quality in _SIZED:
        found = largest(seen, asked.look, smallest=end == "least")
        if len(found) == 1:
            return found[0]
        saw = tuple(told(seen, at) for at in found[:8])
        raise Stuck(f"{asked.wording!r} could be any of {len(found)} things", saw, "say which one")
    numbers = numbers_alike(seen) if quality in _PLAIN_NUMBERS and not asked.name else []
    group = numbers or alike(seen, f"{asked.name} {asked.compared}")
    found = extreme(seen, group, end, quality, asked.compared or asked.name)
    if len(found) != 1:
        saw = tuple(seen.text_of(at)[:80] for at in (found or group)[:8])
        raise Stuck(f"which is the {quality} cannot be told from the page", saw, "name it instead")
    return found[0]


_SIZED: Final = listed("largest biggest smallest greatest tallest longest shortest")
_PLAIN_NUMBERS: Final = listed(
    "greatest largest highest biggest smallest lowest least most max min maximum minimum"
)


def _selection(seen: Observation, target: Target) -> list[int] | None:
    """The things that a figure, an order or a number of them picks out; None where none of that is said."""
    place = target.place.target if target.place is not None else None
    asked = next((each for each in (target, place) if each is not None and _picks(each)), None)
    if asked is None:
        return None
    if asked.condition is None and not asked.order:
        return _first_ones(seen, asked)
    described = "" if asked.kind == "text" and not asked.name else asked.name or asked.kind
    group = selected(seen, described if asked.name else "", asked.condition, asked.order)
    if not group:
        raise Stuck(f"nothing on the page is told to be {asked.wording!r}", nearest(seen, asked))
    if len(group) > 1 and asked.quantifier == "one" and asked.count is None and not _plural(asked):
        saw = tuple(seen.text_of(at)[:80] for at in group[:10])
        raise Stuck(f"{asked.wording!r} could be any of {len(group)} things", saw, "say all, or name one")
    return group[: asked.count] if asked.count else group


def told_apart(target: Target) -> bool:
    """Whether a thing is told by its figure, its look or its order rather than by a name."""
    return _picks(target) or target.look is not None or superlative(target) is not None


def _picks(target: Target) -> bool:
    return bool(target.condition or target.order or target.count)


def _plural(target: Target) -> bool:
    noun = next(iter(folded(target.wording).split()), "")
    return noun.endswith("s") or target.quantifier in ("all", "any")


def _first_ones(seen: Observation, asked: Target) -> list[int]:
    """ "2 posts by Bob": the first so many of them."""
    each = replace(asked, count=None, quantifier="one")
    found = [at.index for at in anchors_of(seen, each)]
    found = sorted(found) or alike(seen, asked.name)
    if len(found) < (asked.count or 1):
        saw = tuple(seen.text_of(at)[:80] for at in found)
        raise Stuck(f"there are only {len(found)} of {asked.wording!r}", saw)
    return found[: asked.count]


def _click_each(now: Moment, group: Sequence[int], target: Target, intent: Intent) -> Procedure:
    """Click the control that is named in or beside each of a group, or each thing itself."""
    named = target.name if target.place is not None and not _picks(target) else ""
    refs = []
    for at in group:
        if named:
            near = replace(target, place=None, quantifier="one")
            matches = ground(now.seen, near, "click")
            held = placed(now.seen, matches, "of", [Match(at, 1.0, "one of several")], spread=True)
            if not held:
                raise absent(now.seen, target)
            refs.append(now.node(held[0].index).ref)
        elif (
            intent.verb in ("check", "uncheck", "toggle", "choose")
            and (box := _tick_box(now.seen, at)) is not None
        ):
            refs.append(now.node(box).ref)
        else:
            refs.append(now.node(actable(now.seen, at)).ref)
    texts = [now.seen.text_of(now.seen.by_ref[ref]) for ref in refs]
    for ref, text in zip(refs, texts, strict=True):
        index = now.seen.by_ref.get(ref)
        if index is None:  # drawn anew: what says the same, if only one thing does
            same = [at for at, node in enumerate(now.seen.nodes) if node.ref and now.seen.text_of(at) == text]
            same = [at for at in same if not set(now.seen.descendants(at)) & set(same)]
            if not text or len(same) != 1:
                raise Stuck("the things to act on were replaced while they were gone through")
            index = same[0]
        verb = replace(intent, verb="check") if intent.verb == "choose" else intent
        now = yield from tick(now, Match(index, 1.0, "one of several"), verb)
    return now


def _tick_box(seen: Observation, holder: int) -> int | None:
    boxes = [at for at in (holder, *seen.descendants(holder)) if seen.nodes[at].role in TICKS]
    return boxes[0] if len(boxes) == 1 else None


def control_of(seen: Observation, index: int, name: str) -> int:
    """What to click of a thing: the control of that name, else what the thing itself is clicked at."""
    below = [at for at in seen.descendants(index) if seen.nodes[at].ref]
    found = ground(seen, Target(name=name), "click", among=below) if name else []
    return found[0].index if found else actable(seen, index)


def _all(target: Target) -> bool:
    return target.quantifier == "all" or (
        target.place is not None and target.place.target.quantifier == "all"
    )


def in_context(now: Moment, target: Target, service: Service) -> Target:
    """The target near what was last looked for, where alone it would be ambiguous."""
    if service.spoken is None or target.place is not None:
        return target
    found = ground(now.seen, target, "click")
    near = replace(target, place=Place("near", service.spoken))
    if len(found) > 1 and found[0].score - found[1].score < 0.06 and ground(now.seen, near, "click"):
        return near
    return target


def _already_there(now: Moment, target: Target) -> bool:
    """ "Go to the Orders page" when its heading is on the screen."""
    names = [now.seen.title, *(node.name for node in now.seen.nodes if node.role == "heading")]
    return any(likeness(target.name, name) > 0.9 for name in names)


def _click_all(now: Moment, target: Target, intent: Intent) -> Procedure:
    """Click each match once. One that is replaced when the page changes is found again by its order."""
    found, now = yield from seek_all(now, target, "click", intent.part)
    ordered = sorted(match.index for match in found)
    refs = [(now.node(index).ref, standing(now.seen, index)) for index in ordered]
    for at, (ref, stood) in enumerate(refs):
        index = still_there(now.seen, ref, stood)
        if index is None:
            index = _again(now, target, total=len(refs), at=at)
        if index is None:
            raise Stuck(f"{len(refs)} elements were to be clicked, but after {at} the others were gone")
        now = yield from click(now, index, intent)
    return now


def _again(now: Moment, target: Target, *, total: int, at: int) -> int | None:
    """The `at`-th of what is to be clicked, where those before it may have vanished."""
    found = ground(now.seen, target, "click")
    listed = sorted(match.index for match in found if match.score >= found[0].score - 0.06)
    place = at - (total - len(listed))
    return listed[place] if 0 <= place < len(listed) else None


def ticking(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Tick, untick or flip a checkbox, radio button or switch."""
    target = intent.target or Target()
    if target.kind == "field" and not target.name:
        target = replace(target, kind="checkbox")  # "the box next to Milk"
    if (group := _selection(now.seen, target)) is not None:
        return (yield from _click_each(now, group, target, intent))
    if target.quantifier == "all":
        return (yield from _tick_all(now, target, intent))
    match, now = yield from seek(now, in_context(now, target, service), "tick", intent.part)
    return (yield from tick(now, match, intent))


def tick(now: Moment, match: Match, intent: Intent) -> Procedure:
    """Bring one tick box into the state that is asked for."""
    node = now.node(match.index)
    if node.role not in TICKS or intent.verb == "toggle":
        return (yield from click(now, match.index, intent))
    if node.role == "radio" and intent.verb != "uncheck":
        return (yield from do(now, Act("fill", ref=node.ref, value="true", intent=intent.part)))
    wanted = "false" if intent.verb == "uncheck" else "true"
    return (yield from do(now, Act("fill", ref=node.ref, value=wanted, intent=intent.part)))


def _tick_all(now: Moment, target: Target, intent: Intent) -> Procedure:
    kind = target.kind if target.kind in ("checkbox", "radio", "switch") else "checkbox"
    each = replace(
        target,
        quantifier="one",
        kind=kind,
        name="" if target.kind in ("item", "option", "field") else target.name,
    )
    found, now = yield from seek_all(now, each, "tick", intent.part)
    total = len(found)
    for at in range(total):
        again = sorted(ground(now.seen, each, "tick"), key=lambda match: match.index)
        if len(again) != total:
            raise Stuck("the boxes changed while they were being ticked")
        now = yield from tick(now, again[at], intent)
    return now


def pressing(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Press a key or chord, in a field where one is named or was used last."""
    key = intent.value.text if intent.value else ""
    if intent.target is not None and not intent.target.vague:
        match, now = yield from seek(now, intent.target, "fill", intent.part)
        service.touch(now.seen, match.index)
        return (
            yield from do(now, Act("press", ref=now.node(match.index).ref, value=key, intent=intent.part))
        )
    return (yield from do(now, Act("press", value=key, intent=intent.part)))


def focusing(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Put the cursor into a field."""
    target = intent.target or Target()
    purpose = "fill" if ground(now.seen, target, "fill") else "click"
    match, now = yield from seek(now, target, "fill" if purpose == "fill" else "click", intent.part)
    service.touch(now.seen, match.index)
    return (yield from click(now, match.index, intent))


def finding(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Look for something; what follows is about it. Where nothing follows, that it is there is asserted."""
    service.spoken = intent.target
    if intent.value is not None:
        service.clipboard = value_told(now.seen, intent.value)
        return (yield from offered(now, service.clipboard, intent, service))
    target = intent.target
    if target is None or "only" in intent.options or not target.name:
        return now
    plain = replace(target, place=None, kind="")
    if target.place is not None and not ground(now.seen, plain, "see"):
        _, now = yield from seek_any(
            now, plain, "see", intent.part
        )  # "find Ann in the book": page after page
    return now
