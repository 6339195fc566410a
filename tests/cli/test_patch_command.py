"""Repairs on the command line: replay with repair, reading patches, taking them over."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from runner.testing import CannedSite

pytestmark = pytest.mark.browser

Flow = Callable[..., Path]
Run = Callable[..., Coroutine[Any, Any, Any]]

OLD = """<h1>Box</h1><form onsubmit="return false"><label>Name <input name="who"></label>
<button id="send" onclick="document.querySelector('h1').textContent = 'Sent'">Send</button></form>"""
NEW = OLD.replace('id="send"', 'id="go"').replace(">Send<", ">Submit<")
SEND = {
    "id": "send",
    "action": "click",
    "selector": 'control="Send"',
    "candidates": ["#send"],
    "fingerprint": {
        "v": 1, "tag": "button", "role": "button", "name": "Send", "text": "Send", "id": "send",
        "landmarks": ["form"], "siblings": ["Name"],
    },
    "timeout_ms": 2000,
}  # fmt: skip


def steps(url: str) -> list[dict[str, Any]]:
    return [
        {"action": "goto", "value": url},
        SEND,
        {"action": "expect", "expect": {"type": "text", "contains": "Sent"}},
    ]


async def test_a_repaired_pass_is_visible_and_can_fail_the_build(
    run: Run, flow: Flow, canned_site: CannedSite, tmp_path: Path
) -> None:
    canned_site.pages["/"] = NEW
    file = flow(*steps(canned_site.url))
    said = await run("replay", file, "--artifacts", "out", "--save-repaired", "fixed.json")
    assert said.code == 0, said.out + said.err
    assert "Repaired step 2" in said.out
    assert "Passed with repairs" in said.out
    saved = json.loads((tmp_path / "fixed.json").read_text())
    assert saved == json.loads((tmp_path / "out" / "repaired_test_config.json").read_text())
    assert saved["steps"][1]["selector"] == 'control="Submit"'
    assert (await run("replay", "fixed.json", "--repair", "off", "--fail-on-repair")).code == 0
    assert (await run("replay", file, "--fail-on-repair")).code == 1


async def test_repair_off_and_suggest_fail(run: Run, flow: Flow, canned_site: CannedSite) -> None:
    canned_site.pages["/"] = NEW
    file = flow(*steps(canned_site.url))
    assert (await run("replay", file, "--repair", "off")).code == 1
    said = await run("replay", file, "--repair", "suggest")
    assert said.code == 1
    assert "Suggested, not made, a repair of step 2" in said.out


async def test_patches_are_shown_and_applied_to_every_file_with_that_element(
    run: Run, flow: Flow, canned_site: CannedSite, tmp_path: Path
) -> None:
    canned_site.pages["/"] = NEW
    file = flow(*steps(canned_site.url))
    other = flow(*steps(canned_site.url), name="other.json")
    unrelated = flow({"action": "goto", "value": canned_site.url}, name="unrelated.json")
    (tmp_path / "package.json").write_text('{"name": "not ours"}')
    before = unrelated.read_text()
    await run("replay", file, "--artifacts", "out")

    shown = await run("patch", "show", "out")
    assert shown.code == 0
    assert '- control="Send"' in shown.out
    assert '+ control="Submit"' in shown.out
    assert "proven" in shown.out
    assert json.loads((await run("patch", "show", "out", "--json")).out)[0]["step_id"] == "send"

    applied = await run("patch", "apply", "out", "--everywhere", tmp_path)
    assert applied.code == 0, applied.err
    for changed in (file, other):
        assert json.loads(changed.read_text())["steps"][1]["selector"] == 'control="Submit"'
    assert unrelated.read_text() == before
    assert (await run("replay", file, other, "--repair", "off")).code == 0


async def test_what_does_not_fit_is_said(
    run: Run, flow: Flow, canned_site: CannedSite, tmp_path: Path
) -> None:
    canned_site.pages["/"] = NEW
    file = flow(*steps(canned_site.url))
    await run("replay", file, "--artifacts", "out")
    await run("patch", "apply", "out")
    twice = await run("patch", "apply", "out")
    assert twice.code == 2
    assert "does not fit" in twice.err
    assert (await run("patch", "show", "nowhere.json")).code == 2
    (tmp_path / "odd.json").write_text("[{}]")
    odd = await run("patch", "show", "odd.json")
    assert (odd.code, "broken patch" in odd.err) == (2, True)
    unknown = await run("patch", "apply", "out", "--step", "nine")
    assert (unknown.code, "send" in unknown.err) == (2, True)
