"""How a replay ends: what was done last has had its effect."""

from __future__ import annotations

import asyncio
from hashlib import pbkdf2_hmac

import pytest

from runner.contract.config import TestConfig
from runner.page.browser import Browser
from runner.replay.replayer import replay
from runner.testing import Answer, CannedSite, Request, collect

NEWS = """<div style="height: 3000px"></div><h2>News</h2><script>
new IntersectionObserver((seen) => seen[0].isIntersecting && fetch('/seen', {method: 'POST'}))
  .observe(document.querySelector('h2'))</script>"""


@pytest.mark.browser
async def test_what_the_last_step_brought_about_is_sent(browser: Browser, canned_site: CannedSite) -> None:
    answered = asyncio.Event()

    async def seen(_request: Request) -> Answer:
        # a server that has something to do
        await asyncio.to_thread(pbkdf2_hmac, "sha256", b"news", b"salt", 600_000)
        answered.set()
        return Answer(status=204)

    canned_site.pages |= {"/": NEWS, "/seen": seen}
    steps = [
        {"action": "goto", "value": canned_site.url},
        {"action": "hover", "selector": 'role=heading[name="News"]'},
    ]
    events = await collect(replay(TestConfig.model_validate({"steps": steps}), browser))
    assert events[-1].type == "completed"
    assert answered.is_set()
