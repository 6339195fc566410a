"""What a person sees of a run, line by line; and that the lines of several runs stay together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.text import Text

from runner.cli.turns import Turns
from runner.contract.event import EVENTS, Event
from runner.contract.run import Run
from runner.screen import Screen


def seen(*events: Event, folder: Path | None = None) -> list[str]:
    lines: list[Text] = []
    screen = Screen(lines.append, title="flow.json", folder=folder)
    run = Run(mode="rerun_from_config")
    for event in events:
        run = run.after(event)
        screen(event, run)
    return [line.plain for line in lines]


def step(**details: Any) -> Event:
    return Event(
        type="step_finished", message="Click", details={"ordinal": 2, "duration_ms": 41.4, **details}
    )


def test_a_step_is_one_line() -> None:
    assert seen(step(status="passed", description="Click Save")) == ["  ✓   2  Click Save  41 ms"]
    assert seen(step(status="skipped", action="click", selector="#a")) == ["  -   2  click #a  41 ms"]
    assert seen(step(status="passed", description="Click Save", rank=2, selector="#b")) == [
        "  ✓   2  Click Save  by #b  41 ms"
    ]


def test_the_closing_of_tabs_is_told_while_a_step_is_under_way_and_not_at_the_end() -> None:
    closed = Event(type="page_closed", message="A tab closed")
    started = Event(type="step_started", message="Click")
    assert seen(closed, started, closed, step(status="passed", action="click"), closed) == [
        "      A tab closed",
        "  ✓   2  click  41 ms",
    ]


def test_markup_in_a_page_s_text_is_only_text() -> None:
    assert seen(step(status="passed", description="Click [red]x[/red] [/]")) == [
        "  ✓   2  Click [red]x[/red] [/]  41 ms"
    ]


def test_a_failure_says_what_was_sought_what_is_there_and_what_to_try() -> None:
    failure = {
        "exit_code": 1,
        "message": "No element.",
        "sought": ['control="Savee"'],
        "nearest": [
            {"role": "button", "name": "Save", "selector": 'control="Save"', "score": 0.9},
            *[{"role": "link", "name": str(number)} for number in range(9)],
        ],
        "remedy": "Name it as it is written.",
        "screenshot": "runs/x/failure.png",
        "aria_snapshot": "runs/x/failure.aria.yaml",
        "url": "http://x.test/",
    }
    lines = seen(
        Event(type="failed", message="Step 2: No element.", details={"failure": failure}),
        folder=Path("runs/x"),
    )
    assert lines == [
        "✗ Step 2: No element.",
        '  sought      control="Savee"',
        '  nearest     button "Save"  control="Save"',
        '              link "0"',
        '              link "1"',
        '              link "2"',
        '              link "3"',
        "              and 5 more",
        "  to try      Name it as it is written.",
        "  page        http://x.test/",
        "  screenshot  runs/x/failure.png",
        "  page tree   runs/x/failure.aria.yaml",
        "  files       runs/x",
    ]


def test_limitations_are_told_at_the_end() -> None:
    details = {"summary": {"limitations": ["The password stood in the prompt."]}}
    assert seen(Event(type="completed", message="Done", details=details)) == [
        "✓ Done",
        "  note: The password stood in the prompt.",
    ]


DETAILS: dict[str, dict[str, Any]] = {
    "distilled": {"test_config": {"steps": []}},
    "test_config_updated": {"test_config": {"steps": []}},
    "patch_proposed": {"patch": {}},
    "artifact_saved": {"name": "a", "path": "b"},
    "download_saved": {"name": "a", "path": "b"},
}


@pytest.mark.parametrize("kind", EVENTS)
def test_no_kind_of_event_is_too_much(kind: Any) -> None:
    for details in (
        DETAILS.get(kind, {}),
        {**DETAILS.get(kind, {}), "failure": "odd", "nearest": [3], "ordinal": None},
    ):
        for line in seen(Event(type=kind, message="Message\nwith a second line", details=details)):
            assert line


def test_the_lines_of_several_runs_stay_together_in_order() -> None:
    written: list[str] = []
    turns: Turns[str] = Turns(written.append, 3)
    first, second, third = (turns.writer(number) for number in range(3))
    third("3a")
    first("1a")
    second("2a")
    assert written == ["1a"]
    turns.finish(2)
    first("1b")
    turns.finish(0)
    assert written == ["1a", "1b", "2a"]
    second("2b")
    turns.finish(1)
    assert written == ["1a", "1b", "2a", "2b", "3a"]
