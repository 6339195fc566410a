"""What an action brought about, told from two observations."""

from __future__ import annotations

from runner.page.observe import Node, Observation
from runner.record.effect import changed_figures, changed_states, effects, vanished, visible_effect, weakest

URL = "http://127.0.0.1:8000/"


def view(*nodes: tuple[str, str], url: str = URL) -> Observation:
    told = tuple(
        Node(ref=f"e{at}", role=role, name=text if role in ("heading", "button", "link") else "", text=text)
        for at, (role, text) in enumerate(nodes)
    )
    return Observation(url, "", told)


BEFORE = view(("heading", "Tasks"), ("button", "Save"))


def contains(before: Observation, after: Observation, *typed: str) -> str | None:
    expect = visible_effect(before, after, typed)
    return expect.contains if expect else None


def test_what_speaks_to_the_user_comes_first() -> None:
    after = view(("heading", "Tasks"), ("heading", "Details"), ("status", "Task saved"), ("link", "Back"))
    assert contains(BEFORE, after) == "Task saved"


def test_nothing_new_is_no_effect() -> None:
    assert visible_effect(BEFORE, BEFORE) is None


def test_numbers_and_dates_are_cut_out() -> None:
    assert contains(BEFORE, view(("status", "Order 4711 has been placed"))) == "has been placed"
    assert contains(BEFORE, view(("status", "12:04"))) is None


def test_a_long_message_is_cut_at_a_word() -> None:
    long = contains(BEFORE, view(("alert", "word " * 40)))
    assert long is not None
    assert len(long) <= 80
    assert long.endswith("word")


def test_what_was_typed_and_now_stands_on_the_page_counts() -> None:
    after = view(("heading", "Tasks"), ("cell", "Buy milk"), ("cell", "Someone else"))
    assert contains(BEFORE, after, "Buy milk") == "Buy milk"


def test_what_stands_in_a_field_is_no_effect() -> None:
    assert visible_effect(BEFORE, view(("heading", "Tasks"), ("textbox", "Ada"), ("option", "Pro"))) is None


def test_a_new_address_is_an_effect_without_its_ids() -> None:
    found = effects(BEFORE, view(("heading", "Tasks"), url=URL + "orders/8842/edit"))
    assert [effect.expect.contains for effect in found] == ["/orders"]


def test_what_a_button_offers_is_no_outcome_where_the_address_tells_one() -> None:
    after = view(("heading", "Sign in"), ("button", "Sign in"), url=URL + "login")
    assert contains(BEFORE, after) == "/login"
    assert contains(BEFORE, view(("heading", "Sign in"), ("button", "Sign in"))) == "Sign in"


def test_text_that_was_there_in_another_element_is_not_new() -> None:
    assert visible_effect(view(("paragraph", "Hello world")), view(("paragraph", "Hello"))) is None


def test_the_weakest_assertion_tells_where_the_flow_ended() -> None:
    expect = weakest(view(url=URL + "done"))
    assert expect is not None
    assert (expect.type, expect.contains) == ("url", "/done")
    heading = weakest(view(("heading", "Tasks")))
    assert heading is not None
    assert heading.contains == "Tasks"
    assert weakest(view(("paragraph", "Hello"))) is None, "that a site is itself would hold of any page"


def test_a_state_that_changed_is_told_by_its_name() -> None:
    def boxes(milk: str) -> Observation:
        states = {"Milk": milk, "Bread": "true"}
        nodes = [Node(ref=n, role="checkbox", name=n, states={"checked": s}) for n, s in states.items()]
        return Observation(URL, "", tuple(nodes))

    (found,) = changed_states(boxes("false"), boxes("true"))
    assert (found.type, found.selector) == ("visible", 'role=checkbox[name="Milk"][checked=true]')
    (unticked,) = changed_states(boxes("true"), boxes("false"))
    assert unticked.selector == 'role=checkbox[name="Milk"][checked=false]'
    assert changed_states(boxes("true"), boxes("true")) == []


def test_a_figure_that_changed_is_told_with_its_element() -> None:
    before = view(("link", "Cart 2"), ("paragraph", "Since 12:04"), ("cell", "£23.80"))
    after = view(("link", "Cart 1"), ("paragraph", "Since 12:05"), ("cell", "£11.90"))
    assert [(ref, expect.contains) for ref, expect in changed_figures(before, after)] == [
        ("e0", "Cart 1"),
        ("e2", "£11.90"),
    ]


def test_what_the_same_page_shows_no_more_is_told_unless_it_goes_by_itself() -> None:
    before = view(("heading", "Tasks"), ("status", "Saved"), ("cell", "Milk"), ("dialog", "Are you sure"))
    after = view(("heading", "Tasks"), ("cell", "Milk and bread"))
    assert vanished(before, after) == ["Are you sure"]
    assert vanished(before, view(("heading", "Done"), url=URL + "done")) == []
