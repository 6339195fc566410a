"""Finding and starting the browser: the only place that launches Playwright."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser as PlaywrightBrowser
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright, async_playwright

from runner.contract.errors import BrowserMissing
from runner.page.faults import headline
from runner.page.probe import register
from runner.page.session import Session, SessionOptions, open_session

ENVIRONMENT: Final = "DEMO_RUNNER_BROWSER"
LAUNCH_TIMEOUT_MS: Final = 30_000
CLOSE_TIMEOUT_S: Final = 5.0

# A shell is the same engine without a window: it starts in a third of the time, and is what Playwright itself
# takes when nobody watches.
_SHELLS: Final = ("chromium-headless-shell", "chrome-headless-shell")
_ON_PATH: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PLACES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "darwin": (
        ("", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ("", "Applications/Chromium.app/Contents/MacOS/Chromium"),
        ("HOME", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    ),
    "win32": (
        ("PROGRAMFILES", r"Google\Chrome\Application\chrome.exe"),
        ("PROGRAMFILES(X86)", r"Google\Chrome\Application\chrome.exe"),
        ("LOCALAPPDATA", r"Google\Chrome\Application\chrome.exe"),
        ("LOCALAPPDATA", r"Chromium\Application\chrome.exe"),
        ("PROGRAMFILES(X86)", r"Microsoft\Edge\Application\msedge.exe"),
    ),
}

# Playwright turns off most of what a browser does behind its user's back; these are the rest.
# A closed network is asked nothing, and a test sees no bubble, prompt or first-run page.
_QUIET: Final = (
    "--disable-sync",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--no-default-browser-check",
    "--no-pings",
    "--disable-crash-reporter",
    "--dns-prefetch-disable",
)

# In Playwright's message, what the browser itself wrote before it ended.
_BROWSER_SAID: Final = re.compile(r"\[pid=\d+\]\[(?:err|out)\] *(.+)")

_NO_DISPLAY: Final = re.compile(r"Missing X server|without having a XServer|Unable to open X display")
_REMEDY: Final = (
    "Install Chromium or Chrome (Debian and Ubuntu: `apt-get install chromium`), or run "
    f"`playwright install chromium`, or name a browser's executable in {ENVIRONMENT}. "
    "`demo-runner doctor` shows what is found."
)


@dataclass(frozen=True, slots=True)
class BrowserOptions:
    """How the browser is started. The viewport is in CSS px; `arguments` are given to it besides ours.

    With `files_within`, sessions upload no file of this machine but those in that folder. `launching` are
    arguments of Playwright's own `launch()`; they go before ours.
    """

    headed: bool = False
    executable: str | None = None
    viewport: tuple[int, int] = (1280, 720)
    locale: str = "en-US"
    slow_mo_ms: int = 0
    arguments: tuple[str, ...] = ()
    files_within: Path | None = None
    launching: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seen(self) -> bool:
        """Whether the browser has a window."""
        return self.headed or self.launching.get("headless") is False


@dataclass(frozen=True, slots=True)
class BrowserChoice:
    """Which browser is used and why. `version` is known once it has been started.

    `origin` says where the choice comes from; `sandbox_reason` why the sandbox is on or off.
    """

    executable: Path
    origin: str
    sandbox: bool
    sandbox_reason: str
    driver_version: str
    version: str | None = None


class Browser:
    """A running browser. Each session is a fresh context in it."""

    def __init__(self, browser: PlaywrightBrowser, choice: BrowserChoice, options: BrowserOptions) -> None:
        self._browser = browser
        self.choice = choice
        self.options = options

    @property
    def version(self) -> str:
        """The browser's own version."""
        return self._browser.version

    @property
    def alive(self) -> bool:
        """Whether the browser is still there."""
        return self._browser.is_connected()

    def session(self, options: SessionOptions | None = None) -> AbstractAsyncContextManager[Session]:
        """A fresh context with one empty page; raises BrowserDied if the browser has gone."""
        options = replace(options or SessionOptions(), files_within=self.options.files_within)
        return open_session(self._browser, options, self._context_arguments(options))

    def _context_arguments(self, options: SessionOptions) -> dict[str, Any]:
        ours: dict[str, Any] = {"locale": self.options.locale}
        if not options.context.get("no_viewport"):
            width, height = self.options.viewport
            ours["viewport"] = {"width": width, "height": height}
        return ours | dict(options.context)


def choose_browser(
    executable: str | None = None,
    *,
    headed: bool = False,
    own: Path | None = None,
    environ: Mapping[str, str] | None = None,
    platform: str = sys.platform,
) -> BrowserChoice:
    """Pick the browser: named, from the environment, installed, else `own` (Playwright's download).

    Of the installed ones a headless shell comes first, unless the browser is to be seen (`headed`).
    Raises BrowserMissing, with the remedy, when there is none.
    """
    environ = os.environ if environ is None else environ
    path, origin = (
        _named(executable, "named by the caller")
        or _named(environ.get(ENVIRONMENT), f"${ENVIRONMENT}")
        or _installed(environ, platform, headed)
        or _downloaded(own)
        or _missing()
    )
    sandbox, reason = sandbox_policy(platform)
    return BrowserChoice(path, origin, sandbox, reason, installed_version("playwright"))


def sandbox_policy(platform: str = sys.platform) -> tuple[bool, str]:
    """Whether the host lets the browser have its sandbox, and the reason in words."""
    if not platform.startswith("linux"):
        return True, "this system sandboxes the browser itself"
    if os.geteuid() == 0:
        return False, "running as root, where Chromium has no sandbox"
    for setting, off, reason in (
        ("/proc/sys/kernel/unprivileged_userns_clone", "0", "user namespaces are switched off for users"),
        ("/proc/sys/user/max_user_namespaces", "0", "the kernel allows no user namespaces"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor restricts user namespaces"),
    ):
        if _read(Path(setting)) == off:
            return False, reason
    return True, "the host allows user namespaces"


@asynccontextmanager
async def launch(options: BrowserOptions | None = None) -> AsyncIterator[Browser]:
    """Start the browser; it and Playwright's driver are ended on every path. Raises BrowserMissing."""
    options = options or BrowserOptions()
    async with async_playwright() as playwright:
        await register(playwright.selectors)
        choice = _chosen(playwright, options)
        browser, choice = await _started(playwright, choice, options)
        try:
            yield Browser(browser, replace(choice, version=browser.version), options)
        finally:
            await _end(browser)


def _chosen(playwright: Playwright, options: BrowserOptions) -> BrowserChoice:
    named = options.executable or options.launching.get("executable_path")
    if not named and (channel := options.launching.get("channel")):
        # Playwright knows where the browsers of its channels are.
        sandbox, reason = sandbox_policy()
        return BrowserChoice(
            Path(channel), f"Playwright's channel {channel}", sandbox, reason, installed_version("playwright")
        )
    own = Path(playwright.chromium.executable_path)
    return choose_browser(str(named) if named else None, headed=options.seen, own=own)


async def _started(
    playwright: Playwright, choice: BrowserChoice, options: BrowserOptions
) -> tuple[PlaywrightBrowser, BrowserChoice]:
    arguments = _launch_arguments(choice, options)
    try:
        return await playwright.chromium.launch(**arguments), choice
    except PlaywrightError as error:
        if not choice.sandbox or "sandbox" not in error.message.lower():
            raise _unstartable(choice, error) from error
    # The host looked as if it allowed a sandbox (containers often do) and then did not.
    choice = replace(
        choice, sandbox=False, sandbox_reason="the browser could not start with its sandbox here"
    )
    try:
        return await playwright.chromium.launch(**_launch_arguments(choice, options)), choice
    except PlaywrightError as error:
        raise _unstartable(choice, error) from error


def _launch_arguments(choice: BrowserChoice, options: BrowserOptions) -> dict[str, Any]:
    given = dict(options.launching)
    where = {} if "channel" in given else {"executable_path": choice.executable}
    return {
        **where,
        "headless": not options.headed,
        "chromium_sandbox": choice.sandbox,
        "slow_mo": options.slow_mo_ms,
        "timeout": LAUNCH_TIMEOUT_MS,
        # Signals are the caller's: it closes the browser on its way out, after the artifacts are written.
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
        **given,
        "args": [*_QUIET, *options.arguments, *given.get("args", ())],
    }


async def _end(browser: PlaywrightBrowser) -> None:
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await browser.close()
    except (PlaywrightError, TimeoutError):
        # Already gone, or hanging: the driver ends its process when it goes, which is next.
        return


def _named(executable: str | None, origin: str) -> tuple[Path, str] | None:
    if not executable:
        return None
    found = shutil.which(executable)
    if found is None:
        raise BrowserMissing(
            f"The browser {executable} ({origin}) is not there or cannot be executed.",
            remedy=_REMEDY,
            executable=executable,
        )
    return Path(found), origin


def _installed(environ: Mapping[str, str], platform: str, headed: bool) -> tuple[Path, str] | None:
    for name in _ON_PATH if headed else (*_SHELLS, *_ON_PATH):
        if found := shutil.which(name, path=environ.get("PATH")):
            return Path(found), "installed on this machine"
    for variable, place in _PLACES.get(platform, ()):
        base = environ.get(variable) if variable else "/"
        if base and (path := Path(base) / place).is_file():
            return path, "installed on this machine"
    return None


def _downloaded(own: Path | None) -> tuple[Path, str] | None:
    return (own, "downloaded by Playwright") if own and own.is_file() else None


def _missing() -> tuple[Path, str]:
    raise BrowserMissing("No Chromium or Chrome was found on this machine.", remedy=_REMEDY)


def _unstartable(choice: BrowserChoice, error: PlaywrightError) -> BrowserMissing:
    if _NO_DISPLAY.search(error.message):
        return BrowserMissing(
            "There is no display here that a browser's window could be shown on.",
            remedy="Leave the browser headless, or give it a display: xvfb-run COMMAND.",
        )
    said = [line.strip() for line in _BROWSER_SAID.findall(error.message)]
    reason = said[0] if said else headline(error.message).splitlines()[0]
    return BrowserMissing(
        f"The browser {choice.executable} ({choice.origin}) could not be started: {reason}",
        remedy=_REMEDY,
        log=said[:20],
    )


def _read(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except OSError:
        return None
