"""What a fingerprint says about an element, prepared for comparing: its kind and its captions. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from runner.contract.config import ActionKind, Fingerprint

Kind = Literal["control", "field", "choice", "toggle", "password", "file", "label", "text", "plain"]

_PUSHED: Final = frozenset({"button", "submit", "reset", "image"})
_KIND_OF_ROLE: Final[dict[str, Kind]] = {
    **dict.fromkeys(
        ("button", "link", "menuitem", "menuitemcheckbox", "menuitemradio", "tab", "option"), "control"
    ),
    **dict.fromkeys(("treeitem", "summary", "disclosuretriangle"), "control"),
    **dict.fromkeys(("textbox", "searchbox", "spinbutton", "slider"), "field"),
    **dict.fromkeys(("combobox", "listbox"), "choice"),
    **dict.fromkeys(("checkbox", "radio", "switch"), "toggle"),
}
_KIND_OF_TAG: Final[dict[str, Kind]] = {
    "button": "control",
    "a": "control",
    "summary": "control",
    "option": "control",
    "textarea": "field",
    "select": "choice",
    "label": "label",
    **dict.fromkeys(
        ("h1", "h2", "h3", "h4", "h5", "h6", "p", "td", "th", "dt", "dd", "legend", "caption"), "text"
    ),
}
_ROLE_OF_TAG: Final = {
    "button": "button", "a": "link", "select": "combobox", "textarea": "textbox", "option": "option",
    "summary": "button", "img": "img", "li": "listitem", "tr": "row", "td": "cell", "th": "columnheader",
    **{f"h{level}": "heading" for level in range(1, 7)},
}  # fmt: skip
_ROLE_OF_INPUT: Final = {
    "checkbox": "checkbox", "radio": "radio", "number": "spinbutton", "range": "slider",
    "search": "searchbox", "button": "button", "submit": "button", "reset": "button", "image": "button",
}  # fmt: skip
# Kinds that may turn into each other between two versions of a page without becoming another element.
_KINDRED: Final = frozenset(
    frozenset(pair)
    for pair in (
        ("control", "plain"),
        ("control", "choice"),
        ("field", "choice"),
        ("toggle", "choice"),
        ("plain", "choice"),
        ("plain", "label"),
        ("plain", "text"),
        ("toggle", "label"),
    )
)


@dataclass(frozen=True, slots=True)
class Traits:
    """A fingerprint, read once. `captions` name the element, `hints` only help (placeholder, title, alt)."""

    fingerprint: Fingerprint
    kind: Kind
    captions: tuple[str, ...]
    hints: tuple[str, ...]

    @property
    def caption(self) -> str:
        """The words a person would use for it; empty where there are none."""
        return next(iter((*self.captions, *self.hints)), "")


def traits(fingerprint: Fingerprint) -> Traits:
    """Prepare `fingerprint` for comparing."""
    kind = kind_of(fingerprint)
    hints = (fingerprint.placeholder, fingerprint.title, fingerprint.alt)
    captions = (fingerprint.name, fingerprint.label, fingerprint.text)
    return Traits(
        fingerprint=fingerprint,
        kind=kind,
        captions=tuple(
            dict.fromkeys(caption for caption in captions if caption and not _is_hint(caption, hints))
        ),
        hints=tuple(dict.fromkeys(hint for hint in hints if hint)),
    )


def _is_hint(caption: str, hints: tuple[str | None, ...]) -> bool:
    """Whether an accessible name is only the placeholder or title over again."""
    return caption in hints


def kind_of(fingerprint: Fingerprint) -> Kind:
    """What the element is for."""
    tag, kind = fingerprint.tag or "", fingerprint.type or ""
    if tag == "input":
        return _kind_of_input(kind, fingerprint.role or "")
    if by_role := _KIND_OF_ROLE.get(fingerprint.role or ""):
        return by_role
    if fingerprint.href:
        # nothing but a link stands in it
        return "control"
    if by_tag := _KIND_OF_TAG.get(tag):
        return by_tag
    if fingerprint.value_kind:
        return "field"
    # a probe tells whether it can be clicked; where nobody told, it may be
    return "plain" if (fingerprint.model_extra or {}).get("clickable", True) else "text"


def role_of(fingerprint: Fingerprint) -> str:
    """The role it was seen with, or the one its tag usually has."""
    if fingerprint.role:
        return fingerprint.role
    if fingerprint.tag == "input":
        return _ROLE_OF_INPUT.get(fingerprint.type or "text", "textbox")
    return _ROLE_OF_TAG.get(fingerprint.tag or "", "")


def _kind_of_input(kind: str, role: str) -> Kind:
    if kind in _PUSHED:
        return "control"
    if kind in ("checkbox", "radio"):
        return "toggle"
    if kind == "password":
        return "password"
    if kind == "file":
        return "file"
    return "choice" if role == "combobox" else "field"


def kindred(one: Kind, other: Kind) -> bool:
    """Whether the one could have become the other."""
    return one == other or frozenset((one, other)) in _KINDRED


def takes(action: ActionKind, kind: Kind) -> bool:
    """Whether an element of `kind` can have `action` done to it."""
    match action:
        case "fill":
            return kind in ("field", "password", "file", "toggle", "plain")
        case "select":
            return kind in ("choice", "control", "field", "plain")
        case "click" | "press" | "hover" | "expect" | "goto" | "wait" | "ask_user_question":
            return True


_COUNTED: Final = frozenset({"number", "range", "date", "time", "month", "week", "datetime-local"})
# A fingerprint keeps no more of them.
_OPTIONS_KEPT: Final = 6


def takes_value(old: Fingerprint, new: Fingerprint, action: ActionKind, value: object) -> bool:
    """Whether `new` could hold what the step puts into `old`.

    A field for numbers takes no words, and what was chosen from one list must be in the other.
    """
    if not isinstance(value, str) or not value.strip():
        return True
    if action == "fill" and new.tag == "input" and new.type in _COUNTED:
        return any(char.isdigit() for char in value)
    if action == "select" and new.tag == "input" and new.role != "combobox":
        return new.type in (None, "text", "search")
    if action == "select" and new.tag == "select" and 0 < len(new.options or ()) < _OPTIONS_KEPT:
        return not _offers(old, value) or _offers(new, value)
    return True


def _offers(fingerprint: Fingerprint, value: str) -> bool:
    return value.casefold() in (option.casefold() for option in fingerprint.options or ())
