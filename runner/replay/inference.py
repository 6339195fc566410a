"""What a step without a fingerprint says its element is, by its selectors, description and action. Pure."""

from __future__ import annotations

import re
from typing import Any, Final

from runner.contract.config import Fingerprint, Step
from runner.page.selector import (
    Control,
    Css,
    Field,
    HasText,
    Nth,
    Part,
    Role,
    SelectorSyntaxError,
    TestId,
    Text,
    parse,
)

Told = dict[str, Any]

_ROLE: Final = re.compile(
    r'^\s*([\w-]+)(?:.*?\[\s*name\s*[*^$~|]?=\s*("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'))?', re.S
)
_TAG: Final = re.compile(r"^\s*([a-zA-Z][\w-]*)")
_ID: Final = re.compile(r"#((?:[\w-]|\\.)+)")
_CLASS: Final = re.compile(r"\.([A-Za-z_-][\w-]*)")
_ATTRIBUTE: Final = re.compile(r"\[\s*([\w-]+)\s*[*^$~|]?=\s*(\"[^\"]*\"|'[^']*'|[\w./-]+)\s*[is]?\s*\]")
_HAS_TEXT: Final = re.compile(r":has-text\(\s*(\"[^\"]*\"|'[^']*')\s*\)")
_QUOTED: Final = re.compile(r"[“\"]([^”\"]{2,60})[”\"]")
_FIELD_OF: Final = {
    "id": "id", "name": "name_attr", "type": "type", "href": "href", "placeholder": "placeholder",
    "title": "title", "aria-label": "label", "alt": "alt", "role": "role", "data-testid": "test_id",
    "data-test-id": "test_id", "data-test": "test_id", "data-cy": "test_id", "data-qa": "test_id",
}  # fmt: skip
_ROLE_OF_TAG: Final = {"button": "button", "link": "link", "label": None, "text": None}
_ROWS: Final = frozenset({"row", "listitem", "option", "treeitem", "article"})


def inferred(step: Step) -> Fingerprint:
    """A fingerprint of what the step's own words tell; empty where they tell nothing."""
    told: Told = {}
    for selector in step.selectors:
        for name, value in _told_by(selector, step).items():
            told.setdefault(name, value)
    unnamed = not {"name", "label", "text", "test_id", "id"} & told.keys()
    if unnamed and (quoted := _QUOTED.search(step.description or "")):
        told["name"] = quoted[1]
    return Fingerprint(**told)


def _told_by(selector: str, step: Step) -> Told:
    try:
        parts = parse(selector).parts
    except SelectorSyntaxError:
        # written for another tool; what it says of words is still in the description
        return {}
    named = [part for part in parts if not isinstance(part, Nth)]
    told = _of_element(named[-1], step)
    for scope in named[:-1]:
        told |= _of_scope(scope)
    return {name: value for name, value in told.items() if value}


def _of_element(part: Part, step: Step) -> Told:
    match part:
        case Control(label):
            return {"name": label, "role": "button" if step.action in ("click", "hover") else None}
        case Field(label):
            return {"label": label, "role": "textbox" if step.action == "fill" and _is_text(step) else None}
        case HasText(tag, label):
            return {"text": label, "role": _ROLE_OF_TAG[tag]}
        case TestId(value):
            return {"test_id": value}
        case Text(body):
            return {"text": _unquoted(body)}
        case Role(body):
            return _of_role(body)
        case Css(body):
            return _of_css(body)
        case Nth():
            return {}


def _is_text(step: Step) -> bool:
    return isinstance(step.value, str) and step.value.casefold() not in ("true", "false")


def _of_role(body: str) -> Told:
    match = _ROLE.match(body)
    return {"role": match[1], "name": _unquoted(match[2] or "")} if match else {}


def _of_css(body: str) -> Told:
    last = _compound(body)
    told: Told = {}
    if tag := _TAG.match(last):
        told["tag"] = tag[1].lower()
    if identifier := _ID.search(last):
        told["id"] = identifier[1].replace("\\", "")
    for name, value in _ATTRIBUTE.findall(last):
        if name in _FIELD_OF:
            told[_FIELD_OF[name]] = _unquoted(value)
    if text := _HAS_TEXT.search(last):
        told["text"] = _unquoted(text[1])
    bare = _HAS_TEXT.sub("", _ATTRIBUTE.sub("", last))
    told["classes"] = list(dict.fromkeys(_CLASS.findall(bare)))
    return told


def _compound(body: str) -> str:
    """The last compound of a CSS selector: what it says of the element itself."""
    depth, start, quote = 0, 0, ""
    for at, char in enumerate(body.strip()):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif not depth and char in " >+~":
            start = at + 1
    return body.strip()[start:]


def _of_scope(part: Part) -> Told:
    match part:
        case Role(body):
            told = _of_role(body)
            if told.get("role") in _ROWS:
                return {"row": told.get("name")}
            name = told.get("name")
            return {"landmarks": [f'{told.get("role")} "{name}"' if name else str(told.get("role"))]}
        case HasText(_, label):
            return {"row": label}
        case Css(body) if text := _HAS_TEXT.search(body):
            return {"row": _unquoted(text[1])} if re.match(r"\s*(tr|li|article)\b", body) else {}
        case _:
            return {}


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
        text = text[1:-1]
    return re.sub(r"\\(.)", r"\1", text)
