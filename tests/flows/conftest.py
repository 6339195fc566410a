"""One bundled app a worker, put back to its first state before each run: a start costs more than a flow."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from runner.site import Site, bundled_site

Fresh = Callable[[], Site]


@pytest.fixture(scope="session")
async def fresh(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fresh]:
    """Gives the app in the state in which it starts."""
    first = tmp_path_factory.mktemp("shop") / "first.db"
    async with bundled_site() as site:
        _copy(site.database, first)

        def renewed() -> Site:
            _copy(first, site.database)
            return site

        yield renewed


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(target)) as theirs:
        ours.backup(theirs)
