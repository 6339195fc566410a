"""Patches as a reviewer reads them in a terminal: the words are those of `runner.report.repairs`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from runner.report import repairs

if TYPE_CHECKING:
    from runner.contract.patch import Patch

COLORS: Final = {repairs.PROVEN: "green", repairs.MADE: "magenta", repairs.SUGGESTED: "yellow"}


def reviewed(patches: Sequence[Patch], source: Path | None) -> Iterator[str]:
    """All patches, line by line."""
    states = Counter(repairs.state(patch) for patch in patches)
    listed = ", ".join(f"{states[state]} {state}" for state in COLORS if states[state])
    of = f" of {source}" if source else ""
    yield f"{len(patches)} {'patch' if len(patches) == 1 else 'patches'}{of}: {listed}"
    for patch in patches:
        yield ""
        yield from _patch(patch)


def _patch(patch: Patch) -> Iterator[str]:
    state = repairs.state(patch)
    yield click.style(repairs.title(patch), bold=True)
    sure = f"confidence {patch.confidence:.0%}, {repairs.way(patch)}"
    yield f"  {click.style(state, fg=COLORS[state])}, {sure}"
    yield f"  {patch.reason}"
    for target, why in repairs.inserted(patch):
        yield click.style(f"  + {target}", fg="green") + f"  {why}"
    if patch.old != patch.new:
        yield click.style(f"  - {repairs.place(patch.old)}", fg="red")
        yield click.style(f"  + {repairs.place(patch.new)}", fg="green")
    for words, was, now in repairs.changes(patch):
        yield _line(words, f"{was} → {now}")
    for label, evidence in repairs.weighed(patch):
        yield _line(label, ", ".join(evidence))
    if second := repairs.runner_up(patch):
        yield _line("next best", second)
    for label, path in repairs.pictures(patch):
        yield _line(label, path)


def _line(label: str, value: str) -> str:
    return f"    {click.style(f'{label:<15}', dim=True)}{value}"
