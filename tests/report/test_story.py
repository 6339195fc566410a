"""A run told from its events, whatever state it is in."""

from __future__ import annotations

from runner.contract.run import Run
from runner.report.story import told
from tests.report.stories import PATCH, beginning, ending, event, step, story


def test_steps_have_their_times_and_what_belongs_to_them() -> None:
    asides = [
        event("selector_fell_through", 1.2, selector="#a", reason="absent", used="#b", waited_ms=3.0),
        event("dialog_opened", 1.3, "confirm accepted"),
        event("page_error", 1.4, "Failed to load resource: 500", kind="console", url="http://x/api"),
    ]
    first = step(1, 1, between=asides, selector="#b", rank=1, screenshot="x/screenshots/step-1.jpg")
    found = story(*beginning(source="flows/a.json", digest="d"), *first, ending("completed", 2))
    (one,) = found.steps
    assert (one.began_ms, one.duration_ms, one.state) == (1000.0, 500.0, "passed")
    assert one.fell_through[0].used == one.selector == "#b"
    assert one.asides == ("confirm accepted",)
    assert one.errors == found.errors
    assert one.errors[0].kind == "network"
    assert (found.title, found.verdict, found.total, found.duration_ms) == ("a.json", "passed", 2, 2000.0)


def test_a_repair_belongs_to_its_step_and_to_the_verdict() -> None:
    proposed = event("patch_proposed", 1.1, patch=PATCH)
    proven = {**PATCH, "evidence": {"proven": True}}
    found = story(*beginning(), *step(1, 1, between=[proposed]), ending("completed", 2, patches=[proven]))
    assert found.verdict == "repaired"
    assert found.steps[0].state == "repaired"
    assert found.steps[0].patches[0].evidence == {"proven": True}


def test_a_suggested_repair_is_no_repair() -> None:
    proposed = event("patch_proposed", 1.1, patch={**PATCH, "applied": False})
    found = story(*beginning(), *step(1, 1, between=[proposed]), ending("completed", 2))
    assert (found.verdict, found.steps[0].state) == ("passed", "passed")


def test_a_failure_is_told_in_full() -> None:
    failure = {
        "exit_code": 1, "category": "flow", "step_id": "s2", "ordinal": 2,
        "remedy": "Look again.", "sought": ["#a", "#b"], "saw": "Nothing",
        "nearest": [{"role": "button", "name": "Save", "score": 0.5}],
        "matches": ["a thing"], "url": "http://x/2",
    }  # fmt: skip
    found = story(
        *beginning(), *step(1, 1), *step(2, 2, "failed", error="No."), ending("failed", 3, failure=failure)
    )
    assert found.verdict == "failed"
    assert found.failure is not None
    assert found.failure.sought == ("#a", "#b")
    assert found.failure.saw == ("Nothing",)
    assert found.failure.matches == ({"name": "a thing"},)
    assert found.counted == (1, 2)


def test_what_was_not_reached_is_told_and_what_is_listed_is_not_told_twice() -> None:
    planned = [{"step_id": f"s{at}", "ordinal": at, "description": f"Step {at}"} for at in (1, 2, 3)]
    said = 'No element.\nNearest on the page: button "Save", link "Go. On". Not repaired: they are alike.'
    failure = {"step_id": "s2", "nearest": [{"role": "button", "name": "Save"}]}
    found = story(
        *beginning(),
        event("running", 0.5, steps=planned),
        *step(1, 1),
        *step(2, 2, "failed"),
        event("failed", 3, said, failure=failure, summary={}),
    )
    assert found.unreached == ("3 Step 3",)
    assert found.failure is not None
    assert found.failure.unlisted == "No element.\nNot repaired: they are alike."


def test_what_is_not_the_flow_s_fault_is_broken_not_failed() -> None:
    problems = [{"path": "$.steps[0]", "message": "is odd", "nearest": None}, "and another"]
    found = story(*beginning(), ending("failed", 1, failure={"exit_code": 2, "problems": problems}))
    assert found.verdict == "broken"
    assert found.failure is not None
    assert [problem.path for problem in found.failure.problems] == ["$.steps[0]", "$"]


def test_a_run_that_was_killed_is_unfinished() -> None:
    found = story(*beginning(), *step(1, 1)[:1])
    assert (found.verdict, found.steps[0].status) == ("unfinished", "unfinished")
    assert found.headline == "It has not ended."


def test_a_stopped_run_and_one_that_never_began() -> None:
    assert story(*beginning(), ending("cancelled", 1)).verdict == "cancelled"
    never = told(Run(mode="record_from_prompt", prompt="Open it. " * 40))
    assert never.steps == ()
    assert never.title.endswith(" …")
    assert len(never.title) < 100


def test_inserted_and_verifying_steps_do_not_count() -> None:
    inserted = [
        each.model_copy(update={"details": {**each.details, "inserted": True}}) for each in step(1, 1)
    ]
    again = [each.model_copy(update={"details": {**each.details, "verifying": True}}) for each in step(1, 3)]
    assert story(*beginning(), *inserted, *step(1, 2), *again).counted == (1, 1)


def test_questions_and_answers_are_told_in_order() -> None:
    asked = [event("question_asked", 1, "Which?"), event("user_message", 2, "That", role="user")]
    assert story(*beginning(), *asked).said == (("asked", "Which?"), ("answered", "That"))
