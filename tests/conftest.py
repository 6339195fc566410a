"""What every test may ask for: one browser for all tests, a fresh session for each, and pages on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says nothing about the code on a busy machine.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

if TYPE_CHECKING:
    from runner.page.browser import Browser
    from runner.page.session import Session
    from runner.testing import CannedSite


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
