"""From probabilities to what is done: apply, suggest or refuse. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from runner.contract.config import ActionKind, Fingerprint
from runner.replay.contradiction import still_claims
from runner.replay.evidence import Readings
from runner.replay.lexicon import destructive
from runner.replay.score import AGREES, Scored
from runner.replay.traits import traits
from runner.replay.whereabouts import leads_on_from_its_place, stands_where_it_stood, told_apart

Decision = Literal["apply", "suggest", "refuse"]

# How likely an element must be the one before it is acted on. The figures are read off the curve of wrong
# heals against coverage that benchmarks/drift prints.
BAR: Final = 0.7
BAR_ASSERTION: Final = 0.95
BAR_INFERRED: Final = 0.95
BAR_DESTRUCTIVE: Final = 0.88
BAR_SUGGESTION: Final = 0.5
# Where it still says what nothing else said when it was recorded, nor says now.
BAR_SAID: Final = 0.45
# Where nothing says that it is the one but what is left of its words, or its words and the name of a thing.
BAR_SHORTENED: Final = 0.85
# For the only one that does what the element did: it may be gone, but hardly be another one.
BAR_RIVAL: Final = 0.05
LEAD_ALONE: Final = 5.0
# What may be tried where it does no harm and the rest of the flow must bear it out (trial.py).
BAR_TRIAL: Final = 0.01
LEAD_ON_TRIAL: Final = 3.0

# Where an element stands is no proof: a look-alike stands there just as well. One of these must say that it
# is the one: it still says the same, or an identifier of its own is unchanged. What is known to mean another
# thing has at best taken its place, whatever it is called inside.
_SAYS_THE_SAME: Final = frozenset({"same", "synonym", "similar"})
# A look-alike is a copy with a word more or less: it sends, and offers, what the element did.
_LOOKS_ALIKE: Final = frozenset({"thing", "more", "less", "partly"})
_MEANS_ANOTHER: Final = frozenset({"different", "opposite"})
_ALIKE: Final = _SAYS_THE_SAME | _LOOKS_ALIKE | {"mute"}
_COPIED: Final = frozenset({"sends", "options"})
_DOES: Final = ("sends", "options")
_PIXELS: Final = frozenset({"box", "size", "place"})
_IDENTIFIERS: Final = ("id", "test_id", "name_attr", "href", "sends", "options")
_NAMES: Final = ("id", "test_id", "name_attr")
# What a form asks for once takes nothing else: a date is no text.
_MOMENTS: Final = frozenset({"date", "datetime-local", "month", "week", "time", "color"})
_NAMED: Final = _MOMENTS | {"search"}
_OF_ITS_KIND: Final = frozenset({"same", "close"})
_MANY_OPTIONS: Final = 3
_UNCHANGED: Final = frozenset({"same", "only", "path", "restyled", "moved"})
_KEPT: Final = frozenset({"same", "restyled"})
_LEADS_ELSEWHERE: Final = frozenset({"numbered", "query", "differ"})
_SAME_PART: Final = frozenset({"same", "innermost"})
_LEADS_THERE: Final = frozenset({"same", "only"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do, how sure, and why in words. `nearest` is the likeliest element, even if it is ruled out.

    `on_trial`: not sure enough, but it could be tried where that does no harm (trial.py); `for_trial` says
    what speaks for that, where it is not only that nothing else is as likely.
    """

    decision: Decision
    confidence: float
    reason: str
    best: Scored | None = None
    runner_up: Scored | None = None
    nearest: Scored | None = None
    on_trial: bool = False
    for_trial: str = ""


def decide(
    old: Fingerprint, ranked: Sequence[Scored], action: ActionKind, *, inferred: bool = False
) -> Verdict:
    """Judge the ranking that `score` made; `inferred` says that there was no recorded fingerprint."""
    nearest = max(ranked, key=lambda each: each.total, default=None)
    best = ranked[0] if ranked and not ranked[0].contradictions else None
    if best is None:
        return Verdict("refuse", 0.0, _why_none(nearest), nearest=nearest)
    others = [each for each in ranked[1:] if not each.contradictions]
    equals = [each for each in others if _are_equal(old, best, each)]
    others = [each for each in others if each not in equals]
    runner_up = others[0] if others else None
    confidence = sum(each.probability for each in (best, *equals))
    if twin := next((each for each in others if _twins(best, each)), None):
        likely = confidence + twin.probability >= BAR_SUGGESTION
        doubt = _doubt(best, twin) if likely else _why_none(best)
        return Verdict("suggest" if likely else "refuse", min(confidence, 0.5), doubt, best, twin, nearest)
    beside = [each for each in ranked[1:] if each not in equals]
    sure = anchored(old, best, beside, inferred=inferred) and not _disputed(best, others)
    if confidence >= _bar(old, best, runner_up, action, inferred=inferred) and sure:
        return Verdict("apply", confidence, _agreement(best), best, runner_up, nearest)
    needs_more = inferred or action == "expect"
    only = None if needs_more else _only_doing_the_same(old, (best, *others))
    if only is not None and (not _destroys(old) or _destroys_the_same(only)):
        runner_up = best if only is not best else runner_up
        return Verdict("apply", max(only.probability, BAR), _agreement(only), only, runner_up, nearest)
    alike = _levels(best).get("wording") in _ALIKE or anchored(old, best, beside)
    decision: Decision = "suggest" if alike and confidence >= BAR_SUGGESTION else "refuse"
    # what says nothing at all is as good a guess as any other
    speaks = alike and _levels(best).get("wording") != "mute"
    on_trial = speaks and _is_worth_a_trial(old, best, runner_up, confidence)
    return Verdict(decision, confidence, _doubt(best, runner_up), best, runner_up, nearest, on_trial)


def _only_doing_the_same(old: Fingerprint, possible: Sequence[Scored]) -> Scored | None:
    """The one that alone leads to where the element did, sends its form, offers its choice or takes its file.

    What it is called matters little then, as long as it is not nearly as likely that it is another one, nor,
    but for a link, a look-alike's name. The only search box must still say what it searches, the only date of
    its form which date it is, be it in other words.
    """
    doing = [each for each in possible if _does_the_same(old, each)]
    if len(doing) != 1:
        return None
    rivals = (each for each in possible if each is not doing[0] and _levels(each).get("kind") != "changed")
    likeliest = max((each.probability for each in rivals), default=0.0)
    if likeliest >= BAR_RIVAL and doing[0].probability < LEAD_ALONE * likeliest:
        return None
    does, says = _does(old, doing[0]), _levels(doing[0]).get("wording")
    if does == "href" or (does == "file" and _levels(doing[0]).get("form") == "same" and says != "opposite"):
        return doing[0]
    unnamed = does in _NAMED and says not in _SAYS_THE_SAME
    named = (does == "options" and says == "different") or unnamed
    another = says == "opposite" or (says in _LOOKS_ALIKE and not _destroys_the_same(doing[0]))
    return None if another or named else doing[0]


def _does_the_same(old: Fingerprint, one: Scored) -> bool:
    return _does(old, one) is not None


def _does(old: Fingerprint, one: Scored) -> str | None:
    """By what it does the same as the old one."""
    if old.type == one.fingerprint.type and old.type in ("file", "search"):
        return old.type
    levels = _levels(one)
    if old.type == one.fingerprint.type and old.type in _MOMENTS and levels.get("form") == "same":
        return old.type
    if levels.get("href") == "only" or leads_on_from_its_place(old, levels):
        return "href"
    if levels.get("name_attr") == "differ" and old.tag != "select":
        # what is sent under another name is another value, whatever it suggests; a list's choices are its own
        return None
    return next((name for name in _telling(old) if name in _DOES and levels.get(name) == "same"), None)


def _levels(scored: Scored) -> dict[str, str]:
    return {name: level for name, (level, _) in scored.evidence.items()}


def _is_worth_a_trial(old: Fingerprint, best: Scored, runner_up: Scored | None, confidence: float) -> bool:
    """Whether it is far likelier than any other, and destroys nothing by its words."""
    leads = runner_up is None or confidence >= LEAD_ON_TRIAL * runner_up.probability
    destroys = any(destructive(each) for each in (*traits(old).captions, *traits(best.fingerprint).captions))
    return confidence >= BAR_TRIAL and leads and not destroys


def tried(verdict: Verdict) -> Verdict:
    """The verdict of who takes the likeliest on trial."""
    if not verdict.on_trial or verdict.best is None:
        return verdict
    likeliest = f"nothing else on the page is nearly as likely ({_agreement(verdict.best)})"
    reason = verdict.for_trial or likeliest
    return replace(verdict, decision="apply", reason=reason)


def _destroys(old: Fingerprint) -> bool:
    said = traits(old)
    return any(destructive(caption) for caption in (*said.captions, *said.hints))


def _destroys_the_same(only: Scored) -> bool:
    """Whether what alone does what the old one did says so in words as well, of the same row."""
    levels = _levels(only)
    meant = levels.get("wording") in _SAYS_THE_SAME or levels.get("wording") == "less"
    return meant and levels.get("row") == "same" and destructive(traits(only.fingerprint).caption)


def _bar(
    old: Fingerprint, best: Scored, runner_up: Scored | None, action: ActionKind, *, inferred: bool
) -> float:
    bars = [BAR_SAID if _alone_says_so(old, best, runner_up) else BAR]
    if inferred:
        bars.append(BAR_INFERRED)
    if action == "expect" and not still_claims(old, best.fingerprint):
        bars.append(BAR_ASSERTION)
    if _destroys(old):
        bars.append(BAR_DESTRUCTIVE)
    return max(bars)


def _alone_says_so(old: Fingerprint, best: Scored, runner_up: Scored | None) -> bool:
    """Whether it says what nothing else said when it was recorded, and far likelier than any other."""
    levels = _levels(best)
    if _does_the_same_by_name(old, best):
        return True
    says = levels.get("wording") in _SAYS_THE_SAME and levels.get("kind") != "bare"
    leads = runner_up is None or best.probability >= LEAD_ALONE * runner_up.probability
    return says and leads and (old.of or 1) == 1


def _does_the_same_by_name(old: Fingerprint, one: Scored) -> bool:
    """Whether it is a link of the same words to the same place: whichever it is, it does the same."""
    levels = _levels(one)
    within = (old.href or "#").startswith("#")
    same = levels.get("href") in _LEADS_THERE and levels.get("wording") in ("same", "synonym")
    return same and not within and levels.get("kind") == "same" and levels.get("row", "same") == "same"


def anchored(
    old: Fingerprint, best: Scored, others: Sequence[Scored] = (), *, inferred: bool = False
) -> bool:
    """Whether something of the element's own, not only its place, says that it is the one.

    An identifier that one of the `others` has as well, be that ruled out, is not its own. Where nothing was
    recorded it must say just what the step says, be it in other words.
    """
    levels = _levels(best)
    says = levels.get("wording")
    if says in _MEANS_ANOTHER and levels.get("href") not in _LEADS_THERE:
        # whatever else agrees: only a link that leads where it led is still the same one
        return False
    copied = _COPIED if says in _LOOKS_ALIKE else frozenset()
    identified = any(
        levels.get(name) in _UNCHANGED and not any(_shares(name, levels, _levels(each)) for each in others)
        for name in _telling(old)
        if name not in copied
    )
    if inferred and says == "similar":
        return False
    if says not in _SAYS_THE_SAME or levels.get("row") == "like":
        named = any(levels.get(name) in _KEPT for name in ("id", "test_id"))
        by_words = not inferred and _says_enough(old, best)
        return by_words or (identified and (named or levels.get("landmarks") != "differ"))
    # of several that said the same, the row, the order or the neighbours have to tell which one it was; the
    # same words on what is no control are a heading's, or a cell's, as well
    alone = not any(_says_it_too(best, each) for each in others)
    known = (old.of or 1) == 1 and levels.get("kind") != "bare" and alone
    return known or identified or _told_apart(old, levels) or _does_the_same_by_name(old, best)


def _says_enough(old: Fingerprint, best: Scored) -> bool:
    """Whether what is left of its words, or a thing's name behind them, says surely enough what it is."""
    levels = _levels(best)
    says = levels.get("wording")
    copy = levels.get("row") == "like" or _has_a_copys_name(levels)
    bar = BAR if levels.get("row") == "same" else BAR_SHORTENED
    if best.probability < bar or copy or says not in ("less", "thing"):
        return False
    return says == "less" or _names_a_thing(old, best.fingerprint, levels)


def _has_a_copys_name(levels: Readings) -> bool:
    """Whether an id or name has something added that the page does not add to all of them."""
    return any(levels.get(name) == "extended" for name in _NAMES)


def _names_a_thing(old: Fingerprint, new: Fingerprint, levels: Readings) -> bool:
    """Whether a thing's name says no more than where it stands does.

    What destroys is another thing's as soon as a thing is named, but for that of its own row; and a link that
    names one, where a button stood, leads to that: "Sign in help".
    """
    link = new.tag == "a" or new.role == "link" or new.href is not None
    of_its_kind = levels.get("kind") in _OF_ITS_KIND or not link
    in_its_row = levels.get("row") == "same" or not _destroys(old)
    return of_its_kind and in_its_row and stands_where_it_stood(levels)


def _says_it_too(best: Scored, other: Scored) -> bool:
    mine, theirs = _levels(best), _levels(other)
    return not other.contradictions and all(
        mine.get(name) == theirs.get(name) for name in ("wording", "kind")
    )


def _told_apart(old: Fingerprint, levels: Readings) -> bool:
    """Whether where it stands tells which of several it is; a figure names no row for long."""
    figure = old.row is not None and not any(char.isalpha() for char in old.row)
    if figure and levels.get("href") in _LEADS_ELSEWHERE:
        return False
    return told_apart(levels)


def _shares(name: str, mine: Readings, theirs: Readings) -> bool:
    """Whether another has the same identifier; what all rows have tells one within its row."""
    apart = mine.get("row") == "same" and theirs.get("row") == "differ"
    if name == "href":
        apart = apart or (mine.get("landmarks") == "same" and theirs.get("landmarks") not in _SAME_PART)
    return theirs.get(name) == mine[name] and not apart


def _disputed(best: Scored, others: Sequence[Scored]) -> bool:
    """Whether another says what it said: its identifiers say that it is the one, or are a copy's, or stolen.

    One of the two has been moved, or both are copies.
    """
    levels = _levels(best)
    says = levels.get("wording") in _SAYS_THE_SAME and not _has_a_copys_name(levels)
    if says or levels.get("href") == "only":
        return False
    told = (_levels(each) for each in others)
    return any(each.get("wording") in _SAYS_THE_SAME and each.get("kind") in _OF_ITS_KIND for each in told)


def _telling(old: Fingerprint) -> list[str]:
    """The identifiers by which the element can be told: what leads, or offers, nothing of its own is none."""
    vague = set()
    if (old.href or "").startswith("#"):
        # a link within the page leads to wherever it happens to lead
        vague.add("href")
    if len(old.options or ()) < _MANY_OPTIONS or (old.of or 1) > 1:
        vague.add("options")
    return [name for name in _IDENTIFIERS if name not in vague]


def _are_equal(old: Fingerprint, one: Scored, other: Scored) -> bool:
    if _leads_to_the_same(one.fingerprint, other.fingerprint):
        return True
    same_frame = one.fingerprint.frame == other.fingerprint.frame
    return same_frame and _does_the_same_by_name(old, one) and _does_the_same_by_name(old, other)


def _leads_to_the_same(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two links say the same and lead to the same place, so that either does."""
    if not one.href or one.href.startswith("#") or one.href != other.href or one.frame != other.frame:
        return False
    return traits(one).caption == traits(other).caption != ""


def _twins(one: Scored, other: Scored) -> bool:
    """Whether only a place in pixels tells the two apart, and they were not several already when recorded."""
    if one.evidence.get("place", ("", 0.0))[0] == "same":
        return False
    return all(
        level == other.evidence.get(name, ("", 0.0))[0]
        for name, (level, _) in one.evidence.items()
        if name not in _PIXELS
    )


# -- in words --------------------------------------------------------------------------------------

_WORDS: Final = {
    "wording": "what it says",
    "kind": "what kind of element it is",
    "id": "its id",
    "test_id": "its test id",
    "name_attr": "its name attribute",
    "href": "where it leads",
    "sends": "where its form sends",
    "form": "the form it is in",
    "options": "what can be chosen from it",
    "row": "its row",
    "label": "its label",
    "placeholder": "its placeholder",
    "title": "its title",
    "alt": "its alternative text",
    "value_kind": "the kind of value it takes",
    "classes": "its classes",
    "landmarks": "the part of the page it is in",
    "siblings": "its neighbours",
    "slot": "what stands before and after it",
    "place": "its place among its like",
    "box": "its position",
    "size": "its size",
    "frame": "its frame",
}
_ENOUGH_NATS: Final = 0.7


def _agreement(best: Scored) -> str:
    agrees = sorted(best.evidence.items(), key=lambda item: -item[1][1])
    told = [_WORDS[name] for name, (level, nats) in agrees if nats >= _ENOUGH_NATS and level in AGREES][:4]
    return f"{_listed(told or ['everything known about it'])} {'agrees' if len(told) == 1 else 'agree'}"


def _doubt(best: Scored, runner_up: Scored | None) -> str:
    if runner_up is not None and (runner_up.probability >= best.probability / 4 or _twins(best, runner_up)):
        return f"{_named(best)} and {_named(runner_up)} are too much alike to tell which one it is"
    differs = sorted(best.evidence.items(), key=lambda item: item[1][1])
    # where the whole page has other classes and ids now, theirs say nothing
    apart = [(name, nats) for name, (level, nats) in differs if level not in AGREES | {"renewed"}]
    told = [_WORDS[name] for name, nats in apart if nats <= -_ENOUGH_NATS][:3]
    against = f": {_listed(told)} {'differs' if len(told) == 1 else 'differ'}" if told else ""
    return f"nothing on the page is close enough; the nearest is {_named(best)}{against}"


def _why_none(nearest: Scored | None) -> str:
    if nearest is None:
        return "there is nothing like it on the page"
    if not nearest.contradictions:
        return _doubt(nearest, None)
    return f"the nearest is {_named(nearest)}, but {nearest.contradictions[0]}"


def _named(scored: Scored) -> str:
    shown = traits(scored.fingerprint)
    tag = scored.fingerprint.tag
    what = scored.fingerprint.role or _SAID.get(tag or "", tag) or "element"
    return f"the {what} “{shown.caption}”" if shown.caption else f"an unnamed {what}"


# How a person calls what bears no role of its own.
_SAID: Final = {"a": "link", "input": "field", "textarea": "field", "select": "list", "img": "image"}


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
