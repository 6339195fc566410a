"""Giving a text in an editor its look: it is selected by keys, then the control of that name is used."""

from __future__ import annotations

from typing import Final

from runner.page.observe import Observation
from runner.record.plan import Act
from runner.record.prompt.grounding.describing import nearest
from runner.record.prompt.grounding.matching import decided, ground
from runner.record.prompt.grounding.names import folded, likeness
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.serving.choosing import choosing
from runner.record.prompt.serving.clicking import clicking
from runner.record.prompt.serving.doing import doing
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, do
from runner.record.prompt.serving.seeking import absent
from runner.record.prompt.serving.service import Service, click
from runner.record.prompt.serving.undecided import ambiguous

_MOST_KEYS: Final = 60
_SURELY: Final = 0.9


def styling(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Select the text, where one is named, and give it its look."""
    target, look = intent.target or Target(), intent.value.text if intent.value else ""
    if not target.vague or target.quantifier == "all":
        editor = _editor(now.seen, target)
        if editor is None:
            return (yield from _without_editor(now, intent, service))
        now = yield from _selected(now, editor, target, intent)
    if not look:
        return now
    return (yield from _given(now, look, intent))


def _without_editor(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Where nothing can be edited, the words may mean a control or an option."""
    target, look = intent.target or Target(), intent.value.text if intent.value else ""
    if look in ("underline", "bold", "italic"):
        return (
            yield from doing(now, Intent("do", target=target, value=Value(look), part=intent.part), service)
        )
    if not look and target.name:
        option = Value(target.name, target.quoted, "option")
        return (yield from choosing(now, Intent("choose", value=option, part=intent.part), service))
    if not target.name:
        raise absent(now.seen, Target(kind="field", wording="a text that can be edited"))
    return (yield from clicking(now, Intent("click", target=target, part=intent.part), service))


def _editor(seen: Observation, target: Target) -> int | None:
    """The text that can be edited and given looks: that which holds the words, where there are several."""
    editors = [at for at, node in enumerate(seen.nodes) if node.ref and node.attributes.get("editable")]
    holding = [at for at in editors if target.name and folded(target.name) in folded(_text(seen, at))]
    found = holding or editors
    return found[0] if len(found) == 1 else None


def _text(seen: Observation, at: int) -> str:
    return seen.text_of(at) or seen.nodes[at].value or ""


def _selected(now: Moment, editor: int, target: Target, intent: Intent) -> Procedure:
    """Put the cursor to the nearer end, go to the words, and extend the selection over them."""
    ref = now.node(editor).ref
    if target.quantifier == "all":
        return (yield from do(now, Act("press", ref=ref, value="ControlOrMeta+a", intent=intent.part)))
    text = _text(now.seen, editor)
    count = folded(text).count(folded(target.name))
    if count != 1 or len(folded(text)) != len(text):
        times = "is not there" if not count else f"stands there {count} times"
        raise Stuck(f"{target.name!r} {times} in the text that can be edited", nearest(now.seen, target))
    before = folded(text).index(folded(target.name))
    behind = len(text) - before - len(target.name)
    start, step, steps = ("Home", "ArrowRight", before) if before <= behind else ("End", "ArrowLeft", behind)
    if steps + len(target.name) > _MOST_KEYS:
        reason = f"{target.name!r} is too far into the text to be selected by keys"
        raise Stuck(reason, (), "select all the text, or record by hand")
    keys = [f"ControlOrMeta+{start}", *[step] * steps, *[f"Shift+{step}"] * len(target.name)]
    for key in keys:
        now = yield from do(now, Act("press", ref=ref, value=key, intent=intent.part))
    return now


def _given(now: Moment, look: str, intent: Intent) -> Procedure:
    """Use what gives that look: a button of the name, else an option of a list."""
    found = ground(now.seen, Target(name=look), "click")
    surely = decided(now.seen, [match for match in found if match.score > _SURELY])
    options = [
        (node.ref, str(option))
        for node in now.seen.nodes if node.tag == "select"
        for option in node.attributes.get("options", ()) if likeness(look, str(option)) > _SURELY
    ]  # fmt: skip
    if len(options) == 1 and not surely:
        return (yield from do(now, Act("select", ref=options[0][0], value=options[0][1], intent=intent.part)))
    alike = surely or decided(now.seen, found)
    if len(alike) > 1:
        raise ambiguous(now.seen, Target(name=look), alike)
    if not alike:
        raise absent(now.seen, Target(name=look, kind="button", wording=look))
    return (yield from click(now, alike[0].index, intent))
