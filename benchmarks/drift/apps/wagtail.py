"""Wagtail's admin: pages, images, users and settings."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page

from benchmarks.drift.apps import App, Prepared, Version

USER, PASSWORD = "admin", "correct horse battery"
_SEED = f"""
from django.contrib.auth import get_user_model
from wagtail.models import Page
get_user_model().objects.create_superuser("{USER}", "admin@example.org", "{PASSWORD}")
home = Page.objects.get(depth=2)
for title in ("About us", "Opening hours", "Contact"):
    home.add_child(instance=Page(title=title))
"""


def _prepare(place: Path, folder: Path, port: int) -> Prepared:
    folder.mkdir(parents=True, exist_ok=True)
    run = {"cwd": folder, "capture_output": True, "check": True, "timeout": 120}
    subprocess.run([str(place / "bin" / "wagtail"), "start", "museum", "."], **run)  # type: ignore[call-overload]
    python = [str(place / "bin" / "python"), "-W", "ignore", "manage.py"]
    subprocess.run([*python, "migrate", "--verbosity", "0"], **run)  # type: ignore[call-overload]
    subprocess.run([*python, "shell"], input=_SEED.encode(), **run)  # type: ignore[call-overload]
    return Prepared(
        [*python, "runserver", "--noreload", f"127.0.0.1:{port}"], folder, answers_at="/admin/login/"
    )


async def _visit(page: Page, url: str) -> AsyncIterator[str]:
    await page.goto(f"{url}/admin/login/")
    yield "login"
    await page.fill("[name=username]", USER)
    await page.fill("[name=password]", PASSWORD)
    await page.click("[type=submit]")
    for name, *paths in (
        ("dashboard", ""),
        ("explorer", "pages/3/"),
        ("page-edit", "pages/3/edit/"),
        ("users", "users/"),
        ("user-add", "users/add/", "users/new/"),
        ("image-add", "images/add/"),
        ("redirect-add", "redirects/add/", "redirects/new/"),
        ("site", "sites/2/", "sites/edit/2/"),
    ):
        for path in paths:
            answer = await page.goto(f"{url}/admin/{path}", wait_until="load")
            if answer and answer.ok:
                break
        await page.wait_for_timeout(1500)  # its previews and status pings never let the network fall idle
        yield name


APP = App(
    name="wagtail",
    licence="BSD-3-Clause",
    versions=(
        Version("4.1", "PyPI", ("wagtail==4.1.*", "Django==4.1.*", "setuptools<70")),
        Version("7.0", "PyPI", ("wagtail==7.0.*", "Django==5.2.*")),
    ),
    prepare=_prepare,
    visit=_visit,
)
