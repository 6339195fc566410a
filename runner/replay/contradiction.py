"""What rules an element out however much else agrees. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runner.contract.config import ActionKind, Fingerprint
from runner.replay.evidence import row_agreement, row_of, row_texts, was_there_too, wording
from runner.replay.lexicon import destructive, fold
from runner.replay.traits import Traits, kindred, takes
from runner.replay.wording import Level, compare

# rows are counted, and what is counted is another one's tomorrow; an address with a query depends on the view
_COUNTED: Final = re.compile(r"\d|[?#]")


def contradictions(
    old: Traits,
    new: Traits,
    action: ActionKind,
    rivals: Sequence[Traits] = (),
    *,
    leads_there: bool = False,
) -> tuple[str, ...]:
    """The reasons why `new` cannot be what `old` was; `rivals` are other elements that the flow knows.

    `leads_there`: it is the only link of the page to where the old one led.
    """
    return tuple(reason for reason in _reasons(old, new, action, rivals, leads_there) if reason)


def _reasons(
    old: Traits, new: Traits, action: ActionKind, rivals: Sequence[Traits], leads_there: bool
) -> list[str | None]:
    return [
        _other_kind(old, new, action),
        _other_row(old, new),
        _other_meaning(old, new, leads_there),
        _now_destructive(old, new),
        _other_assertion(old, new, action),
        _neighbour(old, new),
        _rival(old, new, rivals),
    ]


def _other_kind(old: Traits, new: Traits, action: ActionKind) -> str | None:
    known = old.fingerprint.tag is not None or old.fingerprint.role is not None
    if known and old.kind == new.kind:
        return None
    if not takes(action, new.kind):
        return f"one cannot {action} a {new.kind}"
    return None if not known or kindred(old.kind, new.kind) else f"a {new.kind} is not a {old.kind}"


def _other_row(old: Traits, new: Traits) -> str | None:
    mine = row_of(old)
    if not mine or row_agreement(mine, new.fingerprint) != "differ" or _leads_on_by_name(old, new):
        return None
    there = next(iter(row_texts(new.fingerprint)), None)
    return (
        f"it stands in the row “{there}”, not “{mine}”" if there else f"it does not stand in the row “{mine}”"
    )


def _leads_on_by_name(old: Traits, new: Traits) -> bool:
    """Whether an address or id of its own that counts nothing is unchanged: then the row has been renamed.

    The name of a field is its own where the rows of the page had no other field that was called alike.
    """
    own = ("name_attr",) if old.kind != "control" and (old.fingerprint.of or 1) == 1 else ()
    for name in ("id", "test_id", "href", *own):
        mine = getattr(old.fingerprint, name)
        if mine and mine == getattr(new.fingerprint, name) and not _COUNTED.search(mine):
            return "/" in mine.strip("/") if name == "href" else True
    return False


def _other_meaning(old: Traits, new: Traits, leads_there: bool) -> str | None:
    """Another verb is another control, but for a link: what that does is where it leads."""
    if not old.caption or not new.caption:
        return None
    agreement = wording(old, new)
    if agreement.level != Level.OPPOSITE or (leads_there and not agreement.strict):
        return None
    return agreement.conflict


def _now_destructive(old: Traits, new: Traits) -> str | None:
    if not any(destructive(caption) for caption in new.captions):
        return None
    if any(destructive(said) for said in (*old.captions, *old.hints)) or _says_the_same(old, new):
        return None
    return f"“{new.caption}” destroys something, “{old.caption}” did not"


def _says_the_same(old: Traits, new: Traits) -> bool:
    return wording(old, new).level >= Level.SYNONYM


def _other_assertion(old: Traits, new: Traits, action: ActionKind) -> str | None:
    """A reworded claim is another claim: what a step asserts must say the same to be what it asserts.

    Where the claim is one part of the words, the others only tell which element it is about.
    """
    if action != "expect" or not old.captions or (level := wording(old, new).level) >= Level.SAME:
        return None
    if level == Level.SYNONYM and still_claims(old.fingerprint, new.fingerprint):
        return None
    return f"the step asserts “{old.caption}”, this says “{new.caption}”"


def still_claims(old: Fingerprint, new: Fingerprint) -> bool:
    """Whether the step asserts only a part of the words (the figure of a total), and that stands there."""
    claim = fold((old.model_extra or {}).get("asserted", ""))
    said = (new.name, new.label, new.text)
    return bool(claim) and any(claim in fold(each) for each in said if each)


def _neighbour(old: Traits, new: Traits) -> str | None:
    """What stood elsewhere when the element was recorded is not the element."""
    if not old.caption or not new.caption:
        return None
    recorded, own = old.fingerprint, {fold(caption) for caption in (*old.captions, *old.hints)}
    beside = {fold(name) for name in (*(recorded.siblings or ()), *(recorded.between or ())) if name}
    said = {fold(caption) for caption in new.captions or new.hints}
    there = said - own
    if was_there_too(old, new):
        return f"another kind of control said “{new.caption}” when it was recorded"
    if there & {fold(name) for name in recorded.lookalikes or ()}:
        return f"“{new.caption}” was another element when it was recorded"
    if wording(old, new).level >= Level.SYNONYM:
        return None
    if there & beside:
        return f"“{new.caption}” stood beside it when it was recorded"
    known = (*beside, *(fold(name) for name in recorded.lookalikes or ()))
    other = next((name for name in known if _means(name, there)), None)
    return f"“{new.caption}” says what “{other}” said when it was recorded" if other else None


def _means(name: str, said: set[str]) -> bool:
    return any(compare(name, each).level == Level.SYNONYM for each in said)


def _rival(old: Traits, new: Traits, rivals: Sequence[Traits]) -> str | None:
    agreement = wording(old, new)
    if not new.captions or (agreement.level >= Level.SIMILAR and not agreement.more):
        return None
    for rival in rivals:
        known = {fold(caption) for caption in rival.captions}
        if rival.kind == new.kind and known & {fold(caption) for caption in new.captions}:
            return f"“{new.caption}” is an element of another step"
    return None
