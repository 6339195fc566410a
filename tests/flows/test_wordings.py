"""A few of the prompts in other people's words; all of them: `python -m benchmarks.wordings`."""

from __future__ import annotations

import json

import pytest

from benchmarks.wordings import judged, wordings
from runner.assets import folder
from runner.page.browser import Browser
from tests.conftest import Fresh

pytestmark = pytest.mark.browser

CHOSEN = (
    "add-a-book (terse)",
    "reserve-a-book (chatty)",
    "edit-next-to-bob (non-native)",
    "log-out (chatty)",
    "call-a-reading-off (ticket)",
)


@pytest.mark.parametrize("name", CHOSEN)
async def test_a_prompt_in_other_words_does_the_same(name: str, browser: Browser, fresh: Fresh) -> None:
    prompt = next(each for each in wordings() if each.name == name)
    site = await fresh()
    told = await judged(prompt, site, lambda: None, browser, again=False)
    assert not told.wrong, f"{told.prompt}\n{told.wrong}"


def test_every_prompt_that_is_reworded_is_said_in_three_ways() -> None:
    path = folder("fixtures") / "prompts" / "wordings" / "wordings.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    assert len(said) >= 40
    assert all(set(styles) == {"terse", "chatty", "non-native"} for styles in said.values())
