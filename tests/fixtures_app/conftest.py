"""The bundled app in both its versions, each test with a fresh database and a plain Playwright page."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from runner.page.session import Session
from runner.site import Site
from tests.conftest import Fresh

expect.set_options(timeout=5_000)


@pytest.fixture(params=["first", "second"])
def version(request: pytest.FixtureRequest) -> str:
    """Which version of the app the test sees."""
    return str(request.param)


@pytest.fixture
async def site(version: str, fresh: Fresh) -> Site:
    """The app as it starts."""
    return await fresh(drifted=version == "second")


@pytest.fixture
async def page(session: Session) -> Page:
    """An empty tab in a fresh context; dialogs are accepted, as a run would."""
    session.page.set_default_timeout(10_000)
    return session.page
