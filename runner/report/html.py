"""`report.html`: one file that shows a run and needs nothing beside it. What pages say is in it as text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from runner.artifacts import write_text
from runner.contract.patch import Patch
from runner.contract.run import Run
from runner.report import repairs
from runner.report.pictures import Gallery, Picture
from runner.report.story import Story, element_name, told

REPORT: Final = "report.html"
MAX_TREE: Final = 40_000

WORDS: Final = {
    "passed": "Passed",
    "repaired": "Passed, repaired",
    "failed": "Failed",
    "broken": "Could not be run",
    "cancelled": "Stopped",
    "unfinished": "Not finished",
}
MARKS: Final = {
    "passed": "✓",
    "repaired": "✓",
    "failed": "✗",
    "broken": "!",
    "cancelled": "■",
    "skipped": "–",
    "unfinished": "…",
}
# The files that a reader may want to open, in that order, and what they are.
LINKED: Final = (
    ("video.mp4", "the video"),
    ("trace.zip", "Playwright's trace"),
    ("test_config.json", "the recorded test"),
    ("repaired_test_config.json", "the repaired test"),
    ("repair_patches.json", "the repairs"),
    ("events.jsonl", "all events"),
)


def write_report(folder: Path, run: Run) -> list[Path]:
    """Write the report of a run into its folder, all at once. Raises ArtifactsNotWritable."""
    return [write_told(folder, told(run))]


def write_told(folder: Path, story: Story) -> Path:
    """Write the report of a run whose story is known. Raises ArtifactsNotWritable."""
    place = folder / REPORT
    write_text(place, page(story, folder))
    return place


def page(story: Story, folder: Path) -> str:
    """The report of a run whose files are in `folder`."""
    gallery = Gallery(folder)
    shown = _pictures(story, gallery) | _files(story, gallery) | _steps(story, gallery)
    text = templates().get_template("run.html").render(story=story, gallery=gallery, repairs=repairs, **shown)
    # a page may say what no encoding can
    return text.encode("utf-8", "replace").decode()


def _pictures(story: Story, gallery: Gallery) -> dict[str, Any]:
    """Which picture belongs where. All are taken into the gallery before the page is written."""
    pictures = {step.place: gallery.show(step.screenshot) for step in story.steps}
    ended = [step.place for step in story.steps if step.status in ("failed", "unfinished")]
    # the step's own picture is the same view, and a good deal smaller
    evidence = pictures[ended[-1]] if ended else None
    if evidence is None and story.failure:
        evidence = gallery.show(story.failure.screenshot)
    for patch in story.patches:
        _portraits(patch, gallery)
    return {
        "pictures": pictures,
        "failed_at": ended[-1] if ended else None,
        "evidence": evidence,
        "portraits": lambda patch: _portraits(patch, gallery),
    }


def _portraits(patch: Patch, gallery: Gallery) -> list[tuple[str, Picture]]:
    """The element as it was and as it is, as far as there are pictures of it."""
    shown = [(label, gallery.show(path)) for label, path in repairs.pictures(patch)]
    return [(label, picture) for label, picture in shown if picture and picture.uri]


def _steps(story: Story, gallery: Gallery) -> dict[str, Any]:
    ids = {step.step_id for step in story.steps}
    seen = [(step, gallery.show(step.screenshot)) for step in story.steps if not step.verifying]
    return {
        "recorded": [step for step in story.steps if not step.verifying],
        "verified": [step for step in story.steps if step.verifying],
        "film": [step for step, picture in seen if picture and picture.uri],
        "elsewhere": [patch for patch in story.patches if patch.step_id not in ids],
        "slowest": max((step.duration_ms or 0 for step in story.steps), default=0),
    }


def _files(story: Story, gallery: Gallery) -> dict[str, Any]:
    failure = story.failure
    return {
        "screenshot_href": gallery.href(failure.screenshot) if failure else None,
        "tree": _tree(gallery.find(failure.aria_snapshot) if failure else None),
        "links": [(name, what) for name, what in LINKED if (gallery.folder / name).is_file()],
        "downloads": [
            (name, href)
            for name, path in story.files.items()
            if name.startswith("downloads/") and (href := gallery.href(path))
        ],
    }


def _tree(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text if len(text) <= MAX_TREE else f"{text[:MAX_TREE]}\n…"


@cache
def templates() -> Environment:
    """The templates; whatever is put into them is escaped."""
    environment = Environment(
        loader=PackageLoader("runner.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"duration": duration, "moment": moment, "named": element_name}
    environment.globals |= {"WORDS": WORDS, "MARKS": MARKS}
    return environment


def duration(milliseconds: float | None) -> str:
    """A span of time as a person says it: `85 ms`, `2.4 s`, `1 min 12 s`."""
    if milliseconds is None:
        return ""
    if milliseconds < 999.5:
        return f"{milliseconds:.0f} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes} min {seconds} s"


def moment(timestamp: str | None) -> str:
    """A moment in UTC, to the second: `2026-04-29 12:00:00 UTC`."""
    return f"{timestamp[:10]} {timestamp[11:19]} UTC" if timestamp else ""
