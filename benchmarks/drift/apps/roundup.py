"""Roundup's issue tracker, its classic template."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page

from benchmarks.drift.apps import App, Prepared, Version

PASSWORD = "correct horse"


def _prepare(place: Path, folder: Path, port: int) -> Prepared:
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "tracker"
    admin = [str(place / "bin" / "roundup-admin"), "-i", str(home)]
    settings = f"web=http://127.0.0.1:{port}/t/,domain=example.org,rdbms_backend=sqlite,secret_key=benchmark"
    commands = [
        [*admin[:1], "-i", str(home), "install", "classic", "sqlite", settings],
        [*admin, "initialise", PASSWORD],
        *([*admin, "create", "issue", f"title={title}"] for title in ("Printer jams", "Door bell silent", "Lift stuck")),
        *([*admin, "create", "user", f"username={name}", f"address={name}@example.org"] for name in ("maria", "tom")),
    ]
    for command in commands:
        subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=60)
    serve = [str(place / "bin" / "roundup-server"), "-n", "127.0.0.1", "-p", str(port), f"t={home}"]
    return Prepared(serve, folder, answers_at="/t/")


async def _visit(page: Page, url: str) -> AsyncIterator[str]:
    await page.goto(f"{url}/t/")
    yield "home"
    await page.fill("[name=__login_name]", "admin")
    await page.fill("[name=__login_password]", PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_load_state("networkidle")
    for name, path in (
        ("issues", "issue?@columns=title,id,activity,status&@sort=activity"),
        ("issue-new", "issue?@template=item"),
        ("issue", "issue1"),
        ("search", "issue?@template=search"),
        ("user", "user3"),
        ("keywords", "keyword?@template=item"),
    ):
        await page.goto(f"{url}/t/{path}", wait_until="networkidle")
        yield name


APP = App(
    name="roundup",
    licence="MIT",
    versions=(Version("2.0", "PyPI", ("roundup==2.0.0",)), Version("2.5", "PyPI", ("roundup==2.5.0",))),
    prepare=_prepare,
    visit=_visit,
)
