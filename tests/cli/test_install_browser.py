"""`demo-runner install-browser` and `doctor`: with a browser, and without one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from runner.cli import install_browser
from runner.cli.install_browser import Way, installed, run_through, ways
from runner.contract.errors import BrowserMissing
from runner.page.browser import BrowserChoice

Run = Callable[..., Coroutine[Any, Any, Any]]
CHOICE = BrowserChoice(Path("/usr/bin/chromium"), "installed on this machine", True, "why", "1.65", "156")


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_a_way_that_works() -> None:
    assert run_through(Way("both", (python("pass"), python("pass")), 60)) is None


def test_a_way_that_fails_is_told_by_its_error_and_goes_no_further(tmp_path: Path) -> None:
    failing = python("print('Downloading'); print('Error: no such host'); raise SystemExit(1)")
    never = python(f"open({str(tmp_path / 'reached')!r}, 'w')")
    assert run_through(Way("x", (failing, never), 60)) == "Error: no such host"
    assert not (tmp_path / "reached").exists()


def test_a_way_that_hangs_is_given_up_with_all_it_started() -> None:
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import signal; signal.pause()'])"
    assert run_through(Way("x", (python(child),), 0.2)) == "gave up after 0 s"


def test_ways_are_tried_in_order_until_a_browser_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    attempts: list[str] = []

    async def started() -> BrowserChoice:
        attempts.append("start")
        if len(attempts) < 5:
            raise BrowserMissing("None was found.")
        return CHOICE

    def ran(way: Way) -> str | None:
        attempts.append(way.name)
        return None

    monkeypatch.setattr(install_browser, "_started", started)
    monkeypatch.setattr(install_browser, "run_through", ran)
    assert installed(iter([Way("one", (), 1), Way("two", (), 1), Way("three", (), 1)])) == CHOICE
    assert attempts == ["start", "one", "start", "two", "start"]
    assert "Trying two" in capsys.readouterr().err


def test_when_no_way_leads_to_a_browser_each_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def started() -> BrowserChoice:
        raise BrowserMissing("None was found.", remedy="Install one.")

    monkeypatch.setattr(install_browser, "_started", started)
    monkeypatch.setattr(install_browser, "run_through", lambda way: f"no {way.name}")
    with pytest.raises(BrowserMissing) as caught:
        installed(iter([Way("one", (), 1), Way("two", (), 1)]))
    assert caught.value.message.splitlines() == ["None was found.", "one: no one", "two: no two"]
    assert caught.value.remedy == "Install one."


def test_packages_are_only_installed_by_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert len(list(ways())) == 2
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert [way.name for way in ways()] == ["Playwright's download"]


@pytest.mark.browser
async def test_an_installed_browser_is_used_as_it_is(run: Run) -> None:
    said = await run("install-browser")
    assert said.code == 0
    assert said.out.startswith("Browser: /")


@pytest.mark.browser
async def test_a_healthy_machine(run: Run) -> None:
    said = await run("doctor")
    assert (said.code, said.out.splitlines()[-1]) == (0, "Everything is there.")
    told = json.loads((await run("doctor", "--json")).out)
    assert told["healthy"]
    names = {finding["name"] for finding in told["findings"]}
    assert {"browser", "driver", "sandbox", "python", "artifacts", "fixtures"} <= names


async def test_a_machine_without_a_browser_is_told_what_to_do(run: Run) -> None:
    said = await run("doctor", env={"DEMO_RUNNER_BROWSER": "/nonexistent"})
    assert said.code == 3
    assert "✗ browser" in said.out
    assert "install-browser" in said.out
