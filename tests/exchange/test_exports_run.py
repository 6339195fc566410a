"""Exports run by the tools they are for, as they are, and the app's database says what it says of a replay.

All bundled prompts: `python -m benchmarks.exchange`.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks.exchange.tools import Tools, installed
from runner.exchange.writing import write
from runner.page.browser import choose_browser
from runner.site import Site, bundled_prompts, unmet_at_last
from tests.conftest import Fresh
from tests.exchange.recorded import recording

pytestmark = pytest.mark.browser

# Frames, fields of all kinds, a shadow root, a secret: and none of them disturbs the other's oracle.
RUN = ("buy-a-book", "subscribe-in-the-box", "sign-in-from-the-front-page")
PASSWORD = "lovelace-1843"


async def judged(site: Site, *names: str) -> None:
    for prompt in bundled_prompts():
        if prompt.name in names:
            assert await unmet_at_last(site.database, prompt.oracle) == []


async def test_exported_python_passes_on_the_app(fresh: Fresh, tmp_path: Path) -> None:
    site = await fresh()
    written = [write(recording(name), "pytest", name) for name in RUN]
    tools = Tools(Path(), str(choose_browser().executable))
    files = {each.file_name: each.text for each in written}
    assert await tools.pytest(files, site.url, tmp_path, PASSWORD=PASSWORD) is None
    await judged(site, *RUN)


async def test_what_is_exported_for_the_tools_of_npm_passes_on_the_app(fresh: Fresh, tmp_path: Path) -> None:
    node = await asyncio.to_thread(installed)
    if isinstance(node, str):
        pytest.skip(node)
    site, tools = await fresh(), Tools(node, str(choose_browser().executable))
    typescript = write(recording("sign-in-from-the-front-page"), "playwright", "sign in")
    chrome = write(recording("buy-a-book"), "chrome", "buy").text.replace("http://127.0.0.1:8000", site.url)
    (tmp_path / "playwright").mkdir()
    (tmp_path / "puppeteer").mkdir()
    said = await asyncio.gather(
        tools.playwright(
            {typescript.file_name: typescript.text}, site.url, tmp_path / "playwright", PASSWORD=PASSWORD
        ),
        tools.puppeteer(chrome, tmp_path / "puppeteer"),
    )
    assert [each for each in said if each] == []
    await judged(site, "sign-in-from-the-front-page", "buy-a-book")
