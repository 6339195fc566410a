"""What is made of measured recordings: figures, causes, and a ledger that an interrupted run goes on with."""

from __future__ import annotations

from pathlib import Path

from benchmarks.distilling.ledger import Ledger
from benchmarks.distilling.measure import Worth
from benchmarks.distilling.report import causes, figures, line

GOOD = Worth("app", "buy", actions=9, steps=7, targeted=4, rounds=20, steady=20, skipped="", blocked="")
LOST = Worth("app", "lost", unrecorded="nothing answers to 'Buy'")
SHAKY = Worth(
    "app", "shaky", actions=3, steps=3, targeted=2, rounds=20, steady=4, unsteady="replay 5: gone", skipped=""
)
BLIND = Worth(
    "app", "blind", actions=2, steps=2, targeted=1, by_place=("#a1",), rounds=20, steady=20, skipped="passes"
)
MUTE = Worth("app", "mute", actions=2, steps=2, rounds=20, steady=20, skipped="passes", silent=True)
EVERY = (GOOD, LOST, SHAKY, BLIND, MUTE)


def test_the_figures_leave_nothing_out() -> None:
    told = [each.split() for each in figures(EVERY)]
    assert [words[-2:] for words in told] == [
        ["4/5", "(80.0%)"],
        ["->", "14"],
        ["6/7", "(85.7%)"],
        ["3/4", "(75.0%)"],
        ["2/4", "(50.0%)"],
        ["1/1", "(100.0%)"],
        ["2/4", "(50.0%)"],
        ["2/3", "(66.7%)"],
    ]


def test_each_failure_is_listed_below_its_cause() -> None:
    told = list(causes(EVERY))
    assert [each for each in told if not each.startswith(" ")] == [
        "not recorded right: 1",
        "a replay went wrong: 1",
        "a prevented effect is not noticed: 1",
        "a prevented effect is not noticed, and no page shows it: 1",
        "a step's first selector goes by place: 1",
    ]
    assert "  app shaky: replay 5: gone" in told
    assert not list(causes([GOOD]))


def test_what_no_page_shows_is_no_failure_of_the_recording_but_is_told() -> None:
    assert [each.name for each in EVERY if each.good] == ["buy", "mute"]
    assert "no page shows" in line(MUTE)


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path) -> None:
    path, wanted, said = tmp_path / "kept.jsonl", [("app", "buy"), ("app", "blind")], list[str]()
    Ledger(path, wanted, said.append).enter(GOOD)
    assert said[0].startswith("[1/2] app buy: 9 actions, 7 steps, 20/20 replays")
    again = Ledger(path, wanted, said.append)
    assert again.found == [GOOD]
    assert [each for each in wanted if again.lacks(each, 20)] == [("app", "blind")]
    assert again.lacks(("app", "buy"), 3)  # in other rounds it is another measurement
    again.enter(BLIND)
    assert Ledger(path, wanted, said.append).found == [GOOD, BLIND]
    assert Ledger(path, wanted[1:], said.append).found == [BLIND]
