"""What pages do of their own accord: tabs, dialogs, downloads, errors; and that a session always closes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from runner.contract.channel import FrameSlot
from runner.contract.errors import ArtifactsNotWritable
from runner.contract.event import Event
from runner.page.browser import Browser
from runner.page.session import DialogAnswer, Session, SessionOptions
from runner.testing import Answer, CannedSite

HANG = "setTimeout(() => { console.log('hanging'); for (;;); })"


def kinds(events: list[Event]) -> list[str]:
    return [event.type for event in events]


async def until_told(session: Session, kind: str, count: int = 1) -> list[Event]:
    """What the session tells, up to and with `count` events of that kind."""
    told: list[Event] = []
    async with asyncio.timeout(10):
        while kinds(told).count(kind) < count:
            told += session.drain()
            await asyncio.sleep(0)
    return told


async def test_the_active_page_follows_a_popup_and_comes_back(
    session: Session, canned_site: CannedSite
) -> None:
    canned_site.pages |= {
        "/": "<button onclick=\"window.open('/popup')\">Open</button>",
        "/popup": "<h1>Popup</h1><button onclick='close()'>Close</button>",
    }
    main = session.page
    await main.goto(canned_site.url)
    await main.click("button")
    assert await session.new_tab(10_000)
    assert kinds(session.drain()) == ["page_opened"]
    popup = session.page
    assert popup is not main
    async with popup.expect_event("close"):
        await popup.evaluate("close()")
    assert session.page is main
    assert kinds(session.drain()) == ["page_closed"]


async def test_the_last_page_stays_the_active_one_when_it_closes(session: Session) -> None:
    only = session.page
    await only.close()
    assert session.page is only
    assert kinds(session.drain()) == ["page_closed"]


async def test_dialogs_are_accepted_and_reported(session: Session, canned_site: CannedSite) -> None:
    canned_site.pages["/"] = """<button onclick="alert('careful');
        document.title = confirm('sure?') + ' ' + prompt('name?', 'Ada')">Go</button>"""
    await session.page.goto(canned_site.url)
    await session.page.click("button")
    assert await session.page.title() == "true Ada"
    told = [event.details for event in session.drain() if event.type == "dialog_opened"]
    assert [(each["kind"], each["text"], each["accepted"]) for each in told] == [
        ("alert", "careful", True),
        ("confirm", "sure?", True),
        ("prompt", "name?", True),
    ]


async def test_dialogs_can_be_dismissed_or_answered(session: Session, canned_site: CannedSite) -> None:
    canned_site.pages["/"] = (
        "<button onclick=\"document.title = confirm('?') + ' ' + prompt('?', 'Ada')\">Go</button>"
    )
    await session.page.goto(canned_site.url)
    session.dialog_answer = DialogAnswer(accept=False)
    await session.page.click("button")
    assert await session.page.title() == "false null"
    session.dialog_answer = DialogAnswer(text="Grace")
    await session.page.click("button")
    assert await session.page.title() == "true Grace"


async def test_a_page_that_asks_before_it_is_left_is_left(session: Session, canned_site: CannedSite) -> None:
    canned_site.pages |= {
        "/": "<button>x</button><script>onbeforeunload = event => event.preventDefault()</script>",
        "/next": "<h1>Next</h1>",
    }
    await session.page.goto(canned_site.url)
    await session.page.click("button")
    await session.page.goto(f"{canned_site.url}next")
    assert await session.page.inner_text("h1") == "Next"
    assert [event.details["kind"] for event in session.drain()] == ["beforeunload"]


async def test_downloads_are_kept_as_artifacts(
    browser: Browser, canned_site: CannedSite, tmp_path: Path
) -> None:
    canned_site.pages |= {
        "/": "<a href='/report' download='report.csv'>Report</a>",
        "/report": Answer("a,b\n1,2\n", content_type="text/csv"),
    }
    async with browser.session(SessionOptions(artifacts=tmp_path)) as session:
        await session.page.goto(canned_site.url)
        for _ in range(2):
            async with session.page.expect_download():
                await session.page.click("a")
        told = await until_told(session, "download_saved", 2)
        saved = [event.details for event in told if event.type == "download_saved"]
    assert sorted(each["name"] for each in saved) == ["downloads/report-2.csv", "downloads/report.csv"]
    assert {text_of(each["path"]) for each in saved} == {"a,b\n1,2\n"}


def text_of(path: str) -> str:
    return Path(path).read_text()


async def test_a_download_without_artifacts_goes_to_a_temporary_folder(
    session: Session, canned_site: CannedSite
) -> None:
    canned_site.pages |= {
        "/": "<a href='/x' download='../../x.txt'>X</a>",
        "/x": Answer("x", content_type="text/plain"),
    }
    await session.page.goto(canned_site.url)
    await session.page.click("a")
    (saved,) = [
        event for event in await until_told(session, "download_saved") if event.type == "download_saved"
    ]
    assert taken_away(Path(saved.details["path"])) == ("downloads", "x")


def taken_away(path: Path) -> tuple[str, str]:
    """The file's folder and text; file and folders are removed."""
    text = path.read_text()
    path.unlink()
    path.parent.rmdir()
    path.parent.parent.rmdir()
    return path.parent.name, text


async def test_page_errors_are_reported_up_to_a_point(session: Session, canned_site: CannedSite) -> None:
    canned_site.pages[
        "/"
    ] = """<script>console.error('in the console'); setTimeout(() => { throw Error('thrown') });
        setTimeout(() => { for (let n = 0; n < 99; n++) console.error(n); document.title = 'done' })
        </script>"""
    await session.page.goto(canned_site.url)
    await session.page.wait_for_function("document.title === 'done'")
    told = [event for event in session.drain() if event.type == "page_error"]
    assert [(event.details["kind"], event.message) for event in told[:2]] == [
        ("console", "in the console"),
        ("exception", "Error: thrown"),
    ]
    assert len(told) == 50
    assert told[-1].details["kind"] == "more"


async def test_a_hanging_page_blocks_nothing(
    browser: Browser, canned_site: CannedSite, tmp_path: Path
) -> None:
    canned_site.pages["/"] = "<h1>About to hang</h1>"
    async with browser.session(SessionOptions(artifacts=tmp_path, trace=True)) as session:
        await session.page.goto(canned_site.url)
        async with session.page.expect_console_message():
            await session.page.evaluate(HANG)
        picture, tree = await asyncio.gather(session.screenshot("hanging"), session.aria_snapshot())
    assert (picture, tree) == (None, None)
    assert (tmp_path / "trace.zip").is_file()


async def test_a_trace_is_kept_when_the_run_breaks_off(browser: Browser, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        async with browser.session(SessionOptions(artifacts=tmp_path, trace=True)):
            raise KeyError
    assert (tmp_path / "trace.zip").is_file()


async def test_screenshots_are_artifacts(browser: Browser, tmp_path: Path) -> None:
    async with browser.session(SessionOptions(artifacts=tmp_path)) as session:
        path = await session.screenshot("start")
        (saved,) = session.drain()
    assert path is not None
    assert png(path)
    assert (saved.type, saved.details["path"]) == ("artifact_saved", path)


def png(path: str) -> bool:
    return Path(path).read_bytes().startswith(b"\x89PNG")


async def test_without_artifacts_no_screenshot_is_taken(session: Session) -> None:
    assert await session.screenshot("start") is None


async def test_a_folder_that_cannot_be_written_is_told(browser: Browser, tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("in the way")
    async with browser.session(SessionOptions(artifacts=occupied)) as session:
        with pytest.raises(ArtifactsNotWritable, match="file"):
            await session.screenshot("start")


async def test_frames_show_the_active_page(browser: Browser, canned_site: CannedSite) -> None:
    canned_site.pages["/"] = "<h1>Hello</h1>"
    slot = FrameSlot()
    async with browser.session(SessionOptions(frames=slot)) as session:
        await session.page.goto(canned_site.url)
        async with asyncio.timeout(10):
            number, frame = await slot.after(0)
    assert number >= 1
    assert frame.data.startswith(b"\xff\xd8")
    assert (frame.width, frame.height) == (1280, 720)
    assert 1.5e9 < frame.timestamp < 1e10


async def test_a_context_is_closed_when_its_run_is_cancelled(browser: Browser) -> None:
    opened = asyncio.Event()
    sessions: list[Session] = []

    async def run() -> None:
        async with browser.session() as session:
            sessions.append(session)
            opened.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(run())
    await opened.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sessions[0].page.is_closed()
