"""The video of a run: its frames are kept while it happens, and encoded before its end is told."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.artifacts import writing
from runner.contract.errors import DemoRunnerError
from runner.contract.event import Event
from runner.contract.run import Run
from runner.page.reel import Reel

if TYPE_CHECKING:
    from runner.cli.stage import Act
    from runner.page.browser import Browser


async def filmed(
    act: Act, engine: Callable[[Reel], AsyncGenerator[Event, None]], running: Callable[[], Awaitable[Browser]]
) -> AsyncGenerator[Event, None]:
    """The events of the engine that is given a reel, and before the last of them that of the video."""
    folder = act.folder
    if folder is None:
        raise ValueError("a video needs a folder")
    with writing(folder), tempfile.TemporaryDirectory(prefix=".frames-", dir=folder) as frames:
        reel, run = Reel(Path(frames)), act.following.run
        async with aclosing(engine(reel)) as events:
            async for event in events:
                event = act.following.masked(event)
                run = run.after(event)
                if event.terminal:
                    try:
                        for told in await _video(folder, run, reel, running):
                            yield told
                    except DemoRunnerError as error:
                        event = _without(event, error)
                yield event


async def _video(
    folder: Path, run: Run, reel: Reel, running: Callable[[], Awaitable[Browser]]
) -> list[Event]:
    from runner.page.cards import Card, painted
    from runner.report import video
    from runner.report.story import told
    from runner.report.timeline import scenes

    story = told(run)
    shown = scenes(story, reel.shots)
    if not shown:
        raise video.VideoFailed("There is no video: nothing was to be seen.")
    empty = video.empty_caption()
    bars = [Card(html, video.WIDTH, video.BAR) for html in (empty, *video.caption_cards(story, shown))]
    cards = await painted(await running(), [Card(video.title_card(story), video.WIDTH, video.HEIGHT), *bars])
    files = await video.encode(folder, shown, story.title, cards, reel.folder)
    return [_saved(file) for file in files]


def _saved(file: Path) -> Event:
    details = {"name": file.name, "path": str(file)}
    return Event(type="artifact_saved", message=f"Saved {file.name}", details=details)


def _without(event: Event, error: DemoRunnerError) -> Event:
    """The run's end, with a note that it has no video. What came of the run stands."""
    summary: dict[str, Any] = dict(event.details.get("summary") or {})
    limitations = [*summary.get("limitations", []), f"No video was made. {error.message}"]
    summary |= {"limitations": limitations, "warnings": summary.get("warnings", 0) + 1}
    return event.model_copy(update={"details": {**event.details, "summary": summary}})
