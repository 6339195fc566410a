"""A video's timeline, captions and chapters. Whether it plays, `tests/cli/test_report_command.py` sees."""

from __future__ import annotations

import sys
from datetime import datetime

import pytest

from runner.contract.errors import UsageError
from runner.report.story import Story
from runner.report.timeline import END_S, MIN_STEP_S, TITLE_S, scenes
from runner.report.video import caption_cards, captions, chapters, encoder, title_card
from tests.report.stories import at, beginning, ending, step, story


def shots(*seconds: float) -> list[tuple[float, str]]:
    start = datetime.fromisoformat(at(0)).timestamp()
    return [(start + second, f"{second:g}.jpg") for second in seconds]


def two_steps(description: str = "Step 1") -> Story:
    """Steps at 1 s and at 4 s; the second is over at once."""
    return story(*beginning(), *step(1, 1, description=description), *step(2, 4), ending("completed", 4.5))


def test_a_step_keeps_its_time_and_a_short_one_is_held() -> None:
    first, second = scenes(two_steps(), shots(0.5, 1.5, 3.0, 4.2))
    assert first.begins_s == TITLE_S
    assert first.seconds == pytest.approx(3.0)
    assert [(each.name, round(each.seconds, 3)) for each in first.shown] == [
        ("0.5.jpg", 0.5), ("1.5.jpg", 1.5), ("3.jpg", 1.0),
    ]  # fmt: skip
    assert second.begins_s == pytest.approx(TITLE_S + 3.0)
    assert [each.name for each in second.shown] == ["3.jpg", "4.2.jpg"]
    assert second.seconds == pytest.approx(MIN_STEP_S + END_S)


def test_a_page_that_stands_still_shows_what_it_last_showed() -> None:
    first, second = scenes(two_steps(), shots(1.5))
    assert [each.name for each in (*first.shown, *second.shown)] == ["1.5.jpg", "1.5.jpg", "1.5.jpg"]


def test_without_frames_or_steps_there_are_no_scenes() -> None:
    assert scenes(two_steps(), []) == []
    assert scenes(story(*beginning(), ending("completed", 1)), shots(0.5)) == []


def test_what_only_verifies_is_not_in_it() -> None:
    again = [each.model_copy(update={"details": {**each.details, "verifying": True}}) for each in step(1, 6)]
    told = story(*beginning(), *step(1, 1), *again, ending("completed", 8))
    assert [scene.step.verifying for scene in scenes(told, shots(1.5))] == [False]


def test_captions_and_chapters_are_text() -> None:
    told = two_steps(description='See <b> & "a=b; #c\\" --> here\nnow')
    found = scenes(told, shots(1.5))
    assert captions(found).splitlines()[:4] == [
        "WEBVTT", "", "00:00:02.000 --> 00:00:05.000", '1. See &lt;b&gt; &amp; "a=b; #c\\" --&gt; here now',
    ]  # fmt: skip
    told_as = chapters("a=b\n[CHAPTER]", found)
    assert told_as.startswith(";FFMETADATA1\ntitle=a\\=b\\\n[CHAPTER]\n")
    assert told_as.endswith("START=5000\nEND=8200\ntitle=2. Step 2\n")
    lines = told_as.splitlines()
    assert 'title=1. See <b> & "a\\=b\\; \\#c\\\\" --> here now' in lines


def test_cards_show_text_as_text() -> None:
    told = two_steps(description="<script>alert(1)</script>")
    found = scenes(told, shots(1.5))
    cards = [title_card(told), *caption_cards(told, found)]
    assert len(cards) == 1 + len(found) + 1
    assert not any("<script>" in card for card in cards)
    assert ["Passed" in card for card in cards] == [False, False, False, True]


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(UsageError) as raised:
        encoder()
    assert "demo-runner[video]" in str(raised.value.remedy)
