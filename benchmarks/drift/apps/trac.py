"""Trac: tickets, reports and the admin's panels."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page

from benchmarks.drift.apps import App, Prepared, Version


def _prepare(place: Path, folder: Path, port: int) -> Prepared:
    folder.mkdir(parents=True, exist_ok=True)
    tracker = folder / "env"
    admin = [str(place / "bin" / "trac-admin"), str(tracker)]
    for arguments in (
        ["initenv", "Workshop", "sqlite:db/trac.db"],
        ["permission", "add", "anonymous", "TRAC_ADMIN"],
        ["config", "set", "trac", "auth_cookie_path", "/"],
    ):
        subprocess.run([*admin, *arguments], cwd=folder, capture_output=True, check=True, timeout=60)
    tracd = [str(place / "bin" / "tracd"), "-s", "--hostname", "127.0.0.1", "--port", str(port), str(tracker)]
    return Prepared(tracd, folder)


async def _visit(page: Page, url: str) -> AsyncIterator[str]:
    await page.goto(f"{url}/newticket")
    await page.fill("#field-summary", "The lathe's belt slips")
    await page.click("input[name=submit]")
    for name, path in (
        ("ticket-new", "newticket"),
        ("ticket", "ticket/1"),
        ("query", "query"),
        ("reports", "report"),
        ("wiki", "wiki/WikiStart?action=edit"),
        ("roadmap", "roadmap"),
        ("admin-components", "admin/ticket/components"),
        ("admin-basics", "admin/general/basics"),
        ("preferences", "prefs"),
        ("search", "search"),
    ):
        await page.goto(f"{url}/{path}", wait_until="networkidle")
        yield name


APP = App(
    name="trac",
    licence="BSD-3-Clause",
    versions=(Version("1.6", "PyPI", ("Trac==1.6", "setuptools<70")),),
    prepare=_prepare,
    visit=_visit,
)
