"""Other tools' recordings, run by the tools that they are from and, imported, by us."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.exchange.tools import Tools
from runner.contract.config import TestConfig
from runner.exchange.reading import read
from runner.site import Site

FOREIGN: Final = Path(__file__).parents[2] / "tests" / "exchange" / "foreign"
ADDRESS: Final = "http://127.0.0.1:8000"
PASSWORD: Final = "lovelace-1843"

Replay = Callable[[TestConfig, dict[str, str]], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A recording: its file, the tool that runs it, and the task that it adds."""

    file_name: str
    tool: str
    added: str


SAMPLES: Final = (
    Sample("pytest.txt", "pytest", 'Buy "twine" & tape'),
    Sample("test.spec.ts", "playwright", 'Buy "twine" & tape'),
    Sample("signing-in.recorder.json", "puppeteer", "Dust the shelves"),
    Sample("marginalia.side", "selenium", "Oil the door"),
)


async def tried(site: Site, tools: Tools, replayed: Replay, restore: Callable[[], None]) -> int:
    """Print how each fares in its tool and with us; how many fared badly."""
    failed = 0
    for sample in SAMPLES:
        source = (FOREIGN / sample.file_name).read_text(encoding="utf-8").replace(ADDRESS, site.url)
        restore()
        if sample.tool == "selenium" and tools.selenium_missing:
            there: str | None = f"not run: {tools.selenium_missing}"
        else:
            there = await _ran(sample, source, site, tools) or _missed(site, sample)
            failed += there is not None
        restore()
        *_, imported = read(source, sample.file_name)
        here = await replayed(imported.config, {"PASSWORD": PASSWORD}) or _missed(site, sample)
        failed += here is not None
        print(f"{sample.file_name} in {sample.tool}: {_told(there)}; imported: {_told(here)}", flush=True)
    return failed


async def _ran(sample: Sample, source: str, site: Site, tools: Tools) -> str | None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        match sample.tool:
            case "pytest":
                return await tools.pytest({"test_sample.py": source}, site.url, folder)
            case "playwright":
                return await tools.playwright({sample.file_name: source}, site.url, folder)
            case "puppeteer":
                return await tools.puppeteer(source, folder)
            case _:
                return await tools.selenium(source, site.url, folder)


def _missed(site: Site, sample: Sample) -> str | None:
    with closing(sqlite3.connect(f"{site.database.as_uri()}?mode=ro", uri=True)) as connection:
        titles = connection.execute("SELECT title FROM tasks").fetchall()
    return None if (sample.added,) in titles else f"the task {sample.added!r} was not added"


def _told(wrong: str | None) -> str:
    return "as it should be" if not wrong else " ".join(wrong.split())[:600]
