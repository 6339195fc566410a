"""`demo-runner install-browser`: use the browser that is there, else get one."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import click

from runner.cli.settings import debug_option
from runner.contract.errors import BrowserMissing

if TYPE_CHECKING:
    from runner.page.browser import BrowserChoice

# On a closed network the download fails at once or hangs; it may take its time only where bytes arrive.
DOWNLOAD_S: Final = 600.0
CONNECT_MS: Final = 15_000
PACKAGES_S: Final = 900.0

_INSTALL: Final = ("apt-get", "install", "--yes", "--quiet", "--no-install-recommends")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to get a browser: commands to run one after the other, each within `timeout_s`.

    `extras` are run after them, and may fail.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    timeout_s: float
    environment: Mapping[str, str] = field(default_factory=dict)
    extras: tuple[tuple[str, ...], ...] = ()


@click.command("install-browser")
@debug_option
def install_command() -> None:
    """Get a browser where there is none.

    An installed Chrome or Chromium is used as it is. Otherwise Playwright's own download is tried, then, for
    root on Debian or Ubuntu, the package chromium.
    """
    choice = installed(ways())
    click.echo(f"Browser: {choice.executable}, version {choice.version}, {choice.origin}.")


def installed(ways_to_try: Iterator[Way]) -> BrowserChoice:
    """A browser that starts, installed in one of these ways if need be. Raises BrowserMissing."""
    tried: list[str] = []
    while True:
        try:
            return asyncio.run(_started())
        except BrowserMissing as error:
            missing = error
        way = next(ways_to_try, None)
        if way is None:
            raise BrowserMissing("\n".join([missing.message, *tried]), remedy=missing.remedy) from missing
        click.echo(f"{missing.message} Trying {way.name} ...", err=True)
        trouble = run_through(way)
        tried.append(f"{way.name}: {trouble or 'done, but the browser does not start'}")


def ways() -> Iterator[Way]:
    """The ways that are open on this machine, the best first."""
    yield Way(
        "Playwright's download",
        ((sys.executable, "-m", "playwright", "install", "chromium"),),
        DOWNLOAD_S,
        {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": str(CONNECT_MS)},
    )
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        yield Way(
            "Debian's package chromium",
            (("apt-get", "update", "--quiet"), (*_INSTALL, "chromium")),
            PACKAGES_S,
            {"DEBIAN_FRONTEND": "noninteractive"},
            # Faster where nobody watches, but not every release has it.
            extras=((*_INSTALL, "chromium-headless-shell"),),
        )


def run_through(way: Way) -> str | None:
    """Run a way's commands; returns what went wrong, or None."""
    for command in way.commands:
        if trouble := _run(command, way):
            return trouble
    for command in way.extras:
        _run(command, way)
    return None


def _run(command: Sequence[str], way: Way) -> str | None:
    process = subprocess.Popen(
        command,
        env={**os.environ, **way.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=way.timeout_s)
    except subprocess.TimeoutExpired:
        return f"gave up after {way.timeout_s:.0f} s"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    return None if process.returncode == 0 else _last_error(output, process.returncode)


def _last_error(output: str, code: int) -> str:
    """The line of a command's output that says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if line.lower().startswith(("error", "e:", "failed"))]
    return (telling or lines or [f"exit code {code}"])[0][:200]


async def _started() -> BrowserChoice:
    from runner.page.browser import launch

    async with launch() as browser:
        return browser.choice
