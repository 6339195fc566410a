"""Flows are played beside pytest: in a browser of our own, on an event loop in a thread of its own.

pytest-playwright's fixtures are of Playwright's sync flavour, whose event loop occupies pytest's thread; the
engine is async. So the fixtures say how the browser is to be started and its contexts made, and the player
does that on the other loop while pytest waits.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal
from rich.text import Text

from runner.contract.errors import UsageError
from runner.contract.run import Run
from runner.following import Stop
from runner.page.browser import BrowserOptions
from runner.page.shared import SharedBrowser
from runner.playing import Play, play
from runner.screen import Screen


@dataclass(frozen=True)
class Played:
    """A run that has ended, and what a person would have seen of it. Paths are shown from a folder."""

    run: Run
    lines: tuple[str, ...]
    shown_from: Path

    @property
    def text(self) -> str:
        """The steps, and what there is to say of the end."""
        return self._shown(self.lines)

    @property
    def failure(self) -> str:
        """What went wrong, so that a list of failures can show the first line; then the rest."""
        message = self.run.error_message or "The run was stopped."
        headline, *more = message.splitlines()
        at = next((at for at, line in enumerate(self.lines) if line.endswith(message)), len(self.lines))
        return self._shown([headline, *self.lines[:at], *more, *self.lines[at + 1 :]])

    def relative(self, path: Path) -> str:
        """The path as it is shown."""
        return str(path.relative_to(self.shown_from) if path.is_relative_to(self.shown_from) else path)

    def _shown(self, lines: Iterable[str]) -> str:
        return "\n".join(lines).replace(f"{self.shown_from}{os.sep}", "")


class Player:
    """Plays one flow after the other, all in one browser."""

    def __init__(self, portal: BlockingPortal, shared: SharedBrowser) -> None:
        self._portal = portal
        self._shared = shared

    def play(self, wanted: Play, shown_from: Path) -> Played:
        """Play a flow to its end. If pytest is interrupted meanwhile, the run is ended in order first."""
        lines: list[str] = []

        def say(line: Text) -> None:
            if line.plain:
                lines.append(line.plain)

        stop = Stop()
        screen = Screen(say, title="", folder=wanted.folder)
        playing = self._portal.start_task_soon(play, wanted, self._shared, [screen], stop)
        try:
            run = playing.result()
        finally:
            if not playing.done():
                self._portal.call(stop.now, "Stopped by pytest.")
                wait([playing])
        return Played(run, tuple(lines), shown_from)


@contextmanager
def player(
    portal: BlockingPortal, launch_args: Mapping[str, Any], connect_options: Mapping[str, Any] | None
) -> Iterator[Player]:
    """A player whose browser is started as pytest-playwright would start it, when the first flow needs it."""
    if connect_options:
        raise UsageError(
            "Flows run in a browser of this machine; the fixture connect_options names another one.",
            remedy="Run them in a session of their own, where connect_options is None.",
        )
    shared = SharedBrowser(BrowserOptions(launching=dict(launch_args)))
    with portal.wrap_async_context_manager(shared) as ready:
        yield Player(portal, ready)
