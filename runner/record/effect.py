"""What an action visibly brought about: pure, from what the page showed before and after it.

For an assertion only what will be there at the next run is of use: no numbers or dates, nothing of the page's
frame that was there before, and rather what speaks to the user (an alert, a heading) than what merely stands
there. Where nothing of that kind is new, a state that changed (a box is ticked now) or a figure that did (the
cart holds 1, the total is £35.70) is better than an assertion that holds whatever was done.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from runner.contract.config import Expect
from runner.page.durable import generated, volatile
from runner.page.observe import Node, Observation

# How well the text of a role tells that something has happened; higher is better.
TELLING: Final = {
    "alert": 100,
    "status": 95,
    "log": 60,
    "alertdialog": 90,
    "dialog": 85,
    "heading": 80,
    "paragraph": 55,
    "strong": 55,
    "cell": 50,
    "listitem": 50,
    "text": 45,
    "generic": 45,
    "link": 30,
    "button": 25,
}
OTHERWISE: Final = 35
SHORTEST, LONGEST = 3, 80
TYPED: Final = 20
# What a button says, too, is what may be done next, not what has been done; an address tells better.
OFFERED: Final = 15
SPEAKING: Final = frozenset({"alert", "status", "alertdialog"})

# Parts of a field or of what hides behind it are not an effect anyone sees.
_SILENT: Final = frozenset(
    {"option", "textbox", "combobox", "searchbox", "spinbutton", "slider", "checkbox", "radio"}
)
_STATEFUL: Final = frozenset({"checkbox", "radio", "switch", "tab", "option", "button", "menuitemcheckbox"})
_STATES: Final = ("checked", "selected", "expanded", "pressed")
_FIGURE: Final = re.compile(r"\d")
# Dates, times, and numbers long enough to be an id: another one at the next run.
_DATED: Final = re.compile(r"\d{1,4}[/:-]\d{1,2}|\d{1,2}\.\d{1,2}\.|\d{5,}|\bago\b", re.IGNORECASE)
_SHORT: Final = 60
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that is new on the page, as an assertion, and how telling it is."""

    expect: Expect
    score: int
    role: str = ""


def effects(before: Observation, after: Observation, typed: Collection[str] = ()) -> list[Effect]:
    """What is new in `after`, most telling first. `typed` are values the flow entered itself.

    A text that repeats what was typed is a good sign where it appears outside a field (the new row of a
    list), and is replayed with the same value, so it counts for more.
    """
    found = [*_texts(before, after, typed), *_urls(before, after)]
    return sorted(found, key=lambda effect: -effect.score)


def changed_states(before: Observation, after: Observation) -> list[Expect]:
    """What was brought into another state, or out of it: ticked, chosen, unfolded, pressed.

    Only what has a name; what is in a state now comes before what is out of it.
    """
    old = {(node.role, node.name): node.states for node in before.nodes if node.name}
    told = Counter((node.role, node.name) for node in after.nodes if node.name)
    into: list[Expect] = []
    out: list[Expect] = []
    for node in after.nodes:
        was = old.get((node.role, node.name))
        if was is None or told[(node.role, node.name)] != 1 or node.role not in _STATEFUL:
            continue
        for state in _STATES:
            now = _state(node.states, state)
            if now != _state(was, state):
                name = node.name.replace("\\", "\\\\").replace('"', '\\"')
                selector = f'role={node.role}[name="{name}"][{state}={str(now).lower()}]'
                (into if now else out).append(Expect(type="visible", selector=selector))
    return [*into, *out]


def changed_figures(before: Observation, after: Observation) -> list[tuple[str, Expect]]:
    """Elements whose text has another number now, by their ref; those that say what is counted first."""
    known = {_words(before.text_of(index)) for index in range(len(before.nodes))}
    found = []
    for index, node in enumerate(after.nodes):
        text = after.text_of(index)
        fresh = node.ref and _FIGURE.search(text) and _words(text) not in known and len(text) <= _SHORT
        within = any(
            _FIGURE.search(after.text_of(at)) and after.nodes[at].ref for at in after.children[index]
        )
        if fresh and not within and not _DATED.search(text) and node.role not in _SILENT:
            found.append((node.ref, Expect(type="text", contains=text)))
    return sorted(found, key=lambda each: not re.search(r"[^\W\d_]", each[1].contains or ""))


def vanished(before: Observation, after: Observation) -> list[str]:
    """Texts that the same page showed before and shows no more, most telling first.

    Not what speaks to the user, which goes by itself, nor what stands anywhere in a text of now.
    """
    if urlsplit(before.url).path != urlsplit(after.url).path:
        return []
    now, found = _words(after.text), []
    for index, node in enumerate(before.nodes):
        if node.role in _SILENT or _inside_field(index, before) or _speaks(index, before):
            continue
        effect = _text_effect(node.text or node.name, node, (), ())
        text = effect.expect.contains if effect else None
        shown = node.text or _shows_its_name(node, index, before)
        if effect and text and shown and _words(text) not in now:
            found.append((-effect.score, text))
    return [text for _, text in sorted(dict.fromkeys(found), key=lambda each: each[0])]


def _speaks(index: int, seen: Observation) -> bool:
    """Whether a node is, or is part of, what speaks to the user."""
    return any(seen.nodes[at].role in SPEAKING for at in (index, *seen.ancestors(index)))


def _state(states: Mapping[str, str], state: str) -> bool:
    return states.get(state, "false") not in ("false",)


def visible_effect(before: Observation, after: Observation, typed: Collection[str] = ()) -> Expect | None:
    """The best assertion for what happened in between; None where nothing lasting is new."""
    best = next(iter(effects(before, after, typed)), None)
    return best.expect if best else None


def weakest(after: Observation) -> Expect | None:
    """Where a flow ended, for when nothing new can be told: the page's address, else its heading.

    A page at the root without a heading has neither; that a site is the site it is would hold of any page.
    """
    path = unquote(urlsplit(after.url).path)
    if len(path) > 1 and not volatile(path):
        return Expect(type="url", contains=path)
    for node in after.nodes:
        if node.role == "heading" and node.name and not volatile(node.name):
            return Expect(type="text", contains=_shortened(node.name))
    return None


def _texts(before: Observation, after: Observation, typed: Collection[str]) -> Iterator[Effect]:
    known = Counter(_words(text) for node in before.nodes for text in (node.text, node.name) if text)
    offered = {_words(node.name) for node in after.nodes if node.role == "button" and node.name}
    old_text = _words(before.text)
    for index, node in enumerate(after.nodes):
        if node.role in _SILENT or _inside_field(index, after):
            continue
        for text in dict.fromkeys((node.text, node.name if _shows_its_name(node, index, after) else "")):
            if not text or _words(text) in known:
                continue
            for part in _SENTENCE.split(text):
                effect = _text_effect(part.strip(), node, typed, offered)
                if effect and _words(effect.expect.contains or "") not in old_text:
                    yield effect


def _shows_its_name(node: Node, index: int, after: Observation) -> bool:
    """Whether the accessible name stands on the page: `contains` is about visible text."""
    return bool(node.name) and (
        node.name == after.text_of(index) or (not after.children[index] and not node.hints)
    )


def _inside_field(index: int, after: Observation) -> bool:
    return any(
        after.nodes[above].role in ("combobox", "textbox", "searchbox") for above in after.ancestors(index)
    )


def _text_effect(text: str, node: Node, typed: Collection[str], offered: Collection[str]) -> Effect | None:
    repeated = [value for value in typed if len(value) >= SHORTEST and value in text]
    if repeated:
        contains: str = max(repeated, key=len)
    elif volatile(text):
        contains = _lasting_part(text)
    else:
        contains = text
    contains = _shortened(contains)
    if len(contains) < SHORTEST or not re.search(r"[^\W\d_]", contains):
        return None
    score = (
        TELLING.get(node.role, OTHERWISE)
        + (TYPED if repeated else 0)
        - (15 if contains not in (text, *repeated) else 0)
        - (OFFERED if _words(contains) in offered else 0)
    )
    return Effect(Expect(type="text", contains=contains), score - (10 if node.pointer else 0), node.role)


def _lasting_part(text: str) -> str:
    """The longest run of words that holds nothing volatile."""
    runs: list[list[str]] = [[]]
    for word in text.split():
        if volatile(word):
            runs.append([])
        else:
            runs[-1].append(word)
    longest = max(runs, key=lambda run: len(" ".join(run)))
    kept = " ".join(longest).strip(" :;,.#-–—(")
    return kept if len(kept) >= 2 * SHORTEST else ""


def _shortened(text: str) -> str:
    """A piece of at most `LONGEST` characters that ends with a whole word."""
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0]


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()


def _urls(before: Observation, after: Observation) -> Iterator[Effect]:
    old, new = urlsplit(before.url), urlsplit(after.url)
    if (old.path, old.fragment) == (new.path, new.fragment):
        return
    lasting = []
    for part in new.path.split("/")[1:]:
        if part and (generated(part) or volatile(part)):
            break
        lasting.append(part)
    path = "/" + "/".join(lasting)
    if len(path) > 1 and path not in before.url:
        yield Effect(Expect(type="url", contains=path), 70)
