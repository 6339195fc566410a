"""Reports as a user gets them: of a replay's files, from one command, looked at in a browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from runner.page.session import Session
from runner.testing import CannedSite

Run = Callable[..., Coroutine[Any, Any, Any]]

pytestmark = pytest.mark.browser

SECRET = "s3cr3t-of-the-house"
PAGE = """<!doctype html><meta charset=utf-8><title>Greet</title><h1>Greet</h1>
<label>Key <input id=key></label><button onclick="out.textContent = 'Hello'">Greet</button><p id=out></p>
<script>console.error('<b>odd</b>')</script>"""


def write(folder: Path, name: str, *steps: dict[str, Any], **config: Any) -> Path:
    file = folder / name
    file.write_text(json.dumps({"version": 1, "fallback": "none", "steps": steps, **config}, indent=1))
    return file


async def test_everything_that_tells_of_a_run(
    run: Run, canned_site: CannedSite, session: Session, tmp_path: Path
) -> None:
    canned_site.pages["/"] = PAGE
    goto = {"action": "goto", "value": canned_site.url}
    key = {"action": "fill", "selector": "#key", "value": "{{KEY}}"}
    greet = {"action": "click", "selector": "control=Greet"}
    good = write(tmp_path, "good.json", goto, key, greet, parameters=[{"name": "KEY", "secret": True}])
    leave = {"action": "click", "selector": 'control="Greeet"', "timeout_ms": 300}
    bad = write(tmp_path, "bad.json", goto, leave)
    summary = tmp_path / "summary.md"
    ci = ("--junit", "junit.xml", "--github")
    told = await run(
        *("replay", good, bad, "--artifacts", "out", "--video", *ci),
        env={"KEY": SECRET, "GITHUB_STEP_SUMMARY": str(summary)},
    )
    assert told.code == 1, told.out + told.err
    line = bad.read_text().splitlines().index('   "selector": "control=\\"Greeet\\"",') - 1
    assert f"::error file=bad.json,line={line}," in told.out
    assert "1 of 2 passed" in summary.read_text()
    suites = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert [suite.get("failures") for suite in suites] == ["0", "1"]
    await check_report(session, tmp_path / "out")
    check_video(tmp_path / "out" / "good")
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert SECRET.encode() not in file.read_bytes(), file


async def check_report(session: Session, folder: Path) -> None:
    """The pages are whole, say what happened, and keep to what helps everybody to read them."""
    asked: list[str] = []
    page = session.page
    page.on("request", lambda request: asked.append(request.url))
    for name, said in (("bad", "Why it failed"), ("good", "Passed"), ("", "1 of 2 passed")):
        asked.clear()
        await page.goto((folder / name / "report.html").as_uri())
        assert said in await page.inner_text("body")
        assert [url for url in asked if not url.startswith(("data:", "file:"))] == []
        assert await serious(page) == []
    await page.goto((folder / "bad" / "report.html").as_uri())
    text = await page.inner_text("body")
    assert 'button "Greet"' in text
    assert "<b>odd</b>" in text
    await page.click(".film li:last-child a")
    assert await page.locator("#step-2 details").get_attribute("open") is not None
    await page.click("button.shot")
    assert await page.locator("dialog svg").is_visible()
    for width, scheme in ((390, "dark"), (1280, "light")):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def serious(page: Any) -> list[Any]:
    """What axe finds serious, in the light and in the dark."""
    found: list[Any] = []
    await page.evaluate(AXE_SCRIPT)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        result = await page.evaluate("axe.run()")
        found += [
            (scheme, each["id"], [node["html"][:200] for node in each["nodes"][:3]])
            for each in result["violations"]
            if each["impact"] in ("serious", "critical")
        ]
    return found


def check_video(folder: Path) -> None:
    video = (folder / "video.mp4").read_bytes()
    assert video[4:8] == b"ftyp"
    assert b"avc1" in video
    vtt = (folder / "video.vtt").read_text()
    assert vtt.count("-->") == 3
    assert "{{KEY}}" in vtt
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
