"""Parameters and secrets, without a page."""

from __future__ import annotations

import json

from runner.record.parameters import Parameters
from runner.record.plan import Goal

GOAL = Goal(
    "Sign in as {{USER}} with password pa ss&word and pick Dune",
    "http://127.0.0.1/",
    {"USER": "ada@x.org", "BOOK": "Dune", "TOKEN": "t0p/secret"},
    frozenset({"TOKEN"}),
)


def test_values_are_named_in_the_file_and_live_on_the_page() -> None:
    parameters = Parameters(GOAL)
    assert parameters.stored("ada@x.org") == "{{USER}}"
    assert parameters.stored("Mail to ada@x.org now") == "Mail to {{USER}} now"
    assert parameters.stored("Dunedin") == "Dunedin"
    assert parameters.stored(["Dune", True]) == ["{{BOOK}}", True]
    assert parameters.live("{{USER}} and {{NOBODY}}") == "ada@x.org and {{NOBODY}}"
    assert parameters.live(["{{BOOK}}"]) == ["Dune"]
    assert parameters.live(True) is True


def test_selectors_name_parameters_inside_quotes_only() -> None:
    parameters = Parameters(Goal("", "http://x/", {"KIND": "role", "BOOK": "Dune"}))
    stored = parameters.stored_selector('role=row[name*="Dune"] >> control="Delete"')
    assert stored == 'role=row[name*="{{BOOK}}"] >> control="Delete"'


def test_a_password_shown_in_the_prompt_keeps_its_value() -> None:
    parameters = Parameters(GOAL)
    assert parameters.password("pa ss&word") == "{{PASSWORD}}"
    assert parameters.password("pa ss&word") == "{{PASSWORD}}"
    declared = {each.name: each for each in parameters.declared()}
    assert declared["PASSWORD"].value == "pa ss&word"
    assert parameters.shown_passwords == {"PASSWORD": "the prompt"}
    assert parameters.mask.text("typed pa ss&word") == "typed {{PASSWORD}}"


def test_a_password_that_the_page_shows_keeps_its_value() -> None:
    parameters = Parameters(GOAL)
    assert parameters.password("lovelace-1843", "Demo account: ada Password: lovelace-1843") == "{{PASSWORD}}"
    assert parameters.declared()[-1].value == "lovelace-1843"
    assert parameters.shown_passwords == {"PASSWORD": "the page"}


def test_a_password_from_elsewhere_is_stored_nowhere() -> None:
    parameters = Parameters(GOAL)
    assert parameters.password("t0p/secret") == "{{TOKEN}}"
    assert parameters.password("other one") == "{{PASSWORD}}"
    assert parameters.password("a third") == "{{PASSWORD_2}}"
    dumped = json.dumps([each.model_dump() for each in parameters.declared()])
    assert "t0p/secret" not in dumped
    assert "other one" not in dumped


def test_answers_become_parameters() -> None:
    parameters = Parameters(GOAL)
    assert parameters.answer("Which account?", "Savings", "ACCOUNT") == "ACCOUNT"
    assert parameters.answer("Which one?", "Second", None) == "ANSWER"
    assert parameters.answer("What is the password?", "hunter2", "LOGIN") == "LOGIN"
    by_name = {each.name: each for each in parameters.declared()}
    assert by_name["ACCOUNT"].value == "Savings"
    assert by_name["LOGIN"].secret
    assert by_name["LOGIN"].value is None


def test_facts_that_repeat_a_value_are_left_out() -> None:
    facts = {
        "name": "Delete",
        "row": "Dune",
        "siblings": ["Emma", "Dune"],
        "landmarks": ["table Dune"],
        "of": 2,
    }
    assert Parameters(GOAL).free_of_parameters(facts) == {"name": "Delete"}
    assert Parameters(GOAL).free_of_parameters({**facts, "row": "Persuasion"}) == {
        "name": "Delete",
        "row": "Persuasion",
        "siblings": ["Emma"],
        "of": 2,
    }


def test_a_row_that_a_parameter_names_is_known_by_the_name() -> None:
    facts = {"name": "Delete", "row": "Dune", "of": 2, "ordinal": 1}
    by_row = Parameters(GOAL).free_of_parameters(facts, ['li:has-text("{{BOOK}}") >> control="Delete"'])
    assert by_row == {"name": "Delete", "row": "{{BOOK}}"}
