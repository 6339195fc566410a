"""`demo-runner replay` as a user runs it, against pages on loopback."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from runner.testing import Answer, CannedSite, Request

pytestmark = pytest.mark.browser

PAGE = """<title>Form</title><h1>Form</h1><label>Name <input></label><button onclick="
document.querySelector('h1').textContent = 'Hello ' + document.querySelector('input').value">Greet</button>"""

Flow = Callable[..., Path]
Start = Callable[..., Awaitable[Any]]
Run = Callable[..., Coroutine[Any, Any, Any]]


def greeting(url: str, name: str = "Ada") -> list[dict[str, Any]]:
    return [
        {"action": "goto", "value": url},
        {"action": "fill", "selector": 'field="Name"', "value": name},
        {"action": "click", "selector": 'control="Greet"'},
        {"action": "expect", "expect": {"type": "text", "contains": f"Hello {name}"}},
    ]


async def test_a_flow_that_passes(run: Run, flow: Flow, canned_site: CannedSite, tmp_path: Path) -> None:
    canned_site.pages["/"] = PAGE
    said = await run("replay", flow(*greeting(canned_site.url)), "--artifacts", "out")
    assert said.code == 0, said.err
    assert "✓   3  Click" in said.out
    assert said.err == ""
    ended = json.loads((tmp_path / "out" / "run.json").read_text())
    assert (ended["status"], ended["summary_json"]["passed"]) == ("completed", 4)
    assert (tmp_path / "out" / "events.jsonl").read_text().count("\n") == len(ended["events_json"])


async def test_json_is_events_then_the_run_and_nothing_else(
    run: Run, flow: Flow, canned_site: CannedSite
) -> None:
    canned_site.pages["/"] = PAGE
    said = await run("replay", flow(*greeting(canned_site.url)), "--json")
    *events, ended = said.lines
    assert [event["type"] for event in events][:2] == ["created", "running"]
    assert events[-1]["type"] == "completed"
    assert (ended["mode"], ended["status"], ended["events_json"]) == (
        "rerun_from_config",
        "completed",
        events,
    )
    steps = [event["details"] for event in events if event["type"] == "step_finished"]
    assert [(step["step_id"], step["status"]) for step in steps] == [
        (f"step_{n}", "passed") for n in range(1, 5)
    ]
    assert all(step["duration_ms"] >= 0 for step in steps)


async def test_a_flow_that_fails_says_why_and_leaves_the_evidence(
    run: Run, flow: Flow, canned_site: CannedSite, tmp_path: Path
) -> None:
    canned_site.pages["/"] = PAGE
    steps = [
        {"action": "goto", "value": canned_site.url},
        {"action": "click", "selector": 'control="Greeet"'},
    ]
    as_written = flow(*steps, defaults={"timeout_ms": 500}, fallback="none")
    said = await run("replay", as_written, "--artifacts", "out")
    assert said.code == 1
    assert 'control="Greeet"' in said.out
    assert 'button "Greet"' in said.out
    assert "out/screenshots/" in said.out
    assert list((tmp_path / "out").rglob("*.png"))
    assert "Greet" in next((tmp_path / "out").glob("*.aria.*")).read_text()


async def test_several_files_share_a_browser_and_the_worst_decides(
    run: Run, flow: Flow, canned_site: CannedSite, tmp_path: Path
) -> None:
    canned_site.pages["/"] = PAGE
    good = [flow(*greeting(canned_site.url, name), name=f"{name}.json") for name in ("Ada", "Grace")]
    bad = flow({"action": "clik"}, name="bad.json")
    failing = flow(
        {"action": "goto", "value": canned_site.url},
        {"action": "expect", "expect": {"type": "text", "contains": "Bye"}, "timeout_ms": 200},
        name="failing.json",
    )
    said = await run("replay", good[0], bad, failing, good[1], "--workers", 3, "--artifacts", "out", "--json")
    assert said.code == 2
    runs = [line for line in said.lines if "mode" in line]
    assert [ended["status"] for ended in runs] == ["completed", "failed", "failed", "completed"]
    together = [line["id"] for line in said.lines if "mode" not in line]
    assert together == [event["id"] for ended in runs for event in ended["events_json"]]
    assert "$.steps[0].action" in runs[1]["error_message"]
    kept = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert kept == ["Ada", "Grace", "failing", "report.html"]
    assert "2 of 4 passed" in (tmp_path / "out" / "report.html").read_text()


async def test_another_start_url_and_parameters(run: Run, flow: Flow, canned_site: CannedSite) -> None:
    canned_site.pages["/there"] = PAGE
    steps = greeting("http://recorded.invalid/", "{{WHO}}")
    path = flow(*steps, parameters=[{"name": "WHO", "value": "Ada"}])
    said = await run(
        "replay", path, "--start-url", f"{canned_site.url}there", "--param", "WHO=Grace", "--json"
    )
    assert said.code == 0, said.out
    assert "Hello" in said.out


async def test_a_secret_from_the_environment_is_nowhere(
    run: Run, flow: Flow, canned_site: CannedSite, tmp_path: Path
) -> None:
    canned_site.pages["/"] = PAGE
    path = flow(*greeting(canned_site.url, "{{WHO}}"), parameters=[{"name": "WHO", "secret": True}])
    said = await run("replay", path, "--json", "-v", "--artifacts", "out", "--trace", env={"WHO": "hunter22"})
    assert said.code == 0, said.out
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"hunter22" not in written + (said.out + said.err).encode()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--param", "WHO"], "NAME=VALUE"),
        (["--param", "WHOO=x"], "Did you mean WHO?"),
        (["--secret", "WHO"], "Neither the environment nor the .env file has WHO"),
        (["--feed", "nowhere"], "HOST:PORT"),
        (["--start-url", "localhost"], "http://localhost"),
        (["--workers", "0"], "--workers"),
        (["--timeout", "0"], "--timeout"),
        (["--nonsense"], "--nonsense"),
        ([], "WHO"),
    ],
)
async def test_bad_input_is_answered_with_2_and_a_remedy(
    run: Run, flow: Flow, arguments: list[str], message: str
) -> None:
    path = flow(*greeting("http://x.invalid/", "{{WHO}}"), parameters=[{"name": "WHO"}])
    said = await run("replay", path, *arguments)
    assert said.code == 2
    assert message in said.err + said.out


@pytest.mark.parametrize(
    "text", ["{", "", "[]", '{"steps": [{"action": "click", "selector": "control=\\"x"}]}']
)
async def test_a_broken_file_is_told_with_its_place(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.json").write_text(text)
    said = await run("replay", "broken.json")
    assert said.code == 2
    assert "broken.json" in said.out
    as_json = await run("replay", "broken.json", "--json")
    assert (as_json.code, as_json.lines[-1]["status"]) == (2, "failed")


async def test_artifacts_that_cannot_be_written_are_found_before_the_browser_starts(
    run: Run, flow: Flow, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    no_browser = {"DEMO_RUNNER_BROWSER": "/nonexistent"}
    said = await run(
        "replay", flow({"action": "wait", "value": 1}), "--artifacts", "file/out", env=no_browser
    )
    assert said.code == 3
    assert "is a file" in said.out


async def test_no_browser_is_a_3_with_a_remedy(run: Run, flow: Flow) -> None:
    said = await run(
        "replay", flow({"action": "wait", "value": 1}), env={"DEMO_RUNNER_BROWSER": "/nonexistent"}
    )
    assert said.code == 3
    assert "/nonexistent" in said.out
    assert "to try" in said.out


class Gate:
    """A page that keeps the browser waiting; tells when it was asked for."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def __call__(self, _request: Request) -> Answer:
        self.asked.set()
        await asyncio.Event().wait()
        return Answer()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_stop_in_mid_run_keeps_the_files_and_leaves_nothing_behind(
    start: Start, flow: Flow, canned_site: CannedSite, tmp_path: Path, number: signal.Signals
) -> None:
    gate = Gate()
    canned_site.pages |= {"/": PAGE, "/slow": gate}
    steps = [
        {"action": "goto", "value": canned_site.url},
        {"action": "goto", "value": f"{canned_site.url}slow"},
    ]
    command = await start("replay", flow(*steps), "--json", "--artifacts", "out")
    await gate.asked.wait()
    command.process.send_signal(number)
    said = await command.said()
    assert (said.code, "Traceback" in said.err) == (3, False)
    assert (said.lines[-2]["type"], said.lines[-1]["status"]) == ("cancelled", "cancelled")
    assert json.loads((tmp_path / "out" / "run.json").read_text())["status"] == "cancelled"
    assert '"step_1"' in (tmp_path / "out" / "events.jsonl").read_text()


async def test_a_killed_run_leaves_everything_up_to_the_kill(
    start: Start, flow: Flow, canned_site: CannedSite, tmp_path: Path
) -> None:
    gate = Gate()
    canned_site.pages |= {"/": PAGE, "/slow": gate}
    steps = [
        {"action": "goto", "value": canned_site.url},
        {"action": "goto", "value": f"{canned_site.url}slow"},
    ]
    command = await start("replay", flow(*steps), "--artifacts", "out")
    await gate.asked.wait()
    command.process.kill()
    await command.said()
    lines = [json.loads(line) for line in (tmp_path / "out" / "events.jsonl").read_text().splitlines()]
    assert [line["type"] for line in lines][-2:] == ["step_finished", "step_started"]


async def test_a_time_limit_for_the_run(run: Run, flow: Flow, canned_site: CannedSite) -> None:
    canned_site.pages["/"] = PAGE
    steps = [{"action": "goto", "value": canned_site.url}, {"action": "wait", "wait_for": "Never"}]
    said = await run("replay", flow(*steps), "--timeout", 2, "--json")
    assert said.code == 1
    assert said.lines[-1]["status"] == "failed"


async def test_a_feed_is_served_and_watched(
    start: Start, run: Run, flow: Flow, canned_site: CannedSite
) -> None:
    gate = Gate()
    canned_site.pages |= {"/": PAGE, "/slow": gate}
    steps = [
        *greeting(canned_site.url),
        {"action": "goto", "value": f"{canned_site.url}slow", "timeout_ms": 4000},
    ]
    command = await start("replay", flow(*steps), "--json", "--feed", "127.0.0.1:0")
    assert command.process.stderr is not None
    url = (await command.process.stderr.readline()).decode().split("'")[1]
    await gate.asked.wait()
    watched = asyncio.create_task(run("watch", url))
    as_json = asyncio.create_task(run("watch", url, "--json"))
    said, seen, lines = await asyncio.gather(command.said(), watched, as_json)
    assert (said.code, seen.code, lines.code) == (1, 1, 1)
    assert "✓   3" in seen.out
    ended = said.lines[-1]
    told = [line["event"]["id"] for line in lines.lines if line["type"] == "event"]
    assert told == [event["id"] for event in ended["events_json"]]
    assert lines.lines[-1] == {"type": "done", "status": "failed", "message": ended["error_message"]}
    refused = await run("watch", url.replace("token=", "token=x"))
    assert refused.code == 2
    assert url.split("token=")[1] not in said.out


async def test_a_feed_on_a_port_in_use_is_a_2(run: Run, flow: Flow) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = await run("replay", flow({"action": "wait", "value": 1}), "--feed", f"127.0.0.1:{port}")
    assert said.code == 2
    assert "port 0" in said.err


async def test_logs_are_json_lines_bound_to_run_and_step(
    run: Run, flow: Flow, canned_site: CannedSite
) -> None:
    canned_site.pages["/"] = PAGE
    said = await run("replay", flow(*greeting(canned_site.url)), "--json", "--log-json")
    logged = [json.loads(line) for line in said.err.splitlines()]
    assert {line["run_id"] for line in logged} == {said.lines[-1]["id"]}
    assert "step_2" in {line.get("step_id") for line in logged}
