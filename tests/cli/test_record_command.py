"""`demo-runner record` and `demo` as a user runs them."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from runner.testing import CannedSite

Run = Callable[..., Coroutine[Any, Any, Any]]

PAGE = """<title>Sign in</title><h1>Sign in</h1><form onsubmit="event.preventDefault();
document.querySelector('h1').textContent = 'Welcome, ' + document.querySelector('input').value">
<label>Name <input></label><label>Password <input type=password></label><button>Sign in</button></form>"""
PROMPT = (
    "Enter Ada in Name, type {{PASSWORD}} into Password, click Sign in and check that Welcome, Ada is shown"
)


@pytest.mark.browser
async def test_a_sentence_becomes_a_file_that_replays(
    run: Run, canned_site: CannedSite, tmp_path: Path
) -> None:
    canned_site.pages["/"] = PAGE
    secret = {"PASSWORD": "hunter22"}
    arguments = ["--prompt", PROMPT, "--url", canned_site.url, "--secret", "PASSWORD", "--verify"]
    said = await run("record", *arguments, "--out", "flow.json", "--artifacts", "out", env=secret)
    assert said.code == 0, said.out + said.err
    assert "demo-runner replay flow.json" in said.out
    assert json.loads((tmp_path / "flow.json").read_text()) == json.loads(
        (tmp_path / "out/test_config.json").read_text()
    )
    assert {"events.jsonl", "run.json", "recorded_trace.json"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }
    again = await run("replay", "flow.json", env=secret)
    assert again.code == 0, again.out
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"hunter22" not in written + (said.out + said.err + again.out + again.err).encode()


@pytest.mark.browser
async def test_json_is_events_then_the_run(run: Run, canned_site: CannedSite, tmp_path: Path) -> None:
    canned_site.pages["/"] = PAGE
    said = await run("record", "--prompt", f"Open {canned_site.url} and enter Ada in Name", "--json")
    *events, ended = said.lines
    assert said.code == 0, said.out
    assert (ended["mode"], ended["status"], ended["events_json"]) == (
        "record_from_prompt",
        "completed",
        events,
    )
    assert ended["test_config_json"]["steps"][0]["action"] == "goto"
    assert ended["start_url"] == canned_site.url
    assert list(tmp_path.glob("runs/*/test_config.json"))


@pytest.mark.browser
async def test_what_cannot_be_done_is_quoted_and_nothing_is_written(
    run: Run, canned_site: CannedSite, tmp_path: Path
) -> None:
    canned_site.pages["/"] = PAGE
    said = await run(
        "record", "--prompt", "Click Launch rocket", "--url", canned_site.url, "--out", "flow.json"
    )
    assert said.code == 1
    assert "Launch rocket" in said.out
    assert "Sign in" in said.out
    assert not (tmp_path / "flow.json").exists()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--prompt", "Click Save"], "Provide a start URL"),
        (["--prompt", "  ", "--url", "http://x.test"], "prompt is empty"),
        (["--prompt", "x" * 20_001, "--url", "http://x.test"], "at most 20000"),
        (["--prompt", "Click Save", "--url", "x.test"], "http://x.test"),
        ([], "--prompt"),
        (["--by-hand"], "Provide a start URL"),
        (["--by-hand", "--prompt", "Click Save", "--url", "http://x.test"], "takes no --prompt"),
    ],
)
async def test_bad_input_is_a_2(run: Run, arguments: list[str], message: str) -> None:
    said = await run("record", *arguments)
    assert said.code == 2
    assert message in said.err


async def test_a_place_that_cannot_be_written_is_found_first(run: Run, tmp_path: Path) -> None:
    said = await run("record", "--prompt", "Click Save", "--url", "http://x.test", "--out", tmp_path)
    assert said.code == 3
    assert "it is a folder" in said.err


@pytest.mark.browser
async def test_an_unreachable_host_is_told_as_such(run: Run) -> None:
    said = await run("record", "--prompt", "Click Save", "--url", "http://nowhere.invalid/")
    assert said.code == 1
    assert "nowhere.invalid" in said.out


@pytest.mark.browser
async def test_an_unknown_bundled_prompt(run: Run) -> None:
    said = await run("demo", "--prompt", "buy-a-bok")
    assert (said.code, "buy-a-book" in said.err) == (2, True)
