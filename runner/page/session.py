"""One run's tabs: a fresh context, the active page, and what the page does of its own accord.

Dialogs, new tabs, downloads and page errors happen when the page likes. They are dealt with at once, and wait
as events until the engine drains them, so that nothing a page does can stop or deadlock a run.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from playwright.async_api import Browser as PlaywrightBrowser
from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Download,
    Page,
    WebError,
)
from playwright.async_api import Error as PlaywrightError

from runner.contract.channel import FrameSlot
from runner.contract.errors import ArtifactsNotWritable, BrowserDied
from runner.contract.event import Event, EventKind
from runner.contract.masking import Mask
from runner.page.conceal import Curtain
from runner.page.faults import translated
from runner.page.hosts import Hosts, fence
from runner.page.pictures import show
from runner.page.reel import Reel
from runner.page.scrub import scrub_archive, scrub_file
from runner.page.settle import INIT_SCRIPT, Activity, sent

T = TypeVar("T")

CLOSE_TIMEOUT_S: Final = 5.0
EVIDENCE_TIMEOUT_MS: Final = 3_000
DOWNLOAD_TIMEOUT_S: Final = 30.0
MAX_PAGE_ERRORS: Final = 50
MAX_ERROR_TEXT: Final = 500

_CHROME_NOISE: Final = re.compile(r"favicon\.ico|^Failed to load resource: net::ERR_ABORTED")


@dataclass(frozen=True, slots=True)
class DialogAnswer:
    """How alert, confirm, prompt and beforeunload are answered; `text` goes into a prompt."""

    accept: bool = True
    text: str | None = None


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What a session keeps of its run.

    `artifacts` is the folder for files (None: screenshots are not taken, downloads go to a temporary folder).
    `trace` writes Playwright's trace.zip there, `pictures` one of each step. `frames` gets JPEG pictures of
    the active page, `reel` all of them.
    `files_from` is the folder that files to upload are named relative to (None: the current one);
    `files_within`, where given, is the one that they must be in, and are named relative to.
    `mask` knows the secrets that pictures and files must not show. `hosts` are those its tabs may be on.
    `context` is given to Playwright's `new_context()`, before what the browser's options say.
    """

    artifacts: Path | None = None
    trace: bool = False
    pictures: bool = False
    frames: FrameSlot | None = None
    reel: Reel | None = None
    accept_dialogs: bool = True
    files_from: Path | None = None
    files_within: Path | None = None
    mask: Mask = field(default_factory=Mask)
    hosts: Hosts | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


class Session:
    """A context and its tabs. Made by `Browser.session`."""

    def __init__(
        self, context: BrowserContext, page: Page, activity: Activity, options: SessionOptions
    ) -> None:
        self.context = context
        self.activity = activity
        self.options = options
        self.dialog_answer = DialogAnswer(accept=options.accept_dialogs)
        self.curtain = Curtain(context, options.mask)
        self.keep_trace = True
        self._pages: list[Page] = [page]
        self._events: list[Event] = []
        self._tabs_asked_for = 0
        self.tabs_opened = 0  # by the pages, so far; those that are closed again included
        self._tab_opened = asyncio.Event()
        self._page_errors = 0
        self._crashed = False
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._downloads: set[asyncio.Task[None]] = set()
        self._taken: set[Path] = set()
        self._folder = options.artifacts

    @property
    def mask(self) -> Mask:
        """The secrets that neither pictures nor files of the session may show."""
        return self.curtain.mask

    async def hide(self, mask: Mask) -> None:
        """From now on keep these secrets out of pictures and files."""
        await self.curtain.change(mask)

    @property
    def page(self) -> Page:
        """The active page: the newest that is open. A popup is followed, and left again when it closes."""
        return self._pages[-1]

    @property
    def alive(self) -> bool:
        """Whether the browser is still there and the active page has not crashed."""
        browser = self.context.browser
        return not self._crashed and (browser is None or browser.is_connected())

    def drain(self) -> list[Event]:
        """What the page did of its own accord since the last call, in order."""
        events, self._events = self._events, []
        return events

    @property
    def tab_coming(self) -> bool:
        """Whether a page has asked for a new tab that is not there yet."""
        return self._tabs_asked_for > 0

    async def new_tab(self, timeout_ms: float) -> bool:
        """Wait until the tabs that were asked for are there; False after `timeout_ms`."""
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                while self.tab_coming:
                    self._tab_opened.clear()
                    await self._tab_opened.wait()
        except TimeoutError:
            # The browser thought better of it, as it does with a link that turns out to be a download.
            self._tabs_asked_for = 0
            return False
        return True

    async def finish(self, *, unseen: bool = False) -> None:
        """Wait for what the run has begun, before it ends.

        For downloads at most half a minute; for what was done last, where it is `unseen` because nothing was
        looked for on the page after it, until it is answered, at most a second.
        """
        if unseen:
            await sent(self.page, self.activity)
        if self._downloads:
            await asyncio.wait(set(self._downloads), timeout=DOWNLOAD_TIMEOUT_S)

    async def screenshot(self, name: str) -> str | None:
        """Save a PNG of the active page's viewport; returns its path.

        None without artifacts, or if the page hangs. Raises ArtifactsNotWritable.
        """
        if self.options.artifacts is None:
            return None
        data = await self._evidence(self.page.screenshot(timeout=EVIDENCE_TIMEOUT_MS, animations="disabled"))
        return None if data is None else await self.save(f"screenshots/{name}.png", data)

    async def aria_snapshot(self) -> str | None:
        """The active page's accessibility tree as YAML; None if the page hangs."""
        return await self._evidence(self.page.aria_snapshot(timeout=EVIDENCE_TIMEOUT_MS))

    async def save(self, name: str, data: bytes | str, *, told: bool = True) -> str | None:
        """Write an artifact, report it if it is to be `told`, return its path; None without artifacts.

        Raises ArtifactsNotWritable.
        """
        if self.options.artifacts is None:
            return None
        path = self.options.artifacts / name
        await asyncio.to_thread(_write, path, data)
        if told:
            self._report("artifact_saved", f"Saved {name}", name=name, path=str(path))
        return str(path)

    def watch(self) -> None:
        """Start to listen to the context's pages."""
        self.activity.attach(self.context)
        self._watch_page(self.page)
        self.context.on("page", self._page_opened)
        self.context.on("dialog", self._dialog_opened)
        self.context.on("download", self._download_started)
        self.context.on("weberror", self._script_failed)
        self.context.on("console", self._console_spoke)

    async def close(self) -> None:
        """End the session, whatever state its pages are in; it takes seconds at most."""
        self._closing = True
        for task in self._tasks | self._downloads:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._downloads, return_exceptions=True)
        await self._bounded(self.context.close(reason="the run is over"))

    async def stop_trace(self) -> None:
        """Write trace.zip, if one was asked for and the browser is still there to give it."""
        if self.options.trace and self.keep_trace and self.options.artifacts is not None:
            path = self.options.artifacts / "trace.zip"
            await self._bounded(self.context.tracing.stop(path=path))
            if await asyncio.to_thread(scrub_archive, path, self.mask):
                self._report("artifact_saved", "Saved trace.zip", name="trace.zip", path=str(path))

    def _report(self, kind: EventKind, message: str, /, **details: Any) -> None:
        self._events.append(Event(type=kind, message=message, details=details))

    def _spawn(self, work: Coroutine[Any, Any, None], among: set[asyncio.Task[None]] | None = None) -> None:
        group = self._tasks if among is None else among
        task = asyncio.create_task(work)
        group.add(task)
        task.add_done_callback(group.discard)

    async def _evidence(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result of a look at a page that may hang or be gone, or None."""
        try:
            async with asyncio.timeout(EVIDENCE_TIMEOUT_MS / 1000 + 1):
                return await work
        except (PlaywrightError, TimeoutError):
            return None

    async def _bounded(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await work
        except (PlaywrightError, TimeoutError):
            # The browser is gone or its page hangs. Whatever remains dies with the browser's process.
            return

    def refused(self, url: str) -> None:
        """Tell that a tab was kept from going there."""
        self._page_error("navigation", f"Kept from leaving the allowed hosts for {url}", url)

    # Tabs

    def _page_opened(self, page: Page) -> None:
        if page in self._pages:
            return
        self._pages.append(page)
        self._watch_page(page)
        self._spawn(self.foresee_tabs(page))
        self._tabs_asked_for = max(0, self._tabs_asked_for - 1)
        self.tabs_opened += 1
        self._tab_opened.set()
        self._report("page_opened", "A new tab opened", url=page.url, tabs=len(self._pages))

    def _watch_page(self, page: Page) -> None:
        page.on("close", self._page_closed)
        page.on("crash", self._page_crashed)
        page.on("framenavigated", lambda frame: self._spawn(self.curtain.cover_frame(frame)))
        slot, reel = self.options.frames, self.options.reel
        if slot or reel:
            self._spawn(show(page, lambda: self.page, slot, reel))

    async def foresee_tabs(self, page: Page) -> None:
        """Be told the moment `page` asks for a new tab.

        Playwright tells of one only when it is ready, which may be after the click that opened it is over:
        the next step would then look for its element in the wrong tab.
        """
        try:
            cdp = await self.context.new_cdp_session(page)
            cdp.on("Page.windowOpen", self._tab_asked_for)
            await cdp.send("Page.enable")
            await self.curtain.cover(page, cdp)
        except PlaywrightError:
            # A tab that is gone again opens no other.
            return

    def _tab_asked_for(self, _: object) -> None:
        self._tabs_asked_for += 1

    def _page_closed(self, page: Page) -> None:
        # The last page stays, closed: whoever uses it is told so, and evidence can still name its URL.
        if len(self._pages) > 1 and page in self._pages:
            self._pages.remove(page)
        if self._closing:
            return
        self._report(
            "page_closed",
            "A tab closed",
            url=page.url,
            tabs=sum(not each.is_closed() for each in self._pages),
        )

    def _page_crashed(self, page: Page) -> None:
        self._crashed = self._crashed or page is self.page
        self._report("page_error", "The page crashed", kind="crash", url=page.url)

    # What pages do

    def _dialog_opened(self, dialog: Dialog) -> None:
        answer = self.dialog_answer
        accepted = answer.accept or dialog.type == "beforeunload"
        self._report(
            "dialog_opened",
            f"{dialog.type} {'accepted' if accepted else 'dismissed'}: {_short(dialog.message)}",
            kind=dialog.type,
            text=_short(dialog.message),
            accepted=accepted,
            url=dialog.page.url if dialog.page else None,
        )
        text = dialog.default_value if answer.text is None else answer.text
        self._spawn(_answer(dialog, text if accepted else None))

    def _download_started(self, download: Download) -> None:
        self._spawn(self._keep(download), self._downloads)

    async def _keep(self, download: Download) -> None:
        path = await self._free_path(Path(download.suggested_filename).name or "download")
        try:
            await download.save_as(path)
        except PlaywrightError as error:
            self._report(
                "page_error", f"The download of {path.name} failed", kind="download", reason=error.message
            )
            return
        except OSError as error:
            self._report("page_error", f"{path.name} cannot be written", kind="download", reason=str(error))
            return
        if self.mask.secrets:
            await asyncio.to_thread(scrub_file, path, self.mask)
        name = (
            path.name
            if self.options.artifacts is None
            else path.relative_to(self.options.artifacts).as_posix()
        )
        self._report("download_saved", f"Downloaded {path.name}", name=name, path=str(path), url=download.url)

    async def _free_path(self, name: str) -> Path:
        if self._folder is None:
            self._folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="demo-runner-"))
        folder, wanted, number = self._folder / "downloads", Path(name), 1
        path = folder / name
        while path in self._taken:
            number += 1
            path = folder / f"{wanted.stem}-{number}{wanted.suffix}"
        self._taken.add(path)
        return path

    def _script_failed(self, error: WebError) -> None:
        page = error.page
        raised = error.error
        text = f"{raised.name}: {raised.message}" if raised.name else str(raised)
        self._page_error("exception", text, page.url if page else None)

    def _console_spoke(self, message: ConsoleMessage) -> None:
        if message.type != "error" or _CHROME_NOISE.search(
            f"{message.text} {message.location.get('url', '')}"
        ):
            return
        self._page_error("console", message.text, message.location.get("url"))

    def _page_error(self, kind: str, text: str, url: str | None) -> None:
        self._page_errors += 1
        if self._page_errors < MAX_PAGE_ERRORS:
            self._report("page_error", _short(text), kind=kind, url=url)
        elif self._page_errors == MAX_PAGE_ERRORS:
            self._report(
                "page_error", "The page reports more errors; they are no longer listed", kind="more", url=url
            )


@asynccontextmanager
async def open_session(
    browser: PlaywrightBrowser, options: SessionOptions, arguments: Mapping[str, Any]
) -> AsyncIterator[Session]:
    """A fresh context in `browser`, closed on every path. Raises BrowserDied, ArtifactsNotWritable."""
    if not browser.is_connected():
        raise BrowserDied("The browser has gone.", remedy="Start it again.")
    with translated("open a fresh browser context"):
        context = await browser.new_context(**arguments)
    session: Session | None = None
    try:
        session = await _furnished(context, options)
        yield session
    finally:
        if session is None:
            await context.close()
        else:
            await session.stop_trace()
            await session.close()


async def _furnished(context: BrowserContext, options: SessionOptions) -> Session:
    with translated("set up a fresh browser context"):
        page, *_ = await asyncio.gather(
            context.new_page(), context.add_init_script(script=INIT_SCRIPT), _trace(context, options)
        )
    session = Session(context, page, Activity(), options)
    session.watch()
    if options.hosts is not None:
        await fence(context, options.hosts, session.refused)
    await session.foresee_tabs(page)
    return session


async def _trace(context: BrowserContext, options: SessionOptions) -> None:
    if options.trace and options.artifacts is not None:
        await context.tracing.start(screenshots=True, snapshots=True)


async def _answer(dialog: Dialog, text: str | None) -> None:
    try:
        if text is None:
            await dialog.dismiss()
        else:
            await dialog.accept(text)
    except PlaywrightError:
        # The page went away with its dialog.
        return


def _write(path: Path, data: bytes | str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    except OSError as error:
        raise ArtifactsNotWritable(
            f"{path} cannot be written: {error.strerror or error}.",
            remedy="Name a folder that can be written to with --artifacts.",
            path=str(path),
        ) from error


def _short(text: str) -> str:
    return text if len(text) <= MAX_ERROR_TEXT else text[: MAX_ERROR_TEXT - 1] + "…"
