"""A repair in a reviewer's words: what was, what is, what speaks for it, and what against it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

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
    "box": "its position", "size": "its size", "slot": "what stands before and after it",
    "options": "what can be chosen from it", "form": "the form it is in", "sends": "where it sends its form",
}  # fmt: skip
LEVELS: Final[Mapping[str, str]] = {
    "synonym": "same in other words", "more": "says more", "partly": "partly the same",
    "mute": "says nothing", "differ": "another", "other": "something else", "none": "others",
    "some": "some the same",
    "most": "most the same", "all": "all the same", "there": "same", "near": "near by", "far": "far away",
    "like": "like it", "roles": "of the same kind", "innermost": "the innermost is the same",
    "kin": "related", "close": "close", "ordinal": "same order", "both": "both the same",
    "one": "one of them the same", "less": "says less", "different": "means something else",
    "opposite": "means something else", "shared": "same", "path": "same path",
    "plainer": "told less closely",
    "restyled": "same in another style", "moved": "same under another path", "query": "another view of it",
    "only": "same, and nothing else does", "bare": "no control",
}  # fmt: skip
TELLING: Final = 0.7
SHOWN: Final = 5
WIDTH: Final = 60
WAYS: Final[Mapping[str, str]] = {
    "fingerprint": "by its fingerprint",
    "agent": "by the planner",
    "text": "by the text that it shows",
    "healed before": "as it was healed before",
    "proposed": "as it was proposed",
}
PROVEN, MADE, SUGGESTED = "proven", "made, not proven", "suggested"


def state(patch: Patch) -> str:
    """How far a repair has come: suggested, made, or proven by the rest of the flow."""
    return PROVEN if patch.evidence.get("proven") else MADE if patch.applied else SUGGESTED


def way(patch: Patch) -> str:
    """How the element was found again."""
    return WAYS.get(patch.strategy, f"by {patch.strategy}")


def place(selector: str | None) -> str:
    """What a step is about: an assertion that names no element is about the page."""
    return selector or "the page itself"


def title(patch: Patch) -> str:
    """The step that is repaired, as a person says it."""
    step = patch.evidence.get("step") or {}
    if not step.get("description"):
        return patch.step_id
    return f"Step {step.get('ordinal')}: {step['description']}  ({patch.step_id})"


def inserted(patch: Patch) -> Iterator[tuple[str, str]]:
    """The steps that a patch inserts: what each acts on, and why it is there."""
    for each in patch.ops:
        if each.op == "add" and each.path.count("/") == 2 and isinstance(each.value, dict):
            step = each.value
            optional = ", if it is there" if step.get("optional") else ""
            why = f"a new step: {step.get('description') or step.get('action')}{optional}"
            yield str(step.get("selector") or step.get("value")), why


def changes(patch: Patch) -> Iterator[tuple[str, str, str]]:
    """What is another about the element: the property, as it was, as it is."""
    old, new = patch.evidence.get("old") or {}, patch.evidence.get("new") or {}
    seen: set[tuple[str, str]] = set()
    for name, words in PROPERTIES.items():
        was, now = brief(old.get(name)), brief(new.get(name))
        # a button's name is its text: said once
        if old and old.get(name) != new.get(name) and (was, now) not in seen:
            seen.add((was, now))
            yield words, was, now


def weighed(patch: Patch) -> Iterator[tuple[str, list[str]]]:
    """What speaks for the repair and what against it, the weightiest first."""
    scores: Mapping[str, Any] = patch.evidence.get("scores") or {}
    ranked = sorted(scores.items(), key=lambda item: -abs(item[1]["worth"]))
    # "renewed": the whole page has others now, which speaks neither for it nor against it
    known = [item for item in ranked if item[1]["level"] != "renewed"]
    for label, sign in (("speaks for it", 1), ("against it", -1)):
        own = [item for item in known if item[1].get("agrees", item[1]["worth"] > 0) == (sign > 0)]
        telling = [item for item in own if sign * item[1]["worth"] >= TELLING][:SHOWN]
        if telling:
            yield label, [_evidence(name, each["level"]) for name, each in telling]


def runner_up(patch: Patch) -> str | None:
    """The next best element, if there is one."""
    second = patch.evidence.get("runner_up")
    if not second:
        return None
    told = second.get("fingerprint") or {}
    names = ("name", "label", "text", "placeholder", "title", "alt")
    name = next((told[key] for key in names if told.get(key)), "")
    what = told.get("role") or told.get("tag") or "element"
    return f"{what} “{name}”, confidence {second.get('confidence', 0):.0%}"


def pictures(patch: Patch) -> Iterator[tuple[str, str]]:
    """The files that show the element as it was recorded and as it is, as far as there are any."""
    for kind, path in (patch.evidence.get("pictures") or {}).items():
        yield "as it was" if kind == "old" else "as it is", str(path)


def brief(value: Any) -> str:
    """A property's value on a line."""
    if value is None:
        return "nothing"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


def _evidence(name: str, level: str) -> str:
    return f"{EVIDENCE.get(name, name)} ({LEVELS.get(level, level)})"
