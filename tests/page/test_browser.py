"""Which browser is picked, how it is started, and what is said when there is none."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from playwright.async_api import Error as PlaywrightError

from runner.contract.errors import BrowserDied, BrowserMissing, NavigationFailed
from runner.page.browser import ENVIRONMENT, Browser, BrowserOptions, choose_browser, launch, sandbox_policy
from runner.page.faults import mapped
from tests.processes import kill_browser


def executable(folder: Path, name: str, script: str = "#!/bin/sh\nexit 1\n") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_environment_names_the_browser(tmp_path: Path) -> None:
    named = executable(tmp_path / "own", "my-browser")
    installed = executable(tmp_path / "bin", "chromium")
    choice = choose_browser(environ={ENVIRONMENT: str(named), "PATH": str(installed.parent)})
    assert (choice.executable, choice.origin) == (named, f"${ENVIRONMENT}")


def test_an_installed_browser_beats_a_downloaded_one(tmp_path: Path) -> None:
    installed = executable(tmp_path / "bin", "google-chrome-stable")
    downloaded = executable(tmp_path / "ms-playwright", "chrome")
    choice = choose_browser(own=downloaded, environ={"PATH": str(installed.parent)}, platform="linux")
    assert (choice.executable, choice.origin) == (installed, "installed on this machine")


def test_chromium_is_asked_for_first(tmp_path: Path) -> None:
    for name in ("google-chrome", "chromium"):
        executable(tmp_path, name)
    assert (
        choose_browser(environ={"PATH": str(tmp_path)}, platform="linux").executable == tmp_path / "chromium"
    )


def test_the_downloaded_browser_is_the_last_resort(tmp_path: Path) -> None:
    downloaded = executable(tmp_path / "ms-playwright", "chrome")
    choice = choose_browser(own=downloaded, environ={"PATH": str(tmp_path)}, platform="linux")
    assert (choice.executable, choice.origin) == (downloaded, "downloaded by Playwright")


def test_a_browser_in_the_programs_folder_is_found(tmp_path: Path) -> None:
    chrome = executable(tmp_path, r"Google\Chrome\Application\chrome.exe")
    choice = choose_browser(environ={"PATH": "", "PROGRAMFILES": str(tmp_path)}, platform="win32")
    assert choice.executable == chrome


def test_no_browser_at_all_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BrowserMissing) as raised:
        choose_browser(own=tmp_path / "not-there", environ={"PATH": str(tmp_path)}, platform="linux")
    assert raised.value.exit_code == 3
    assert "playwright install chromium" in str(raised.value)
    assert ENVIRONMENT in str(raised.value)


def test_a_named_browser_that_is_not_there_is_not_replaced_by_another(tmp_path: Path) -> None:
    executable(tmp_path, "chromium")
    with pytest.raises(BrowserMissing, match="not-there"):
        choose_browser(environ={ENVIRONMENT: str(tmp_path / "not-there"), "PATH": str(tmp_path)})


def test_the_sandbox_is_explained() -> None:
    on, reason = sandbox_policy("linux")
    assert isinstance(on, bool)
    assert reason
    assert sandbox_policy("darwin")[0] is True


async def test_a_browser_says_what_it_is(browser: Browser) -> None:
    assert browser.alive
    assert browser.choice.version == browser.version
    assert browser.choice.version
    assert browser.choice.executable.is_file()
    assert browser.choice.driver_version


async def test_a_browser_that_cannot_start_is_told_with_its_words(tmp_path: Path) -> None:
    broken = executable(tmp_path, "broken", "#!/bin/sh\necho 'libnss3.so is missing' >&2\nexit 127\n")
    with pytest.raises(BrowserMissing) as raised:
        async with launch(BrowserOptions(executable=str(broken))):
            pass
    assert str(broken) in raised.value.message
    assert "libnss3.so is missing" in raised.value.message


async def test_sessions_share_nothing(browser: Browser) -> None:
    async with browser.session() as one, browser.session() as other:
        await one.context.add_cookies([{"name": "who", "value": "one", "url": "http://127.0.0.1/"}])
        assert await other.context.cookies() == []


async def test_a_killed_browser_is_told_as_such() -> None:
    async with launch() as doomed:
        async with doomed.session() as session:
            await kill_browser(session)
            assert not doomed.alive
        with pytest.raises(BrowserDied):
            async with doomed.session():
                pass


async def test_viewport_and_locale_are_the_browsers_options() -> None:
    async with (
        launch(BrowserOptions(viewport=(800, 600), locale="de-DE")) as browser,
        browser.session() as session,
    ):
        seen = await session.page.evaluate("[innerWidth, innerHeight, navigator.language]")
    assert seen == [800, 600, "de-DE"]


@pytest.mark.parametrize(
    ("told", "kind", "said"),
    [
        ("Executable doesn't exist ... playwright install ffmpeg", BrowserMissing, "ffmpeg is needed"),
        ("net::ERR_SOCKS_CONNECTION_FAILED at http://x/", NavigationFailed, "nothing answers there"),
    ],
)
def test_what_a_browser_refuses_is_said_in_words(told: str, kind: type[Exception], said: str) -> None:
    error = mapped(PlaywrightError(told), "open the page")
    assert isinstance(error, kind)
    assert said in error.message
    assert error.remedy
