"""A worker's browser: one for all runs, a new one when it has died or is worn out."""

from __future__ import annotations

from runner.page.browser import BrowserOptions
from runner.service.queue.browsers import WorkerBrowser
from tests.processes import kill_browser


async def test_a_worn_browser_is_replaced_and_ends_when_its_last_run_does() -> None:
    async with WorkerBrowser(BrowserOptions(), max_runs=2) as shared:
        async with shared.lease() as first, first.session():
            async with shared.lease() as second:
                assert second is first
            async with shared.lease() as third:
                assert third is not first
            with_a_run_left = first.alive
        assert with_a_run_left
        assert (first.alive, third.alive) == (False, True)


async def test_a_dead_browser_is_replaced() -> None:
    async with WorkerBrowser(BrowserOptions()) as shared:
        async with shared.lease() as first, first.session() as session:
            await kill_browser(session)
        async with shared.lease() as second:
            assert second is not first
            assert second.alive


async def test_a_browser_that_takes_too_much_memory_is_replaced() -> None:
    async with WorkerBrowser(BrowserOptions(), max_memory=1, weighed_every_s=0) as shared:
        async with shared.lease() as first:
            pass
        async with shared.lease() as second:
            assert second is not first
