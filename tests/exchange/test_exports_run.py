"""Exports run by the tools they are for, as they are, and the app's database says what it says of a replay.

All bundled prompts: `python -m benchmarks.exchange`.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from benchmarks.exchange.tools import Tools, installed
from runner.exchange.reading import read
from runner.exchange.writing import write
from runner.page.absence import Absent
from runner.page.browser import choose_browser
from runner.page.session import Session
from runner.replay.reading import read_flow
from runner.site import Site, bundled_prompts, unmet_at_last
from tests.conftest import Fresh
from tests.exchange.recorded import NAMES, recording

pytestmark = pytest.mark.browser

# Frames, fields of all kinds, a new tab, a shadow root, a secret: and none disturbs the other's oracle.
BUY, SIGN_IN, ADD = "buy-and-open-the-receipt", "sign-in-from-the-front-page", "add-and-reopen"
RUN = (BUY, "subscribe-in-the-box", SIGN_IN)
# The bundled prompts that a recording goes on from.
PROMPTS = {BUY: ("buy-a-book",), ADD: ("add-a-task", "untick-a-task")}
PASSWORD = "lovelace-1843"


async def judged(site: Site, *names: str) -> None:
    asked = {prompt for name in names for prompt in PROMPTS.get(name, (name,))}
    for prompt in bundled_prompts():
        if prompt.name in asked:
            assert await unmet_at_last(site.database, prompt.oracle) == []


async def test_exported_python_passes_on_the_app(fresh: Fresh, tmp_path: Path) -> None:
    site = await fresh()
    # what it asserts in the frame is all that tells of a refusal: the other one pays
    written = [write(recording(name), "pytest", name) for name in (*RUN, "a-declined-card")]
    tools = Tools(Path(), str(choose_browser().executable))
    files = {each.file_name: each.text for each in written}
    assert await tools.pytest(files, site.url, tmp_path, PASSWORD=PASSWORD) is None
    await judged(site, *RUN)


async def test_what_is_exported_for_the_tools_of_npm_passes_on_the_app(fresh: Fresh, tmp_path: Path) -> None:
    node = await asyncio.to_thread(installed)
    if isinstance(node, str):
        pytest.skip(node)
    site, tools = await fresh(), Tools(node, str(choose_browser().executable))
    typescript = [write(recording(name), "playwright", name) for name in (SIGN_IN, BUY)]
    chrome = write(recording(ADD), "chrome", "add").text.replace("http://127.0.0.1:8000", site.url)
    (tmp_path / "playwright").mkdir()
    (tmp_path / "puppeteer").mkdir()
    said = await asyncio.gather(
        tools.playwright(
            {each.file_name: each.text for each in typescript},
            site.url,
            tmp_path / "playwright",
            PASSWORD=PASSWORD,
        ),
        tools.puppeteer(chrome, tmp_path / "puppeteer"),
    )
    assert [each for each in said if each] == []
    # the other recording is signed in, too: what `SIGN_IN` asserts is all that tells of it here
    await judged(site, BUY, ADD)


def waited_for(*asserted: tuple[str, str] | Absent) -> list[str]:
    """What recordings wait for that assert these texts of these elements, or that they are gone."""
    steps = [
        {"action": "expect", "selector": each.selector, "expect": {"type": "visible"}}
        if isinstance(each, Absent)
        else {"action": "expect", "selector": each[0], "expect": {"type": "text", "contains": each[1]}}
        for each in asserted
    ]
    config, _ = read_flow({"starting_url": "http://shop.test/", "steps": steps})
    written = write(config, "chrome", "flow")
    assert [each for each in written.findings if each.place.startswith("step")] == []
    (imported,) = read(written.text, written.file_name)
    assert [(step.selector, step.expect) for step in imported.config.steps] == [
        (step.selector, step.expect) for step in config.steps
    ]
    recorded = json.loads(written.text)["steps"]
    return [step["expression"] for step in recorded if step["type"] == "waitForExpression"]


async def test_a_text_of_an_element_is_waited_for_in_that_element(session: Session) -> None:
    await session.page.set_content(
        '<p>Total 3</p><p id="sum" style="text-transform: uppercase">Total 2</p><p hidden id="no">Total 2</p>'
        """<li class="own">It's "two"</li><div></div>"""
    )
    await session.page.evaluate(
        "() => document.querySelector('div').attachShadow({mode: 'open'}).innerHTML = '<p id=deep>Deep</p>'"
    )
    shown = waited_for(("#sum", "Total 2"), ('text="Total 2"', "2"), ('li.own:has-text("It\'s")', '"two"'))
    missing = waited_for(("#sum", "Total 3"), ('text="Total"', "Total"), ("#no", "Total 2"))
    gone = waited_for(Absent("Total", whole=True), Absent("total 4", whole=False))
    there = waited_for(Absent("Deep", whole=True), Absent("deep", whole=False))
    shown += waited_for(("#deep", "Deep"))
    for expressions, holds in ((shown, True), (missing, False), (gone, True), (there, False)):
        for each in expressions:
            assert await session.page.evaluate(f"() => ({each})") is holds, each


async def test_what_a_recording_waits_for_can_be_asked_before_the_page_has_a_body(session: Session) -> None:
    """Puppeteer asks that early, and waits in vain where the answer is an error."""
    asked = [
        step["expression"]
        for name in NAMES
        for step in json.loads(write(recording(name), "chrome", name).text)["steps"]
        if step["type"] == "waitForExpression"
    ]
    await session.page.evaluate("() => document.documentElement.remove()")
    assert len(asked) > len(NAMES)
    for expression in asked:
        await session.page.evaluate(f"() => ({expression})")
