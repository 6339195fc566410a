"""TiddlyWiki's server edition: tabs, an editor and a control panel made of plain buttons."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page

from benchmarks.drift.apps import App, Prepared, Version


def _prepare(place: Path, folder: Path, port: int) -> Prepared:
    folder.mkdir(parents=True, exist_ok=True)
    wiki = [str(place / "node_modules" / ".bin" / "tiddlywiki"), str(folder / "wiki")]
    subprocess.run([*wiki, "--init", "server"], cwd=folder, capture_output=True, check=True, timeout=60)
    return Prepared([*wiki, "--listen", f"port={port}", "host=127.0.0.1"], folder)


# The whole wiki lies in the page as data that is never shown and says nothing about the interface.
_STORE = "#storeArea, #libraryModules, #bootKernelPrefix, #bootKernel"
_WITHOUT_STORE = f"document.querySelectorAll('{_STORE}').forEach(part => part.remove())"


async def _visit(page: Page, url: str) -> AsyncIterator[str]:
    await page.goto(url, wait_until="networkidle")
    await page.wait_for_timeout(500)
    await page.evaluate(_WITHOUT_STORE)
    yield "start"
    await page.locator("button[class*='control-panel']").first.click()
    await page.wait_for_timeout(700)
    await page.evaluate(_WITHOUT_STORE)
    yield "control-panel"
    await page.goto(url, wait_until="networkidle")
    await page.locator("button[class*='new-tiddler']").first.click()
    await page.wait_for_timeout(700)
    await page.evaluate(_WITHOUT_STORE)
    yield "edit"


APP = App(
    name="tiddlywiki",
    licence="BSD-3-Clause",
    versions=(Version("5.1", "npm", ("tiddlywiki@5.1.23",)), Version("5.3", "npm", ("tiddlywiki@5.3",))),
    prepare=_prepare,
    visit=_visit,
)
