"""`demo-runner doctor`: what will be used, what is missing, and what to do about it."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from runner import __version__
from runner.cli.settings import debug_option
from runner.contract.errors import DemoRunnerError, RunnerError

if TYPE_CHECKING:
    from runner.page.browser import BrowserChoice

NOT_DONE: Final = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `ok` is None where it is neither good nor bad, only good to know."""

    name: str
    ok: bool | None
    text: str
    remedy: str | None = None


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@debug_option
def doctor_command(*, as_json: bool) -> int:
    """Say which browser, driver and sandbox will be used, and what is missing.

    Leaves with 0 when everything is there, else with 3.
    """
    findings = [*_machine(), *asyncio.run(_browser()), *_files()]
    healthy = all(finding.ok is not False for finding in findings)
    if as_json:
        told = {"healthy": healthy, "findings": [asdict(finding) for finding in findings]}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            _print(finding)
        click.echo("Everything is there." if healthy else "Something is missing, see above.")
    return 0 if healthy else NOT_DONE


def _machine() -> Iterator[Finding]:
    yield Finding("demo-runner", None, __version__)
    recent = sys.version_info >= (3, 11)
    yield Finding(
        "python", recent, platform.python_version(), None if recent else "Install Python 3.11 or newer."
    )


async def _browser() -> list[Finding]:
    """Start the browser: nothing less shows that it will."""
    from importlib.metadata import version

    from runner.page.browser import launch

    driver = Finding("driver", True, f"Playwright {version('playwright')}")
    try:
        async with launch() as browser:
            return [driver, *_chosen(browser.choice)]
    except RunnerError as error:
        remedy = f"Run `demo-runner install-browser`. {error.remedy or ''}".strip()
        return [driver, Finding("browser", False, error.message, remedy)]


def _chosen(choice: BrowserChoice) -> Iterator[Finding]:
    yield Finding("browser", True, f"{choice.executable}, version {choice.version}, {choice.origin}")
    state = "on" if choice.sandbox else "off"
    yield Finding("sandbox", True if choice.sandbox else None, f"{state}: {choice.sandbox_reason}")
    shown = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")) or sys.platform in (
        "darwin",
        "win32",
    )
    yield Finding(
        "display", None, "there, --headed works" if shown else "none, so --headed will not work here"
    )


def _files() -> Iterator[Finding]:
    from runner.artifacts import check_writable
    from runner.assets import AssetFolder, folder

    names: tuple[AssetFolder, ...] = ("selectors", "schemas", "fixtures")
    for name in names:
        try:
            yield Finding(name, True, str(folder(name)))
        except FileNotFoundError as error:
            yield Finding(name, False, str(error), "Install demo-runner again.")
    runs = Path("runs")
    try:
        check_writable((runs if runs.is_dir() else Path()) / "probe")
        yield Finding("artifacts", True, f"{runs.absolute()} can be written")
    except DemoRunnerError as error:
        yield Finding("artifacts", False, error.message, error.remedy)


def _print(finding: Finding) -> None:
    mark = {True: "✓", False: "✗", None: "·"}[finding.ok]
    click.echo(f"{mark} {finding.name:<12} {finding.text}")
    if finding.remedy and finding.ok is False:
        click.echo(f"  {'':<12} {finding.remedy}")
