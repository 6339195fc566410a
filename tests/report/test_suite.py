"""Many runs: what is kept of them, how tests did over time, which are flaky, and the page that shows it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from runner.artifacts import Artifacts
from runner.cli.report import report_command
from runner.contract.event import Event
from runner.report.history import Entry, Trend, entry_of, read_history, runs_below, trends, write_history
from runner.report.html import write_report
from runner.report.suite import bars, slower, suite_page
from tests.report.stories import beginning, ending, failing, passed, repaired, run_of, step


def entry(number: int, verdict: str = "passed", digest: str | None = "d", took: float = 1000) -> Entry:
    return Entry(
        f"r{number}",
        "shop/buy.json",
        "x.org",
        digest,
        verdict,
        f"2026-01-{number:02}T00:00:00Z",
        took,
        3,
        "Told.",
    )


def trend(*entries: Entry) -> Trend:
    return Trend("shop/buy.json", "x.org", entries)


@pytest.mark.parametrize(
    ("entries", "flaky"),
    [
        ([entry(1), entry(2, "failed")], True),
        ([entry(1), entry(2, "repaired")], False),
        ([entry(1, digest="a"), entry(2, "failed", digest="b")], False),
        ([entry(1, digest=None), entry(2, "failed", digest=None)], False),
        ([entry(1), entry(2, "broken"), entry(3, "cancelled")], False),
        ([entry(1, "failed"), entry(2, "failed")], False),
        ([entry(1, "failed", "a"), entry(2, "passed", "b"), entry(3, "failed", "b")], True),
    ],
)
def test_flaky_is_who_differs_on_the_same_file(entries: list[Entry], flaky: bool) -> None:
    assert trend(*entries).flaky is flaky


def test_a_run_counts_once_and_other_sites_are_other_tests() -> None:
    elsewhere = replace(entry(4), site="y.org")
    found = trends([entry(2), entry(1), entry(2, "failed"), elsewhere])
    assert [(each.site, [one.run_id for one in each.entries]) for each in found] == [
        ("x.org", ["r1", "r2"]),
        ("y.org", ["r4"]),
    ]
    assert found[0].last.verdict == "failed"


def test_rates_and_times() -> None:
    test = trend(
        entry(1, took=100), entry(2, "failed", took=9000), entry(3, "repaired", took=300), entry(4, "broken")
    )
    assert (test.pass_rate, test.typical_ms) == (2 / 3, 300)
    assert trend(entry(1, "broken")).pass_rate is None
    assert not slower(trend(entry(1, took=1000), entry(2, took=1400)))
    assert slower(trend(entry(1, took=1000), entry(2, took=2000)))
    assert not slower(trend(entry(1, took=10), entry(2, took=100)))
    assert not slower(trend(entry(1)))


def test_bars_stand_within_their_chart() -> None:
    drawn = bars(trend(*(entry(number % 27 + 1, took=number * 100.0) for number in range(60))))
    assert len(drawn) == 40
    assert max(bar.x + bar.width for bar in drawn) <= 240
    assert {bar.height <= 36 for bar in drawn} == {True}


def test_what_is_kept_of_a_run() -> None:
    kept = entry_of(replace(repaired(), source="/home/ci/shop/buy.json", row=2, digest="d"), "r/report.html")
    assert (kept.test, kept.site, kept.repaired) == ("shop/buy.json, row 2", "x", ("s1",))
    here = entry_of(replace(passed(), start_url="http://me:pw@127.0.0.1:4711/a"))
    assert here.site == "127.0.0.1:4711"
    (test,) = trends([here, replace(here, run_id="2", site="127.0.0.1:4712", verdict="failed", digest="d")])
    assert (test.site, test.flaky) == ("127.0.0.1", False), "on another port it may be another app"


def test_the_history_survives_a_line_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "kept" / "history.jsonl"
    assert read_history(file) == []
    write_history(file, [entry(1), entry(2)])
    with file.open("a") as more:
        more.write('{"run_id": "half\n[]\n{"other": 1}\n')
    assert read_history(file) == [entry(1), entry(2)]


def test_the_page_puts_first_what_needs_somebody(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "report.html").write_text("")
    evil = "<script>alert(1)</script>"
    tests = [
        trend(replace(entry(1), test="fine", report=str(tmp_path / "a" / "report.html"))),
        trend(entry(1, "repaired")),
        trend(entry(1), entry(2, "failed"), entry(3)),
        trend(replace(entry(1, "failed"), headline=evil, report="/gone/report.html")),
    ]
    named = [Trend(f"test {name}", "x.org", each.entries) for name, each in zip("dcba", tests, strict=True)]
    html = suite_page(named, title=evil, folder=tmp_path)
    order = [html.index(f">test {name}</") for name in "abcd"]
    assert order == sorted(order)
    assert evil not in html
    assert '<a href="a/report.html">test d</a>' in html
    assert "/gone" not in html
    assert html.count("Flaky</span>") == 1
    assert "3 of 4 passed" in html


def keep(folder: Path, *events: Event) -> None:
    run = run_of()
    with Artifacts(folder, [write_report] if events[-1].terminal else []) as artifacts:
        for each in events:
            run = run.after(each)
            if each.terminal:
                artifacts.finish(each, run)
            artifacts.take(each, run)


def test_the_command_finds_runs_and_gives_those_a_page_that_were_killed(tmp_path: Path) -> None:
    runs, history = tmp_path / "runs", tmp_path / "history.jsonl"
    keep(runs / "one", *beginning(source="buy.json"), *step(1, 1), ending("completed", 2))
    keep(runs / "suite" / "two", *beginning(source="pay.json"), *step(1, 1), *step(2, 2)[:1])
    with (runs / "suite" / "two" / "events.jsonl").open("a") as file:
        file.write('{"id": "half a li')
    (runs / "no-run").mkdir()
    (runs / "no-run" / "run.json").write_text("{}")
    write_history(history, [entry(1)])
    done = CliRunner().invoke(report_command, [str(runs), "--history", str(history)], standalone_mode=False)
    assert done.return_value == 0, done.output
    html = (runs / "report.html").read_text()
    assert 'href="one/report.html"' in html
    assert "Not finished" in (runs / "suite" / "two" / "report.html").read_text()
    assert len(read_history(history)) == 3
    assert [story.verdict for _, story in runs_below(runs)] == ["passed", "unfinished"]


def test_a_run_s_own_page_is_not_written_over(tmp_path: Path) -> None:
    keep(tmp_path, *beginning(), ending("completed", 2))
    CliRunner().invoke(report_command, [str(tmp_path)], standalone_mode=False)
    assert (tmp_path / "suite.html").is_file()


def test_where_there_are_no_runs_it_says_so(tmp_path: Path) -> None:
    done = CliRunner().invoke(report_command, [str(tmp_path)], standalone_mode=False)
    assert "no runs below" in str(done.exception)


def test_stories_of_all_kinds_are_kept() -> None:
    assert [entry_of(each).verdict for each in (passed(), repaired(), failing())] == [
        "passed",
        "repaired",
        "failed",
    ]
