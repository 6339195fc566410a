"""Procedures for messages: after Reply, Forward or Send, fill in whom to and what, and send it off."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from runner.page.observe import Observation
from runner.record.prompt.grounding.matching import ground
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.serving.filling import put
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck
from runner.record.prompt.serving.service import Service, click

_RECIPIENT: Final = ("to", "recipient", "recipients", "email", "send to", "forward to", "share with", "name")
_BODY: Final = ("message", "reply", "comment", "text", "body", "content", "write a reply", "note")
_SENDS: Final = ("send", "submit", "post", "reply", "forward", "share", "done", "ok")


def composing(now: Moment, intent: Intent, recipient: str, text: str, service: Service) -> Procedure:
    """Fill in the recipient and the text, as far as they were said, and press what sends."""
    inner = replace(intent, options={**intent.options, "goes on": "yes"})
    if recipient:
        at = _field(now.seen, _RECIPIENT, body=False)
        if at is None:
            raise Stuck("there is no field for whom to send it to")
        now = yield from put(now, at, inner, Value(recipient), service)
    if text:
        at = _field(now.seen, _BODY, body=True)
        if at is None:
            raise Stuck("there is no field for the text")
        now = yield from put(now, at, inner, Value(text, True), service)
    button = _sender(now.seen)
    if button is None:
        raise Stuck("there is nothing that sends it off")
    return (yield from click(now, button, intent))


def _field(seen: Observation, names: tuple[str, ...], *, body: bool) -> int | None:
    """The field of one of these names, else the only empty one, else the widest for a text."""
    for name in names:
        found = [match for match in ground(seen, Target(name=name), "fill") if match.score > 0.58]
        if found:
            return found[0].index
    empty = [
        index
        for index, node in enumerate(seen.nodes)
        if node.ref and node.role == "textbox" and not node.value and not node.attributes.get("readonly")
    ]
    if len(empty) == 1 or (empty and not body):
        return empty[0]
    return next((index for index in empty if seen.nodes[index].tag == "textarea"), None)


def _sender(seen: Observation) -> int | None:
    """What sends: by its name, else by what its class or picture says."""
    for sure in (0.74, 0.58):
        for name in _SENDS:
            found = [match for match in ground(seen, Target(name=name), "click") if match.score > sure]
            if found:
                return found[0].index
    return None
