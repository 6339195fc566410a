"""What every test may ask for: one browser for all tests, a fresh session for each, and pages on loopback."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says nothing about the code on a busy machine.
settings.register_profile(
    "untimed", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")

if TYPE_CHECKING:
    from pathlib import Path

    from runner.page.browser import Browser
    from runner.page.session import Session
    from runner.site import Site
    from runner.testing import CannedSite


class Fresh(Protocol):
    """Gives the bundled app in its first state."""

    async def __call__(self, *, drifted: bool = False) -> Site: ...


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser a worker: starting one costs far more than a fresh context in it."""
    from runner.page.browser import BrowserOptions, launch

    async with launch(BrowserOptions()) as running:
        yield running


@pytest.fixture
async def session(browser: Browser) -> AsyncIterator[Session]:
    """A fresh context with one empty tab, closed after the test."""
    from runner.page.session import SessionOptions

    async with browser.session(SessionOptions()) as opened:
        yield opened


@pytest.fixture
async def canned_site() -> AsyncIterator[CannedSite]:
    """A site on loopback that serves whatever the test puts there."""
    from runner.testing import CannedSite

    async with CannedSite() as site:
        yield site


@pytest.fixture(scope="session")
async def fresh(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fresh]:
    """Gives the bundled app, or with True its redesign, in the state in which it starts.

    One app a worker and version, put back to its first state: a start costs more than a flow.
    """
    from runner.site import bundled_site

    folder = tmp_path_factory.mktemp("shops")
    running: dict[bool, Site] = {}
    async with AsyncExitStack() as stack:

        async def renewed(*, drifted: bool = False) -> Site:
            first = folder / f"{drifted}.db"
            if drifted not in running:
                running[drifted] = await stack.enter_async_context(bundled_site(drifted=drifted))
                _copy(running[drifted].database, first)
            _copy(first, running[drifted].database)
            return running[drifted]

        yield renewed


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(target)) as theirs:
        ours.backup(theirs)
