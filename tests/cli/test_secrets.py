"""A secret in a whole run: typed into ordinary fields, sent, echoed, stored, offered for download.

Afterwards every file of the run is searched for it, archives opened, in every spelling.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from runner.testing import Answer, CannedSite, Request

Run = Callable[..., Coroutine[Any, Any, Any]]

pytestmark = pytest.mark.browser

SECRET = 'kEy"42/ä&<b>+tail'
PAGE = """<meta charset=utf-8><title>Keys</title><h1>Keys</h1><form action=/save method=post>
<label>Key <input name=key></label><label>Note <textarea name=note></textarea></label>
<button>Save</button></form>"""


def saved(request: Request) -> Answer:
    key = request.form["key"][0]
    told = json.dumps(key)
    return Answer(
        f"""<meta charset=utf-8><title>Saved</title><h1>Saved</h1><p id=said></p>
        <a href=/export download>Export</a>
        <script>const key = {told.replace("<", chr(92) + "u003c")}; said.textContent = 'Key ' + key;
        console.error('bad key ' + key); localStorage.setItem('key', key);
        fetch('/api?key=' + encodeURIComponent(key), {{ headers: {{ authorization: 'Basic ' +
          btoa(unescape(encodeURIComponent('me:' + key))) }},
          method: 'POST', body: JSON.stringify({{ key }}) }});
        setTimeout(() => {{ throw new Error('no such key: ' + key) }});</script>"""
    )


def spellings(secret: str) -> Iterator[bytes]:
    """How it may stand in a file."""
    yield secret.encode()
    for text in (quote(secret), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]):
        yield text.encode()
    yield json.dumps(secret, ensure_ascii=False)[1:-1].encode()
    yield base64.b64encode(secret.encode())[:-4]
    yield base64.b64encode(b"me:" + secret.encode())[4:-4]


def contents(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, and where it is an archive what is in it."""
    yield name, data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.namelist():
                yield from contents(f"{name}/{entry}", archive.read(entry))
    elif data.startswith(b"\x1f\x8b"):
        yield from contents(f"{name}/", gzip.decompress(data))


def found_in(folder: Path) -> tuple[list[str], list[str]]:
    """All that was looked at, and where the secret stands."""
    every = [
        each
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for each in contents(str(path.relative_to(folder)), path.read_bytes())
    ]
    guilty = [name for name, data in every if any(text in data for text in spellings(SECRET))]
    return [name for name, _ in every], guilty


async def test_no_file_of_a_run_holds_it(run: Run, canned_site: CannedSite, tmp_path: Path) -> None:
    export = gzip.compress(f"key,{SECRET}\n".encode())
    canned_site.pages |= {
        "/": PAGE,
        "/save": saved,
        "/api": Answer("{}", content_type="application/json"),
        "/export": Answer(
            export,
            content_type="application/gzip",
            headers={"content-disposition": "attachment; filename=export.csv.gz"},
        ),
    }
    env = {"KEY": SECRET}
    prompt = (
        "Enter {{KEY}} in Key, enter {{KEY}} in Note, click Save, click Export "
        "and check that Key {{KEY}} is shown"
    )
    recorded = await run(
        *("record", "--prompt", prompt, "--url", canned_site.url, "--secret", "KEY", "--trace", "--log-json"),
        *("--artifacts", "record", "--out", "flow.json"),
        env=env,
    )
    assert recorded.code == 0, recorded.out + recorded.err
    assert canned_site.requests[-1].path == "/export"
    replayed = await run("replay", "flow.json", "--trace", "--json", "--artifacts", "replay", env=env)
    assert replayed.code == 0, replayed.out
    broken = json.loads((tmp_path / "flow.json").read_text())
    wrong = {"action": "expect", "expect": {"type": "text", "contains": "No {{KEY}}"}, "timeout_ms": 300}
    (tmp_path / "broken.json").write_text(json.dumps({**broken, "steps": [*broken["steps"], wrong]}))
    failed = await run("replay", "broken.json", "--artifacts", "failed", env=env)
    assert failed.code == 1, failed.out
    for said in (recorded, replayed, failed):
        (tmp_path / f"said-{id(said)}.txt").write_text(said.out + said.err)
    looked_at, guilty = found_in(tmp_path)
    assert guilty == []
    names = {Path(name).name for name in looked_at}
    assert {"events.jsonl", "run.json", "recorded_trace.json", "test_config.json", "trace.zip"} <= names
    assert {"trace.trace", "trace.network", "export.csv.gz"} <= names
    assert sum(name.endswith(".png") for name in looked_at) >= 1
    assert "{{KEY}}" in (tmp_path / "flow.json").read_text()


def test_the_search_itself_finds_it(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep.gz", gzip.compress(json.dumps({"k": SECRET}).encode()))
    (tmp_path / "a.zip").write_bytes(inner.getvalue())
    (tmp_path / "b.txt").write_text("nothing")
    assert found_in(tmp_path)[1] == ["a.zip/deep.gz/"]
