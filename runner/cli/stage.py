"""What all runs of one invocation share: the output, the feed, the wish to stop."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from runner.artifacts import Artifacts
from runner.cli.questions import attended, quiet_for_secrets, typed_into
from runner.cli.settings import Settings
from runner.cli.turns import Turns
from runner.contract.channel import FrameSlot, Inbox
from runner.contract.errors import ArtifactsNotWritable, DemoRunnerError
from runner.contract.event import Event
from runner.contract.masking import Mask
from runner.contract.run import Run
from runner.feed.address import Address
from runner.feed.server import Feed, serving
from runner.following import Face, Following, Stop
from runner.log import configure, log_event, run_bound
from runner.screen import Screen, Spinner

Engine = Callable[[], AsyncGenerator[Event, None]]


@dataclass
class Act:
    """One run on the stage: who is told of it, where its files go, how it is spoken to."""

    following: Following
    number: int
    folder: Path | None
    frames: FrameSlot | None
    inbox: Inbox


@dataclass
class Stage:
    """Made by `set_up`, for `count` runs, `at_once` of them at a time."""

    settings: Settings
    as_json: bool
    count: int
    at_once: int
    stop: Stop
    feed: Feed | None = None
    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))

    def __post_init__(self) -> None:
        self._lines: Turns[str] = Turns(_print_line, self.count)
        self._texts: Turns[Text] = Turns(self.console.print, self.count)
        self._spinner = Spinner(self.console) if self._alone and not self.as_json else None

    def act(self, number: int, run: Run, *, title: str, folder: Path | None, mask: Mask | None = None) -> Act:
        """Get ready for the run of that number (from 0). `mask` where it has secrets of its own."""
        frames = FrameSlot() if self.feed else None
        inbox = Inbox(attended=self.feed is not None or self._typed)
        faces: list[Face] = [_logged, self._shown(number, title, folder)]
        if self._typed:
            faces.append(quiet_for_secrets)
        if self.feed is not None:
            channel = self.feed.open(run.id, frames=frames, inbox=inbox)
            faces.append(lambda event, _run: channel.publish(event))
            click.echo(f"Watch {title}: demo-runner watch '{self.feed.url(run.id)}'", err=True)
            click.echo(f"  or in a browser: {self.feed.page_url(run.id)}", err=True)
        following = Following(run, faces, mask=mask or self.settings.mask, stop=self.stop)
        return Act(following, number, folder, frames, inbox)

    async def play(self, act: Act, engine: Engine) -> Run:
        """Follow a run from its folder's being made to its end."""
        typing = typed_into(act.inbox) if self._typed else nullcontext()
        with ExitStack() as stack, run_bound(act.following.run.id), typing:
            try:
                if act.folder is not None:
                    act.following.write_to(stack.enter_context(Artifacts(act.folder, [_reported])))
            except ArtifactsNotWritable as error:
                self.refuse(act, error)
                return act.following.run
            run = await act.following.follow(engine)
        self._finish(act)
        return run

    def refuse(self, act: Act, error: DemoRunnerError) -> None:
        """End a run that cannot even begin."""
        act.following.fail(error)
        self._finish(act)

    @property
    def _typed(self) -> bool:
        return self._alone and not self.as_json and attended()

    @property
    def _alone(self) -> bool:
        """Whether no two runs are under way at a time."""
        return self.count == 1 or self.at_once == 1

    def _finish(self, act: Act) -> None:
        self._lines.finish(act.number)
        self._texts.finish(act.number)

    def _shown(self, number: int, title: str, folder: Path | None) -> Face:
        if self.as_json:
            return _json_lines(self._lines.writer(number))
        return Screen(self._texts.writer(number), title=title, folder=folder, spinner=self._spinner)


@asynccontextmanager
async def set_up(
    settings: Settings, *, as_json: bool, feed: str | None, count: int = 1, at_once: int = 1
) -> AsyncIterator[Stage]:
    """The stage for `count` runs. Raises UsageError when the feed's address is no good."""
    configure(as_json=settings.log_json, verbose=settings.verbose or settings.log_json, mask=settings.mask)
    stop = Stop()
    async with AsyncExitStack() as stack:
        stack.enter_context(stop.listening())
        serve = await stack.enter_async_context(serving(Address.parse(feed))) if feed else None
        yield Stage(settings, as_json, count, at_once, stop, serve)


def _json_lines(write: Callable[[str], None]) -> Face:
    """Each event one line, the run object the last."""

    def tell(event: Event, run: Run) -> None:
        write(event.model_dump_json())
        if event.terminal:
            write(run.model_dump_json())

    return tell


def _print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _reported(folder: Path, run: Run) -> Sequence[Path]:
    """The run's report; few commands need it, and it takes a while to import."""
    from runner.report.html import write_report

    return write_report(folder, run)


def _logged(event: Event, _run: Run) -> None:
    log_event(event)
