"""Runs driven by rows of data."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from runner.contract.errors import ConfigError
from runner.replay.rows import check_columns, read_rows
from runner.testing import CannedSite

Run = Callable[..., Coroutine[Any, Any, Any]]


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    "name, text",
    [
        ("a.csv", '\ufeffNAME,"CITY"\r\nAda,"London, UK"\r\n\r\n"Grace ""Amazing""",\r\n'),
        ("a.tsv", 'NAME\tCITY\nAda\tLondon, UK\n\n"Grace ""Amazing"""\t\n'),
        ("a.jsonl", '{"NAME": "Ada", "CITY": "London, UK"}\n\n{"NAME": "Grace \\"Amazing\\"", "CITY": ""}\n'),
    ],
)
def test_rows_of_every_kind(tmp_path: Path, name: str, text: str) -> None:
    rows = read_rows(written(tmp_path, name, text))
    assert [(row.number, row.line, row.values) for row in rows] == [
        (1, 2 if name != "a.jsonl" else 1, {"NAME": "Ada", "CITY": "London, UK"}),
        (2, 4 if name != "a.jsonl" else 3, {"NAME": 'Grace "Amazing"', "CITY": ""}),
    ]


def test_rows_of_a_list(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "a.json", '[{"NAME": "Ada", "AGE": 36}, {"NAME": ""}]'))
    assert [(row.number, row.values) for row in rows] == [
        (1, {"NAME": "Ada", "AGE": "36"}),
        (2, {"NAME": ""}),
    ]


def test_json_values_are_written_as_a_person_would(tmp_path: Path) -> None:
    (row,) = read_rows(written(tmp_path, "a.jsonl", '{"A": 3, "B": true, "C": null, "D": 1.5}'))
    assert row.values == {"A": "3", "B": "true", "D": "1.5"}


@pytest.mark.parametrize(
    "name, text, problems",
    [
        ("a.csv", "", ["there are no rows in it"]),
        ("a.csv", "NAME\n", ["there are no rows in it"]),
        ("a.csv", "A,A,\n1,2,3\n", ["line 1: the column A is there twice", "line 1: column 3 has no name"]),
        ("a.csv", "A,B\n1\n1,2,3\n", ["line 2: 1 cells", "line 3: 3 cells"]),
        (
            "a.jsonl",
            '{"A": 1\n[1]\n{"A": [1]}\n',
            ["line 1: ", "line 2: not an object", "line 3: the value of A"],
        ),
        ("a.json", '{"A": 1}', ["it is no list of objects"]),
        ("a.json", "[1,", ["Expecting value"]),
        ("a.json", '[{"A": 1}, 2, {"A": {}}]', ["item 2: not an object", "item 3: the value of A"]),
    ],
)
def test_all_that_is_wrong_is_said_at_once(tmp_path: Path, name: str, text: str, problems: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        read_rows(written(tmp_path, name, text))
    found = caught.value.details["problems"]
    assert len(found) == len(problems)
    assert all(each.startswith(start) for each, start in zip(found, problems, strict=True))


def test_unreadable_files(tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(b"NAME\n\xe9\n")
    for file in (tmp_path / "latin.csv", tmp_path / "missing.csv", written(tmp_path, "q.csv", 'A\n"x')):
        with pytest.raises(ConfigError, match="cannot be read"):
            read_rows(file)


def test_a_column_that_is_no_parameter_is_told_with_the_nearest(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "a.csv", "EMIAL,COLOUR,NAME\na,b,c\n"))
    with pytest.raises(ConfigError) as caught:
        check_columns(tmp_path / "a.csv", rows, {"EMAIL", "NAME"})
    assert caught.value.details["problems"] == [
        "there is no parameter EMIAL. Did you mean EMAIL?",
        "there is no parameter COLOUR. There are: EMAIL, NAME.",
    ]


@pytest.mark.browser
async def test_one_run_for_each_row(run: Run, flow: Callable[..., Path], canned_site: CannedSite) -> None:
    canned_site.pages["/"] = """<label>Name <input id=who></label><label>Key <input></label>
    <button onclick="said.textContent = who.value == 'Eve' ? 'Go away' : 'Hello ' + who.value">Go</button>
    <p id=said></p>"""
    file = flow(
        {"action": "goto", "value": canned_site.url},
        {"action": "fill", "selector": 'field="Name"', "value": "{{NAME}}"},
        {"action": "fill", "selector": 'field="Key"', "value": "{{KEY}}"},
        {"action": "click", "selector": 'control="Go"'},
        {"action": "expect", "expect": {"type": "text", "contains": "Hello {{NAME}}"}, "timeout_ms": 500},
        parameters=[{"name": "NAME", "value": "Nobody"}, {"name": "KEY", "secret": True}],
    )
    data = written(
        file.parent, "people.csv", "NAME,KEY\nAda,k3y-of-ada\nEve,k3y-of-eve\nGrace,k3y-of-grace\n"
    )
    said = await run("replay", file, "--data", data, "--artifacts", "out", "--workers", "2")
    assert said.code == 1
    assert "2 of 3 rows passed" in said.out
    assert f"{file}, row 2 (line 3 of the data): Step 5" in said.out
    out = file.parent / "out"
    rows = ["flow-row-1", "flow-row-2", "flow-row-3"]
    assert sorted(path.name for path in out.iterdir()) == [*rows, "report.html"]
    statuses = [json.loads((out / row / "run.json").read_text())["status"] for row in rows]
    assert statuses == ["completed", "failed", "completed"]
    kept = b"".join(each.read_bytes() for each in out.rglob("*") if each.is_file()) + said.out.encode()
    assert b"k3y-of" not in kept


async def test_columns_are_checked_before_anything_runs(run: Run, flow: Callable[..., Path]) -> None:
    file = flow(
        {"action": "goto", "value": "http://x.test/{{NAME}}"}, parameters=[{"name": "NAME", "value": "a"}]
    )
    data = written(file.parent, "people.csv", "NAM\nAda\n")
    said = await run("replay", file, "--data", data)
    assert (said.code, "Did you mean NAME?" in said.err) == (2, True)
    refused = await run("replay", file, "--data", data, "--save-repaired", "x.json")
    assert (refused.code, "does not go with --data" in refused.err) == (2, True)
