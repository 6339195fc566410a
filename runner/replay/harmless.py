"""What may be done on the way to a step's element, and what must not. Pure.

A way may open, tick, dismiss and go on. It may not send, destroy, pay, save or sign out: whatever the flow
means to do it says itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from runner.contract.config import Fingerprint, Step
from runner.page.observe import Node, Observation
from runner.record.plan import Act
from runner.replay.lexicon import destructive, units

_TICKS: Final = frozenset({"checkbox", "radio", "switch"})
_WRITTEN: Final = frozenset({"input", "textarea"})
_PICKED: Final = frozenset({"checkbox", "radio", "file", "color", "range"})
_KEYS: Final = frozenset({"Escape"})
_DIALOGS: Final = frozenset({"dialog", "alertdialog"})
# The verbs (lexicon.txt) of controls that make, send or change something for good.
_BINDING: Final = frozenset({
    "add", "apply", "approve", "archive", "assign", "book", "buy", "clear", "create", "decrease",
    "deploy", "done", "forward", "import", "install", "invite", "logout", "merge", "move", "pay",
    "publish", "register", "rename", "renew", "replace", "reply", "restore", "save", "schedule",
    "share", "start", "submit", "subscribe", "update", "upgrade", "upload", "vote",
})  # fmt: skip
# Declining is destructive elsewhere; of what lies over a page it is the careful answer.
_DECLINES: Final = frozenset({"reject", "cancel"})
_AGREES: Final = frozenset({"accept", "confirm"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act would be done: the page, whether the flow has entered values there that are not sent yet,
    and whether something that lies over the page is being put away.
    """

    seen: Observation
    filled: bool = False
    clearing: bool = False


def objection(act: Act, place: Place) -> str | None:
    """Why `act` must not be done on the way, in words; None where it may be."""
    index = place.seen.by_ref.get(act.ref) if act.ref else None
    node = None if index is None else place.seen.nodes[index]
    match act.action:
        case "press":
            return None if act.value in _KEYS else f"pressing {act.value} may do more than show something"
        case "fill":
            return None if _ticks(act, node) else "it would enter a value that the flow does not know"
        case "click" | "hover":
            return "it names no element" if index is None else _unfit(index, place)
        case _:
            return f"a {act.action} is no way to an element"


def objection_on_trial(step: Step, target: Fingerprint, url: str, *, unsent: bool) -> str | None:
    """Why an element that is only likely the step's must not be acted on, in words; None where it may be."""
    caption = target.name or target.label or target.text or target.title or ""
    action = step.action
    if action == "hover":
        return None
    if action == "fill":
        return _objection_to_entering(step, target, caption)
    if action != "click":
        return f"a {action} leaves something behind"
    if destructive(caption) or (_verbs(caption) & _BINDING and target.role != "tab"):
        return f"“{caption}” may do more than show something"
    if target.form and not target.form.startswith("get "):
        return f"“{caption}” sends something"
    return _away(target.href, caption, url, unsent=unsent) if target.href else None


def _objection_to_entering(step: Step, target: Fingerprint, caption: str) -> str | None:
    """What is entered is sent by the flow itself: it must go where it went, and be no secret or switch."""
    old = step.fingerprint
    if old is None or not old.form or (old.form, old.frame) != (target.form, target.frame):
        return f"“{caption}” belongs to another form"
    if target.tag not in _WRITTEN or target.type in _PICKED or "password" in (target.type, target.value_kind):
        return f"“{caption}” is no field for words"
    return None


def _away(href: str, caption: str, url: str, *, unsent: bool) -> str | None:
    if href.startswith("//"):
        return f"“{caption}” leads to another site"
    leaves = href.partition("#")[0] not in ("", urlsplit(url).path)
    return f"“{caption}” leaves a page that is being filled in" if unsent and leaves else None


def _ticks(act: Act, node: Node | None) -> bool:
    ticked = act.value is True or str(act.value).casefold() == "true"
    return ticked and node is not None and node.role in _TICKS


def _unfit(index: int, place: Place) -> str | None:
    node = place.seen.nodes[index]
    caption = node.name or node.label or node.text or place.seen.text_of(index)
    if destructive(caption) and not (place.clearing and _verbs(caption) <= _DECLINES):
        return f"“{caption}” may destroy something"
    if _verbs(caption) & _BINDING and not _opens(node):
        return f"“{caption}” may do more than show something"
    if place.clearing and _verbs(caption) & _AGREES and _asks_to_destroy(index, place.seen):
        return f"“{caption}” would agree to what the flow does not mean"
    return _elsewhere(node, caption, place) if node.url is not None else None


def _elsewhere(node: Node, caption: str, place: Place) -> str | None:
    here, there = urlsplit(place.seen.url), urlsplit(urljoin(place.seen.url, node.url or ""))
    if there.scheme in ("http", "https") and here.netloc != there.netloc:
        return f"“{caption}” leads to another site"
    leaves = (here.path, here.query) != (there.path, there.query)
    return f"“{caption}” leaves a page that is being filled in" if place.filled and leaves else None


def _opens(node: Node) -> bool:
    """Whether the page itself says that it only opens something."""
    closed = node.attributes.get("aria-expanded") == "false" or bool(node.attributes.get("popup"))
    return closed or node.tag == "summary" or node.role == "tab"


def _asks_to_destroy(index: int, seen: Observation) -> bool:
    around = (at for at in seen.ancestors(index) if seen.nodes[at].role in _DIALOGS)
    return any(destructive(f"{seen.nodes[at].name} {seen.text_of(at)}") for at in around)


def _verbs(caption: str) -> set[str]:
    return {unit.key for unit in units(caption) if unit.sort == "verb"}


def unsent(steps: Sequence[Step]) -> bool:
    """Whether `steps`, those taken so far, end with values that were entered and not sent yet."""
    return bool(steps) and steps[-1].action in ("fill", "select")
