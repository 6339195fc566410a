"""`python -m benchmarks`: every figure of one run, as a ratio where there is something to compare with."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from time import perf_counter

from benchmarks.figure import Figure
from benchmarks.flow import PAGES, by_hand, config, recorded
from benchmarks.process import command_start, run_memory
from runner.contract.config import TestConfig
from runner.contract.event import Event
from runner.page.browser import Browser, launch
from runner.replay.replayer import ReplayOptions, replay
from runner.testing import CannedSite

DEAD = ('[data-testid="gone"]', 'control="Gone"', 'field="Gone"', 'button:has-text("Gone")', "#gone")


async def main(rounds: int) -> int:
    """Measure everything; the exit code is 1 if a limit is not kept."""
    async with CannedSite(PAGES) as site, launch() as browser:
        figures = [
            *await overhead(browser, site.url, rounds),
            await fallthrough(browser, site.url, rounds),
        ]
        figures.append(await asyncio.to_thread(command_start, rounds))
        if sys.platform == "linux":
            figures.append(await asyncio.to_thread(run_memory, site.url))
    for figure in figures:
        print(figure)
    return 0 if all(figure.holds for figure in figures) else 1


async def overhead(browser: Browser, url: str, rounds: int) -> list[Figure]:
    """The replayer against hand-written async Playwright, in turns, the first round thrown away.

    Once with selectors only, and once with fingerprints, as recordings have them: each is then checked.
    """
    written = config(url)
    async with browser.session() as session:
        known = await recorded(session, written)
    takes: dict[str, Callable[[], Awaitable[float]]] = {
        "by hand": lambda: _hand_seconds(browser, url),
        "written": lambda: _replay_seconds(browser, written),
        "recorded": lambda: _replay_seconds(browser, known),
    }
    times: dict[str, list[float]] = {name: [] for name in takes}
    for number in range(rounds + 1):
        # Whoever goes later finds warmer caches: they take turns.
        names = list(takes)
        for name in names[number % 3 :] + names[: number % 3]:
            times[name].append(await takes[name]())
    return [_ratio(name, times[name][1:], times["by hand"][1:]) for name in ("written", "recorded")]


def _ratio(name: str, ours: Sequence[float], hand: Sequence[float]) -> Figure:
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, hand, strict=True))
    middle = [1000 * statistics.median(times) for times in (ours, hand)]
    note = f"ours {middle[0]:.0f} ms, by hand {middle[1]:.0f} ms, {len(ours)} rounds"
    return Figure(f"30-step flow as {name} / hand-written Playwright", ratio, "x", 1.10, note)


async def fallthrough(browser: Browser, url: str, rounds: int) -> Figure:
    """What five dead selectors before the live one cost on a page that has settled, the click included."""
    costs = []
    for _ in range(rounds):
        dead = {"action": "click", "selector": DEAD[0], "candidates": [*DEAD[1:], 'control="Sign in"']}
        steps = [
            {"action": "goto", "value": url},
            {"action": "wait", "value": 300},
            dead,
            {"action": "goto", "value": url},
            {"action": "wait", "value": 300},
            {"action": "click", "selector": 'control="Sign in"'},
        ]
        events = await _events(browser, TestConfig.model_validate({"fallback": "none", "steps": steps}))
        spent = [event.details["duration_ms"] for event in events if event.type == "step_finished"]
        costs.append(spent[2] - spent[5])
    return Figure("five dead selectors before the live one", statistics.median(costs), "ms", 150)


async def _hand_seconds(browser: Browser, url: str) -> float:
    async with browser.session() as session:
        started = perf_counter()
        await by_hand(session.page, url)
        return perf_counter() - started


async def _replay_seconds(browser: Browser, flow: TestConfig) -> float:
    """From the first step's start to the last one's end, as the hand-written flow is measured."""
    started = ended = 0.0
    async with aclosing(replay(flow, browser, ReplayOptions())) as events:
        async for event in events:
            if event.type == "step_started" and not started:
                started = perf_counter()
            if event.type == "step_finished":
                ended = perf_counter()
            _must_not_fail(event)
    return ended - started


async def _events(browser: Browser, flow: TestConfig) -> list[Event]:
    async with aclosing(replay(flow, browser, ReplayOptions())) as run:
        events = [event async for event in run]
    _must_not_fail(events[-1])
    return events


def _must_not_fail(event: Event) -> None:
    if event.type == "failed":
        raise SystemExit(f"the benchmark's flow failed: {event.message}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how often each thing is measured")
    sys.exit(asyncio.run(main(parser.parse_args().rounds)))
