"""What a patch says of itself: one plain sentence, and the evidence it goes by. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from runner.contract.config import Fingerprint, Step
from runner.contract.errors import FlowError
from runner.contract.patch import Patch
from runner.replay import telling
from runner.replay.decide import BAR, Verdict
from runner.replay.patching import Replacement
from runner.replay.score import AGREES, Scored
from runner.replay.search import Search

ONLY_SUGGESTED: Final = "repairs are only suggested here"


def sentence(step: Step, new: Replacement, verdict: Verdict, *, applied: bool) -> str:
    """What the step's element is now, or may be, and why; where it was not used, why not."""
    now = _said_of(new.fingerprint, step.fingerprint)
    if verdict.decision != "apply":
        return f"{step.sought} may be {now}, but that is too uncertain to use it: {verdict.reason}."
    found = f"{step.sought} is now {now}: {verdict.reason}"
    return f"{found}." if applied else f"{found}. It was not used: {ONLY_SUGGESTED}."


def _said_of(new: Fingerprint, old: Fingerprint | None) -> str:
    was = (old.name or old.text) if old else None
    now = new.name or new.text
    what = new.role or new.tag or "element"
    called = f" “{now}”" if now else ""
    return f"the {what}{called}" + (f" (it was “{was}”)" if was and now and was != now else "")


def evidence(step: Step, new: Replacement, seen: Search, key: str | None) -> dict[str, Any]:
    verdict = seen.verdict
    told: dict[str, Any] = {
        "old": step.fingerprint.model_dump(mode="json", exclude_none=True) if step.fingerprint else None,
        "new": new.fingerprint.model_dump(mode="json", exclude_none=True),
        "scores": _scores(verdict.best),
        "runner_up": _runner_up(verdict.runner_up),
        "elements": seen.census.population,
        "all_seen": not seen.census.cut,
        "drift": key,
        "proven": False,
    }
    return {name: value for name, value in told.items() if value is not None}


# What agrees is never told as against a repair, even where it is worth less than nothing, nor what does not
# agree as for it: "says more" is no other thing's name, however little that is worth.
_AGREES = AGREES | {"more", "extended"}


def _scores(best: Scored | None) -> Mapping[str, Any]:
    if best is None:
        return {}
    return {
        name: {"level": level, "worth": round(nats, 2), "agrees": level in _AGREES}
        for name, (level, nats) in best.evidence.items()
    }


def _runner_up(scored: Scored | None) -> dict[str, Any] | None:
    if scored is None:
        return None
    return {
        "fingerprint": scored.fingerprint.model_dump(
            mode="json", exclude_none=True, exclude={"row_texts", "clickable"}
        ),
        "confidence": round(scored.probability, 4),
        "scores": _scores(scored),
    }


def told_of(step: Step) -> dict[str, Any]:
    """Which step a patch is about, for whoever reads it without the config."""
    return {"ordinal": step.ordinal, "description": telling.sentence(step)}


def with_witness(patch: Patch, witness: Step, strategy: str) -> Patch:
    """The patch for a likely element that is acted on, and that `witness` is to bear out."""
    held = "held" if witness.action == "expect" else "was possible"
    return patch.model_copy(
        update={
            "reason": f"{patch.reason[:-1]}; “{telling.sentence(witness)}” {held} only after it.",
            "strategy": strategy,
            "confidence": max(patch.confidence, BAR),
            "evidence": patch.evidence | {"borne_out_by": witness.id, "likely": patch.confidence},
        }
    )


def withdrawn(patch: Patch) -> Patch:
    """The patch as a suggestion: what was tried was not borne out."""
    told = {name: value for name, value in patch.evidence.items() if name not in ("borne_out_by", "likely")}
    likely = patch.evidence.get("likely", patch.confidence)
    reason = patch.reason
    if new := told.get("new"):
        old = Fingerprint(**told["old"]) if told.get("old") else None
        now = _said_of(Fingerprint(**new), old)
        reason = f"{patch.old} may be {now}, but it was tried, and no later step bore it out."
    return patch.model_copy(
        update={"applied": False, "confidence": likely, "evidence": told, "reason": reason}
    )


def way_sentence(step: Step, inserted: Sequence[Step], found_anew: str) -> str:
    """Why steps were put before a step, and how its element was found if that had changed, too."""
    listed = ", then ".join(_plain(each) for each in inserted)
    way = f"{step.sought} is reached only after this: {listed}." if inserted else ""
    return " ".join(part for part in (way, found_anew) if part)


def _plain(step: Step) -> str:
    told = step.description or f"{step.action} {step.sought}"
    return told[:1].lower() + told[1:]


def unrepaired(failure: FlowError, reason: str, confidence: float, patch: Patch | None) -> FlowError:
    """The failure of a step that was not repaired, with why, and what is suggested, if anything is."""
    suggestion = patch.new if patch else None
    remedy = (
        f"If {suggestion} is the right one, apply the suggested patch (`demo-runner patch show` shows it)."
        if suggestion
        else failure.remedy
    )
    details = {
        **failure.details,
        "repair": {
            "decision": "suggest" if suggestion else "refuse",
            "confidence": round(confidence, 4),
            "reason": reason,
            "suggestion": suggestion,
        },
    }
    return type(failure)(f"{failure.message} Not repaired: {reason}.", remedy=remedy, **details)
