"""Save the pages of real applications: install, start on loopback, drive, and write what stands there.

Run as `python -m benchmarks.drift.collect [APP ...]`. The applications are installed into a folder of their
own (`--cellar`, default a temporary one) and never into the project.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Page

from benchmarks.drift.apps import App, Version
from benchmarks.drift.apps.catalogue import APPS
from benchmarks.drift.apps.serving import installed, serving
from benchmarks.drift.saved import PAGES, SavedPage, manifest, write_manifest
from runner.page.browser import launch

SNAPSHOT = (Path(__file__).parent / "snapshot.js").read_text(encoding="utf-8")


async def collect(app: App, version: Version, cellar: Path) -> list[SavedPage]:
    """Install and start one version, save its pages, and tell which."""
    place = await installed(app, version, cellar)
    saved = []
    async with launch() as browser, browser.session() as session, serving(app, place) as url:
        async for name in app.visit(session.page, url):
            saved.append(await _save(app, version, name, session.page))
            print(f"  {app.name} {version.name} {name}")
    return saved


async def _save(app: App, version: Version, name: str, page: Page) -> SavedPage:
    html: str = await page.evaluate(SNAPSHOT)
    address = urlsplit(page.url)
    file = PAGES / f"{app.name}-{version.name}" / f"{name}.html.gz"
    file.parent.mkdir(parents=True, exist_ok=True)
    # mtime=0: the same page gives the same bytes.
    file.write_bytes(gzip.compress(_anonymous(html, address.netloc).encode(), 9, mtime=0))
    path = address.path + (f"?{address.query}" if address.query else "")
    return SavedPage(app.name, version.name, name, path, app.licence)


def _anonymous(html: str, netloc: str) -> str:
    return html.replace(netloc, "app.example")


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drift.collect", description=__doc__)
    parser.add_argument("apps", nargs="*", metavar="APP", help="which applications (default: all)")
    parser.add_argument("--cellar", type=Path, help="where the applications are installed and kept")
    parser.add_argument("--version", help="only this version")
    return parser.parse_args(arguments)


async def _collect_all(options: argparse.Namespace, cellar: Path) -> None:
    for app in APPS:
        if options.apps and app.name not in options.apps:
            continue
        for version in app.versions:
            if options.version in (None, version.name):
                fresh = await collect(app, version, cellar)
                kept = [page for page in manifest() if (page.app, page.version) != (app.name, version.name)]
                write_manifest([*kept, *fresh])


def main(arguments: Sequence[str] | None = None) -> None:
    """Collect what the command line names."""
    options: Any = _arguments(arguments)
    with tempfile.TemporaryDirectory(prefix="drift-cellar-") as scratch:
        asyncio.run(_collect_all(options, options.cellar or Path(scratch)))
    total = sum(file.stat().st_size for file in PAGES.rglob("*.gz"))
    print(json.dumps({"pages": len(manifest()), "bytes": total}))


if __name__ == "__main__":
    main()
