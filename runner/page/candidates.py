"""Which selectors could name an element, and which of them is best: pure, from what the page told about it.

Everything here is a proposal. Whether a selector leads to exactly the element is tried on the page afterwards
(runner/page/describe.py); what does not is dropped, so guessing wrong costs a probe and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from runner.page.durable import generated, lasting_classes, volatile

if TYPE_CHECKING:
    from runner.page.probe import Purpose

# What a selector goes by. Two that go by the same thing fail together, so a second choice goes by another.
Basis = Literal[
    "test_id",
    "label",
    "role",
    "row",
    "other_row",
    "scoped",
    "attribute",
    "id",
    "href",
    "frame",
    "class",
    "place",
]

# The one score table: lower is better. A kind's score says how well such a selector outlives a new version of
# the page and how well a person can read it; penalties are added. What is scoped costs the scope, so a plain
# selector wins where it is unambiguous.
TEST_ID: Final = 1
FIELD_LABEL: Final = 100
CONTROL: Final = 100
FIELD_PLACEHOLDER: Final = 120
ROLE_NAME: Final = 130
FIELD_TITLE: Final = 140
HAS_TEXT: Final = 150
TEXT: Final = 160
CONTROL_TITLE: Final = 165
NAME_ATTRIBUTE: Final = 200
ID: Final = 210
ATTRIBUTE: Final = 230
ROLE_ONLY: Final = 240
HREF: Final = 250
LASTING_CLASS: Final = 400
NTH: Final = 900
PATH: Final = 1_000

SCOPE: Final[Mapping[str, int]] = {"dialog": 15, "row": 20, "other_row": 25, "place": 30, "frame": 40}
_SCOPED: Final[Mapping[str, Basis]] = {"row": "row", "other_row": "other_row", "frame": "frame"}
# A label with a price or a count in it is still a label: it stays ahead of what only the markup knows.
# What the flow itself typed is no name at all, but for a suggestion that is chosen for just that.
VOLATILE: Final = 90
TYPED: Final = 150
LONG: Final = 25
LONG_FROM: Final = 40
TOO_LONG: Final = 80

_TICKED: Final = frozenset({"checkbox", "radio", "switch"})
_FILLED: Final = frozenset({"textbox", "searchbox", "spinbutton", "combobox", "slider", "listbox", *_TICKED})
_FIELD_TAGS: Final = frozenset({"input", "textarea", "select"})
_PLACE_TAGS: Final = frozenset({"form", "section", "article", "aside", "nav", "dialog", "fieldset"})
# Roles of which a page has few, so that the role alone may do as a scope.
_FEW: Final = frozenset(
    {"dialog", "alertdialog", "navigation", "main", "search", "banner", "contentinfo", "menu", "form"}
)
_NAMED_BY_CONTENT: Final = frozenset({"row", "option", "treeitem"})
_ROLE_OF_ROW: Final = {"tr": "row", "li": "listitem", "article": "article"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A selector and its score; lower is better."""

    selector: str
    score: int
    basis: Basis = "label"


@dataclass(frozen=True, slots=True)
class Scope:
    """A place to look in, and what is against it: added to the score."""

    selector: str
    kind: Literal["dialog", "row", "other_row", "place", "frame"]
    against: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What describe.js told, with role and accessible name from Playwright and the path of frames to it."""

    dom: Mapping[str, Any]
    role: str = ""
    name: str = ""
    frames: tuple[str, ...] = ()
    typed: tuple[str, ...] = field(default=())

    @property
    def is_field(self) -> bool:
        """Whether it holds a value."""
        push = self.dom.get("type") in ("button", "submit", "reset", "image")
        return not push and (
            self.dom.get("tag") in _FIELD_TAGS or bool(self.dom.get("editable")) or self.role in _FILLED
        )


def propose(facts: Facts, purpose: Purpose = "act") -> list[Proposal]:
    """All selectors worth trying, best first, each once."""
    plain = list(_plain(facts, purpose))
    worded = [proposal for proposal in plain if proposal.score < NAME_ATTRIBUTE]
    scopes = list(_scopes(facts))
    scoped = [_within(scope, proposal) for scope in scopes for proposal in worded]
    doubly = [
        _within(outer, _within(inner, proposal))
        for inner in scopes
        for outer in scopes
        if inner.kind == "row" and outer.kind in ("dialog", "place")
        for proposal in worded[:2]
    ]
    frames = [Scope(frame, "frame") for frame in facts.frames[-1:]]
    places = list(_by_place(facts))
    framed = [_within(frame, proposal) for frame in frames for proposal in (*plain, *places)]
    return _best([*plain, *scoped, *doubly, *framed, *places])


def _within(scope: Scope, proposal: Proposal) -> Proposal:
    basis = _SCOPED.get(scope.kind, "scoped")
    if proposal.basis == "test_id":
        basis = "test_id"
    score = proposal.score + SCOPE[scope.kind] + scope.against
    return Proposal(
        f"{scope.selector} >> {proposal.selector}", score, proposal.basis if score >= NTH else basis
    )


def _best(proposals: Iterable[Proposal]) -> list[Proposal]:
    best: dict[str, Proposal] = {}
    for proposal in proposals:
        known = best.get(proposal.selector)
        if known is None or proposal.score < known.score:
            best[proposal.selector] = proposal
    return sorted(best.values(), key=lambda proposal: proposal.score)


# -- one element ---------------------------------------------------------------------------------------


def _plain(facts: Facts, purpose: Purpose) -> Iterator[Proposal]:
    facts = replace(facts, typed=()) if facts.role == "option" else facts
    yield from _by_test_id(facts.dom)
    if facts.is_field:
        yield from _by_field(facts)
    if not facts.is_field or facts.role in _TICKED:
        yield from _by_caption(facts)
    yield from _by_role(facts)
    if purpose == "see" or not facts.is_field:
        yield from _by_text(facts)
    yield from _by_attributes(facts.dom)


def _by_test_id(dom: Mapping[str, Any]) -> Iterator[Proposal]:
    value = dom.get("test_id")
    if value and not generated(str(value)):
        yield Proposal(f"[{dom['test_id_attribute']}={quoted(str(value))}]", TEST_ID, "test_id")


def _by_field(facts: Facts) -> Iterator[Proposal]:
    dom = facts.dom
    for words, score in (
        (dom.get("label"), FIELD_LABEL),
        (facts.name, FIELD_LABEL),
        (dom.get("placeholder"), FIELD_PLACEHOLDER),
        (dom.get("title"), FIELD_TITLE),
    ):
        yield from _worded("field={}", words, score, facts.typed)


def _by_caption(facts: Facts) -> Iterator[Proposal]:
    dom = facts.dom
    shown = dom.get("caption") or dom.get("text")
    for words in dict.fromkeys((facts.name, shown, dom.get("label"))):
        yield from _worded("control={}", words, CONTROL, facts.typed)
    yield from _worded("control={}", dom.get("title"), CONTROL_TITLE, facts.typed)
    if shown and facts.role in ("button", "link"):
        yield from _worded(facts.role + ":has-text({})", shown, HAS_TEXT, facts.typed)


def _by_role(facts: Facts) -> Iterator[Proposal]:
    role = facts.role
    if not role or role in ("generic", "text", "none", "presentation"):
        return
    yield from _worded(f"role={role}[name={{}}]", facts.name, ROLE_NAME, facts.typed, "role")
    if facts.is_field or role in (
        "dialog",
        "alert",
        "status",
        "search",
        "main",
        "navigation",
        "table",
        "heading",
    ):
        yield Proposal(f"role={role}", ROLE_ONLY, "role")


def _by_text(facts: Facts) -> Iterator[Proposal]:
    yield from _worded("text={}", facts.dom.get("text"), TEXT, facts.typed)


def _by_attributes(dom: Mapping[str, Any]) -> Iterator[Proposal]:
    tag = str(dom["tag"])
    for attribute, key, score in (
        ("name", "name_attr", NAME_ATTRIBUTE),
        ("title", "title", ATTRIBUTE),
        ("alt", "alt", ATTRIBUTE),
    ):
        value = str(dom.get(key) or "")
        if value and not (key == "name_attr" and generated(value)) and len(value) <= TOO_LONG:
            yield Proposal(f"{tag}[{attribute}={quoted(value)}]", score + _penalty(value, ()), "attribute")
    identifier = str(dom.get("id") or "")
    if identifier and not generated(identifier):
        yield Proposal(f"#{identifier}" if _is_plain(identifier) else f"[id={quoted(identifier)}]", ID, "id")
    href = str(dom.get("href") or "")
    if href and href != "#":
        yield Proposal(
            f"{tag}[href={quoted(str(dom.get('raw_href') or href))}]", HREF + _penalty(href, ()), "href"
        )
    if tag == "input" and dom.get("type") in ("file", "submit", "image", "password", "email", "search"):
        yield Proposal(f'input[type="{dom["type"]}"]', ROLE_ONLY + 5, "attribute")
    if dom.get("editable"):
        yield Proposal("[contenteditable]", ROLE_ONLY + 5, "attribute")
    classes = lasting_classes(dom.get("classes") or (), 2)
    if classes:
        yield Proposal(
            tag + "".join(f".{name}" for name in classes if _is_plain(name)), LASTING_CLASS, "class"
        )


def _worded(
    form: str, words: Any, score: int, typed: Collection[str], basis: Basis = "label"
) -> Iterator[Proposal]:
    text = str(words or "").strip()
    # Quotes alone are no label that a person could read.
    if text.strip("\"' ") and len(text) <= TOO_LONG:
        yield Proposal(form.format(quoted(text)), score + _penalty(text, typed), basis)


def _penalty(text: str, typed: Collection[str]) -> int:
    changing = VOLATILE if volatile(text) else TYPED if volatile(text, typed) else 0
    return changing + (LONG if len(text) > LONG_FROM else 0)


# -- where it is ---------------------------------------------------------------------------------------


def _by_place(facts: Facts) -> Iterator[Proposal]:
    """By its place among elements alike, and by its path: for when nothing else is left."""
    of, name = int(facts.dom.get("of") or 1), str(facts.dom.get("text") or facts.name)
    if of > 1 and name and len(name) <= TOO_LONG and not facts.is_field:
        yield Proposal(f"control={quoted(name)} >> nth={int(facts.dom['ordinal']) - 1}", NTH, "place")
    if facts.dom.get("path"):
        yield Proposal(str(facts.dom["path"]), PATH, "place")


def _scopes(facts: Facts) -> Iterator[Scope]:
    """Places to look in, nearest first."""
    yield from _rows(facts.dom.get("row") or {})
    for place in facts.dom.get("places") or ():
        yield from _places(place)


def _rows(row: Mapping[str, Any]) -> Iterator[Scope]:
    tag, role = str(row.get("tag") or ""), str(row.get("role") or "")
    classes = [name for name in lasting_classes(row.get("classes") or (), 1) if _is_plain(name)]
    which = tag if tag in _ROLE_OF_ROW else f"[role={quoted(role)}]" if role else ""
    if row.get("whole") and which:
        yield Scope(f"{which}:has(:text-is({quoted(row['whole'])}))", "row")
    for at, text in enumerate(row.get("texts") or ()):
        kind: Literal["row", "other_row"] = "other_row" if at else "row"
        against, words = VOLATILE // 2 if volatile(text) else 0, quoted(text)
        named = role or _ROLE_OF_ROW.get(tag, "")
        if named in _NAMED_BY_CONTENT:
            yield Scope(f"role={named}[name*={words}]", kind, against)
        if role and role not in _NAMED_BY_CONTENT:
            yield Scope(f"[role={quoted(role)}]:has-text({words})", kind, against + 5)
        elif tag in _ROLE_OF_ROW:
            yield Scope(f"{tag}:has-text({words})", kind, against + 5)
        elif classes:
            yield Scope(f"{tag}.{classes[0]}:has-text({words})", kind, against + 15)


def _places(place: Mapping[str, Any]) -> Iterator[Scope]:
    role, name, tag = str(place["role"]), str(place.get("name") or ""), str(place["tag"])
    kind: Literal["dialog", "place"] = "dialog" if role in ("dialog", "alertdialog") else "place"
    against = VOLATILE // 2 if volatile(name) else 0
    if name and place.get("from") == "label":
        yield Scope(f"role={role}[name={quoted(name)}]", kind, against)
    elif name:
        css = tag if tag in _PLACE_TAGS else f"[role={quoted(role)}]"
        yield Scope(f"{css}:has-text({quoted(name)})", kind, against + 5)
    if role in _FEW:
        yield Scope(f"role={role}", kind, 10)


def iframe_selectors(facts: Mapping[str, Any]) -> Sequence[str]:
    """How an iframe can be named, best first."""
    named = [
        f"iframe[{attribute}={quoted(str(facts[key]))}]"
        for attribute, key in (("title", "title"), ("name", "name_attr"), ("id", "id"))
        if facts.get(key) and not generated(str(facts[key]))
    ]
    if path := _lasting_path(str(facts.get("src") or "")):
        named.append(f"iframe[src*={quoted(path)}]")
    # a title may say how many messages there are: what else names the frame will last longer
    return [*sorted(named, key=lambda name: name.startswith("iframe[title=") and volatile(name)), "iframe"]


def _lasting_path(address: str) -> str | None:
    try:
        url = urlsplit(address)
    except ValueError:
        return None
    pieces = [piece for piece in url.path.split("/") if piece]
    lasting = not any(generated(piece) or volatile(piece) for piece in pieces)
    return url.path if pieces and lasting and url.scheme in ("", "http", "https") else None


def quoted(text: str) -> str:
    """A string of the selector language: backslashes and quotes escaped."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_plain(identifier: str) -> bool:
    return (
        identifier.isascii()
        and identifier.replace("-", "").replace("_", "").isalnum()
        and not identifier[0].isdigit()
    )
