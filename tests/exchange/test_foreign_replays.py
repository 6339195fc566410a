"""What was imported does on the bundled app what was recorded there: its database tells."""

from __future__ import annotations

import sqlite3
from contextlib import aclosing, closing
from pathlib import Path

import pytest

from runner.exchange.reading import read
from runner.page.browser import Browser
from runner.replay.replayer import ReplayOptions, replay
from tests.conftest import Fresh

pytestmark = pytest.mark.browser

FOREIGN = Path(__file__).parent / "foreign"
PASSWORD = {"PASSWORD": "lovelace-1843"}


@pytest.mark.parametrize(
    ("name", "added"),
    [
        ("test.spec.ts", 'Buy "twine" & tape'),
        ("signing-in.recorder.json", "Dust the shelves"),
        ("marginalia.side", "Oil the door"),
    ],
)
async def test_an_imported_recording_is_replayed(
    name: str, added: str, fresh: Fresh, browser: Browser
) -> None:
    site = await fresh()
    recording = read((FOREIGN / name).read_text(), name)[-1]
    options = ReplayOptions(start_url=f"{site.url}/login", parameters=PASSWORD)
    async with aclosing(replay(recording.config, browser, options)) as events:
        *_, ended = [event async for event in events]
    assert ended.type == "completed", ended.details.get("failure")
    assert ended.details.get("patches", []) == []
    with closing(sqlite3.connect(f"{site.database.as_uri()}?mode=ro", uri=True)) as connection:
        assert (added,) in connection.execute("SELECT title FROM tasks").fetchall()
