"""What a model is shown of a page: as much as it needs to choose the next action, and no more. Pure.

Each element that can be acted on is a line with a number to name it by. Elements that say nothing are left
out; where a page is too long, what speaks least to the task goes first.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from runner.page.observe import Node, Observation

LINE: Final = 160
PAGE_CHARACTERS: Final = 14_000
_OPERABLE: Final = frozenset(
    {
        *("button", "link", "textbox", "searchbox", "combobox", "spinbutton", "slider", "checkbox", "radio"),
        *("switch", "tab", "option", "menuitem", "menuitemcheckbox", "menuitemradio", "treeitem", "listbox"),
        *("gridcell", "menuitem"),
    }
)
_FIELDS: Final = frozenset({"input", "textarea", "select", "button", "a", "summary"})
_SPEAKING: Final = frozenset({"alert", "status", "dialog", "alertdialog", "heading"})
_STATES: Final = ("checked", "selected", "expanded", "pressed", "disabled", "active", "required", "invalid")


@dataclass(frozen=True, slots=True)
class Shown:
    """The page as text, and what the numbers in it stand for."""

    text: str
    refs: dict[str, str]
    left_out: int = 0


def shown(page: Observation, task: str, limit: int = PAGE_CHARACTERS) -> Shown:
    """The page for a model that works on `task`, in at most about `limit` characters."""
    words = frozenset(word for word in _words(task) if len(word) > 2)
    lines: list[tuple[int, int, str]] = []
    refs: dict[str, str] = {}
    names = {node.name for node in page.nodes if _operable(node)}
    for index, node in enumerate(page.nodes):
        said, operable = _said(node), _operable(node)
        if not (said or operable) or _repeats(node, page, names):
            continue
        number = str(len(refs) + 1)
        if node.ref:
            refs[number] = node.ref
        mark = f"[{number}] " if node.ref else ""
        line = f"{'  ' * min(node.depth, 8)}{mark}{_line(node, said)}"
        lines.append((_worth(node, said, words, operable), index, line))
    kept = _within(lines, limit)
    named = {line for _, _, line in kept}
    refs = {number: ref for number, ref in refs.items() if any(f"[{number}] " in line for line in named)}
    return Shown("\n".join(line for _, _, line in kept), refs, len(lines) - len(kept))


def _operable(node: Node) -> bool:
    return bool(node.ref) and (node.role in _OPERABLE or node.pointer or node.tag in _FIELDS)


def _repeats(node: Node, page: Observation, names: Collection[str]) -> bool:
    """Whether a line would only say again what another says: a label, an option of a list that is told."""
    if node.role == "text" and node.text in names:
        return True
    return (
        node.role == "option"
        and node.parent is not None
        and bool(page.nodes[node.parent].attributes.get("options"))
    )


def _said(node: Node) -> str:
    parts = [node.name, node.text if node.text != node.name else "", "" if node.name else node.label]
    return " ".join(" ".join(parts).split())


def _line(node: Node, said: str) -> str:
    """One element: role, words, states, what a field holds and asks for."""
    facts = [f'"{said[:LINE]}"' if said else ""]
    facts += [
        state if node.states[state] in ("", "true") else f"{state}={node.states[state]}"
        for state in _STATES
        if node.states.get(state, "false") != "false"
    ]
    if node.type and node.type not in ("text", "submit", "button"):
        facts.append(f"type={node.type}")
    if node.value:
        facts.append(f'value="{node.value[:LINE]}"')
    elif node.placeholder and node.placeholder != said:
        facts.append(f'placeholder="{node.placeholder[:LINE]}"')
    if options := node.attributes.get("options"):
        facts.append(f"options={[str(option)[:40] for option in list(options)[:20]]}")
    return " ".join([node.role, *(fact for fact in facts if fact)])


def _worth(node: Node, said: str, words: Collection[str], operable: bool) -> int:
    about = sum(word in words for word in set(_words(said)))
    return 4 * min(about, 3) + 3 * (node.role in _SPEAKING) + 2 * operable - 2 * node.covered


def _within(lines: list[tuple[int, int, str]], limit: int) -> list[tuple[int, int, str]]:
    """The lines of most worth that fit, in the order of the page; of equal worth the earlier ones."""
    kept, room = [], limit
    for line in sorted(lines, key=lambda line: (-line[0], line[1])):
        room -= len(line[2]) + 1
        if room < 0:
            break
        kept.append(line)
    return sorted(kept, key=lambda line: line[1])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
