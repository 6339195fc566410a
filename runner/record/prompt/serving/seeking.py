"""Finding what a target means on the live page: now, after a moment, or inside what is still closed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence

from runner.page.observe import Node, Observation
from runner.record.plan import Act, Decision
from runner.record.prompt.grounding.describing import nearest, told
from runner.record.prompt.grounding.matching import Purpose, anchors_of, decided, ground, names_of
from runner.record.prompt.grounding.names import folded, trimmed
from runner.record.prompt.grounding.placing import Match
from runner.record.prompt.language.intent import Target
from runner.record.prompt.language.lexicon import listed
from runner.record.prompt.serving.moment import Moment, Stuck, attempt
from runner.record.prompt.serving.undecided import ambiguous, called

Seeking = Generator[Decision, Moment, tuple[Match, Moment]]

SOON_MS, LATE_MS = WAITS_MS = (400, 1200)
EXPLORATIONS = 14
SURE = 0.74  # below this, what is still closed is looked into before the best of what is open is taken
_CLOSED_HINTS = listed(
    "accordion collapsible collapsed expander toggle dropdown hamburger expand expandable folder treeview "
    "closed caret chevron"
)
_MENU_HINTS = listed("more menu actions ellipsis kebab overflow dots options caret")
_MORE = frozenset(
    {
        "more",
        "show more",
        "load more",
        "view more",
        "see more",
        "menu",
        "options",
        "more options",
        "☰",
        "⋮",
        "…",
    }
)
_ONWARD = frozenset({"next", "next page", ">", "›", "»", "→"})


def seek(now: Moment, target: Target, purpose: Purpose, part: str, *, explore: bool = True) -> Seeking:
    """The one element `target` means; looks again, then opens what is closed."""
    found = ground(now.seen, target, purpose)
    if explore and _marked(target) and (not found or _written_otherwise(now.seen, found[0], target)):
        exact, now = yield from _explore(now, target, purpose, part, literally=True)
        if exact:
            return _only(now, exact, target), now
        found = ground(now.seen, target, purpose)
    if found and found[0].score >= SURE:
        return _only(now, found, target), now
    if not found:
        found, now = yield from _late(now, target, purpose, part, SOON_MS)
    if explore and not found:
        found, now = yield from _explore(now, target, purpose, part)
    if not found:
        found, now = yield from _late(now, target, purpose, part, LATE_MS)
    if not found:
        raise absent(now.seen, target)
    return _only(now, found, target), now


def _late(
    now: Moment, target: Target, purpose: Purpose, part: str, pause: int
) -> Generator[Decision, Moment, tuple[list[Match], Moment]]:
    """Look again after a pause, in milliseconds."""
    now = yield from attempt(now, Act("wait", value=str(pause), intent=part, tentative=True))
    return ground(now.seen, target, purpose), now


def _marked(target: Target) -> bool:
    """Whether a quoted name has marks ("nunc,.") that may be all that tells it from another."""
    return target.quoted and trimmed(target.name) != folded(target.name)


def _written_otherwise(seen: Observation, match: Match, target: Target) -> bool:
    """Whether a quoted name has marks ("nunc,.") that the best element of that name lacks."""
    names = [folded(name) for name, _, _ in names_of(seen, match.index)]
    return _marked(target) and folded(target.name) not in names


def seek_all(
    now: Moment, target: Target, purpose: Purpose, part: str
) -> Generator[Decision, Moment, tuple[list[Match], Moment]]:
    """All elements `target` means; at least one."""
    first, now = yield from seek_any(now, target, purpose, part)
    best = first[0].score
    return [match for match in first if match.score >= best - 0.06], now


def seek_any(
    now: Moment, target: Target, purpose: Purpose, part: str
) -> Generator[Decision, Moment, tuple[list[Match], Moment]]:
    """What `target` may mean, best first, looking again where there is nothing yet."""
    found = ground(now.seen, target, purpose)
    if not found:
        found, now = yield from _late(now, target, purpose, part, SOON_MS)
    if not found:
        found, now = yield from _explore(now, target, purpose, part)
    if not found:
        found, now = yield from _late(now, target, purpose, part, LATE_MS)
    if not found:
        raise absent(now.seen, target)
    return found, now


def _only(now: Moment, found: Sequence[Match], target: Target) -> Match:
    alike = decided(now.seen, found)
    if target.quantifier == "any" or len(alike) == 1:
        return alike[0]
    raise ambiguous(now.seen, target, alike)


def absent(seen: Observation, target: Target) -> Stuck:
    """Nothing on the page answers: the nearest names are listed."""
    place = f" {target.place.relation} {called(target.place.target)}" if target.place else ""
    return Stuck(
        f"nothing on {seen.title or seen.url!r} answers to {called(target)}{place}",
        nearest(seen, target),
        "name it as it is written on the page, or say first how to get to it",
    )


def _explore(
    now: Moment, target: Target, purpose: Purpose, part: str, *, literally: bool = False
) -> Generator[Decision, Moment, tuple[list[Match], Moment]]:
    """Open closed things one after the other, looking for the target inside each."""
    tried: set[str] = set()
    shown: set[str] = set()  # pages of a list that were seen: it is turned on until one comes again
    start = now.seen.url
    for _ in range(EXPLORATIONS):
        listed = _closed(now.seen, tried, _near(now.seen, target))
        if purpose == "fill":  # no tree or menu holds a field
            listed = [at for at in listed if now.node(at).role not in ("treeitem", "menuitem")]
        index = next(iter(listed), None)
        if index is None:
            return [], now
        node = now.node(index)
        if not _turns(now.seen, index) or now.seen.text in shown:
            tried.add(_identity(now.seen, index))
        shown.add(now.seen.text)
        words = f"Open the {told(now.seen, index)}"
        now = yield from attempt(
            now, Act("click", ref=node.ref, intent=part, description=words, tentative=True)
        )
        found = ground(now.seen, target, purpose)
        if found and not (literally and _written_otherwise(now.seen, found[0], target)):
            return found, now
        if now.seen.url.split("#")[0] != start.split("#")[0]:
            now = yield from attempt(
                now, Act("goto", value=start, intent=part, description="go back", tentative=True)
            )
    return [], now


def _identity(seen: Observation, index: int) -> str:
    node = seen.nodes[index]
    called = node.name or seen.text_of(index)[:80] or node.ref
    return f"{node.role}|{called}|{round(node.box.x) if node.box else ''}"


def _turns(seen: Observation, index: int) -> bool:
    return folded(seen.nodes[index].name or seen.text_of(index)[:40]) in _ONWARD


def turning(seen: Observation) -> int | None:
    """The control that shows the next page of a list."""
    for index, node in enumerate(seen.nodes):
        name = folded(node.name or seen.text_of(index)[:40]) if node.ref and not node.disabled else ""
        if name in _ONWARD and (node.pointer or node.role in ("button", "link")):
            return index
    return None


def _near(seen: Observation, target: Target) -> set[int]:
    """What lies in the same thing as the place that is named: its own menu is opened first."""
    place = target.place
    if place is None:
        return set()
    around: set[int] = set()
    for anchor in anchors_of(seen, place.target)[:3]:
        for holder in (anchor.index, *list(seen.ancestors(anchor.index))[:4]):
            inside = {holder, *seen.descendants(holder)}
            if any(_openable(seen, at, seen.nodes[at], near=True) for at in inside):
                around |= inside
                break
    return around


def _closed(seen: Observation, tried: set[str], near: set[int]) -> Iterable[int]:
    """What can be opened, most telling first, that in the place named before all else; each only once."""
    ranked = [
        (rank - 10 * (index in near), index)
        for index, node in enumerate(seen.nodes)
        if (rank := _openable(seen, index, node, near=index in near))
    ]
    return (index for _, index in sorted(ranked) if _identity(seen, index) not in tried)


def _openable(seen: Observation, index: int, node: Node, *, near: bool = False) -> int:
    """How telling it is that this opens something (1 is most), 0 where it does not."""
    if not node.ref or node.disabled or node.covered:
        return 0
    if node.states.get("expanded") == "true":
        return 0
    if node.tag == "summary":
        parent = seen.nodes[node.parent] if node.parent is not None else None
        return 0 if parent is not None and parent.attributes.get("open") else 1
    if node.attributes.get("aria-expanded") == "false" or node.attributes.get("popup"):
        return 1 if node.role not in ("combobox", "textbox", "option") else 0
    if node.attributes.get("folds"):
        return 2
    if node.role == "tab" and node.states.get("selected") != "true":
        return 2
    name = folded(node.name or seen.text_of(index)[:40])
    clickable = node.pointer or node.role in ("button", "link")
    icon = near and not name and bool(node.attributes.get("leaf"))
    if clickable and set(node.hints) & _CLOSED_HINTS:
        return 3
    if (clickable or icon) and (name in _MORE or (near and not name and set(node.hints) & _MENU_HINTS)):
        return 4
    if clickable and name in _ONWARD:
        return 5
    return 0
