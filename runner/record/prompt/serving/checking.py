"""Procedures that look but do not touch: assertions and waits."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from runner.contract.config import Expect
from runner.page.observe import Observation
from runner.record.plan import Act, Decision
from runner.record.prompt.grounding.describing import nearest
from runner.record.prompt.grounding.matching import decided, ground
from runner.record.prompt.grounding.names import folded, likeness
from runner.record.prompt.language.intent import Assertion, Intent, Target, Value
from runner.record.prompt.serving.missing import missing
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, attempt, do, written
from runner.record.prompt.serving.seeking import WAITS_MS, absent
from runner.record.prompt.serving.service import Service
from runner.record.prompt.serving.undecided import ambiguous
from runner.record.prompt.serving.watching import watching

_STATEFUL = {"checked": frozenset({"checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"})}


def expecting(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Assert what the sentence states."""
    assertion = intent.assertion
    if assertion is None:
        raise Stuck("it states nothing that could be checked")
    stateful = assertion.type == "visible" and "=" in assertion.contains and _state(assertion.contains)
    if assertion.negated and not stateful:
        return (yield from missing(now, assertion, intent, service))
    if assertion.type == "url":
        return (yield from do(now, _act(Expect(type="url", contains=assertion.contains), intent)))
    if assertion.count is not None:
        return (yield from _counting(now, assertion, intent))
    if stateful:
        return (yield from _stateful(now, assertion, intent))
    if assertion.type == "text":
        return (yield from _saying(now, assertion, intent))
    return (yield from _showing(now, assertion, intent))


def _act(expect: Expect, intent: Intent, ref: str | None = None) -> Act:
    return Act("expect", ref=ref, expect=expect, intent=intent.part)


def _saying(now: Moment, assertion: Assertion, intent: Intent) -> Procedure:
    """A text on the page, or in the thing that is named."""
    text = written(now.goal, Value(assertion.contains))
    target = assertion.target
    if (
        target is None
        or target.quoted
        or target.name == assertion.contains
        or target.kind in ("page", "text", "dialog")
    ):
        text = _as_shown(now.seen, text)
        return (yield from do(now, _act(Expect(type="text", contains=text), intent)))
    holder, now = yield from _holder(now, target, text, intent)
    return (yield from do(now, _act(Expect(type="text", contains=text), intent, now.node(holder).ref)))


def _as_shown(seen: Observation, text: str) -> str:
    """The text in the page's own case and spacing, where it is there in another one."""
    shown = seen.text.replace("\n", " ")
    at = folded(shown).find(folded(text))
    if text in shown or at < 0 or len(folded(shown)) != len(shown):
        return text
    return shown[at : at + len(folded(text))]


def _holder(
    now: Moment, target: Target, text: str, intent: Intent
) -> Generator[Decision, Moment, tuple[int, Moment]]:
    """The element that is named and shows the text: itself, or the row or block around its label."""
    for pause in (0, *WAITS_MS):
        if pause:
            now = yield from attempt(now, Act("wait", value=str(pause), intent=intent.part, tentative=True))
        for match in ground(now.seen, target, "anchor")[:6]:
            holder: int | None = match.index
            for _ in range(3):
                if holder is None:
                    break
                node = now.node(holder)
                if node.ref and folded(text) in folded(f"{now.seen.text_of(holder)} {node.value or ''}"):
                    return holder, now
                holder = node.parent
    raise absent(now.seen, replace(target, wording=intent.part))


def _showing(now: Moment, assertion: Assertion, intent: Intent) -> Procedure:
    """An element, or the words themselves where no element bears them as its name."""
    target = assertion.target or Target(name=assertion.contains)
    for pause in (0, *WAITS_MS):
        if pause:
            now = yield from attempt(now, Act("wait", value=str(pause), intent=intent.part, tentative=True))
        found = [match for match in ground(now.seen, target, "see") if match.score > 0.72]
        if found:
            break
    if not found:
        raise absent(now.seen, target)
    alike = decided(now.seen, found)
    exact = target.name and not target.kind and target.place is None
    shown = folded(now.seen.text.replace("\n", " "))
    text = next((each for each in (target.whole, target.name) if each and folded(each) in shown), "")
    if exact and text:
        return (yield from do(now, _act(Expect(type="text", contains=_as_shown(now.seen, text)), intent)))
    if (
        len(alike) > 1
        and target.quantifier == "one"
        and target.name
        and target.kind not in ("", "text", "item")
    ):
        raise ambiguous(now.seen, target, alike)
    node = now.node(alike[0].index)
    if not node.ref or (len(alike) > 1 and now.seen.text_of(alike[0].index)):
        return (
            yield from do(
                now, _act(Expect(type="text", contains=now.seen.text_of(alike[0].index)[:80]), intent)
            )
        )
    return (yield from do(now, _act(Expect(type="visible"), intent, node.ref)))


def _state(pair: str) -> bool:
    return pair.split("=")[0] in ("checked", "disabled", "expanded", "selected", "pressed")


def _stateful(now: Moment, assertion: Assertion, intent: Intent) -> Procedure:
    """A state (ticked, disabled, ...): an element with that state is visible."""
    state, _, wanted = assertion.contains.partition("=")
    if assertion.negated:
        wanted = "false" if wanted == "true" else "true"
    target = assertion.target or Target()
    found = ground(now.seen, target, "tick" if state == "checked" else "click")
    alike = decided(now.seen, found)
    if not alike:
        raise absent(now.seen, target)
    if len(alike) > 1:
        raise ambiguous(now.seen, target, alike)
    node = now.node(alike[0].index)
    if not node.name:
        raise Stuck(
            f"the {node.role} has no accessible name, so its state cannot be asserted",
            nearest(now.seen, target),
        )
    name = node.name.replace("\\", "\\\\").replace('"', '\\"')
    selector = f'role={node.role}[name="{name}"][{state}={wanted}]'
    return (yield from do(now, _act(Expect(type="visible", selector=selector), intent)))


def _counting(now: Moment, assertion: Assertion, intent: Intent) -> Procedure:
    """A number of things: only where the page says it in words."""
    if folded(assertion.contains) in folded(now.seen.text.replace("\n", " ")):
        text = _as_shown(now.seen, assertion.contains)
        return (yield from do(now, _act(Expect(type="text", contains=text), intent)))
    raise Stuck(
        f"how many there are cannot be asserted unless the page says {assertion.contains!r} in words",
        (),
        "assert a text that tells the number",
    )


def waiting(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Wait for a time, or until something is there."""
    if intent.value is not None and intent.value.kind == "ms":
        return (yield from do(now, Act("wait", value=intent.value.text, intent=intent.part)))
    if intent.target is None:
        return now
    if intent.target.condition is not None:
        return (yield from watching(now, intent.target, intent, service))
    name = intent.target.name or intent.options.get("text", "")
    if not name or any(
        likeness(name, each) > 0.9 for each in ("results", "page", "list", "loading", "spinner")
    ):
        return now
    text = _as_shown(now.seen, intent.target.whole or name)
    return (yield from do(now, Act("wait", wait_for=text, intent=intent.part)))
