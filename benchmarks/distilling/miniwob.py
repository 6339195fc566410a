"""The task pages of the PyPI package `miniwob`, where it is installed: one seeded episode a page load."""

from __future__ import annotations

import importlib.util
import json
import mimetypes
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from benchmarks.distilling.subjects import Stage, Subject
from runner.page.browser import Browser
from runner.record.plan import Goal
from runner.testing import Answer, CannedSite, Page, Request

SEED: Final = 1
# Each family of the benchmark once or twice; what needs a mouse held down or eyes is not among them.
TASKS: Final = (
    "book-flight", "choose-date", "choose-list", "click-button", "click-button-sequence",
    "click-checkboxes", "click-checkboxes-large", "click-collapsible", "click-dialog", "click-dialog-2",
    "click-link", "click-menu", "click-option", "click-scroll-list", "click-tab", "click-tab-2-hard",
    "copy-paste-2", "email-inbox-delete", "email-inbox-forward", "email-inbox-important",
    "email-inbox-star-reply", "enter-date", "enter-text", "enter-text-dynamic", "find-greatest", "find-word",
    "focus-text", "form-sequence", "login-user", "navigate-tree", "odd-or-even", "read-table",
    "search-engine", "simple-arithmetic", "social-media-all", "terminal", "use-autocomplete", "use-spinner",
)  # fmt: skip
_CORE: Final = re.compile(r'<script[^>]*src="[^"]*core/core\.js"[^>]*>\s*</script>')
# One episode, begun at once, with no time limit; its reward goes to the server and is not shown.
_STAGED: Final = """<script>
(() => {
  const seeded = () => Math.seedrandom(location.pathname + SEED);
  seeded();
  core.updateDisplay = core.countdownTimer = () => {};
  let begun = false;
  core.startEpisode = () => {
    if (begun) return;
    begun = true;
    core.createDisplay();
    core.cover_div = document.createElement("div");
    core.EPISODE_MAX_TIME = 2 ** 31 - 1;
    seeded();
    core.startEpisodeReal();
    for (const shown of document.querySelectorAll("#reward-display, #click-canvas"))
      shown.style.display = "none";
  };
  const end = core.endEpisode;
  core.endEpisode = (...told) => {
    if (core.EP_TIMER === null) return;
    end(...told);
    const reward = new XMLHttpRequest();
    reward.open("GET", "/reward?" + WOB_RAW_REWARD_GLOBAL, false);  // told before the page may be closed
    reward.send();
  };
})();
</script>"""


def pages() -> Path | None:
    """Where the package keeps its pages; None where it is not installed."""
    found = importlib.util.find_spec("miniwob")
    places = list(found.submodule_search_locations or ()) if found else []
    return Path(places[0]) / "html" if places else None


def task_names() -> list[str]:
    """The tasks that are measured; none where the package is not installed."""
    return list(TASKS) if pages() else []


@asynccontextmanager
async def task_stage(browser: Browser) -> AsyncIterator[Stage]:
    """The tasks, each with its own instruction as the prompt, judged by the page's reward."""
    rewards: list[float] = []

    def rewarded(request: Request) -> Answer:
        rewards.append(float(request.target.partition("?")[2]))
        return Answer(status=204)

    async with CannedSite({**_files(), "/reward": rewarded}) as site:
        yield _TaskStage(site.url, browser, rewards)


@dataclass(frozen=True, slots=True)
class _TaskStage:
    root: str
    browser: Browser
    rewards: list[float]

    async def subject(self, name: str) -> Subject:
        url = f"{self.root}miniwob/{name}.html"
        goal = Goal(await _instruction(self.browser, url), url)
        return Subject(name, goal, self.rewards.clear, lambda: _wrong(self.rewards))


async def _wrong(rewards: list[float]) -> str:
    if not rewards:
        return "the page's episode did not end"
    return "" if rewards[-1] >= 1 else f"the page's reward was {rewards[-1]}"


@cache
def _files() -> dict[str, Page]:
    """All files of the package as pages, the tasks with our script behind the benchmark's own."""
    root = pages()
    if root is None:
        return {}
    found: dict[str, Page] = {}
    staged = _STAGED.replace("SEED", json.dumps(SEED)).replace("\\", "\\\\")
    for path in (path for path in root.rglob("*") if path.is_file()):
        address = "/" + path.relative_to(root).as_posix()
        if path.suffix == ".html":
            text = path.read_text(encoding="utf-8")
            found[address] = _CORE.sub(rf"\g<0>{staged}", text)
        else:
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            found[address] = Answer(path.read_bytes(), content_type=kind)
    return found


async def _instruction(browser: Browser, url: str) -> str:
    async with browser.session() as session:
        await session.page.goto(url)
        told = await session.page.evaluate("core.getUtterance()")
    return str(told["utterance"] if isinstance(told, dict) else told)
