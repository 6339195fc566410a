"""The bundled bookshop, as it was first built and as it was redesigned."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page

from benchmarks.drift.apps import App, Prepared, Version
from runner.assets import folder as asset_folder

REDESIGNED = "second"


def _prepare(place: Path, folder: Path, port: int) -> Prepared:
    folder.mkdir(parents=True, exist_ok=True)
    script = asset_folder("fixtures") / "app" / "serve.py"
    command = [sys.executable, str(script), "--port", str(port), "--database", str(folder / "shop.db")]
    if place.name.endswith(REDESIGNED):
        command.append("--drifted")
    return Prepared(command, folder)


async def _visit(page: Page, url: str) -> AsyncIterator[str]:
    await page.goto(f"{url}/login", wait_until="networkidle")
    yield "login"
    await page.goto(f"{url}/try?open=/dashboard", wait_until="networkidle")
    yield "dashboard"
    for name, path in (
        ("tasks", "/tasks"),
        ("task", "/tasks/2"),
        ("books", "/books"),
        ("book", "/books/6"),
        ("customers", "/customers"),
        ("bookings", "/bookings"),
        ("search", "/search"),
        ("files", "/files"),
        ("settings", "/settings"),
        ("shop", "/shop"),
        ("cart", "/cart"),
    ):
        await page.goto(url + path, wait_until="networkidle")
        yield name


APP = App(
    name="bookshop",
    licence="Apache-2.0",
    versions=(Version("first", "PyPI", ()), Version(REDESIGNED, "PyPI", ())),
    prepare=_prepare,
    visit=_visit,
)
