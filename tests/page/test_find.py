"""The selector language on pages that Playwright opened without us."""

from __future__ import annotations

import pytest
from playwright.async_api import async_playwright

from runner import find
from runner.contract.errors import DemoRunnerError, LookupFailed
from runner.page.browser import Browser

pytestmark = pytest.mark.browser

PAGE = """<label>Name <input></label><button onclick="said.textContent = 'Hello'">Greet</button>
<output id=said></output>
<iframe srcdoc="<button onclick='this.textContent = `Paid`'>Pay</button>"></iframe>"""
LATE = "() => setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<button>Late</button>'), 150)"


async def test_somebody_else_s_page_knows_the_selectors_when_they_are_first_used(browser: Browser) -> None:
    async with async_playwright() as playwright:
        own = await playwright.chromium.launch(executable_path=browser.choice.executable)
        for page in (await own.new_page(), await own.new_page()):
            await page.set_content(PAGE)
            await (await find(page, 'field="Name"')).fill("Ada")
            await (await find(page, 'control="Salute"', 'control="Greet"')).click()
            assert await (await find(page, "text=Hello", purpose="see")).text_content() == "Hello"
            await (await find(page, 'control="Pay"')).click()
            assert await (await find(page, 'control="Paid"')).count() == 1
            await page.evaluate(LATE)
            assert await (await find(page, 'control="Late"')).is_visible()
            with pytest.raises(LookupFailed, match=r'Nearest on the page: button "Greet"') as failed:
                await find(page, 'control="Gret"', timeout_ms=200)
            assert 'Try control="Greet"' in str(failed.value)
        await page.close()
        with pytest.raises(DemoRunnerError, match="closed"):
            await find(page, 'control="Greet"', timeout_ms=200)
        await own.close()


async def test_pages_of_our_own_browser_need_nothing(browser: Browser) -> None:
    async with browser.session() as session:
        await session.page.set_content(PAGE)
        assert await (await find(session.page, 'control="Greet"')).text_content() == "Greet"
