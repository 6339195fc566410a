"""The video of a run: its frames, a caption to each step, chapters; MP4 that every browser plays.

The encoder is the ffmpeg that the package imageio-ffmpeg ships (the extra `[video]`); Playwright's own has to
be downloaded.
"""

from __future__ import annotations

import asyncio
import re
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from runner.artifacts import write_text, writing
from runner.contract.errors import RunnerError, UsageError
from runner.report.html import MARKS, WORDS, templates
from runner.report.story import Story
from runner.report.timeline import END_S, TITLE_S, Scene, Shown

VIDEO: Final = "video.mp4"
CAPTIONS: Final = "video.vtt"
WIDTH, HEIGHT, BAR = 1280, 720, 72
FPS: Final = 25
ENCODING_S: Final = 600.0
_SPECIAL: Final = re.compile(r"([=;#\\\n])")


class VideoFailed(RunnerError):
    """The video could not be made."""


def encoder() -> str:
    """The path of ffmpeg. Raises UsageError where the extra is not installed."""
    try:
        from imageio_ffmpeg import get_ffmpeg_exe
    except ImportError as error:
        raise UsageError(
            "--video needs an encoder.", remedy="Install it: pip install 'demo-runner[video]'"
        ) from error
    try:
        return str(get_ffmpeg_exe())
    except RuntimeError as error:
        raise UsageError(
            f"--video found no encoder: {error}", remedy="Name one in IMAGEIO_FFMPEG_EXE."
        ) from error


def title_card(story: Story) -> str:
    """The card that the video begins with, as HTML of WIDTH by HEIGHT px."""
    return templates().get_template("title-card.html").render(story=story)


def empty_caption() -> str:
    """What stands below the title, as HTML of WIDTH by BAR px."""
    return templates().get_template("caption-card.html").render(step=None)


def caption_cards(story: Story, shown: Sequence[Scene]) -> list[str]:
    """The caption of each scene, and the last once more with what came of it, as HTML of WIDTH by BAR px."""
    card, parts = templates().get_template("caption-card.html"), len(shown)
    bars = [
        card.render(step=scene.step, part=number / parts, verdict=None)
        for number, scene in enumerate(shown, 1)
    ]
    verdict = (MARKS[story.verdict], WORDS[story.verdict], story.verdict)
    return [*bars, card.render(step=shown[-1].step, part=1, verdict=verdict)]


async def encode(
    folder: Path, shown: Sequence[Scene], title: str, cards: Sequence[bytes], frames: Path
) -> list[Path]:
    """Write video.mp4 and video.vtt into `folder`; the frames lie in `frames`, with what is needed besides.

    `cards` are the pictures of the title, of an empty bar and of the captions. Raises VideoFailed,
    ArtifactsNotWritable.
    """
    with writing(frames):
        for number, data in enumerate(cards):
            (frames / f"card-{number}.jpg").write_bytes(data)
        bars = list(_bars(shown))
        pictures = [Shown("card-0.jpg", TITLE_S), *(each for scene in shown for each in scene.shown)]
        (frames / "pictures.txt").write_text(_listed(pictures))
        (frames / "bars.txt").write_text(_listed([Shown("card-1.jpg", TITLE_S), *bars]))
        (frames / "chapters.txt").write_text(chapters(title, shown), encoding="utf-8")
    await _run(encoder(), frames, shown[-1].begins_s + shown[-1].seconds)
    with writing(folder / VIDEO):
        (frames / VIDEO).replace(folder / VIDEO)
    write_text(folder / CAPTIONS, captions(shown))
    return [folder / VIDEO, folder / CAPTIONS]


def captions(shown: Sequence[Scene]) -> str:
    """The captions as WebVTT."""
    cues = [
        f"{_clock(scene.begins_s)} --> {_clock(scene.begins_s + scene.seconds)}\n{_cue(scene)}\n"
        for scene in shown
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def chapters(title: str, shown: Sequence[Scene]) -> str:
    """A chapter to each step, as ffmpeg reads metadata."""
    lines = [";FFMETADATA1", f"title={_escaped(title)}", *_chapter(0, TITLE_S, title)]
    for scene in shown:
        lines += _chapter(scene.begins_s, scene.begins_s + scene.seconds, _said(scene))
    return "\n".join(lines) + "\n"


def _chapter(begins_s: float, ends_s: float, title: str) -> list[str]:
    times = [f"START={round(begins_s * 1000)}", f"END={round(ends_s * 1000)}"]
    return ["[CHAPTER]", "TIMEBASE=1/1000", *times, f"title={_escaped(title)}"]


def _bars(shown: Sequence[Scene]) -> Iterator[Shown]:
    """The captions; the last of the cards, with what came of it all, is for the end only."""
    for number, scene in enumerate(shown, 2):
        yield Shown(f"card-{number}.jpg", scene.seconds - (END_S if scene is shown[-1] else 0.0))
    yield Shown(f"card-{len(shown) + 2}.jpg", END_S)


async def _run(ffmpeg: str, frames: Path, seconds: float) -> None:
    size = f"{WIDTH}:{HEIGHT}"
    fit = f"scale={size}:force_original_aspect_ratio=decrease:flags=lanczos,pad={size}:-1:-1:white"
    even = f"setsar=1,fps={FPS}"
    graph = (
        f"[0:v]{fit},{even}[v];[1:v]{even}[c];[v][c]vstack=shortest=1,scale=out_range=tv,format=yuv420p[o]"
    )
    concat = ("-f", "concat", "-i")
    process = await asyncio.create_subprocess_exec(
        ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin", "-y",
        *concat, "pictures.txt", *concat, "bars.txt", "-f", "ffmetadata", "-i", "chapters.txt",
        "-filter_complex", graph, "-map", "[o]", "-map_metadata", "2", "-map_chapters", "2",
        "-t", f"{seconds:.3f}",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-movflags", "+faststart", VIDEO,
        cwd=frames, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(ENCODING_S):
            _, said = await process.communicate()
    except TimeoutError as error:
        raise VideoFailed(f"Encoding the video took longer than {ENCODING_S:.0f} s.") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise VideoFailed(f"The video could not be encoded: {said.decode(errors='replace').strip()[-400:]}")


def _listed(shown: Sequence[Shown]) -> str:
    """The pictures as ffmpeg's concat demuxer reads them; it wants the last one twice."""
    lines = [f"file {each.name}\nduration {each.seconds:.3f}" for each in shown if each.seconds >= 0.001]
    return "ffconcat version 1.0\n" + "\n".join(lines) + f"\nfile {shown[-1].name}\n"


def _said(scene: Scene) -> str:
    number = f"{scene.step.number}. " if scene.step.number else ""
    return number + " ".join(scene.step.description.split())


def _cue(scene: Scene) -> str:
    return _said(scene).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours:02}:{minutes:02}:{rest:06.3f}"
