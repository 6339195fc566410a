"""The page of a run: it holds all there is to say, and nothing that a page says becomes part of it."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from runner.artifacts import Artifacts
from runner.contract.errors import ArtifactsNotWritable
from runner.report.html import MAX_TREE, duration, moment, page, write_report
from runner.report.pictures import LARGEST, Gallery, picture_size
from runner.report.story import told
from tests.report.stories import PATCH, beginning, ending, event, run_of, step

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def wide_jpeg(padding: int = 0) -> bytes:
    """The head of a JPEG of 1280 by 720, as far as its size is told."""
    tables = b"\xff\xe0\x00\x04\x00\x00"
    return b"\xff\xd8" + tables + b"\xff\xc0\x00\x11\x08\x02\xd0\x05\x00" + bytes(12 + padding)


def write(path: Path, data: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path)


def test_what_a_page_says_is_text(tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>\"'</style></script>{{ 7*7 }}"
    failure = {"exit_code": 1, "nearest": [{"role": evil, "name": evil, "selector": evil}], "sought": [evil]}
    patch = {**PATCH, "reason": evil, "old": evil, "evidence": {"old": {"name": evil}, "new": {"name": "b"}}}
    run = run_of(
        *beginning(prompt=evil, source=evil),
        *step(
            1,
            1,
            "failed",
            [event("page_error", 1, evil, kind=evil, url=evil), event("patch_proposed", 1, patch=patch)],
            description=evil,
            selector=evil,
            error=evil,
        ),
        ending("failed", 2, failure=failure),
    )
    html = page(told(run), tmp_path)
    assert "<img" not in html
    assert html.count("</style>") == html.count("</script>") == 1
    assert "{{ 7*7 }}" in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") > 8


def test_it_needs_nothing_beside_it(tmp_path: Path) -> None:
    shot = write(tmp_path / "screenshots" / "step-1.jpg", wide_jpeg())
    html = page(told(run_of(*beginning(), *step(1, 1, screenshot=shot), ending("completed", 2))), tmp_path)
    assert '<link rel="icon" href="data:,">' in html
    assert " src=" not in html
    assert "http" not in html.replace("http://x/", "").replace("http-equiv", "")
    assert html.count("data:image/jpeg;base64,") == 1, "it is in the film and in its step, but embedded once"
    assert html.count('href="#picture-1"') == 2
    assert 'width="1280" height="720"' in html


def test_a_moved_folder_still_has_its_pictures_and_no_others(tmp_path: Path) -> None:
    folder = tmp_path / "moved"
    write(folder / "screenshots" / "a.png", PIXEL)
    outside = write(tmp_path / "secret.png", PIXEL)
    (folder / "link.png").symlink_to(outside)
    gallery = Gallery(folder)
    assert gallery.href("runs/then/screenshots/a.png") == "screenshots/a.png"
    assert gallery.show("/somewhere/else/screenshots/a.png") is not None
    for path in (outside, "../secret.png", "link.png", "screenshots", "", None):
        assert gallery.show(path) is None


def test_what_is_large_is_linked(tmp_path: Path) -> None:
    write(tmp_path / "large.jpg", wide_jpeg(LARGEST))
    for number in range(6):
        write(tmp_path / f"{number}.jpg", wide_jpeg(LARGEST - 100))
    gallery = Gallery(tmp_path)
    large = gallery.show("large.jpg")
    assert large is not None
    assert (large.uri, large.href) == (None, "large.jpg")
    shown = [gallery.show(f"{number}.jpg") for number in range(6)]
    assert [bool(each and each.uri) for each in shown] == [True] * 4 + [False] * 2


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", wide_jpeg()[:12]])
def test_what_is_no_picture_has_no_size(data: bytes) -> None:
    assert picture_size(data) is None


def test_sizes() -> None:
    assert picture_size(PIXEL) == (1, 1)
    assert picture_size(wide_jpeg()) == (1280, 720)


def test_a_long_tree_is_cut(tmp_path: Path) -> None:
    tree = write(tmp_path / "failure.aria.yaml", b"- x\n" * MAX_TREE)
    failure = {"exit_code": 1, "aria_snapshot": tree}
    html = page(told(run_of(*beginning(), ending("failed", 1, failure=failure))), tmp_path)
    assert MAX_TREE < len(html) < 2 * MAX_TREE


def test_the_files_that_are_there_are_linked(tmp_path: Path) -> None:
    write(tmp_path / "trace.zip", b"")
    write(tmp_path / "video.mp4", b"")
    saved = write(tmp_path / "downloads" / "a.csv", b"1")
    run = run_of(
        *beginning(),
        *step(1, 1, between=[event("download_saved", 1, name="downloads/a.csv", path=saved)]),
        ending("completed", 2),
    )
    html = page(told(run), tmp_path)
    assert '<a href="trace.zip">' in html
    assert '<video controls preload="metadata" src="video.mp4">' in html
    assert '<a href="downloads/a.csv" download>' in html
    assert "test_config.json" not in html


def test_the_report_is_there_before_the_end_is_told(tmp_path: Path) -> None:
    run = run_of(*beginning())
    last = ending("completed", 1)
    with Artifacts(tmp_path, [write_report]) as artifacts:
        (told_of,) = artifacts.finish(last, run.after(last))
        assert told_of.details["name"] == "report.html"
        assert "Passed" in (tmp_path / "report.html").read_text()
        artifacts.take(last, run.after(told_of).after(last))
    written = json.loads((tmp_path / "run.json").read_text())
    assert written["artifacts_json"] == {"report.html": str(tmp_path / "report.html")}


@pytest.mark.skipif(
    os.name == "nt", reason="a folder stands in its way elsewhere, too, but says so otherwise"
)
def test_a_report_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(ArtifactsNotWritable, match=r"report\.html"):
        write_report(tmp_path, run_of(*beginning()))
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_times_as_a_person_says_them() -> None:
    told_as = [duration(each) for each in (None, 0, 85.4, 999.6, 2400, 59_960, 72_000)]
    assert told_as == ["", "0 ms", "85 ms", "1.0 s", "2.4 s", "60.0 s", "1 min 12 s"]
    assert moment("2026-04-29T12:00:00.123Z") == "2026-04-29 12:00:00 UTC"
    assert moment(None) == ""
