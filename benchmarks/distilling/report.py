"""The figures of a measurement, and its failures by cause. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.distilling.measure import Worth


def line(found: Worth) -> str:
    """One recording, as soon as it is measured."""
    if found.unrecorded:
        return f"{found.kind} {found.name}: not recorded right: {found.unrecorded}"
    told = [f"{found.actions} actions, {found.steps} steps", f"{found.steady}/{found.rounds} replays"]
    told += [f"{len(found.by_place)} by place"] if found.by_place else []
    if found.skipped is not None:
        told.append("notices" if found.notices else "no page shows it" if found.silent else "NOTICES NOTHING")
    return f"{found.kind} {found.name}: {', '.join(told)} ({found.seconds:.0f} s)"


def figures(found: Sequence[Worth]) -> Iterator[str]:
    """What recordings of one kind are worth together."""
    recorded = [each for each in found if not each.unrecorded]
    doing = [each for each in recorded if each.skipped is not None]
    sending = [each for each in recorded if each.blocked is not None]
    showing = [each for each in doing if not each.silent]
    actions, steps = sum(each.actions for each in recorded), sum(each.steps for each in recorded)
    targeted = sum(each.targeted for each in recorded)
    semantic = targeted - sum(len(each.by_place) for each in recorded)
    steady = sum(each.steady == each.rounds for each in recorded)
    rows = {
        "recorded right": _share(len(recorded), len(found)),
        "raw actions to steps": f"{actions} -> {steps}",
        "first selector is semantic": _share(semantic, targeted),
        "replays right every time": _share(steady, len(recorded)),
        "notices its last action missing": _share(sum(not each.skipped for each in doing), len(doing)),
        "notices its last request lost": _share(sum(not each.blocked for each in sending), len(sending)),
        "notices a prevented effect": _share(sum(each.notices for each in doing), len(doing)),
        "... where the page shows it": _share(sum(each.notices for each in showing), len(showing)),
    }
    yield from (f"  {name:<31} {value}" for name, value in rows.items())


def causes(found: Sequence[Worth]) -> Iterator[str]:
    """Every failure, below its cause."""
    unheeded = [
        (each, why) for each in found for why in (each.skipped, each.blocked) if why and not each.unrecorded
    ]
    groups = {
        "not recorded right": [(each, each.unrecorded) for each in found if each.unrecorded],
        "a replay went wrong": [(each, each.unsteady) for each in found if each.unsteady],
        "a prevented effect is not noticed": [(each, why) for each, why in unheeded if not each.silent],
        "a prevented effect is not noticed, and no page shows it": [
            (each, why) for each, why in unheeded if each.silent
        ],
        "a step's first selector goes by place": [(each, why) for each in found for why in each.by_place],
    }
    for cause, failures in groups.items():
        if failures:
            yield f"{cause}: {len(failures)}"
            yield from (f"  {each.kind} {each.name}: {why}" for each, why in failures)


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({100 * part / whole:.1f}%)" if whole else "0/0"
