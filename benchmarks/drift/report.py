"""The figures in words: what a run came to, for a terminal and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Final

from benchmarks.drift.cases import Split
from benchmarks.drift.measure import Verdict
from benchmarks.drift.ours import Ours
from benchmarks.drift.stage import Left

OURS: Final = Ours.name


@dataclass(frozen=True, slots=True)
class Figures:
    """One contender over some cases. Rates are parts of 1, `wrong_rate` of all cases, removed ones too."""

    cases: int
    healable: int
    right: int
    wrong: int
    refused: int
    removed: int
    removed_refused: int
    median_ms: float

    @property
    def right_rate(self) -> float:
        """Healed right among what could be healed."""
        return self.right / self.healable if self.healable else 0.0

    @property
    def wrong_rate(self) -> float:
        """Acted on a wrong element, among all cases."""
        acted_wrong = self.wrong + self.removed - self.removed_refused
        return acted_wrong / self.cases if self.cases else 0.0

    @property
    def removed_rate(self) -> float:
        """Refused among what was removed."""
        return self.removed_refused / self.removed if self.removed else 0.0


def figures(verdicts: Iterable[Verdict]) -> Figures:
    """What these verdicts come to."""
    told = list(verdicts)
    healable = Counter(verdict.outcome for verdict in told if not verdict.gone)
    removed = Counter(verdict.outcome for verdict in told if verdict.gone)
    return Figures(
        cases=len(told),
        healable=healable.total(),
        right=healable["right"],
        wrong=healable["wrong"],
        refused=healable["refused"],
        removed=removed.total(),
        removed_refused=removed["refused"],
        median_ms=round(median(verdict.ms for verdict in told), 1) if told else 0.0,
    )


def broken(verdicts: Sequence[Verdict]) -> set[tuple[str, int]]:
    """The cases in which the recorded selectors do not lead to the element: where repair is needed."""
    return {
        (verdict.page.label, verdict.case)
        for verdict in verdicts
        if verdict.contender == "recorded selectors" and verdict.outcome != "right"
    }


def text(verdicts: Sequence[Verdict], dropped: Counter[str], unrecorded: int) -> str:
    """The whole report."""
    lines = []
    for split in ("dev", "held"):
        mine = [verdict for verdict in verdicts if verdict.split == split]
        if mine:
            lines += _split(split, mine)
    left_out = ", ".join(f"{count} {reason}" for reason, count in dropped.most_common())
    lines.append(f"\nLeft out: {left_out or 'none'}; elements that could not be recorded: {unrecorded}.")
    return "\n".join(lines)


def _split(split: Split, verdicts: Sequence[Verdict]) -> list[str]:
    titles: Mapping[Split, str] = {
        "dev": "DEVELOPMENT (may be tuned on)",
        "held": "HELD BACK (applications, kinds of drift and wordings nothing was tuned on)",
    }
    hard = broken(verdicts)
    harder = [verdict for verdict in verdicts if (verdict.page.label, verdict.case) in hard]
    lines = ["", titles[split], *_table("all cases", _by(verdicts, lambda each: [each.contender]))]
    lines += _table(
        "where the recorded selectors fail or mislead", _by(harder, lambda each: [each.contender])
    )
    lines += _left(verdicts)
    lines += _times(verdicts)
    for title, keys in (
        ("by application", lambda each: [each.page.app]),
        ("by kind of drift (a case counts for each of its kinds)", lambda each: list(each.kinds)),
    ):
        lines += ["", title, *_breakdown(verdicts, keys)]
    return lines


_LEFT: Final[Mapping[Left, str]] = {
    "own": "something of its own",
    "part": "only a part of its words",
    "nothing": "nothing of its own",
}

_SURE: Final = (("where something of its own is left", {"own"}), ("... or of its words", {"own", "part"}))


def _left(verdicts: Sequence[Verdict]) -> list[str]:
    """Our repair by what the change left of the element, beside removals that leave another with as much.

    Where only a part of the words is left, or nothing, the same page may come of both: a reworded control, or
    another one in its place. Only what words mean can tell them apart, or nothing can.
    """
    ours = [verdict for verdict in verdicts if verdict.contender == OURS and verdict.left]
    columns = ("healable", "right", "wrong", "refused", "replaced", "taken")
    title = "what the element has kept, or another has"
    lines = ["", f"{title:46}" + "".join(f"{each:>10}" for each in columns)]
    for left, title in _LEFT.items():
        told = figures(verdict for verdict in ours if verdict.left == left)
        taken = told.removed - told.removed_refused
        shown = (told.healable, f"{told.right_rate:.1%}", told.wrong, told.refused, told.removed, taken)
        lines.append(f"  {title:44}" + "".join(f"{value:>10}" for value in shown))
    healable = [verdict for verdict in ours if not verdict.gone]
    for title, kinds in _SURE:
        share = sum(verdict.left in kinds for verdict in healable) / max(1, len(healable))
        lines.append(f"  healed right at most, by an observer who acts only {title}: {share:.1%}")
    return lines


def _times(verdicts: Sequence[Verdict]) -> list[str]:
    """How long our identity check and our repair take where they are made."""
    told = [
        (title, [ms for verdict in verdicts if (ms := getattr(verdict, name)) is not None])
        for title, name in (("identity check", "identity_ms"), ("repair", "repair_ms"))
    ]
    return [""] + [
        f"  {title}: {len(each)} times, median {median(each):.1f} ms, nine in ten below "
        f"{sorted(each)[int(0.9 * len(each))]:.1f} ms"
        for title, each in told
        if each
    ]


Keys = Callable[[Verdict], list[str]]


def _by(verdicts: Iterable[Verdict], keys: Keys) -> dict[str, list[Verdict]]:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        for key in keys(verdict):
            groups.setdefault(key, []).append(verdict)
    return groups


def _table(title: str, groups: Mapping[str, Sequence[Verdict]]) -> list[str]:
    columns = ("cases", "healable", "right", "wrong", "refused", "removed", "refused", "wrong/all", "ms")
    head = f"{title:46}" + "".join(f"{column:>10}" for column in columns)
    lines = ["", head]
    for name, verdicts in groups.items():
        told = figures(verdicts)
        shown = (
            *(told.cases, told.healable, f"{told.right_rate:.1%}", told.wrong, told.refused),
            *(told.removed, f"{told.removed_rate:.1%}", f"{told.wrong_rate:.2%}", told.median_ms),
        )
        lines.append(f"  {name:44}" + "".join(f"{value:>10}" for value in shown))
    return lines


def _breakdown(verdicts: Sequence[Verdict], keys: Keys) -> list[str]:
    """Right among healable, and wrong among all, for each contender side by side."""
    contenders = list(dict.fromkeys(verdict.contender for verdict in verdicts))
    lines = [f"  {'':26}{'cases':>6}  " + "".join(f"{name + ' right/wrong':>32}" for name in contenders)]
    for key, mine in sorted(_by(verdicts, keys).items()):
        told = [figures(each for each in mine if each.contender == name) for name in contenders]
        shown = "".join(
            f"{(f'{one.right_rate:.1%}' if one.healable else '-') + f' / {one.wrong_rate:.2%}':>32}"
            for one in told
        )
        lines.append(f"  {key:26}{told[0].cases:6}  {shown}")
    return lines


def data(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The figures as plain data: by split, then by contender."""
    return {
        split: {
            name: asdict(figures(mine))
            for name, mine in _by(
                (each for each in verdicts if each.split == split), lambda each: [each.contender]
            ).items()
        }
        for split in ("dev", "held")
    }
