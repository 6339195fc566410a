"""`python -m benchmarks.drift.rescore FILE`: what today's judgement makes of the cases that `gather` kept.

Pure: no browser, seconds. It leaves out the last proof on the live page (that the new selectors lead back to
the element), so its figures are a little bolder than the measure's.

--stories CAUSE   tell the cases that went wrong for this cause ("all" for every one)
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.drift.gather import Case, read
from runner.contract.config import Fingerprint
from runner.replay.decide import Verdict, decide
from runner.replay.identity import from_facts, identity
from runner.replay.score import Scored, Weights, score
from runner.replay.search import led_alone


@dataclass(frozen=True, slots=True)
class Judged:
    """One case and what became of it; `cause` says at which point it went the way it did."""

    case: Case
    outcome: str
    cause: str
    verdict: Verdict | None
    ranked: Sequence[Scored] = ()

    @property
    def bad(self) -> bool:
        """Whether something else would have been right."""
        return self.outcome == "wrong" or (self.outcome == "refused" and not self.case["gone"])


def page_of(case: Case) -> tuple[list[Fingerprint], list[bool]]:
    """The elements that repair may choose among, and which of them are right."""
    usable = [each for each in case["seen"] if not each["disabled"]]
    return [Fingerprint.model_construct(**each["fingerprint"]) for each in usable], [
        each["right"] for each in usable
    ]


def judged(case: Case, by: Weights | None = None) -> Judged:
    """What a replay would do: act on what the selectors lead to, or look for the element, or refuse."""
    old, found = Fingerprint(**case["old"]), case["found"]
    if found is not None:
        same = identity(old, from_facts(found["facts"]), case["action"])
        if same.status == "unsure" and found["at"] >= 0:
            closely = Fingerprint.model_construct(**case["seen"][found["at"]]["fingerprint"])
            same = identity(old, closely, case["action"])
        if same.status != "other":
            return Judged(case, "right" if found["right"] else "wrong", f"identity: {same.status}", None)
    page, right = page_of(case)
    alone = led_alone(old, case["selectors"])
    ranked = score(old, page, case["action"], population=case["population"], by=by, led_alone=alone)
    verdict = decide(old, ranked, case["action"])
    if verdict.decision == "apply" and verdict.best is not None:
        hit = right[verdict.best.index]
        return Judged(case, "right" if hit else "wrong", "search: applied", verdict, ranked)
    return Judged(case, "refused", _why_refused(ranked, right, verdict), verdict, ranked)


def _why_refused(ranked: Sequence[Scored], right: Sequence[bool], verdict: Verdict) -> str:
    if not any(right):
        return "search: not in the census"
    truth = next(each for each in ranked if right[each.index])
    if truth.contradictions:
        return "search: contradicted"
    if verdict.best is not None and not right[verdict.best.index]:
        return "search: another was likelier"
    return "search: not sure enough" if truth.probability < 0.75 else "search: not anchored"


def main(arguments: Sequence[str] | None = None) -> None:
    """Judge and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drift.rescore", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--stories", metavar="CAUSE")
    parser.add_argument("--kinds", action="store_true")
    options: Any = parser.parse_args(arguments)
    told = [judged(case) for case in read(options.file)]
    if options.stories:
        for each in told:
            if each.bad and (options.stories == "all" or options.stories in each.cause):
                _tell(each)
    print(figured(told))
    for (cause, outcome, gone), count in sorted(
        Counter((each.cause, each.outcome, each.case["gone"]) for each in told).items()
    ):
        print(f"  {count:5} {'removed' if gone else '':8} {outcome:8} {cause}")
    if options.kinds:
        for kind in sorted({kind for each in told for kind in each.case["kinds"]}):
            print(_figures(kind, [each for each in told if kind in each.case["kinds"]]))


def figured(told: Sequence[Judged]) -> str:
    """What these cases come to, and those in which the recorded selectors fail or mislead."""
    hard = [each for each in told if not (each.case["found"] or {}).get("right")]
    return f"{_figures('all', told)}\n{_figures('selectors fail', hard)}"


def _figures(title: str, told: Sequence[Judged]) -> str:
    healable = Counter(each.outcome for each in told if not each.case["gone"])
    removed = Counter(each.outcome for each in told if each.case["gone"])
    wrong = healable["wrong"] + removed["wrong"]
    kept = removed["refused"] / max(1, removed.total())
    return (
        f"{title:26} {len(told):5} cases; {healable.total():5} healable: right "
        f"{healable['right'] / max(1, healable.total()):6.1%} ({healable['wrong']} wrong, "
        f"{healable['refused']} refused); {removed.total():4} removed: refused {kept:6.1%} "
        f"({removed['wrong']} wrong); wrong/all {wrong / max(1, len(told)):.2%}"
    )


def _tell(each: Judged) -> None:
    case = each.case
    fate = "REMOVED" if case["gone"] else ""
    print(f"--- {each.outcome} {fate} {each.cause} {case['page']} {'+'.join(case['kinds'])} #{case['seed']}")
    print(f"    {'; '.join(case['notes'])}; right: {case['truth']}")
    print("    was", _brief(case["old"]))
    if case["found"]:
        facts = {k: v for k, v in case["found"]["facts"].items() if v not in (False, "")}
        print(f"    {case['found']['selector']} leads to {facts}")
    if each.verdict:
        print(f"    {each.verdict.confidence:.3f} {each.verdict.reason}")
    right = page_of(case)[1] if each.ranked else []
    for place, scored in enumerate(each.ranked):
        if place < 2 or right[scored.index]:
            told = " ".join(f"{name}:{level}{nats:+.1f}" for name, (level, nats) in scored.evidence.items())
            print("    ", "RIGHT" if right[scored.index] else "other", _brief(_plain(scored.fingerprint)))
            print(f"         {scored.probability:.3f} {scored.total:.1f} {scored.contradictions} {told}")


def _plain(fingerprint: Fingerprint) -> Mapping[str, Any]:
    return fingerprint.model_dump(mode="json", exclude_none=True)


def _brief(told: Mapping[str, Any]) -> str:
    return json.dumps({k: v for k, v in told.items() if k not in ("v", "box") and v}, ensure_ascii=False)


if __name__ == "__main__":
    main()
