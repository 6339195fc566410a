"""A run's files: written as things happen, all at once where they are replaced, and never half."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runner.artifacts import Artifacts, write_json, write_text, writing
from runner.contract.errors import ArtifactsNotWritable
from runner.contract.event import Event
from runner.contract.run import Run

CONFIG = {"version": 1, "steps": []}


def take_all(folder: Path, events: list[Event]) -> Run:
    run = Run(mode="record_from_prompt")
    with Artifacts(folder) as artifacts:
        pending = list(events)
        while pending:
            event = pending.pop(0)
            run = run.after(event)
            pending[:0] = artifacts.take(event, run)
    return run


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]


def test_a_run_leaves_its_files(tmp_path: Path) -> None:
    events = [
        Event(type="created", message="Created."),
        Event(type="running", message="Running."),
        Event(type="distilled", message="Distilled.", details={"test_config": CONFIG}),
        Event(type="completed", message="Done.", details={"summary": {"answer": "Done."}}),
    ]
    run = take_all(tmp_path / "a" / "b", events)
    folder = tmp_path / "a" / "b"
    assert json.loads((folder / "test_config.json").read_text()) == CONFIG
    assert [line["type"] for line in lines(folder)] == [
        "created",
        "running",
        "distilled",
        "artifact_saved",
        "completed",
    ]
    assert json.loads((folder / "run.json").read_text()) == run.model_dump(mode="json")
    assert run.artifacts_json == {"test_config.json": str(folder / "test_config.json")}
    assert sorted(path.name for path in folder.iterdir()) == ["events.jsonl", "run.json", "test_config.json"]


def test_a_config_updated_in_mid_run_is_kept_beside_the_first(tmp_path: Path) -> None:
    repaired = {"version": 1, "steps": [{"action": "wait", "value": 1}]}
    take_all(
        tmp_path, [Event(type="test_config_updated", message="Repaired.", details={"test_config": repaired})]
    )
    assert json.loads((tmp_path / "repaired_test_config.json").read_text()) == repaired


def test_the_trace_grows_as_things_happen_and_is_told_of_once(tmp_path: Path) -> None:
    seen = Event(type="observed", message="A page.", details={"entry": {"kind": "sighting", "number": 1}})
    done = Event(type="step_finished", message="Clicked.", details={"entry": {"kind": "deed", "number": 1}})
    run = take_all(tmp_path, [seen, done, Event(type="step_finished", message="Replayed.")])
    trace = json.loads((tmp_path / "recorded_trace.json").read_text())
    assert trace == {
        "version": 1,
        "entries": [{"kind": "sighting", "number": 1}, {"kind": "deed", "number": 1}],
    }
    assert list(run.artifacts_json) == ["recorded_trace.json"]
    assert [line["type"] for line in lines(tmp_path)].count("artifact_saved") == 1


KILLED = """
import os, sys, signal
from pathlib import Path
from runner.artifacts import Artifacts
from runner.contract.event import Event
from runner.contract.run import Run
with Artifacts(Path(sys.argv[1])) as artifacts:
    run = Run(mode="record_from_prompt")
    for number in range(50):
        event = Event(type="running" if number == 0 else "step_started", message=str(number))
        run = run.after(event)
        artifacts.take(event, run)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_leaves_everything_up_to_the_kill(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [line["message"] for line in lines(tmp_path)] == [str(number) for number in range(50)]
    assert json.loads((tmp_path / "run.json").read_text())["status"] == "running"


def test_a_folder_that_cannot_be_made_is_found_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ArtifactsNotWritable, match="is a file") as caught,
        Artifacts(tmp_path / "file" / "runs"),
    ):
        pass
    assert "--artifacts" in str(caught.value.remedy)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_place_that_nobody_may_write_is_told_with_a_remedy() -> None:
    with pytest.raises(ArtifactsNotWritable, match="cannot be written"), Artifacts(Path("/proc/runs")):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device that is always full is Linux's")
def test_a_full_disk_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").symlink_to("/dev/full")
    with (
        pytest.raises(ArtifactsNotWritable, match="the disk is full"),
        Artifacts(tmp_path) as artifacts,
    ):
        artifacts.take(Event(type="running", message="x"), Run(mode="record_from_prompt"))


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EROFS, errno.EIO])
def test_every_error_of_the_system_becomes_ours_with_its_cause(number: int, tmp_path: Path) -> None:
    with pytest.raises(ArtifactsNotWritable) as caught, writing(tmp_path):
        raise OSError(number, os.strerror(number))
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.remedy


def test_a_write_that_fails_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.json"
    write_json(path, CONFIG)

    def full(_source: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ArtifactsNotWritable):
        write_text(path, "half of")
    assert json.loads(path.read_text()) == CONFIG
    assert [found.name for found in tmp_path.iterdir()] == ["config.json"]


def test_non_latin_text_is_written_as_it_is(tmp_path: Path) -> None:
    write_json(tmp_path / "c.json", {"prompt": "Öffne 日本語"})
    assert "Öffne 日本語" in (tmp_path / "c.json").read_text(encoding="utf-8")
