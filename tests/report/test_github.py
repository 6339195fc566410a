"""Annotations at the lines of files, and a summary that shows text as text."""

from __future__ import annotations

import json
from pathlib import Path

from runner.report.github import commands, summary, write_summary
from runner.report.outcome import Outcome
from tests.report.stories import failing, passed, repaired


def flow(folder: Path) -> Path:
    file = folder / "flows" / "buy, now: 100%.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"version": 1, "steps": [{"id": "s1"}, {"id": "s2"}]}, indent=1))
    return file


def test_a_failure_points_at_its_step_s_line(tmp_path: Path) -> None:
    file = flow(tmp_path)
    told = list(commands([Outcome(passed(), 0, file), Outcome(failing("50%\nno: a, b"), 1, file)], tmp_path))
    line = file.read_text().splitlines().index('   "id": "s2"')
    assert told == [
        f"::error file=flows/buy%2C now%3A 100%25.json,line={line},"
        "title=buy%2C now%3A 100%25%3A failed::50%25%0Ano: a, b"
    ]


def test_a_repair_is_a_warning_and_one_that_nobody_wants_an_error(tmp_path: Path) -> None:
    file = flow(tmp_path)
    (warning,) = commands([Outcome(repaired(), 0, file)], tmp_path)
    assert warning.startswith("::warning file=flows/buy")
    assert warning.endswith("repaired::moved%0A- a%0A+ b")
    (error,) = commands([Outcome(repaired(), 1, file)], tmp_path)
    assert error.startswith("::error ")
    assert "--fail-on-repair" in error


def test_every_problem_of_a_file_has_its_line(tmp_path: Path) -> None:
    file = flow(tmp_path)
    problems = [{"path": "$.steps[1].id", "message": "no"}, {"path": "$.version", "message": "odd"}]
    told = list(commands([Outcome(failing(exit_code=2, problems=problems), 2, file)], tmp_path))
    assert [text.partition("line=")[2].partition(",")[0] for text in told] == ["8", "2"]


def test_without_a_file_there_is_no_place(tmp_path: Path) -> None:
    assert list(commands([Outcome(failing("No."), 1)], tmp_path)) == ["::error title=Press it%3A failed::No."]
    missing = tmp_path / "gone.json"
    (told,) = commands([Outcome(failing("No."), 1, missing)], tmp_path)
    assert told.startswith("::error file=gone.json,line=1,")


def test_a_file_elsewhere_keeps_its_name(tmp_path: Path) -> None:
    base = tmp_path / "checkout"
    base.mkdir()
    (told,) = commands([Outcome(failing("No."), 1, tmp_path / "a.json")], base)
    assert f"file={(tmp_path / 'a.json').as_posix()}," in told


def test_the_summary_shows_text_as_text() -> None:
    evil = "<b>|`x`| [a](http://b) **c** @d\nnext"
    told = summary(
        [Outcome(passed(), 0, Path("a|b.json")), Outcome(failing(evil, remedy=evil), 1, Path("c.json"))]
    )
    assert "1 of 2 passed" in told
    rows = [line for line in told.splitlines() if line.startswith("| ")]
    assert [row.count("|") for row in rows] == [6, 6, 6]
    for markup in ("<b>|", "`x`", "[a]", "**c**", "@d"):
        assert markup not in told
    assert "<details>" in told


def test_the_summary_goes_where_github_says(tmp_path: Path) -> None:
    place = tmp_path / "summary.md"
    place.write_text("before\n")
    outcomes = [Outcome(passed(), 0, Path("a.json"))]
    assert write_summary(outcomes, {"GITHUB_STEP_SUMMARY": str(place)})
    assert place.read_text().startswith("before\n### demo-runner: 1 of 1 passed\n")
    assert not write_summary(outcomes, {})
