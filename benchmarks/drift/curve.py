"""Wrong heals against coverage: what each contender would come to if it acted only when surer and surer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import Final

from benchmarks.drift.measure import Verdict

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 760, 420, 64, 52, 40, 24
_COLOURS: Final = ("#0a6e4f", "#c2410c", "#4b5563", "#1d4ed8")
_GRID: Final = (0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
_FLOOR: Final = 0.00005


@dataclass(frozen=True, slots=True)
class Point:
    """Acting only when this sure: the part of the healable that is healed, the wrong ones among all."""

    confidence: float
    coverage: float
    wrong: float


def curve(verdicts: Sequence[Verdict]) -> list[Point]:
    """One contender's trade, from the surest case on."""
    cases = len(verdicts)
    healable = sum(not verdict.gone for verdict in verdicts)
    if not healable:
        return []
    named = sorted(
        (each for each in verdicts if each.would_be_right is not None), key=lambda each: -each.confidence
    )
    points: list[Point] = []
    right = wrong = 0
    for place, verdict in enumerate(named):
        right += bool(verdict.would_be_right)
        wrong += not verdict.would_be_right
        last = place + 1 == len(named) or named[place + 1].confidence < verdict.confidence
        if last:
            points.append(Point(verdict.confidence, right / healable, wrong / cases))
    return points


def drawn(curves: Mapping[str, Sequence[Point]], title: str) -> str:
    """The curves as an SVG picture; the wrong part on a logarithmic scale."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="15">{title}</text>',
        *_axes(),
    ]
    for place, (name, points) in enumerate(curves.items()):
        parts += _line(name, points, _COLOURS[place % len(_COLOURS)], place)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(coverage: float) -> float:
    return round(_LEFT + coverage * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(wrong: float) -> float:
    low, high = log10(_FLOOR), log10(0.5)
    part = (log10(max(wrong, _FLOOR)) - low) / (high - low)
    return round(_HEIGHT - _BOTTOM - part * (_HEIGHT - _BOTTOM - _TOP), 1)


def _axes() -> list[str]:
    bottom, right = _y(0), _x(1)
    parts = []
    for tenths in range(0, 11, 2):
        x = _x(tenths / 10)
        parts.append(f'<line x1="{x}" y1="{_TOP}" x2="{x}" y2="{bottom}" stroke="#e5e7eb"/>')
        parts.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{tenths * 10}%</text>')
    for tick in _GRID:
        y = _y(tick)
        parts.append(f'<line x1="{_LEFT}" y1="{y}" x2="{right}" y2="{y}" stroke="#e5e7eb"/>')
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{tick:.4g}</text>'.replace(
                f">{tick:.4g}<", f">{tick * 100:.4g}%<"
            )
        )
    asked = _y(0.003)
    parts.append(
        f'<line x1="{_LEFT}" y1="{asked}" x2="{right}" y2="{asked}" stroke="#9ca3af" stroke-dasharray="5 4"/>'
    )
    middle = (_LEFT + right) / 2
    parts.append(
        f'<text x="{middle}" y="{_HEIGHT - 10}" text-anchor="middle">healed right, of what could be</text>'
    )
    parts.append(
        f'<text transform="translate(14 {_HEIGHT / 2}) rotate(-90)" text-anchor="middle">'
        "wrong, of all cases</text>"
    )
    return parts


def _line(name: str, points: Sequence[Point], colour: str, place: int) -> list[str]:
    if not points:
        return []
    path = " ".join(f"{_x(point.coverage)},{_y(point.wrong)}" for point in points)
    last = points[-1]
    y = _TOP + 16 + place * 18
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        f'<circle cx="{_x(last.coverage)}" cy="{_y(last.wrong)}" r="4" fill="{colour}"/>',
        f'<rect x="{_LEFT + 12}" y="{y - 9}" width="14" height="4" fill="{colour}"/>',
        f'<text x="{_LEFT + 32}" y="{y - 3}">{name}</text>',
    ]
