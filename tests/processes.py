"""Ending a browser from outside, as a machine that runs out of memory does."""

from __future__ import annotations

import asyncio
import os
import signal

from runner.page.session import Session


async def kill_browser(session: Session) -> None:
    """Kill the session's browser by its process id and wait until its end is known."""
    browser = session.context.browser
    assert browser is not None
    gone = asyncio.Event()
    browser.on("disconnected", lambda _: gone.set())
    cdp = await browser.new_browser_cdp_session()
    told = await cdp.send("SystemInfo.getProcessInfo")
    (pid,) = [process["id"] for process in told["processInfo"] if process["type"] == "browser"]
    os.kill(pid, signal.SIGKILL)
    await gone.wait()
