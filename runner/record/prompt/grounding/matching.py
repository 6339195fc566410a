"""Which elements of an observation a target may mean: ranked, with reasons. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, Literal

from runner.page.observe import Node, Observation
from runner.record.prompt.grounding.appearance import looking, shapes
from runner.record.prompt.grounding.comparing import alike
from runner.record.prompt.grounding.names import ENOUGH, folded, hinted
from runner.record.prompt.grounding.naming import answers
from runner.record.prompt.grounding.placing import Match, placed
from runner.record.prompt.language import lexicon
from runner.record.prompt.language.intent import Look, Target

Purpose = Literal["click", "fill", "choose", "tick", "hover", "see", "anchor"]

FIELDS: Final = frozenset({"textbox", "searchbox", "combobox", "spinbutton", "slider", "listbox"})
TICKS: Final = frozenset({"checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"})
WIDGETS: Final = (
    FIELDS
    | TICKS
    | {
        "button",
        "link",
        "tab",
        "menuitem",
        "option",
        "treeitem",
        "gridcell",
        "row",
        "listitem",
        "columnheader",
    }
)
STATIC: Final = frozenset(
    {
        "text",
        "heading",
        "paragraph",
        "cell",
        "generic",
        "img",
        "strong",
        "emphasis",
        "code",
        "alert",
        "status",
    }
)
_SURELY: Final = 0.74  # below this the noun may be all that a whole phrase and a name have in common
CLOSE: Final = 0.03  # scores nearer than this tell nothing apart

# What a click more likely means, where names are the same.
_RANK: Final = {"button": 0.02, "link": 0.015, "menuitem": 0.014, "tab": 0.014, "option": 0.012,
    "checkbox": 0.012,
                "radio": 0.012, "treeitem": 0.01, "switch": 0.01}  # fmt: skip
_TYPES: Final = {"password": "password", "email": "email", "search": "search", "date": "date",
    "time": "time", "phone": "tel",
                 "url": "url", "website": "url", "number": "number", "colour": "color", "color": "color",
                 "file": "file",
                 "month": "month", "week": "week", "telephone": "tel", "e-mail": "email",
                 "passwd": "password",
                 "passcode": "password", "email address": "email", "phone number": "tel"}  # fmt: skip
_LANDMARKS: Final = {
    "footer": "contentinfo", "header": "banner", "sidebar": "complementary", "navigation": "navigation",
    "nav": "navigation",
    "main": "main", "toolbar": "toolbar", "navbar": "navigation", "navigation bar": "navigation",
    "menu bar": "menubar",
}  # fmt: skip
_FIELD_KINDS: Final = frozenset({"field", "textarea", "select", "date", "element", "list"})
_NAMED_BY_CONTENT: Final = frozenset(
    {"button", "link", "tab", "menuitem", "option", "heading", "cell", "treeitem", "gridcell"}
)
MAX_TEXT: Final = 160


def ground(
    seen: Observation, target: Target, purpose: Purpose, *, among: Iterable[int] | None = None
) -> list[Match]:
    """The elements `target` may mean, best first; those that cannot be meant are left out."""
    listed = range(len(seen.nodes)) if among is None else list(among)
    if target.look is not None:
        return _by_look(seen, target, target.look, purpose, listed)
    if target.others:
        readings = [replace(target, others=()), *target.others]
        found = [ground(seen, reading, purpose, among=listed) for reading in readings]
        return max(found, key=lambda matches: matches[0].score if matches else 0.0)
    if target.whole and target.ordinal and target.whole.endswith(str(target.ordinal)):
        numbered = replace(target, name=target.whole, whole="", kind="", ordinal=None)
        exact = _ranked(seen, numbered, purpose, listed)
        if exact and exact[0].score > 0.9:
            return exact
    if target.whole and target.place is None:
        direct = _ranked(seen, replace(target, name=target.whole, whole="", kind=""), purpose, listed)
        split = _ranked(seen, target, purpose, listed)
        if not target.name and not (direct and direct[0].score > 0.9):
            return split
        if target.name and direct and direct[0].score < _SURELY:
            return split
        surer = not split or (direct and direct[0].score > split[0].score + CLOSE)
        return direct if direct and (surer or not target.name) else split
    if target.whole and target.place is not None and not target.quoted:
        whole = replace(target, name=target.whole, whole="", kind="", place=None, ordinal=None)
        direct = [match for match in _ranked(seen, whole, purpose, listed) if match.score > 0.9]
        if direct and (target.ordinal is None):
            return direct
    return _ranked(seen, target, purpose, listed)


def _by_look(
    seen: Observation, target: Target, look: Look, purpose: Purpose, listed: Iterable[int]
) -> list[Match]:
    """What is called so in words, else what looks so; beside a name the look only tells alike apart."""
    plain = replace(target, look=None)
    wording = " ".join(part for part in (look.size, look.colour, target.name) if part)
    named = ground(seen, replace(plain, name=wording), purpose, among=listed) if look.colour else []
    if named and named[0].score > 0.9:
        return named
    if not target.name and not target.kind:
        inside = set(listed)
        found = [match for match in shapes(seen, look) if match.index in inside]
        return _nth(seen, looking(seen, found, look), target)
    found = ground(seen, plain, purpose, among=listed)
    return looking(seen, found, look) or (found if target.name else [])


def _ranked(seen: Observation, target: Target, purpose: Purpose, listed: Iterable[int]) -> list[Match]:
    if purpose == "anchor" and target.kind == "item" and target.ordinal and not described(target):
        held = [Match(at, 0.85, "one of several alike") for at in alike(seen, target.wording)]
        return _nth(seen, held, target)
    if purpose == "click" and target.kind == "item" and not described(target):
        group = [at for at in alike(seen, target.name) if at in set(listed)]
        return _nth(seen, [Match(actable(seen, at), 0.85, "one of several alike") for at in group], target)
    matches = [match for index in listed if (match := _score(seen, index, target, purpose))]
    matches = _innermost(seen, matches, purpose)
    if not matches:
        return []
    if target.place is not None:
        anchors = anchors_of(seen, target.place.target)
        matches = placed(
            seen, matches, target.place.relation, anchors, spread=target.place.target.quantifier == "all"
        )
    matches.sort(key=lambda match: (-match.score, match.index))
    return _nth(seen, matches, target)


def described(target: Target) -> bool:
    """Whether more than a kind and an order is said."""
    return bool(target.name or target.starts or target.ends or target.contains or target.place)


def actable(seen: Observation, index: int) -> int:
    """What to click of a thing: its heading's or first link, its only button, else the thing itself."""
    below = [at for at in seen.descendants(index) if seen.nodes[at].ref]
    links = [at for at in below if seen.nodes[at].role == "link"]
    if links:
        return links[0]
    buttons = [at for at in below if seen.nodes[at].role == "button"]
    return buttons[0] if len(buttons) == 1 else index


def anchors_of(seen: Observation, target: Target) -> list[Match]:
    """The elements a place speaks of: all that are about equally likely."""
    found = ground(seen, target, "anchor")
    if not found:
        return []
    best = found[0].score
    return [match for match in found if match.score >= best - CLOSE]


def _nth(seen: Observation, matches: list[Match], target: Target) -> list[Match]:
    """Count out "the second ...", in reading order, among those about equally likely."""
    if target.ordinal is None or not matches:
        return matches
    best = matches[0].score
    alike = sorted((match for match in matches if match.score >= best - 0.06), key=lambda match: match.index)
    at = target.ordinal - 1 if target.ordinal > 0 else len(alike) + target.ordinal
    return [alike[at]] if 0 <= at < len(alike) else []


def _score(seen: Observation, index: int, target: Target, purpose: Purpose) -> Match | None:
    node = seen.nodes[index]
    fit = _role_fit(seen, index, node, target, purpose)
    if fit is None:
        return None
    if not node.ref and purpose not in ("anchor", "see"):
        return None
    name, reason = _name_fit(seen, index, node, target, purpose)
    if name < ENOUGH:
        return None
    if name < _HELD and fit <= _OTHER_KIND and reason.startswith("text") and purpose in ("click", "choose"):
        return None  # another kind of thing, with much text that holds the word somewhere
    if name < 0.9 and purpose == "click" and node.role in FIELDS and target.kind not in _FIELD_KINDS:
        return None
    acted = node.role in WIDGETS or node.pointer or bool(node.attributes.get("widget"))
    if name < 0.9 and purpose in ("click", "choose") and not acted and not reason.startswith("hint"):
        return None  # words that merely stand there are clicked for their exact wording only
    score = name + fit + _RANK.get(node.role, 0.0) * (purpose in ("click", "choose"))
    if node.covered and purpose not in ("anchor", "see"):
        score -= 0.12
    if node.disabled and purpose not in ("anchor", "see"):
        score -= 0.05
    return Match(index, round(score, 4), f"{reason}, {node.role}")


_OTHER_KIND: Final = -0.08
_HELD: Final = 0.65


def _role_fit(seen: Observation, index: int, node: Node, target: Target, purpose: Purpose) -> float | None:
    """What the element's role adds or takes; None where it cannot be meant."""
    if purpose == "fill":
        return _field_fit(node, target)
    if purpose == "tick":
        if node.role in TICKS:
            return 0.05 if not target.kind or node.role in lexicon.ROLES.get(target.kind, TICKS) else -0.05
        return -0.2 if node.pointer and node.ref else None
    kind = _kind_fit(seen, index, node, target.kind)
    if purpose in ("anchor", "see"):
        return kind
    if node.role in FIELDS and target.kind not in _FIELD_KINDS:
        return -0.1 if kind is None else kind - 0.06
    if node.role in _HOLDERS and target.kind not in lexicon.CONTAINER_KINDS and _holds_widgets(seen, index):
        return -0.15 if kind is None else kind - 0.15
    if node.role in WIDGETS or node.pointer or node.attributes.get("widget"):
        return kind if kind is not None else None
    if node.role == "text" or (node.role in STATIC and target.name):
        return None if kind is None else kind - 0.12
    return kind if target.kind and kind and kind > 0 else None


_HOLDERS: Final = frozenset({"row", "listitem", "article", "gridcell", "cell", "group", "treeitem"})


def _holds_widgets(seen: Observation, index: int) -> bool:
    return any(
        seen.nodes[at].role in ("button", "link", "checkbox", "menuitem") for at in seen.descendants(index)
    )


def _kind_fit(seen: Observation, index: int, node: Node, kind: str) -> float | None:
    if kind in ("", "element", "text"):
        return 0.0
    roles = lexicon.ROLES.get(kind)
    if roles is None:
        return 0.0
    if kind == "file":
        return 0.06 if node.type == "file" else -0.1
    if node.role in roles:
        return 0.06 if node.role != "generic" else 0.0
    if kind == "accordion" and "expanded" in node.states:
        return 0.06
    if kind in lexicon.CONTAINER_KINDS or kind in ("heading", "text"):
        return -0.08
    return -0.12


def _field_fit(node: Node, target: Target) -> float | None:
    editable = (
        node.role in FIELDS
        or bool(node.attributes.get("editable"))
        or node.tag in ("input", "textarea", "select")
    )
    if not editable and node.role not in TICKS:
        return None
    if node.type in ("button", "submit", "reset", "image"):
        return None
    if node.role in TICKS or node.type == "file":
        return 0.0 if target.kind in ("checkbox", "radio", "switch", "file") else -0.1
    roles = lexicon.ROLES.get(target.kind, frozenset())
    if target.kind == "date":
        return 0.06 if node.type in ("date", "datetime-local") else 0.0
    if target.kind == "textarea":
        return 0.06 if node.tag == "textarea" or node.attributes.get("editable") else -0.3
    if target.kind == "slider":
        return 0.06 if node.role == "slider" else -0.4
    if target.kind == "field" and node.role == "slider":
        return -0.2
    penalty = 0.1 if node.attributes.get("readonly") else 0.0
    penalty += 0.04 if target.kind == "field" and node.tag == "textarea" else 0.0
    return (0.06 if node.role in roles else 0.0 if not roles else -0.06) - penalty


def names_of(seen: Observation, index: int) -> list[tuple[str, float, str]]:
    """What an element can be called: (name, weight, where it comes from)."""
    node = seen.nodes[index]
    names = [
        (node.name, 1.0, "name"),
        # the label around a select holds its options, too
        (node.label if node.tag != "select" or not node.name else "", 0.99, "label"),
        (node.placeholder or "", 0.97, "placeholder"),
    ]
    title, alt = node.attributes.get("title"), node.attributes.get("alt")
    names += [(str(title), 0.96, "title")] if title else []
    names += [(str(alt), 0.96, "alt")] if alt else []
    if node.role not in FIELDS or node.attributes.get("editable"):
        text = seen.text_of(index)
        if text and len(text) <= MAX_TEXT and text != node.name:
            names.append((text, 0.99 if node.role not in _NAMED_BY_CONTENT else 0.98, "text"))
    return [(name, weight, where) for name, weight, where in names if name]


def _name_fit(
    seen: Observation, index: int, node: Node, target: Target, purpose: Purpose
) -> tuple[float, str]:
    if target.starts or target.ends or target.contains:
        return _affix_fit(seen, index, target)
    if not target.name:
        return _kind_alone(seen, index, node, target, purpose)
    best, reason = 0.0, ""
    for name, weight, where in names_of(seen, index):
        likely = answers(seen, target, name, strictly=target.quoted or purpose == "anchor") * weight
        if likely > best:
            best, reason = likely, f"{where} {name!r}"
    if purpose == "anchor" and node.role in lexicon.ROLES.get(target.kind, ()) and node.role in _HOLDERS:
        held = _held_fit(seen, index, target)
        best, reason = max((best, reason), (held, "holds that name"))
    if purpose == "fill" and (kind := _TYPES.get(folded(target.name))) and node.type == kind and best < 0.9:
        best, reason = 0.9, f"type {kind}"
    if _LANDMARKS.get(folded(target.name)) == node.role and best < 0.9:
        best, reason = 0.9, "a landmark"
    if best < ENOUGH and (hint := hinted(target.name, node.hints)):
        best, reason = hint, f"hint {' '.join(node.hints)!r}"
    if best < ENOUGH and purpose in ("anchor", "see") and folded(target.name) in folded(seen.text_of(index)):
        best, reason = 0.7, "text within"
    return best, reason


def _held_fit(seen: Observation, index: int, target: Target) -> float:
    """How well something in a row or item is called so: "the row for Dune" is not that of "Dune Messiah"."""
    below = (seen.nodes[at] for at in seen.descendants(index))
    return max(
        (answers(seen, target, name, strictly=True) for node in below if (name := node.name or node.text)),
        default=0.0,
    ) * 0.99  # fmt: skip


def _affix_fit(seen: Observation, index: int, target: Target) -> tuple[float, str]:
    for name, weight, where in names_of(seen, index):
        there = folded(name)
        if (
            there.startswith(folded(target.starts))
            and there.endswith(folded(target.ends))
            and folded(target.contains) in there
        ):
            return 0.95 * weight, f"{where} {name!r}"
    return 0.0, ""


def _kind_alone(
    seen: Observation, index: int, node: Node, target: Target, purpose: Purpose
) -> tuple[float, str]:
    """Only a kind was named: every element of that kind answers it."""
    if not target.kind and purpose == "fill":
        return 0.8, "a field"
    roles = lexicon.ROLES.get(target.kind, frozenset())
    if target.kind == "file" and node.type == "file":
        return 0.9, "a file field"
    if node.role in roles and (
        node.role != "generic" or target.kind not in lexicon.CONTAINER_KINDS or node.pointer
    ):
        return 0.85, f"a {target.kind}"
    if purpose == "fill" and target.kind in ("text", "element", "date", "option", "number"):
        return 0.8, "a field"
    if target.kind in ("slider", "spinner", "accordion") and (
        target.kind in node.hints or "expanded" in node.states
    ):
        return 0.8, f"looks like a {target.kind}"
    return 0.0, ""


def _innermost(seen: Observation, matches: list[Match], purpose: Purpose) -> list[Match]:
    """Of nested elements that answer about equally, keep the one to act on: a widget, else the innermost."""
    by_index = {match.index: match for match in matches}
    dropped: set[int] = set()
    for match in matches:
        for ancestor in seen.ancestors(match.index):
            outer = by_index.get(ancestor)
            if outer is None or ancestor in dropped:
                continue
            inner_node, outer_node = seen.nodes[match.index], seen.nodes[ancestor]
            if (
                outer_node.role in WIDGETS
                and inner_node.role not in WIDGETS
                and outer.score >= match.score - 0.1
            ):
                dropped.add(match.index)
            elif match.score >= outer.score - (0.1 if inner_node.role in WIDGETS else CLOSE):
                dropped.add(ancestor)
            elif outer.score > match.score:
                dropped.add(match.index)
    return [match for match in matches if match.index not in dropped]


def decided(seen: Observation, matches: Sequence[Match]) -> list[Match]:
    """The matches that cannot be told apart from the best one; a single one is a decision."""
    if not matches:
        return []
    best = matches[0].score
    alike = [match for match in matches if match.score > best - CLOSE]
    if len(alike) < 2:
        return alike
    for tell in (_open_dialog, _usable, _in_view):
        kept = [match for match in alike if tell(seen, match.index)]
        if 0 < len(kept) < len(alike):
            alike = kept
        if len(alike) == 1:
            return alike
    urls = {seen.nodes[match.index].url for match in alike}
    if len(urls) == 1 and None not in urls and all(seen.nodes[match.index].role == "link" for match in alike):
        return alike[:1]
    best = alike[0].score
    sharper = [match for match in alike if match.score > best - 0.004]
    return sharper if len(sharper) == 1 else alike


def _open_dialog(seen: Observation, index: int) -> bool:
    return any(seen.nodes[at].role in ("dialog", "alertdialog") for at in seen.ancestors(index))


def _usable(seen: Observation, index: int) -> bool:
    node = seen.nodes[index]
    return not node.covered and not node.disabled


def _in_view(seen: Observation, index: int) -> bool:
    box = seen.nodes[index].box
    return box is not None and box.width > 0 and box.height > 0 and box.right > 0 and box.bottom > 0
