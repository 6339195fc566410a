"""The `demo` fixture: whole flows as a part of somebody's own test."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import overload

import pytest
from playwright import async_api, sync_api

from runner.artifacts import unused
from runner.contract.errors import UsageError
from runner.contract.run import Run
from runner.page.find import TIMEOUT_MS, find
from runner.page.mirror import find_on_sync
from runner.page.probe import Purpose
from runner.pytest_plugin.asked import asked, sort_videos, why_not
from runner.pytest_plugin.items import FlowFailed
from runner.pytest_plugin.player import Player
from runner.replay.flow import read


class Demo:
    """What the fixture offers, for one test."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request

    def replay(self, file: str | Path, **parameters: str) -> Run:
        """Play a flow, in a browser context of its own; returns the run, raises FlowFailed.

        `file` is sought beside the test, then in the current folder. Raises UsageError where flows cannot be
        run, ConfigError for a file that is broken.
        """
        __tracebackhide__ = True
        if reason := why_not(self._request.config):
            raise UsageError(reason)
        flow = read(self._found(Path(file)))
        if flow.error is not None:
            raise flow.error
        player: Player = self._request.getfixturevalue("_demo_player")
        folder = unused(Path(self._request.getfixturevalue("output_path")) / flow.name)
        wanted = asked(self._request, flow, folder, parameters)
        played = player.play(wanted, shown_from=self._request.config.invocation_params.dir)
        failed = played.run.status != "completed"
        sort_videos(self._request.config, folder, failed=failed)
        if failed:
            raise FlowFailed(played.failure)
        return played.run

    @overload
    def find(
        self, page: sync_api.Page, *selectors: str, timeout_ms: int = ..., purpose: Purpose = ...
    ) -> sync_api.Locator: ...

    @overload
    def find(
        self, page: async_api.Page, *selectors: str, timeout_ms: int = ..., purpose: Purpose = ...
    ) -> Awaitable[async_api.Locator]: ...

    def find(
        self,
        page: sync_api.Page | async_api.Page,
        *selectors: str,
        timeout_ms: int = TIMEOUT_MS,
        purpose: Purpose = "act",
    ) -> sync_api.Locator | Awaitable[async_api.Locator]:
        """The one element that the best of `selectors` stands for, as `runner.find` finds it.

        To be awaited for an async page. Raises LookupFailed, which tells what is there and what to try.
        """
        __tracebackhide__ = True
        if isinstance(page, async_api.Page):
            return find(page, *selectors, timeout_ms=timeout_ms, purpose=purpose)
        portal = self._request.getfixturevalue("_demo_portal")
        return find_on_sync(portal, page, *selectors, timeout_ms=timeout_ms, purpose=purpose)

    def _found(self, file: Path) -> Path:
        beside = self._request.path.parent / file
        return beside if beside.is_file() else file
