"""`pytest flows/` as a user runs it: a process of its own, in a folder of flows and tests that use them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import psutil
import pytest

from runner.page.browser import Browser
from runner.pytest_plugin.items import labels
from runner.replay.rows import Row
from runner.testing import Answer, CannedSite
from tests.replay.drifting import flow, recorded

SECRET: Final = "opensesame-4711"
# Just these: the developers' other plugins cost each of these processes seconds.
WITH: Final = ("-p", "xdist", "-p", "rerunfailures", "-p", "runner.pytest_plugin", "-p", "no:cacheprovider")
BROWSERS: Final = ("-p", "playwright")

GREETER: Final = """<!doctype html><title>Greeter</title><h1>Welcome</h1>
<label>Name <input name=name></label> <label>Code <input name=code type=password></label>
<button onclick="said.textContent = 'Hello ' + document.querySelector('[name=name]').value">Greet</button>
<output id=said></output><p id=where></p>
<script>where.textContent = `in ${navigator.language}, ${innerWidth} wide`</script>"""

CONFTEST: Final = """
import pytest

@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {{**browser_type_launch_args, "executable_path": {executable!r}}}

@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {{**browser_context_args, "locale": "de-DE", "viewport": {{"width": 500, "height": 400}}}}
"""

OWN_TESTS: Final = """
import pytest
from playwright.sync_api import expect
from runner import DemoRunnerError

def test_selectors(page, demo, base_url):
    page.goto(base_url)
    demo.find(page, 'field="Name"').fill("Bob")
    demo.find(page, 'control="Greet"').click()
    expect(demo.find(page, "text=Hello Bob")).to_be_visible()
    with pytest.raises(DemoRunnerError, match='Nearest on the page: button "Greet"'):
        demo.find(page, 'control="Grete"', timeout_ms=300)

def test_a_whole_flow(demo):
    assert demo.replay("greet.testconfig.json", NAME="Zoe", CODE="x").status == "completed"
"""


@dataclass(frozen=True)
class Said:
    """What pytest said and how it left."""

    code: int
    out: str
    cases: dict[str, ElementTree.Element]


Start = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts pytest in the folder; what still runs after the test is ended."""
    started: list[asyncio.subprocess.Process] = []

    async def begin(*arguments: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pytest", *WITH, "--junitxml=junit.xml", *arguments),
            cwd=tmp_path,
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # a suite that runs in the background ignores Ctrl-C, and what it starts inherits that
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def said(process: asyncio.subprocess.Process, folder: Path) -> Said:
    out, _ = await process.communicate()
    code, report = process.returncode, folder / "junit.xml"
    assert code is not None
    cases = ElementTree.parse(report).iter("testcase") if report.is_file() else ()
    named = {f"{case.get('classname')}::{case.get('name')}": case for case in cases}
    return Said(code, out.decode(), named)


def properties(case: ElementTree.Element) -> dict[str, str]:
    return {each.get("name", ""): each.get("value", "") for each in case.iter("property")}


def write(folder: Path, name: str, *steps: dict[str, Any], **fields: Any) -> None:
    """A flow recorded somewhere else: --base-url leads it to the site."""
    elsewhere = "http://recorded.test/"
    opening = {"action": "goto", "value": elsewhere}
    told = {"starting_url": elsewhere, "defaults": {"timeout_ms": 5_000}, **fields}
    config = {**told, "steps": [opening, *steps]}
    (folder / f"{name}.testconfig.json").write_text(json.dumps(config))


def sees(text: str) -> dict[str, Any]:
    return {"action": "expect", "expect": {"type": "text", "contains": text}}


def greeting(folder: Path) -> None:
    write(
        folder,
        "greet",
        {"action": "fill", "selector": 'field="Name"', "value": "{{NAME}}"},
        {"action": "fill", "selector": 'field="Code"', "value": "{{CODE}}"},
        {"action": "click", "selector": 'control="Greet"'},
        sees("Hello {{NAME}}"),
        parameters=[{"name": "CODE", "secret": True}, {"name": "NAME"}],
        tags=["smoke", "sign in"],
    )


async def drifted(folder: Path, browser: Browser, site: CannedSite) -> None:
    """A flow whose button is called otherwise by now."""
    site.pages["/drift"] = (
        "<form onsubmit='return false'><label>Mail <input></label><button>Sign in</button></form>"
    )
    site.pages["/"] = site.pages["/drift"]
    step = await recorded(browser, site, "button")
    config = flow(site, step, timeout_ms=3_000).dump()
    config["starting_url"] = config["steps"][0]["value"] = f"{site.url}drift"
    (folder / "drifted.testconfig.json").write_text(json.dumps(config))
    site.pages["/drift"] = (
        "<form onsubmit='return false'><label>Mail <input></label><button>Log in</button></form>"
    )


async def test_flows_are_tests_with_the_browser_s_fixtures_and_options(
    tmp_path: Path, start: Start, browser: Browser, canned_site: CannedSite
) -> None:
    visits: list[str] = []

    def moody(request: object) -> Answer:
        visits.append(str(request))
        return Answer("<p>Ready</p>" if len(visits) > 1 else "<p>Busy</p>")

    canned_site.pages["/moody"] = moody
    (tmp_path / "conftest.py").write_text(CONFTEST.format(executable=str(browser.choice.executable)))
    (tmp_path / "test_own.py").write_text(OWN_TESTS)
    (tmp_path / ".env").write_text(f"CODE={SECRET}\n")
    greeting(tmp_path)
    (tmp_path / "greet.data.csv").write_text("CODE,NAME\nrow-secret-1,Ada\nrow-secret-2,Grace\n")
    write(tmp_path, "fixtures", sees("in de-DE, 500 wide"))
    absent = {"action": "click", "selector": 'control="Greeet"', "timeout_ms": 300}
    write(tmp_path, "missing", absent, fallback="none")
    opening = {"action": "goto", "value": f"{canned_site.url}moody"}
    write(tmp_path, "moody", opening, {**sees("Ready"), "timeout_ms": 1_500}, tags=["flaky"])
    await drifted(tmp_path, browser, canned_site)
    canned_site.pages["/"] = GREETER

    process = await start(
        *BROWSERS,
        *("-n", "2", "--strict-markers", "--tracing=retain-on-failure", "--save-repaired=repaired"),
        *("--screenshot=on", "--base-url", canned_site.url),
    )
    told = await said(process, tmp_path)

    failed = {name for name, case in told.cases.items() if case.find("failure") is not None}
    assert failed == {"missing.testconfig.json::missing"}, told.out
    assert set(told.cases) == {
        "drifted.testconfig.json::drifted",
        "fixtures.testconfig.json::fixtures",
        "greet.testconfig.json::greet[Ada]",
        "greet.testconfig.json::greet[Grace]",
        "missing.testconfig.json::missing",
        "moody.testconfig.json::moody",
        "test_own::test_a_whole_flow",
        "test_own::test_selectors[chromium]",
    }
    assert told.code == 1
    tells_the_failure(told, tmp_path)
    tells_what_was_repaired_and_what_is_flaky(told, tmp_path)
    shows_no_secret(told, tmp_path)


def tells_the_failure(told: Said, folder: Path) -> None:
    failure = told.cases["missing.testconfig.json::missing"].find("failure")
    assert failure is not None
    text = failure.text or ""
    assert text.startswith('Step 2 (Click control="Greeet"): No element for control="Greeet"')
    assert 'nearest     button "Greet"  control="Greet"' in text
    assert "  ✓   1  Open" in text
    assert "  ✗   2  Click" in text
    assert "Traceback" not in told.out
    files = folder / "test-results" / "missing-testconfig-json-missing"
    assert f"screenshot  {(files / 'screenshots/failure.png').relative_to(folder)}" in text
    assert {each.name for each in files.iterdir()} >= {"run.json", "events.jsonl", "trace.zip"}
    passed = folder / "test-results" / "fixtures-testconfig-json-fixtures"
    assert list((passed / "screenshots").glob("*.jpg"))
    assert "<html" in (passed / "report.html").read_text()
    assert not (passed / "trace.zip").exists()


def tells_what_was_repaired_and_what_is_flaky(told: Said, folder: Path) -> None:
    assert "REPAIRED drifted.testconfig.json::drifted: 1 step; see: demo-runner patch show " in told.out
    assert "FLAKY moody.testconfig.json::moody: passed at try 2" in told.out
    assert properties(told.cases["drifted.testconfig.json::drifted"])["flow_repaired"] == "1"
    assert properties(told.cases["moody.testconfig.json::moody"])["flow_tries"] == "2"
    mended = json.loads((folder / "repaired" / "drifted.testconfig.json").read_text())
    assert mended["steps"][-1]["selector"] == 'control="Log in"'
    assert "Sign in" in (folder / "drifted.testconfig.json").read_text()


def shows_no_secret(told: Said, folder: Path) -> None:
    written = [path for path in (folder / "test-results").rglob("*") if path.is_file()]
    assert written
    for secret in (SECRET, "row-secret-1", "row-secret-2"):
        assert secret not in told.out
        assert secret not in (folder / "junit.xml").read_text()
        assert [path for path in written if secret.encode() in path.read_bytes()] == []


async def test_markers_and_what_is_refused_while_flows_are_collected(tmp_path: Path, start: Start) -> None:
    greeting(tmp_path)
    write(tmp_path, "wrong", {"action": "clik", "selector": "#a"})
    tagged, firefox, alone, parameter = [
        await said(await start(*arguments), tmp_path)
        for arguments in (
            (*BROWSERS, "--collect-only", "-q", "--strict-markers", "-m", "smoke and sign_in"),
            (*BROWSERS, "--browser=firefox", "greet.testconfig.json"),
            ("greet.testconfig.json",),
            ("--param", "NAME", "greet.testconfig.json"),
        )
    ]

    assert "greet.testconfig.json::greet" in tagged.out.splitlines(), tagged.out
    assert '$.steps[1].action: found "clik"' in tagged.out
    assert "Did you mean" in tagged.out
    assert "Flows are replayed in Chromium, not in firefox." in firefox.out
    assert "Flows need pytest-playwright's options and fixtures" in alone.out
    assert [each.code for each in (tagged, firefox, alone)] == [2, 2, 2]
    assert parameter.code == 4
    assert '--param "NAME" is not NAME=VALUE.' in parameter.out
    assert not any("Traceback" in each.out for each in (tagged, firefox, alone, parameter))


async def test_ctrl_c_ends_the_run_in_order_and_leaves_no_browser(
    tmp_path: Path, start: Start, canned_site: CannedSite
) -> None:
    waiting = asyncio.Event()

    def never_ready(_: object) -> Answer:
        waiting.set()
        return Answer("<p>Busy</p>")

    canned_site.pages["/"] = never_ready
    write(tmp_path, "slow", {**sees("Ready"), "timeout_ms": 60_000})
    process = await start(*BROWSERS, "--base-url", canned_site.url)
    await waiting.wait()
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    told = await said(process, tmp_path)

    assert told.code == 2, told.out
    assert "KeyboardInterrupt" in told.out
    events = (tmp_path / "test-results" / "slow-testconfig-json-slow" / "events.jsonl").read_text()
    assert json.loads(events.splitlines()[-1])["type"] == "cancelled"
    gone, alive = psutil.wait_procs(family, timeout=20)
    assert gone
    assert alive == []


@pytest.mark.parametrize(
    "values, secret, expected",
    [
        ([{"A": "x", "B": "1"}, {"A": "x", "B": "2"}], [], ["1", "2"]),
        ([{"A": "Ada Byron", "B": "1"}, {"A": "Grace", "B": "1"}], [], ["Ada-Byron", "Grace"]),
        ([{"A": "x"}, {"A": "x"}], [], ["x-1", "x-2"]),
        ([{"P": "hush"}, {"P": "hush too"}], ["P"], ["1", "2"]),
        ([{"A": "y" * 100}, {"A": "/"}], [], ["1", "2"]),
        ([{"A": "a@x.org"}, {"A": "b@x.org"}], [], ["a@x.org", "b@x.org"]),
    ],
)
def test_rows_have_readable_names(
    values: list[dict[str, str]], secret: list[str], expected: list[str]
) -> None:
    rows = [Row(number, number + 1, value) for number, value in enumerate(values, 1)]
    assert labels(rows, secret) == expected
