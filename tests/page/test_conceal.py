"""Pictures show no secret, however it gets onto the page.

Two pages that differ only in the secret must look the same, to the last pixel.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from runner.contract.channel import FrameSlot
from runner.contract.masking import Mask
from runner.page.act import perform
from runner.page.browser import Browser
from runner.page.scrub import scrub_file
from runner.page.session import Session, SessionOptions
from runner.record.plan import Act
from runner.testing import CannedSite

PAGE = """<style>* { font: 16px monospace; caret-color: transparent } :focus { outline: none }</style>
<p id=said>Hello</p><label>Key <input id=key></label><label>Note <textarea id=note></textarea></label>
<label>Pass <input id=pass type=password></label><iframe id=inner src=/inner width=300 height=40></iframe>
<div id=host></div><script>
host.attachShadow({mode: 'open'}).innerHTML = '<p>shadow</p>';
window.echo = (text) => {
  said.innerHTML = `It is <b>${text.slice(0, 3)}</b>${text.slice(3)}, twice ${text}`;
  host.shadowRoot.firstChild.textContent = 'in the shadow ' + text;
  inner.contentDocument.body.textContent = 'in the frame ' + text;
  const late = document.createElement('input'); late.value = text; document.body.append(late);
};</script>"""
SECRETS = ("WWWW-mmmm", "iiii-llll")


async def shown(browser: Browser, url: str, secret: str, mask: Mask) -> bytes:
    """A picture of the page once the secret has been typed into it and said by it."""
    async with browser.session(SessionOptions(mask=mask)) as session:
        await session.page.goto(url)
        for selector in ("#key", "#note", "#pass"):
            await perform(session, Act("fill"), [selector], secret, 5_000)
        await session.page.evaluate(
            "text => { echo(text); document.querySelector('#pass').type = 'text' }", secret
        )
        await session.page.evaluate("document.activeElement.blur()")
        return await session.page.screenshot(animations="disabled")


@pytest.mark.browser
async def test_a_picture_is_the_same_whatever_the_secret_is(
    browser: Browser, canned_site: CannedSite
) -> None:
    canned_site.pages |= {"/": PAGE, "/inner": "<style>* { font: 16px monospace }</style><body>frame"}
    hidden = [await shown(browser, canned_site.url, each, Mask({"KEY": each})) for each in SECRETS]
    assert hidden[0] == hidden[1]
    bare = [await shown(browser, canned_site.url, each, Mask()) for each in SECRETS]
    assert bare[0] != bare[1]


@pytest.mark.browser
async def test_a_secret_that_turns_up_later_is_hidden_from_then_on(
    session: Session, canned_site: CannedSite
) -> None:
    canned_site.pages |= {"/": PAGE, "/inner": "<body>frame"}
    await session.page.goto(canned_site.url)
    await session.page.evaluate("echo('WWWW-mmmm')")
    before = await session.page.screenshot()
    await session.hide(Mask({"KEY": "WWWW-mmmm"}))
    after = await session.page.screenshot()
    assert before != after
    assert await session.page.evaluate("typeof demoRunnerConceal") == "undefined"


COLOURS = ("#fee", "#efe", "#eef", "#ffe")


async def recoloured(session: Session, slot: FrameSlot, colour: str) -> bytes:
    """A frame painted after the page, or its last colour but one, was there."""
    seen = slot.number
    await session.page.evaluate("colour => { document.body.style.background = colour }", colour)
    return (await slot.after(seen))[1].data


@pytest.mark.browser
async def test_the_frames_of_a_feed_do_not_show_it(browser: Browser, canned_site: CannedSite) -> None:
    inner = "<style>* { font: 16px monospace }</style><body>frame"
    canned_site.pages |= {"/": f"{PAGE}<script>echo(location.search.slice(1))</script>", "/inner": inner}
    slots = (FrameSlot(), FrameSlot())
    options = [
        SessionOptions(frames=slot, mask=Mask({"KEY": each}))
        for slot, each in zip(slots, SECRETS, strict=True)
    ]
    async with browser.session(options[0]) as one, browser.session(options[1]) as other:
        both = tuple(zip((one, other), slots, SECRETS, strict=True))
        for session, slot, secret in both:
            await session.page.goto(f"{canned_site.url}?{secret}")
            for colour in COLOURS:
                await recoloured(session, slot, colour)
        frames: tuple[set[bytes], set[bytes]] = (set(), set())
        # which state a frame shows is the browser's affair; of pages that look alike, some will be alike
        for colour in COLOURS * 10:
            for (session, slot, _), seen in zip(both, frames, strict=True):
                seen.add(await recoloured(session, slot, colour))
            if frames[0] & frames[1]:
                return
    raise AssertionError("no two frames are alike")


def test_files_are_scrubbed_in_archives_too(tmp_path: Path) -> None:
    mask = Mask({"KEY": "s3cr3t-välue"})
    plain = "the key is s3cr3t-välue.".encode()
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a/s3cr3t-välue.txt", plain)
        archive.writestr("b.gz", gzip.compress(plain))
    files = {
        "a.txt": plain,
        "b.gz": gzip.compress(plain),
        "c.zip": inner.getvalue(),
        "d.bin": b"\x00\xff nothing",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    assert [scrub_file(tmp_path / name, mask) for name in files] == [True, True, True, False]
    assert (tmp_path / "a.txt").read_bytes() == b"the key is {{KEY}}."
    assert gzip.decompress((tmp_path / "b.gz").read_bytes()) == b"the key is {{KEY}}."
    with zipfile.ZipFile(tmp_path / "c.zip") as archive:
        assert archive.namelist() == ["a/{{KEY}}.txt", "b.gz"]
        assert archive.read("a/{{KEY}}.txt") == b"the key is {{KEY}}."
        assert gzip.decompress(archive.read("b.gz")) == b"the key is {{KEY}}."
    assert (tmp_path / "d.bin").read_bytes() == files["d.bin"]
