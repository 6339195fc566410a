"""The served app: it starts, every page of both versions opens without a script error, it ends in time."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page

from runner.contract.errors import RunnerError
from runner.site import Site, bundled_prompts, bundled_site, unmet

PAGES = [
    "/dashboard", "/tasks", "/tasks/1", "/tasks?show=done", "/books", "/books?page=4&sort=year&dir=desc",
    "/books/new",
    "/books/6", "/customers", "/shop", "/cart", "/search?q=dune", "/bookings", "/files", "/settings",
    "/settings#security", "/login", "/nowhere",
]  # fmt: skip


def answers(url: str) -> bool:
    address = urlsplit(url)
    with closing(socket.socket()) as probe:
        probe.settimeout(2)
        return probe.connect_ex((str(address.hostname), int(address.port or 0))) == 0


@pytest.mark.browser
async def test_every_page_opens_without_a_script_error(page: Page, site: Site) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    await page.goto(f"{site.url}/try?open=/dashboard")
    for path in PAGES:
        answer = await page.goto(site.url + path)
        # A change of nothing but the hash loads nothing, so there is no answer to judge.
        assert answer is None or answer.status == (404 if path == "/nowhere" else 200), path
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert errors == []


@pytest.mark.browser
async def test_staff_pages_ask_guests_to_sign_in_first(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/books")
    assert page.url == f"{site.url}/login?next=/books"


@pytest.mark.browser
async def test_sessions_are_apart(page: Page, site: Site) -> None:
    await page.goto(f"{site.url}/try?open=/dashboard")
    await page.context.clear_cookies()
    await page.goto(f"{site.url}/tasks")
    assert "/login" in page.url


async def test_both_versions_hold_the_same_state(tmp_path: Path) -> None:
    dumps = []
    for drifted in (False, True):
        async with bundled_site(drifted=drifted, data=tmp_path / str(drifted)) as site:
            with closing(sqlite3.connect(site.database)) as connection:
                dumps.append(list(connection.iterdump()))
    assert dumps[0] == dumps[1]


async def test_data_that_is_kept_is_there_again(tmp_path: Path) -> None:
    async with bundled_site(data=tmp_path) as site:
        with closing(sqlite3.connect(site.database)) as connection, connection:
            connection.execute("UPDATE tasks SET title = 'Kept' WHERE id = 1")
    async with bundled_site(data=tmp_path) as site:
        with closing(sqlite3.connect(site.database)) as connection:
            assert connection.execute("SELECT title FROM tasks WHERE id = 1").fetchone() == ("Kept",)


async def test_the_app_ends_with_its_context_and_when_cancelled() -> None:
    started: asyncio.Queue[str] = asyncio.Queue()

    async def use() -> None:
        async with bundled_site() as site:
            started.put_nowait(site.url)
            await asyncio.Event().wait()

    user = asyncio.create_task(use())
    url = await started.get()
    assert answers(url)
    user.cancel()
    with pytest.raises(asyncio.CancelledError):
        await user
    assert not answers(url)


async def test_an_app_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_text("this is not a database, whatever its name says, and it is long enough")
    with pytest.raises(RunnerError, match="not a database") as caught:
        async with bundled_site(data=tmp_path):
            pass
    assert caught.value.remedy


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(RunnerError, match="taken"):
        async with bundled_site(data=tmp_path / "taken"):
            pass


async def test_no_oracle_holds_before_its_flow_was_carried_out() -> None:
    prompts = bundled_prompts()
    assert len([prompt for prompt in prompts if not prompt.fails]) >= 45
    assert len({prompt.name for prompt in prompts}) == len(prompts)
    async with bundled_site() as site:
        for prompt in prompts:
            assert unmet(site.database, prompt.oracle) or prompt.fails, prompt.name
