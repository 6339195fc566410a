"""The planner's decisions on pages given as aria snapshots: pure, no browser."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.page.observe import Box, Observation, build
from runner.page.snapshot import parse_snapshot
from runner.record.plan import Act, Ask, Decision, Done, GiveUp, Goal, Outcome
from runner.record.prompt import PromptPlanner

URL = "http://shop.test/"


def page(snapshot: str, url: str = URL) -> Observation:
    return Observation(url, "Shop", tuple(build(parse_snapshot(snapshot), [])))


class Run:
    """A planner at work: each page that is shown brings the next decision."""

    def __init__(self, prompt: str, **parameters: str) -> None:
        self.goal = Goal(prompt, URL, parameters)
        self.planner = PromptPlanner()
        self.history: list[Outcome] = []

    async def see(self, snapshot: str, *, url: str = URL, answer: str | None = None) -> Decision:
        """The decision on this page; the one before is taken to have worked."""
        decision = await self.planner.decide(self.goal, page(snapshot, url), self.history)
        if isinstance(decision, Act | Ask):
            self.history.append(Outcome(decision, "passed", answer=answer))
        return decision


async def act(prompt: str, snapshot: str) -> tuple[str, str | None, object]:
    decision = await Run(prompt).see(snapshot)
    assert isinstance(decision, Act), decision
    return decision.action, decision.ref, decision.value


TABLE = """- table [ref=e1]:
  - row [ref=e2]:
    - cell "Dune" [ref=e3]
    - cell [ref=e4]:
      - button "Delete" [ref=e5]
  - row [ref=e6]:
    - cell "Dune Messiah" [ref=e7]
    - cell [ref=e8]:
      - button "Delete" [ref=e9]
  - row [ref=e10]:
    - cell "Emma" [ref=e11]
    - cell [ref=e12]:
      - button "Delete" [ref=e13]
"""


@pytest.mark.parametrize(
    ("prompt", "ref"),
    [
        ("Click Delete in the row for Dune", "e5"),
        ("Click Delete in the row for Dune Messiah", "e9"),
        ("delete Emma", "e13"),
        ("click the second Delete", "e9"),
        ("click the last Delete button", "e13"),
        ("In the Emma row, press Delete", "e13"),
        ("click Delete next to “Dune”", "e5"),
    ],
)
async def test_a_place_or_an_order_tells_equal_names_apart(prompt: str, ref: str) -> None:
    assert await act(prompt, TABLE) == ("click", ref, None)


@pytest.mark.parametrize(
    ("prompt", "snapshot", "expected"),
    [
        ("click save", '- button "Save" [ref=e1]\n- link "Save as" [ref=e2]', ("click", "e1", None)),
        ("click Sign in", '- heading "Sign in" [ref=e1]\n- button "Sign in" [ref=e2]', ("click", "e2", None)),
        ("click Log in", '- button "Sign in" [ref=e1]', ("click", "e1", None)),
        ("click Submitt", '- button "Submit" [ref=e1]\n- button "Cancel" [ref=e2]', ("click", "e1", None)),
        (
            "click Save and Close",
            '- button "Save" [ref=e1]\n- button "Save and Close" [ref=e2]',
            ("click", "e2", None),
        ),
        ("click Back to list", '- link "Back to list" [ref=e1]\n- list [ref=e2]', ("click", "e1", None)),
        ("type x in Filter tasks", '- textbox "Filter tasks" [ref=e1]', ("fill", "e1", "x")),
        ("set Title to x", '- textbox "Title" [ref=e1]', ("fill", "e1", "x")),
        ("tick Terms", '- checkbox "Terms" [ref=e1]', ("fill", "e1", "true")),
        ("untick Terms", '- checkbox "Terms" [checked] [ref=e1]', ("fill", "e1", "false")),
        ("set Terms to yes", '- checkbox "Terms" [ref=e1]', ("fill", "e1", "true")),
        ("choose Express", '- radio "Express" [ref=e1]\n- radio "Standard" [ref=e2]', ("fill", "e1", "true")),
        ("press Enter", '- textbox "A" [ref=e1]', ("press", None, "Enter")),
        ("hover over Products", '- link "Products" [ref=e1]', ("hover", "e1", None)),
        ("wait 2 seconds", '- link "A" [ref=e1]', ("wait", None, "2000")),
        ("go to /cart", '- link "A" [ref=e1]', ("goto", None, "http://shop.test/cart")),
    ],
)
async def test_a_command_becomes_an_action(
    prompt: str, snapshot: str, expected: tuple[str, str | None, object]
) -> None:
    assert await act(prompt, snapshot) == expected


async def test_two_that_are_equally_likely_are_listed_and_none_is_clicked() -> None:
    decision = await Run("Click Delete").see(TABLE)
    assert isinstance(decision, Ask)
    assert len(decision.choices) == 3
    assert "Dune" in decision.choices[0]
    assert decision.otherwise == GiveUp(
        "Click Delete",
        "'Delete' could be any of 3 elements",
        decision.choices,
        decision.otherwise.remedy if decision.otherwise else "",
    )


@pytest.mark.parametrize(
    ("answer", "ref"),
    [
        ("2", "e9"),
        ("the third", "e13"),
        ("the one of Emma", "e13"),
        ("Dune", "e5"),
        ("the last one", "e13"),
        ("1.", "e5"),
    ],
)
async def test_the_answer_tells_which_one_is_meant(answer: str, ref: str) -> None:
    run = Run("Click Delete, then click Save")
    await run.see(TABLE, answer=answer)
    decision = await run.see(TABLE)
    assert isinstance(decision, Act)
    assert (decision.action, decision.ref) == ("click", ref)
    after = await run.see('- button "Save" [ref=e1]')
    assert isinstance(after, Act)
    assert after.ref == "e1"


async def test_an_answer_that_tells_none_of_them_is_asked_for_again_and_ends_in_giving_up() -> None:
    run = Run("Click Delete")
    await run.see(TABLE, answer="whatever you like")
    again = [await run.see(TABLE, answer=answer) for answer in ("Du", "the one that is not there")]
    assert [isinstance(each, Ask) and each.question[:24] for each in again] == [
        "That fits none of them, "
    ] * 2
    assert isinstance(await run.see(TABLE), GiveUp)


async def test_the_second_answer_counts() -> None:
    run = Run("Click Delete")
    await run.see(TABLE, answer="hm")
    await run.see(TABLE, answer="the row that says Emma, please")
    decision = await run.see(TABLE)
    assert isinstance(decision, Act)
    assert decision.ref == "e13"


@pytest.mark.parametrize(
    ("prompt", "snapshot", "parameter"),
    [
        ("Fill in Email", '- textbox "Email" [ref=e1]', "EMAIL"),
        ("Change the due date", '- textbox "Due date" [ref=e1]', "DUE_DATE"),
    ],
)
async def test_a_missing_value_is_asked_for_and_becomes_a_parameter(
    prompt: str, snapshot: str, parameter: str
) -> None:
    run = Run(prompt)
    asked = await run.see(snapshot, answer="x")
    assert isinstance(asked, Ask)
    assert asked.parameter == parameter
    decision = await run.see(snapshot)
    assert isinstance(decision, Act)
    assert (decision.ref, decision.value) == ("e1", f"{{{{{parameter}}}}}")


async def test_what_was_named_on_asking_is_what_it_means_afterwards() -> None:
    run = Run("Create a new task, and delete it")
    form = '- textbox "New task" [ref=e1]\n- button "Add" [ref=e2]\n'
    asked = await run.see(form, answer="Emma")
    assert isinstance(asked, Ask)
    assert asked.parameter is not None
    run.goal = replace(run.goal, parameters={asked.parameter: "Emma"})
    deeds = [await run.see(form), await run.see(form), await run.see(TABLE)]
    assert [deed.ref for deed in deeds if isinstance(deed, Act)] == ["e1", "e1", "e13"]  # Enter sends it


async def test_a_parameter_of_the_fields_name_is_not_asked_for() -> None:
    decision = await Run("Fill in Email", EMAIL="a@x.org").see('- textbox "Email" [ref=e1]')
    assert isinstance(decision, Act)
    assert decision.value == "{{EMAIL}}"


async def test_what_is_not_there_is_looked_for_again_and_then_quoted_with_the_nearest_names() -> None:
    run = Run("Click Archive")
    snapshot = '- button "Activate" [ref=e1]\n- button "Delete" [ref=e2]'
    waits = [await run.see(snapshot), await run.see(snapshot)]
    assert [(wait.action, wait.tentative) for wait in waits if isinstance(wait, Act)] == [("wait", True)] * 2
    decision = await run.see(snapshot)
    assert isinstance(decision, GiveUp)
    assert decision.part == "Click Archive"
    assert "button 'Activate'" in decision.saw


async def test_what_arrives_late_is_taken() -> None:
    run = Run("Click Archive")
    await run.see('- button "Delete" [ref=e2]')
    decision = await run.see('- button "Delete" [ref=e2]\n- button "Archive" [ref=e3]')
    assert isinstance(decision, Act)
    assert decision.ref == "e3"


STOCK = """- list [ref=e1]:
  - listitem [ref=e2]:
    - text: Tea
    - button "−" [ref=e3]
    - text: "{tea}"
    - button "+" [ref=e4]
    - button "Add to cart" [ref=e5]
  - listitem [ref=e6]:
    - text: Rusks
    - button "−" [ref=e7]
    - text: "1"
    - button "+" [ref=e8]
    - button "Add to cart" [ref=e9]
"""


async def test_so_many_are_counted_up_and_then_added() -> None:
    run = Run("Add 3 teas to the cart")
    deeds = [await run.see(STOCK.format(tea=shown)) for shown in (1, 2, 3, 3)]
    assert [deed.ref for deed in deeds if isinstance(deed, Act)] == ["e4", "e4", "e5"]
    assert isinstance(deeds[-1], Done)


async def test_what_is_closed_is_opened_to_look_inside() -> None:
    run = Run("Click Export")
    tabs = '- tab "One" [selected] [ref=e1]\n- tab "Two" [ref=e2]'
    await run.see(tabs)  # it may only be late
    opening = await run.see(tabs)
    assert isinstance(opening, Act)
    assert (opening.ref, opening.tentative) == ("e2", True)
    decision = await run.see(tabs + '\n- button "Export" [ref=e3]')
    assert isinstance(decision, Act)
    assert (decision.ref, decision.tentative) == ("e3", False)


@pytest.mark.parametrize(
    ("prompt", "selector"),
    [
        # an element said just this before: that none says just this any more
        ("Check that Dune is not listed", ':text-is("Dune"):visible, [aria-label="Dune"]:visible'),
        ("Check that Milk is not listed", ':text("Milk"):visible'),
        ('I should not see "no such \\ thing"', ':text("no such \\\\ thing"):visible'),
        ("make sure no error is shown", ':text("error"):visible'),
    ],
)
async def test_an_absence_is_asserted_of_the_page_without_the_text(prompt: str, selector: str) -> None:
    decision = await Run(prompt).see(TABLE)
    assert isinstance(decision, Act)
    assert decision.expect is not None
    assert decision.expect.selector == f"body:not(:has({selector}))"


@pytest.mark.parametrize(
    ("prompt", "snapshot"),
    [
        ("Check that it does not take too long", TABLE),  # no text at all
        ("Check that the carousel is not shown", TABLE),  # nobody knows which text that would be
        ("Check that Dune is not listed in the row for Emma", TABLE),  # a place of its own
        ("Check that Milk is not listed", '- iframe [ref=e1]:\n  - text [ref=f1e1]: "Bread"'),
    ],
)
async def test_an_absence_that_no_selector_can_say_is_refused(prompt: str, snapshot: str) -> None:
    decision = await Run(prompt).see(snapshot)
    assert isinstance(decision, GiveUp)
    assert decision.part == prompt


async def test_a_prohibition_is_refused() -> None:
    decision = await Run("Don't delete Dune").see(TABLE)
    assert isinstance(decision, GiveUp)


@pytest.mark.parametrize(
    ("prompt", "kind", "contains"),
    [
        ("Check that the URL contains /cart", "url", "/cart"),
        ('I should see "order placed"', "text", "Order placed"),
    ],
)
async def test_assertions_take_the_words_as_the_page_shows_them(
    prompt: str, kind: str, contains: str
) -> None:
    decision = await Run(prompt).see('- heading "Order placed" [ref=e1]')
    assert isinstance(decision, Act)
    assert decision.expect is not None
    assert (decision.expect.type, decision.expect.contains) == (kind, contains)


LOGIN = """- form [ref=e1]:
  - textbox "Email" [ref=e2]
  - textbox "Password" [ref=e3]
  - button "Sign in" [ref=e4]
"""


async def test_a_missing_password_is_asked_for() -> None:
    run = Run("Sign in as ada@x.org")
    view = page(LOGIN)
    password = view.by_ref["e3"]
    nodes = list(view.nodes)
    nodes[password] = replace(nodes[password], type="password")
    decision = await run.planner.decide(run.goal, Observation(URL, "Shop", tuple(nodes)), [])
    assert isinstance(decision, Ask)
    assert decision.parameter == "PASSWORD"


async def test_signing_in_goes_from_field_to_field_to_the_button() -> None:
    run = Run("Sign in as ada@x.org with password {{PASSWORD}}", PASSWORD="hunter2")
    view = page(LOGIN)
    nodes = list(view.nodes)
    nodes[view.by_ref["e3"]] = replace(nodes[view.by_ref["e3"]], type="password")
    seen = Observation(URL, "Shop", tuple(nodes))
    done: list[Outcome] = []
    for _ in range(3):
        decision = await run.planner.decide(run.goal, seen, done)
        assert isinstance(decision, Act)
        done.append(Outcome(decision, "passed"))
    acts = [each.decision for each in done if isinstance(each.decision, Act)]
    assert [(act.action, act.ref) for act in acts] == [("fill", "e2"), ("fill", "e3"), ("click", "e4")]


async def test_a_parameter_is_passed_by_name_only() -> None:
    run = Run("Type {{PASSWORD}} into Password", PASSWORD="hunter2")
    decision = await run.see(LOGIN)
    assert isinstance(decision, Act)
    assert decision.value == "{{PASSWORD}}"
    assert "hunter2" not in repr(decision)


async def test_a_prompt_is_served_in_order_and_then_done() -> None:
    run = Run("Type Ada into Name and then click Save")
    snapshot = '- textbox "Name" [ref=e1]\n- button "Save" [ref=e2]'
    first, second, last = [await run.see(snapshot) for _ in range(3)]
    assert isinstance(first, Act)
    assert isinstance(second, Act)
    assert (first.action, second.action) == ("fill", "click")
    assert isinstance(last, Done)


async def test_the_sentence_on_the_page_itself_is_no_control() -> None:
    prompt = "Click the Save button now"
    decision = await Run(prompt).see(f'- generic [ref=e1]: "{prompt}"\n- button "Save" [ref=e2]')
    assert isinstance(decision, Act)
    assert decision.ref == "e2"


async def test_a_message_in_mid_run_is_served_next() -> None:
    run = Run("click Save")
    snapshot = '- button "Save" [ref=e1]\n- button "Undo" [ref=e2]'
    await run.see(snapshot)
    run.planner.hear("click Undo")
    decision = await run.see(snapshot)
    assert isinstance(decision, Act)
    assert decision.ref == "e2"


async def test_the_cheapest_of_several_is_told_by_its_price() -> None:
    cards = "".join(
        f'- article [ref=a{at}]:\n  - heading "{name}" [ref=h{at}]\n'
        f'  - text: "${price}"\n  - button "Buy" [ref=b{at}]\n'
        for at, (name, price) in enumerate([("Lamp", "30.00"), ("Chair", "8.50"), ("Desk", "120")])
    )
    assert await act("Buy the cheapest product", cards) == ("click", "b1", None)


async def test_a_number_in_a_name_is_no_order() -> None:
    rows = "".join(f'- button "Item number {at}" [ref=e{at}]\n' for at in range(5))
    assert await act("click Item number 3", rows) == ("click", "e3", None)


COVERED = """- generic [ref=e1]:
  - textbox "Name" [ref=e2]
  - textbox "Town" [ref=e3]
- dialog "Stay a while?" [ref=e4]:
  - button "OK" [ref=e5]
  - button "Cancel" [ref=e6]
"""


def covered(snapshot: str) -> Observation:
    """The page with its fields under the dialog."""
    seen = page(snapshot)
    under, over = Box(0, 0, 100, 40), Box(0, 0, 400, 400)
    nodes = [
        replace(node, box=under, attributes={"covered": True}) if node.role == "textbox" else node
        for node in seen.nodes
    ]
    nodes = [replace(node, box=over) if node.role == "dialog" else node for node in nodes]
    return Observation(seen.url, seen.title, tuple(nodes))


async def test_what_comes_up_over_a_field_is_put_away_and_what_it_wiped_out_is_entered_again() -> None:
    run = Run("Set Name to Ada and Town to Rome")
    first = await run.see(COVERED.partition("- dialog")[0])
    assert isinstance(first, Act)
    assert (first.ref, first.value) == ("e2", "Ada")
    away = await run.planner.decide(run.goal, covered(COVERED), run.history)
    assert isinstance(away, Act)
    assert (away.action, away.ref) == ("click", "e6")
    run.history.append(Outcome(away, "passed"))
    again = [await run.see(COVERED.partition("- dialog")[0]) for _ in range(2)]
    assert [(act.ref, act.value) for act in again if isinstance(act, Act)] == [("e2", "Ada"), ("e3", "Rome")]
