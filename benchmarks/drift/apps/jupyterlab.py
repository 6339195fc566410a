"""JupyterLab: menus, the launcher, a notebook and its settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page

from benchmarks.drift.apps import App, Prepared, Version


def _prepare(place: Path, folder: Path, port: int) -> Prepared:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notes.md").write_text("# Notes\n", encoding="utf-8")
    (folder / "data.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    home = folder / ".home"
    home.mkdir(exist_ok=True)
    command = [
        str(place / "bin" / "jupyter-lab"),
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
    ]
    options = [
        "--ServerApp.token=",
        "--ServerApp.password=",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    environment = {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home),
        "JUPYTER_DATA_DIR": str(home),
        "PATH": f"{place / 'bin'}:/usr/bin:/bin",
    }
    return Prepared([*command, *options], folder, environment, "/lab")


async def _visit(page: Page, url: str) -> AsyncIterator[str]:
    await page.goto(f"{url}/lab?reset", wait_until="load")
    await page.locator(".jp-Launcher, .jp-LauncherCard").first.wait_for(timeout=60_000)
    await page.wait_for_timeout(3000)
    yield "launcher"
    for menu in ("File", "Settings"):
        await page.locator(".lm-MenuBar-itemLabel", has_text=menu).first.click()
        await page.wait_for_timeout(600)
        yield f"menu-{menu.lower()}"
        await page.keyboard.press("Escape")
        await page.wait_for_timeout(200)
    await page.locator(".jp-LauncherCard").first.click()
    await page.locator(".jp-Notebook").first.wait_for(timeout=60_000)
    await page.wait_for_timeout(3000)
    yield "notebook"


APP = App(
    name="jupyterlab",
    licence="BSD-3-Clause",
    versions=(
        Version("3.6", "PyPI", ("jupyterlab==3.6.*",)),
        Version("4.4", "PyPI", ("jupyterlab==4.4.*",)),
    ),
    prepare=_prepare,
    visit=_visit,
)
