"""Patches as a reviewer reads them: what was, what is, what speaks for it, and what against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from runner.contract.patch import Patch

# What a fingerprint tells, in the order and in the words a person asks for it.
PROPERTIES: Final[Mapping[str, str]] = {
    "name": "name", "text": "text", "label": "label", "placeholder": "placeholder", "title": "title",
    "alt": "alt text", "role": "role", "tag": "tag", "type": "type", "value_kind": "takes",
    "test_id": "test id", "id": "id", "name_attr": "name attribute", "href": "leads to", "row": "row",
    "landmarks": "inside", "siblings": "beside", "frame": "frame", "classes": "classes",
}  # fmt: skip
EVIDENCE: Final[Mapping[str, str]] = {
    **{name: f"its {words}" for name, words in PROPERTIES.items()},
    "wording": "what it says", "kind": "its kind", "value_kind": "what it takes", "href": "where it leads",
    "landmarks": "the part of the page", "siblings": "its neighbours", "place": "its place among its like",
    "box": "its position", "size": "its size",
}  # fmt: skip
LEVELS: Final[Mapping[str, str]] = {
    "synonym": "same in other words", "more": "says more", "partly": "partly the same",
    "mute": "says nothing", "differ": "another", "other": "something else", "none": "others",
    "some": "some the same",
    "most": "most the same", "all": "all the same", "there": "same", "near": "near by", "far": "far away",
    "like": "like it", "roles": "of the same kind", "innermost": "the innermost is the same",
    "kin": "related", "close": "close", "ordinal": "same order",
}  # fmt: skip
TELLING: Final = 0.7
SHOWN: Final = 5
WIDTH: Final = 60
STATES: Final = (("proven", "green"), ("made, not proven", "magenta"), ("suggested", "yellow"))


def reviewed(patches: Sequence[Patch], source: Path | None) -> Iterator[str]:
    """All patches, line by line."""
    states = Counter(_state(patch) for patch in patches)
    listed = ", ".join(f"{states[state]} {state}" for state, _ in STATES if states[state])
    of = f" of {source}" if source else ""
    yield f"{len(patches)} {'patch' if len(patches) == 1 else 'patches'}{of}: {listed}"
    for patch in patches:
        yield ""
        yield from _patch(patch)


def _patch(patch: Patch) -> Iterator[str]:
    state = _state(patch)
    color = dict(STATES)[state]
    yield click.style(_title(patch), bold=True)
    yield f"  {click.style(state, fg=color)}, confidence {patch.confidence:.0%}, by {patch.strategy}"
    yield f"  {patch.reason}"
    for step in _inserted(patch):
        yield click.style(f"  + {step.get('selector') or step.get('value')}", fg="green") + _why(step)
    if patch.old != patch.new:
        yield click.style(f"  - {patch.old}", fg="red")
        yield click.style(f"  + {patch.new}", fg="green")
    yield from _changes(patch.evidence.get("old") or {}, patch.evidence.get("new") or {})
    yield from _weighed(patch.evidence.get("scores") or {})
    if runner_up := patch.evidence.get("runner_up"):
        yield _line("next best", _named(runner_up))
    for kind, path in (patch.evidence.get("pictures") or {}).items():
        yield _line("as it was" if kind == "old" else "as it is", str(path))


def _state(patch: Patch) -> str:
    proven, made, suggested = (state for state, _ in STATES)
    return proven if patch.evidence.get("proven") else made if patch.applied else suggested


def _title(patch: Patch) -> str:
    step = patch.evidence.get("step") or {}
    if not step.get("description"):
        return patch.step_id
    return f"Step {step.get('ordinal')}: {step['description']}  ({patch.step_id})"


def _inserted(patch: Patch) -> Iterator[Mapping[str, Any]]:
    for each in patch.ops:
        if each.op == "add" and each.path.count("/") == 2 and isinstance(each.value, dict):
            yield each.value


def _why(step: Mapping[str, Any]) -> str:
    optional = ", if it is there" if step.get("optional") else ""
    return f"  a new step: {step.get('description') or step.get('action')}{optional}"


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    told: set[str] = set()
    for name, words in PROPERTIES.items():
        change = f"{_brief(old.get(name))} → {_brief(new.get(name))}"
        # a button's name is its text: said once
        if old and old.get(name) != new.get(name) and change not in told:
            told.add(change)
            yield _line(words, change)


def _weighed(scores: Mapping[str, Any]) -> Iterator[str]:
    ranked = sorted(scores.items(), key=lambda item: -abs(item[1]["worth"]))
    for label, sign in (("speaks for it", 1), ("against it", -1)):
        telling = [item for item in ranked if sign * item[1]["worth"] >= TELLING][:SHOWN]
        if telling:
            yield _line(label, ", ".join(_evidence(name, each["level"]) for name, each in telling))


def _evidence(name: str, level: str) -> str:
    return f"{EVIDENCE.get(name, name)} ({LEVELS.get(level, level)})"


def _line(label: str, value: str) -> str:
    return f"    {click.style(f'{label:<15}', dim=True)}{value}"


def _brief(value: Any) -> str:
    if value is None:
        return "nothing"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


def _named(runner_up: Mapping[str, Any]) -> str:
    told = runner_up.get("fingerprint") or {}
    names = ("name", "label", "text", "placeholder", "title", "alt")
    name = next((told[key] for key in names if told.get(key)), "")
    what = told.get("role") or told.get("tag") or "element"
    return f"{what} “{name}”, confidence {runner_up.get('confidence', 0):.0%}"
