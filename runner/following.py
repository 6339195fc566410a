"""Follows one run: takes in the engine's events, writes the files, tells the faces, and sees that it ends.

Whatever happens, a run ends with exactly one terminal event and its files and its browser are closed.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager, suppress
from typing import Final

from runner.artifacts import Artifacts
from runner.contract.errors import ArtifactsNotWritable, DemoRunnerError, RunnerError
from runner.contract.event import Event
from runner.contract.masking import Mask
from runner.contract.run import Run, summarise

STOPPED_CODE: Final = 3
FAILED_CODE: Final = 1


# Whoever is told what happens: a screen, a stream of JSON, a feed, a log. The run is the one after the event.
# A face never waits.
Face = Callable[[Event, Run], None]


class Stop:
    """A wish to stop, by Ctrl-C or a signal: every run that is followed is cancelled and ends in order."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._tasks: set[asyncio.Task[object]] = set()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Turn the first signal into a wish to stop; a second one is obeyed at once."""
        loop = asyncio.get_running_loop()
        signals = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "a request to end (SIGTERM)"}
        with suppress(NotImplementedError):  # Windows: Ctrl-C arrives as KeyboardInterrupt instead
            for number, reason in signals.items():
                loop.add_signal_handler(number, self.now, f"Stopped by {reason}.")
        try:
            yield
        finally:
            self._deafen(loop)

    def now(self, reason: str) -> None:
        """Stop all runs."""
        self.reason = reason
        self._deafen(asyncio.get_running_loop())
        for task in self._tasks:
            task.cancel()

    @contextmanager
    def stoppable(self) -> Iterator[None]:
        """What this task does inside is cancelled by a stop."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can be stopped")
        self._tasks.add(task)
        try:
            if self.reason:
                raise asyncio.CancelledError
            yield
        finally:
            self._tasks.discard(task)

    @staticmethod
    def _deafen(loop: asyncio.AbstractEventLoop) -> None:
        with suppress(NotImplementedError):
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


class Following:
    """One run and everyone who is told of it."""

    def __init__(
        self,
        run: Run,
        faces: Sequence[Face],
        *,
        mask: Mask | None = None,
        stop: Stop | None = None,
    ) -> None:
        self.run = run
        self._faces = faces
        self._artifacts: Artifacts | None = None
        self._mask = mask or Mask()
        self._stop = stop or Stop()

    @property
    def ended(self) -> bool:
        """Whether the terminal event has come."""
        return self.run.completed_at is not None

    @property
    def exit_code(self) -> int:
        """0 passed, 1 flow failed, 2 bad input, 3 runner failed or stopped."""
        return exit_code(self.run)

    def write_to(self, artifacts: Artifacts) -> None:
        """From now on, the run's files are written there."""
        self._artifacts = artifacts

    async def follow(self, engine: Callable[[], AsyncGenerator[Event, None]]) -> Run:
        """Take in all events of the engine that `engine` makes; returns the run as it ended."""
        try:
            with self._stop.stoppable():
                await self._take_all(engine)
        except asyncio.CancelledError:
            if self._stop.reason is None:
                raise
            self._forget_cancelling()
            self.end(
                Event(type="cancelled", message=self._stop.reason, details={"summary": self._unfinished()})
            )
        except DemoRunnerError as error:
            self.fail(error)
        finally:
            if not self.ended:
                self.fail(RunnerError("The runner broke off."))
        return self.run

    def masked(self, event: Event) -> Event:
        """The event without any secret."""
        return self._mask.event(event)

    def take(self, event: Event) -> None:
        """Take in one event: files first, so that whoever is told can already read them."""
        event = self._mask.event(event)
        if event.terminal and self._artifacts:
            for told in self._artifacts.finish(event, self.run.after(event)):
                self.take(told)
        run = self.run.after(event)
        news = self._artifacts.take(event, run) if self._artifacts else []
        self.run = run
        for face in self._faces:
            face(event, run)
        for told in news:
            self.take(told)

    def fail(self, error: DemoRunnerError) -> None:
        """End the run with an error that the engine could not tell of itself."""
        failure = {**error.told(), **error.details}
        details = {"summary": self._unfinished(error.message), "failure": failure}
        self.end(Event(type="failed", message=error.message, details=details))

    def end(self, event: Event) -> None:
        """Take in a terminal event; where the files cannot be written, the faces are still told."""
        if self.ended:
            return
        try:
            self.take(event)
        except ArtifactsNotWritable:
            self._artifacts = None
            self.take(event)

    async def _take_all(self, engine: Callable[[], AsyncGenerator[Event, None]]) -> None:
        async with aclosing(engine()) as events:
            async for event in events:
                self.take(event)

    def _unfinished(self, *issues: str) -> dict[str, object]:
        answer = issues[0] if issues else self._stop.reason or ""
        return summarise(self.run.test_config_json, completed=False, answer=answer, issues=issues)

    @staticmethod
    def _forget_cancelling() -> None:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()


def exit_code(run: Run) -> int:
    """What a run's end means for a shell."""
    match run.status:
        case "completed":
            return 0
        case "failed":
            code = failure_of(run).get("exit_code")
            return code if isinstance(code, int) else FAILED_CODE
        case _:
            return STOPPED_CODE


def failure_of(run: Run) -> dict[str, object]:
    """What the terminal event tells of the failure; empty if there was none."""
    last = run.events_json[-1] if run.events_json else {}
    failure = last.get("details", {}).get("failure")
    return failure if isinstance(failure, dict) else {}
