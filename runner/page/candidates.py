"""Which selectors could name an element, and which of them is best: pure, from what the page told about it.

Everything here is a proposal. Whether a selector leads to exactly the element is tried on the page afterwards
(runner/page/describe.py); what does not is dropped, so guessing wrong costs a probe and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from runner.page.durable import generated, lasting_classes, volatile

Purpose = Literal["act", "fill", "see"]

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
ROLE_ONLY: Final = 190
NAME_ATTRIBUTE: Final = 200
ID: Final = 210
ATTRIBUTE: Final = 230
HREF: Final = 250
LASTING_CLASS: Final = 400
NTH: Final = 900
PATH: Final = 1_000

SCOPE: Final[Mapping[str, int]] = {
    "dialog": 15,
    "row": 20,
    "place": 30,
    "text": 35,
    "frame": 40,
    "class": 120,
}
VOLATILE: Final = 120
LONG: Final = 25
LONG_FROM: Final = 40
TOO_LONG: Final = 80

_PUSHED: Final = frozenset(
    {"button", "link", "menuitem", "menuitemcheckbox", "menuitemradio", "tab", "option"}
)
_TICKED: Final = frozenset({"checkbox", "radio", "switch"})
_FILLED: Final = frozenset({"textbox", "searchbox", "spinbutton", "combobox", "slider", "listbox", *_TICKED})
_FIELD_TAGS: Final = frozenset({"input", "textarea", "select"})
_ROLE_OF_ROW: Final = {"tr": "row", "li": "listitem", "article": "article"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A selector and its score; lower is better."""

    selector: str
    score: int


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
    framed = [_within(frame, "frame", proposal) for frame in facts.frames[-1:] for proposal in plain]
    scoped = [
        _within(scope, kind, proposal)
        for scope, kind, penalty in _scopes(facts)
        for proposal in _raised(plain, penalty)
        if proposal.score < NAME_ATTRIBUTE
    ]
    last = [Proposal(str(facts.dom["path"]), PATH)] if facts.dom.get("path") else []
    last += [_within(frame, "frame", proposal) for frame in facts.frames[-1:] for proposal in last]
    return _best([*plain, *scoped, *framed, *last])


def _raised(proposals: Iterable[Proposal], penalty: int) -> Iterator[Proposal]:
    for proposal in proposals:
        yield Proposal(proposal.selector, proposal.score + penalty)


def _within(scope: str, kind: str, proposal: Proposal) -> Proposal:
    return Proposal(f"{scope} >> {proposal.selector}", proposal.score + SCOPE[kind])


def _best(proposals: Iterable[Proposal]) -> list[Proposal]:
    best: dict[str, Proposal] = {}
    for proposal in proposals:
        known = best.get(proposal.selector)
        if known is None or proposal.score < known.score:
            best[proposal.selector] = proposal
    return sorted(best.values(), key=lambda proposal: proposal.score)


# -- one element ---------------------------------------------------------------------------------------


def _plain(facts: Facts, purpose: Purpose) -> Iterator[Proposal]:
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
        yield Proposal(f"[{dom['test_id_attribute']}={quoted(str(value))}]", TEST_ID)


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
    yield from _worded(f"role={role}[name={{}}]", facts.name, ROLE_NAME, facts.typed)
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
        yield Proposal(f"role={role}", ROLE_ONLY)


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
            yield Proposal(f"{tag}[{attribute}={quoted(value)}]", score + _penalty(value, ()))
    identifier = str(dom.get("id") or "")
    if identifier and not generated(identifier):
        yield Proposal(f"#{identifier}" if _is_plain(identifier) else f"[id={quoted(identifier)}]", ID)
    href = str(dom.get("href") or "")
    if href and href != "#":
        yield Proposal(f"{tag}[href={quoted(str(dom.get('raw_href') or href))}]", HREF + _penalty(href, ()))
    if tag == "input" and dom.get("type") in ("file", "submit", "image", "password", "email", "search"):
        yield Proposal(f'input[type="{dom["type"]}"]', ROLE_ONLY + 5)
    if dom.get("editable"):
        yield Proposal('[contenteditable="true"]', ROLE_ONLY + 5)
    classes = lasting_classes(dom.get("classes") or (), 2)
    if classes:
        yield Proposal(tag + "".join(f".{name}" for name in classes if _is_plain(name)), LASTING_CLASS)


def _worded(form: str, words: Any, score: int, typed: Collection[str]) -> Iterator[Proposal]:
    text = str(words or "").strip()
    if text and len(text) <= TOO_LONG:
        yield Proposal(form.format(quoted(text)), score + _penalty(text, typed))


def _penalty(text: str, typed: Collection[str]) -> int:
    return (VOLATILE if volatile(text, typed) else 0) + (LONG if len(text) > LONG_FROM else 0)


# -- where it is ---------------------------------------------------------------------------------------


def _scopes(facts: Facts) -> Iterator[tuple[str, str, int]]:
    """Places to look in, with their kind and what is against them."""
    yield from _rows(facts)
    for place in facts.dom.get("places") or ():
        yield from _places(place)


def _rows(facts: Facts) -> Iterator[tuple[str, str, int]]:
    row = facts.dom.get("row")
    if not row:
        return
    tag, role = str(row["tag"]), str(row.get("role") or "")
    for text in row.get("texts") or ():
        against = VOLATILE // 2 if volatile(text) else 0
        if (role or _ROLE_OF_ROW.get(tag)) in ("row", "option", "treeitem"):
            yield f"role={role or _ROLE_OF_ROW[tag]}[name*={quoted(text)}]", "row", against
        named = "".join(
            f".{name}" for name in lasting_classes(row.get("classes") or (), 1) if _is_plain(name)
        )
        if role and role != "row":
            yield f"[role={quoted(role)}]:has-text({quoted(text)})", "text", against
        elif tag in _ROLE_OF_ROW or named:
            yield f"{tag}{named if tag not in _ROLE_OF_ROW else ''}:has-text({quoted(text)})", "text", against


def _places(place: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    role, name, tag = str(place["role"]), str(place.get("name") or ""), str(place["tag"])
    kind = "dialog" if role in ("dialog", "alertdialog") else "place"
    against = VOLATILE // 2 if volatile(name) else 0
    if name and place.get("from") == "label":
        yield f"role={role}[name={quoted(name)}]", kind, against
    elif name:
        css = (
            tag
            if tag in ("form", "section", "article", "aside", "nav", "dialog")
            else f"[role={quoted(role)}]"
        )
        yield f"{css}:has-text({quoted(name)})", "text", against
    if role in (
        "dialog",
        "alertdialog",
        "navigation",
        "main",
        "search",
        "banner",
        "contentinfo",
        "menu",
        "form",
    ):
        yield f"role={role}", kind, 10


def iframe_selectors(facts: Mapping[str, Any]) -> Sequence[str]:
    """How an iframe can be named, best first."""
    named = [
        f"iframe[{attribute}={quoted(str(facts[key]))}]"
        for attribute, key in (("title", "title"), ("name", "name_attr"), ("id", "id"))
        if facts.get(key) and not generated(str(facts[key]))
    ]
    return [*named, "iframe"]


def quoted(text: str) -> str:
    """A string of the selector language: backslashes and quotes escaped."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_plain(identifier: str) -> bool:
    return (
        identifier.isascii()
        and identifier.replace("-", "").replace("_", "").isalnum()
        and not identifier[0].isdigit()
    )
