"""What two fingerprints have in common, property by property, as levels of agreement. Pure.

How much a level is worth is score.py's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from runner.contract.config import Fingerprint
from runner.replay import whereabouts
from runner.replay.conventions import (
    added,
    address_level,
    form_level,
    identifier_level,
    is_convention,
    parts,
    segments,
)
from runner.replay.lexicon import fold, units
from runner.replay.traits import Traits, role_of
from runner.replay.wording import Agreement, Level, best, compare

Readings = dict[str, str]

# Every property and the levels it can take, the best agreement first.
LEVELS: Final[dict[str, list[str]]] = {
    "wording": [
        "same",
        "synonym",
        "similar",
        "thing",
        "more",
        "less",
        "partly",
        "mute",
        "other",
        "different",
        "opposite",
    ],
    "kind": ["same", "close", "kin", "bare", "twin", "changed"],
    "id": ["same", "restyled", "alike", "extended", "numbered", "differ", "gone", "renewed"],
    "test_id": ["same", "restyled", "alike", "extended", "numbered", "differ", "gone", "renewed"],
    "name_attr": ["same", "restyled", "alike", "extended", "numbered", "differ", "gone", "renewed"],
    "href": ["only", "same", "path", "moved", "alike", "numbered", "query", "differ", "gone"],
    "sends": ["same", "shared", "moved", "alike", "numbered", "differ", "gone"],
    "form": ["same", "moved", "alike", "numbered", "differ", "gone"],
    "options": ["same", "most", "some", "none", "gone"],
    "row": ["same", "like", "gone", "differ"],
    "label": ["same", "gone", "differ"],
    "placeholder": ["same", "gone", "differ"],
    "title": ["same", "gone", "differ"],
    "alt": ["same", "gone", "differ"],
    "value_kind": ["same", "plainer", "differ"],
    "classes": ["most", "some", "none", "renewed"],
    "landmarks": ["same", "innermost", "most", "roles", "some", "differ"],
    "siblings": ["all", "most", "some", "none"],
    "place": ["same", "ordinal", "differ"],
    "box": ["there", "near", "far"],
    "size": ["alike", "differ"],
    "frame": ["same", "differ"],
    "slot": ["both", "one", "none"],
}
_CAPTIONS: Final = ("name", "label", "text", "title", "alt")
_NOWHERE: Final = frozenset({"#", "#!", "#0"})
_CHOICES: Final = 2
# What is no longer than this is a sign or an initial, and shows no word that could be missed.
_SIGN: Final = 2
_CONVENTIONS: Final = frozenset({"classes", "id", "test_id", "name_attr"})


def wording(old: Traits, new: Traits) -> Agreement:
    """How the captions agree; what only helps (placeholder, title) counts where nothing better is there.

    One caption that is the same does not outweigh another that has been added to: “Edit” on an “Edit all”.
    """
    if not old.captions or not new.captions:
        found = best((*old.captions, *old.hints), (*new.captions, *new.hints))
    else:
        found = best(old.captions, new.captions)
        crossed = (best(old.captions, new.hints), best(old.hints, new.captions))
        if found.level == Level.OTHER or any(each.level >= Level.SYNONYM for each in crossed):
            found = max(found, *crossed, key=lambda each: (each.level, each.share))
    if found.level >= Level.SIMILAR and (extended := _extended(old.fingerprint, new.fingerprint)):
        return extended
    return found


def _extended(old: Fingerprint, new: Fingerprint) -> Agreement | None:
    """The first caption of a kind that both have and that says more, or less, on one side."""
    for name in _CAPTIONS:
        mine, theirs = getattr(old, name), getattr(new, name)
        if not mine or not theirs or min(len(mine), len(theirs)) <= _SIGN:
            continue
        if (agreement := compare(mine, theirs)).more:
            return agreement
    return None


def readings(old: Traits, new: Traits) -> Readings:
    """The level of agreement of every property that `old` tells something about."""
    told: Readings = {}
    for name, read in _READERS.items():
        level = read(old, new)
        if level is not None:
            told[name] = level
    return told


def page_readings(old: Traits, page: Sequence[Traits], *, led_alone: bool = False) -> list[Readings]:
    """The readings of all elements of a page, as far as they depend on each other.

    `led_alone`: no other link of the recorded page led to where the old one led.

    Where not one element has any of its classes any more, the page has been styled anew: that ids and names
    are missing, too, says less of the element then.
    """
    told = [readings(old, each) | _by_convention(old, each, page) for each in page]
    leading = [each for each in told if each.get("href") == "same"]
    if led_alone and len(leading) == 1:
        leading[0]["href"] = "only"
    if not old.fingerprint.classes or any(each["classes"] != "none" for each in told):
        return told
    return [{name: _renewed(name, level) for name, level in each.items()} for each in told]


def _by_convention(old: Traits, new: Traits, page: Sequence[Traits]) -> Readings:
    """The identifiers and addresses of `new` to which the page added what it added to all of them."""
    told: Readings = {}
    for name in ("id", "test_id", "name_attr"):
        mine, theirs = getattr(old.fingerprint, name), getattr(new.fingerprint, name)
        if mine and theirs and (affix := added(parts(mine), parts(theirs))):
            names = [parts(getattr(each.fingerprint, name) or "") for each in page]
            if is_convention(affix, names):
                told[name] = "restyled"
    for names_of, level in (("href", "href"), ("form", "sends" if old.kind == "control" else "form")):
        mine, theirs = getattr(old.fingerprint, names_of), getattr(new.fingerprint, names_of)
        if mine and theirs and old.kind == new.kind and (affix := added(_path(mine), _path(theirs))):
            told_by = [getattr(each.fingerprint, kind) for each in page for kind in ("href", "form")]
            paths = [_path(each) for each in told_by if each]
            if affix.end == "before" and is_convention(affix, paths):
                several = level == "sends" and _one_of_several(old, new)
                told[level] = "alike" if several else "moved"
    return told


def _path(address: str) -> tuple[str, ...]:
    """The steps of an address, or of the one that a form sends to (after its method)."""
    return segments(address.rpartition(" ")[2])


def _renewed(name: str, level: str) -> str:
    return "renewed" if name in _CONVENTIONS and level in ("none", "gone", "differ") else level


def row_of(old: Traits) -> str | None:
    """The text that told the element's row from others; a field's own label tells nothing more."""
    row = old.fingerprint.row
    if row is None or any(compare(row, caption).level == Level.SAME for caption in old.captions):
        return None
    return row


def row_agreement(old: str, new: Fingerprint) -> str | None:
    """Whether the row is the one that `old` told from others: same, like, differ; None: there is no row."""
    if whole := (new.model_extra or {}).get("row_text"):
        said = set(units(whole))
        return "same" if all(unit in said for unit in units(old)) else "differ"
    found = [compare(old, text) for text in row_texts(new)]
    if not found:
        return None
    fuller = any(each.level >= Level.SIMILAR and each.more and not each.less for each in found)
    if any(each.level >= Level.SIMILAR and not each.more for each in found):
        # “Another Neuromancer” stands in a row of its own, though a picture in it is still called Neuromancer
        return "like" if fuller and found[0].more else "same"
    return "like" if any(each.level >= Level.SIMILAR for each in found) else "differ"


def row_texts(fingerprint: Fingerprint) -> list[str]:
    """The texts of the element's row: the telling one first, then, in a census, the others."""
    more = (fingerprint.model_extra or {}).get("row_texts") or []
    return list(dict.fromkeys([*([fingerprint.row] if fingerprint.row else []), *more]))


def was_there_too(old: Traits, new: Traits) -> bool:
    """Whether another kind of control, as `new` is one, said just the same when the element was recorded."""
    one, other = old.fingerprint, new.fingerprint
    if not one.tag or one.tag == other.tag or role_of(one) == role_of(other):
        return False
    twins = {fold(name) for name in one.lookalikes or ()} & {fold(each) for each in old.captions}
    return any(compare(twin, said).level >= Level.SYNONYM for twin in twins for said in new.captions)


# -- one property each: the level, or None where the recording says nothing about it -------------------------


def _wording(old: Traits, new: Traits) -> str | None:
    if not old.caption:
        return None
    if not new.caption:
        return "mute"
    agreement = wording(old, new)
    if agreement.more and agreement.level >= Level.PARTLY:
        return _one_sided(agreement, old, new) if agreement.level >= Level.SIMILAR else "partly"
    return agreement.level.name.lower()


def _one_sided(agreement: Agreement, old: Traits, new: Traits) -> str:
    """Look-alikes mostly say more (“Save as draft”); a caption that only leaves words out is another matter.

    What only repeats where it stands, as “Book title” under “New book”, says nothing more.
    """
    places = (old if agreement.less else new).fingerprint.landmarks or ()
    if agreement.extra and agreement.extra <= _said_by(places):
        return "similar"
    if agreement.less:
        return "less"
    # “Dashboard page” says what “Dashboard” is; “Old dashboard”, “Save as draft” tell it from another one
    return "thing" if agreement.thing else "more"


def _said_by(places: Sequence[str]) -> frozenset[str]:
    return frozenset(unit.key for place in places for unit in units(whereabouts.parsed(place)[1]))


def _kind(old: Traits, new: Traits) -> str | None:
    one, other = old.fingerprint, new.fingerprint
    if not one.tag and not one.role:
        return None
    # a submit button may or may not say so; only inputs are what their type says
    typed = one.tag == "input" and other.tag == "input"
    roles = {role_of(one), role_of(other)} - {""}
    tag, role = one.tag == other.tag, len(roles) < 2
    same_type = not typed or (one.type or "text") == (other.type or "text")
    if (tag or not one.tag) and role and same_type:
        return "same"
    if new.kind == "plain" and old.kind != "plain":
        return "bare"
    if tag or role:
        return "close"
    if old.kind != new.kind:
        return "changed"
    return "twin" if was_there_too(old, new) else "kin"


def _identifier(attribute: str) -> Callable[[Traits, Traits], str | None]:
    def read(old: Traits, new: Traits) -> str | None:
        mine = getattr(old.fingerprint, attribute)
        theirs = getattr(new.fingerprint, attribute)
        if not mine:
            return None
        if not theirs:
            return "gone"
        return identifier_level(str(mine), str(theirs))

    return read


def _href(old: Traits, new: Traits) -> str | None:
    mine, theirs = old.fingerprint.href, new.fingerprint.href
    if not mine or mine in _NOWHERE:
        return None
    if not theirs:
        # what is no link any more leads nowhere; that it is none is told by its kind
        return "gone" if new.fingerprint.tag == old.fingerprint.tag else None
    return address_level(mine, theirs)


def _sends(old: Traits, new: Traits) -> str | None:
    """Whether the button sends a form to where the old one did, alone or as one of several."""
    if old.kind != "control" or not old.fingerprint.form:
        return None
    level = form_level(old.fingerprint.form, new.fingerprint.form if new.kind == "control" else None)
    if level in ("same", "moved") and _one_of_several(old, new):
        return "shared" if level == "same" else "alike"
    return level


def _one_of_several(old: Traits, new: Traits) -> bool:
    return (old.fingerprint.submits or 1) > 1 or (new.fingerprint.submits or 1) > 1


def _form(old: Traits, new: Traits) -> str | None:
    """Whether a field stands in a form that sends to where the old one did."""
    if old.kind == "control" or not old.fingerprint.form:
        return None
    return form_level(old.fingerprint.form, new.fingerprint.form)


def _options(old: Traits, new: Traits) -> str | None:
    mine, theirs = old.fingerprint.options or [], new.fingerprint.options or []
    if len(mine) < _CHOICES:
        return None
    if not theirs:
        return "gone"
    if mine == theirs:
        return "same"
    shared = len(set(mine) & set(theirs)) / len(set(mine) | set(theirs))
    return "most" if shared >= 0.5 else "some" if shared > 0 else "none"


def _hint(attribute: str) -> Callable[[Traits, Traits], str | None]:
    def read(old: Traits, new: Traits) -> str | None:
        mine, theirs = getattr(old.fingerprint, attribute), getattr(new.fingerprint, attribute)
        if not mine:
            return None
        if not theirs:
            return "gone"
        return "same" if compare(mine, theirs).level >= Level.SYNONYM else "differ"

    return read


def _value_kind(old: Traits, new: Traits) -> str | None:
    mine, theirs = old.fingerprint.value_kind, new.fingerprint.value_kind
    if not mine:
        return None
    if mine == theirs:
        return "same"
    # a plain text field may hold anything, so it contradicts nothing
    return "plainer" if "text" in (mine, theirs) else "differ"


def _classes(old: Traits, new: Traits) -> str | None:
    mine, theirs = set(old.fingerprint.classes or ()), set(new.fingerprint.classes or ())
    if not mine:
        return None
    share = len(mine & theirs) / len(mine | theirs)
    return "most" if share >= 0.6 else "some" if share > 0 else "none"


def _row(old: Traits, new: Traits) -> str | None:
    mine = row_of(old)
    return (row_agreement(mine, new.fingerprint) or "gone") if mine else None


_READERS: Final[dict[str, Callable[[Traits, Traits], str | None]]] = {
    "wording": _wording,
    "kind": _kind,
    "id": _identifier("id"),
    "test_id": _identifier("test_id"),
    "name_attr": _identifier("name_attr"),
    "href": _href,
    "sends": _sends,
    "form": _form,
    "options": _options,
    "row": _row,
    "label": _hint("label"),
    "placeholder": _hint("placeholder"),
    "title": _hint("title"),
    "alt": _hint("alt"),
    "value_kind": _value_kind,
    "classes": _classes,
    "landmarks": whereabouts.landmarks,
    "siblings": whereabouts.siblings,
    "slot": whereabouts.slot,
    "place": whereabouts.place,
    "box": whereabouts.box,
    "size": whereabouts.size,
    "frame": whereabouts.frame,
}
