"""JUnit XML that servers of all kinds take, whatever pages and people say."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pytest
import xmlschema

from runner.contract.run import Run
from runner.report.junit import junit, write_junit
from runner.report.outcome import Outcome
from runner.report.story import told
from tests.report.stories import failing, passed, repaired

SCHEMA: Final = xmlschema.XMLSchema(str(Path(__file__).parent / "junit.xsd"))
EVIL: Final = 'a < b & "c" ]]> \x00\x1b[31m \ud800 \ufffe 日本'


def parsed(*outcomes: Outcome) -> ElementTree.Element:
    text = junit(outcomes)
    SCHEMA.validate(text)
    return ElementTree.fromstring(text)


def outcomes() -> list[Outcome]:
    flows = Path("flows/shop")
    broken = told(Run(mode="rerun_from_config", status="failed", error_message="no"))
    return [
        Outcome(passed(), 0, flows / "buy.json"),
        Outcome(repaired(), 0, flows / "pay.json"),
        Outcome(
            failing(nearest=[{"role": "button", "name": "Save", "selector": "#s"}]), 1, flows / "save.json"
        ),
        Outcome(broken, 2, Path("bad.json")),
    ]


def test_what_passed_failed_and_could_not_be_run() -> None:
    root = parsed(*outcomes())
    names = [(suite.get("package"), suite.get("name"), suite.get("id")) for suite in root]
    assert names == [
        ("flows.shop", "buy", "0"), ("flows.shop", "pay", "1"),
        ("flows.shop", "save", "2"), ("flows", "bad", "3"),
    ]  # fmt: skip
    assert [(suite.get("failures"), suite.get("errors")) for suite in root] == [
        ("0", "0"), ("0", "0"), ("1", "0"), ("0", "1"),
    ]  # fmt: skip
    failure = root.find(".//failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == ("flow", "There is no such thing.")
    text = failure.text or ""
    assert 'nearest: button "Save"  #s' in text
    assert "failed       2  Step 2  500 ms" in text


def test_a_repair_is_a_property_and_in_the_output() -> None:
    suite = parsed(*outcomes())[1]
    values = {each.get("name"): each.get("value") for each in suite.iter("property")}
    assert values["repaired"] == "s1"
    assert "repaired: a -> b (90%): moved" in (suite.findtext("system-out") or "")
    assert "exception: TypeError" in (parsed(*outcomes())[0].findtext("system-err") or "")


def test_a_repair_that_nobody_wants_is_a_failure() -> None:
    (suite,) = parsed(Outcome(repaired(), 1, Path("pay.json")))
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("type") == "repaired"
    assert "--fail-on-repair" in (failure.get("message") or "")


def test_rows_are_the_cases_of_their_file() -> None:
    file = Path("flows/buy.json")
    (suite,) = parsed(
        Outcome(passed(), 0, file, 1), Outcome(failing(), 1, file, 2), Outcome(repaired(), 0, file, 3)
    )
    assert [case.get("name") for case in suite.iter("testcase")] == ["buy row 1", "buy row 2", "buy row 3"]
    assert (suite.get("tests"), suite.get("failures"), suite.get("time")) == ("3", "1", "7.000")
    assert {each.get("name") for each in suite.iter("property")} == {"file", "start_url", "repaired.row-3"}


def test_a_recording_has_no_file() -> None:
    (suite,) = parsed(Outcome(passed(), 0))
    assert (suite.get("package"), suite.get("name")) == ("recordings", "Press it")


@pytest.mark.parametrize("name", ["a b.json", "ä/日.json", ".json", "..json"])
def test_whatever_anything_is_called_it_is_valid(tmp_path: Path, name: str) -> None:
    place = tmp_path / "junit.xml"
    write_junit(place, [Outcome(failing(EVIL, remedy=EVIL, sought=[EVIL], category=EVIL), 1, Path(name))])
    SCHEMA.validate(str(place))
    assert "\x1b" not in place.read_text(encoding="utf-8")


def test_no_outcome_at_all_is_valid_too() -> None:
    assert len(parsed()) == 0
