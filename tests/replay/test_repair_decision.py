"""Scores, contradictions and verdicts, without a browser."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.contract.config import ActionKind, Fingerprint, Step
from runner.replay.decide import Verdict, decide
from runner.replay.evidence import LEVELS, page_readings, readings
from runner.replay.identity import from_facts, identity
from runner.replay.inference import inferred
from runner.replay.joint import jointly
from runner.replay.score import score, weights
from runner.replay.search import led_alone
from runner.replay.traits import takes_value, traits

LANDMARKS = ['form "Sign in"', "main"]


def button(text: str, **more: Any) -> Fingerprint:
    told: dict[str, Any] = {"tag": "button", "role": "button", "text": text, "landmarks": LANDMARKS}
    return Fingerprint(**(told | more))


def field(label: str, **more: Any) -> Fingerprint:
    told: dict[str, Any] = {"tag": "input", "type": "text", "label": label, "value_kind": "text"}
    return Fingerprint(**(told | {"landmarks": LANDMARKS} | more))


PAGE = [
    button("Sign in", id="signin", siblings=["Cancel"]),
    button("Cancel", siblings=["Sign in"]),
    field("Email", name_attr="email", value_kind="email"),
    field("Password", type="password", name_attr="pass"),
    Fingerprint(tag="a", role="link", text="About", href="/about", landmarks=["contentinfo"]),
    Fingerprint(tag="a", role="link", text="Help", href="/help", landmarks=["contentinfo"]),
]


def verdict(old: Fingerprint, page: list[Fingerprint], action: ActionKind = "click", **more: Any) -> Verdict:
    return decide(old, score(old, page, action, **more), action)


def picked(found: Verdict) -> str | None:
    return found.best.fingerprint.text or found.best.fingerprint.label if found.best else None


@pytest.mark.parametrize("old", PAGE, ids=lambda each: each.text or each.label)
def test_what_has_not_changed_is_certain(old: Fingerprint) -> None:
    found = verdict(old, PAGE, "fill" if old.value_kind else "click")
    assert found.decision == "apply"
    assert found.best is not None
    assert found.best.fingerprint == old
    assert found.confidence > 0.95


@pytest.mark.parametrize("gone", range(len(PAGE)))
def test_what_is_gone_is_refused(gone: int) -> None:
    old = PAGE[gone]
    found = verdict(old, [each for each in PAGE if each is not old], "fill" if old.value_kind else "click")
    assert found.decision == "refuse"
    assert found.reason


def test_reworded_with_another_id() -> None:
    page = [button("Log in", id="b7", siblings=["Cancel"]), *PAGE[1:]]
    found = verdict(PAGE[0], page)
    assert (found.decision, picked(found)) == ("apply", "Log in")


def test_a_look_alike_that_says_more_does_not_stand_in() -> None:
    page = [button("Sign in as guest", siblings=["Cancel"]), *PAGE[1:]]
    assert verdict(PAGE[0], page).decision != "apply"


def test_twins_are_not_chosen_between() -> None:
    twins = [button("Approve", box=[0, at, 80, 20]) for at in (0, 200)]
    found = verdict(button("Approve", box=[0, 0, 80, 20]), twins)
    assert found.decision == "suggest"
    assert "too much alike" in found.reason


def test_rows_are_kept_apart() -> None:
    rows = [
        button("Delete", row=title, ordinal=at, of=3) for at, title in enumerate(["Dune", "Emma", "Ice"], 1)
    ]
    old = rows[1]
    assert picked(verdict(old, rows)) == "Delete"
    found = verdict(old, [rows[0], rows[2]])
    assert found.decision == "refuse"
    assert found.nearest is not None
    assert "row" in found.nearest.contradictions[0]


@pytest.mark.parametrize(
    ("old", "new", "action"),
    [
        (button("Save"), field("Save"), "click"),
        (field("Code", type="password"), field("Code"), "fill"),
        (field("File", type="file"), field("File"), "fill"),
        (button("Apply"), button("Delete everything"), "click"),
        (button("Archive", id="x"), button("Delete", id="x"), "click"),
    ],
)
def test_hard_contradictions(old: Fingerprint, new: Fingerprint, action: ActionKind) -> None:
    [only] = score(old, [new], action)
    assert only.contradictions
    assert only.probability == 0
    assert verdict(old, [new], action).decision == "refuse"


def test_an_element_of_another_step_is_taken() -> None:
    other = button("Weiter", id="w")
    [only] = score(button("Zahlungsart", id="z"), [other], "click", rivals=[other])
    assert "another step" in only.contradictions[0]


def test_destructive_controls_need_more() -> None:
    calm = decide(
        button("Apply"), score(button("Apply"), [button("Apply", landmarks=["main"])], "click"), "click"
    )
    grave = decide(
        button("Erase"), score(button("Erase"), [button("Erase", landmarks=["main"])], "click"), "click"
    )
    assert calm.confidence == pytest.approx(grave.confidence, abs=0.05)
    assert calm.decision == "apply"


def test_an_assertion_keeps_its_words() -> None:
    old = Fingerprint(tag="p", text="Payment confirmed", id="state")
    new = Fingerprint(tag="p", text="Payment approved", id="state")
    assert verdict(old, [new], "expect").decision == "refuse"


def test_every_level_of_every_property_has_its_weight() -> None:
    known = weights()
    assert {name: list(levels) for name, levels in known.levels.items()} == LEVELS
    assert set(known.rarity) == set(LEVELS)
    assert all(0 < usual <= 1 for levels in known.levels.values() for _, usual in levels.values())


def test_other_words_on_the_same_id_between_the_same_neighbours() -> None:
    old = button("Sign in", id="signin", siblings=["Cancel", "Password"], between=["Password", "Cancel"])
    reworded = old.model_copy(update={"text": "Onwards"})
    assert verdict(old, [reworded, *PAGE[1:]]).decision == "apply"
    replaced = reworded.model_copy(update={"id": "onwards"})
    assert verdict(old, [replaced, *PAGE[1:]]).decision != "apply"


def test_a_look_alike_of_the_recording_is_never_taken() -> None:
    old = Fingerprint(tag="a", role="link", text="Shop", href="/shop", lookalikes=["Visit the shop"])
    there = Fingerprint(tag="a", role="link", text="Visit the shop", href="/shop")
    [only] = score(old, [there], "click")
    assert "was another element" in only.contradictions[0]


def test_a_link_that_is_only_text_now_is_gone() -> None:
    old = Fingerprint(tag="a", role="link", text="Books", href="/books", landmarks=["navigation"])
    text = Fingerprint.model_validate(
        {"tag": "span", "text": "Books", "landmarks": ["navigation"], "clickable": False}
    )
    assert verdict(old, [text]).decision == "refuse"
    heading = Fingerprint(tag="h2", text="Books", landmarks=["navigation"])
    assert verdict(old, [heading]).decision == "refuse"


def test_a_row_that_only_says_more_is_not_the_row_that_is_still_there() -> None:
    rows = [button("Delete", row=title) for title in ("Copy of Dune", "Dune")]
    ranked = score(rows[1], rows, "click")
    assert (ranked[0].index, bool(ranked[1].contradictions)) == (1, True)


@pytest.mark.parametrize(("href", "decision"), [("/authors/add/", "apply"), ("/authors/17/", "refuse")])
def test_a_renamed_row_keeps_its_link_unless_the_address_counts(href: str, decision: str) -> None:
    old = Fingerprint(tag="a", role="link", text="Add", href=href, row="Authors", landmarks=LANDMARKS)
    renamed = old.model_copy(update={"row": "Contributors"})
    assert verdict(old, [renamed, *PAGE[1:]]).decision == decision


def test_two_links_of_the_same_words_to_the_same_place_are_as_good() -> None:
    old = Fingerprint(tag="a", role="link", text="Library", href="/library/")
    both = [
        Fingerprint(tag="a", text="Library", href="/library/", landmarks=[place])
        for place in ("main", "navigation")
    ]
    assert verdict(old, [*both, *PAGE]).decision == "apply"


TEXT = st.text(max_size=12)
ANY = st.builds(
    Fingerprint,
    **{name: TEXT | st.none() for name in ("tag", "role", "name", "type", "text", "id", "href", "row")},
    **{name: st.lists(TEXT, max_size=3) | st.none() for name in ("classes", "landmarks", "siblings")},
    **{name: st.integers() | st.none() for name in ("ordinal", "of")},
    box=st.lists(st.integers(), min_size=4, max_size=4) | st.none(),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ANY, st.lists(ANY, max_size=6))
def test_whatever_a_fingerprint_holds_probabilities_are_probabilities(
    old: Fingerprint, page: list[Fingerprint]
) -> None:
    ranked = score(old, page, "click")
    assert len(ranked) == len(page)
    assert 0 <= sum(each.probability for each in ranked) <= 1 + 1e-9
    assert decide(old, ranked, "click").decision in ("apply", "suggest", "refuse")


# -- identity ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"tag": "button", "text": "Sign in", "id": "signin"}, "same"),
        ({"tag": "button", "text": "Log in", "id": "go"}, "drifted"),
        ({"tag": "a", "text": "Sign in"}, "other"),
        ({"tag": "a", "text": "Sign in", "id": "signin"}, "drifted"),
        ({"tag": "h1", "text": "Sign in"}, "other"),
        ({"tag": "div", "text": "Sign in", "clickable": False}, "other"),
        ({"tag": "button", "text": "Delete", "id": "signin"}, "other"),
        ({"tag": "button", "text": "Share", "id": "signin"}, "other"),
        ({"tag": "button", "text": "Sign in as guest"}, "other"),
        ({"tag": "input", "type": "text", "label": "Sign in"}, "other"),
    ],
)
def test_identity(facts: dict[str, Any], status: str) -> None:
    assert identity(PAGE[0], from_facts(facts), "click").status == status


def test_what_a_button_shows_of_the_data_may_change() -> None:
    old = Fingerprint(tag="button", role="button", text="Ada Lovelace", id="user-menu")
    assert (
        identity(old, from_facts({"tag": "button", "text": "Bob Tanaka", "id": "user-menu"}), "click").status
        == "drifted"
    )
    old = Fingerprint(tag="a", role="link", text="Order 1042", href="/orders/1042", test_id="order")
    now = {"tag": "a", "text": "Order 1043", "link": "/orders/1043", "test_id": "order"}
    assert identity(old, from_facts(now), "click").status == "drifted"


def test_another_row_is_another_element() -> None:
    old = button("Delete", row="Dune")
    there = {"tag": "button", "text": "Delete", "row_text": "Dune Frank Herbert Delete"}
    assert identity(old, from_facts(there), "click").status != "other"
    assert (
        identity(old, from_facts(there | {"row_text": "Emma Jane Austen Delete"}), "click").status == "other"
    )


def test_one_of_several_that_were_alike_is_looked_at_closely() -> None:
    old = button("Go", ordinal=1, of=2, between=["Name", "Amount"], box=[0, 0, 9, 9])
    assert identity(old, from_facts({"tag": "button", "text": "Go"}), "click").status == "unsure"
    assert identity(old, old, "click").status == "same"
    other = old.model_copy(update={"ordinal": 2, "between": ["Amount", ""]})
    assert identity(old, other, "click").status == "other"
    silent = Fingerprint(tag="input", role="radio", type="radio", name_attr="size", ordinal=2, of=3,
                         between=["radio", "radio"], box=[9, 0, 9, 9])  # fmt: skip
    assert identity(silent, silent, "fill").status == "same"
    first = silent.model_copy(update={"ordinal": 1, "between": ["", "radio"], "box": [0, 0, 9, 9]})
    assert identity(silent, first, "fill").status == "other"
    named = button("Go", ordinal=1, of=2, id="go")
    assert identity(named, from_facts({"tag": "button", "text": "Go", "id": "go"}), "click").status == "same"


# -- without a fingerprint ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("selector", "told"),
    [
        ('control="Save"', {"name": "Save", "role": "button"}),
        ('[data-testid="go"]', {"test_id": "go"}),
        ('role=link[name="Help"]', {"role": "link", "name": "Help"}),
        ('role=row[name*="Dune"] >> control="Delete"', {"name": "Delete", "role": "button", "row": "Dune"}),
        (
            'button.primary#go[name="x"]',
            {"tag": "button", "classes": ["primary"], "id": "go", "name_attr": "x"},
        ),
        ('form > a[href="/a b"]:has-text("Go on")', {"tag": "a", "href": "/a b", "text": "Go on"}),
        ('text="Sign in"', {"text": "Sign in"}),
        ("control=", {}),
    ],
)
def test_what_a_selector_tells(selector: str, told: dict[str, Any]) -> None:
    step = Step(id="s", ordinal=1, action="click", selector=selector)
    assert inferred(step).model_dump(exclude_none=True, exclude={"v"}) == told


def test_the_description_speaks_where_the_selector_says_nothing() -> None:
    step = Step(id="s", ordinal=1, action="click", selector="div > span", description="Click “Pay now”")
    assert inferred(step).name == "Pay now"


CITIES = ["Lisbon", "Paris", "Warsaw"]


def choice(label: str, **more: Any) -> Fingerprint:
    told: dict[str, Any] = {"tag": "select", "role": "combobox", "label": label, "value_kind": "option"}
    return Fingerprint(**(told | {"landmarks": LANDMARKS, "options": CITIES} | more))


def test_the_only_button_that_sends_the_form_is_it_whatever_it_says() -> None:
    old = button("Sign in", form="post /login", test_id="sign-in")
    page = [button("Onwards", form="post /login"), button("Cancel"), *PAGE[2:]]
    assert picked(verdict(old, page)) == "Onwards"
    assert verdict(old, page).decision == "apply"
    several = [each.model_copy(update={"submits": 2}) for each in page[:1]] + page[1:]
    assert verdict(old, several).decision != "apply"


def test_a_list_is_known_by_what_it_offers_but_not_beside_its_look_alike() -> None:
    old = choice("City", form="post /bookings")
    page = [choice("Where", form="post /bookings"), *PAGE[2:]]
    assert verdict(old, page, "select").decision == "apply"
    alike = [choice("Second city", form="post /bookings"), *PAGE[2:]]
    assert verdict(old, alike, "select").decision != "apply"
    other = [choice("Where", form="post /bookings", options=["Mon", "Sun", "Tue"]), *PAGE[2:]]
    assert verdict(old, other, "select").decision != "apply"


def test_a_field_must_be_able_to_hold_the_value() -> None:
    number = field("People", type="number", value_kind="number")
    assert takes_value(number, number, "fill", "6")
    assert not takes_value(number, number, "fill", "six")
    chosen, left = choice("City"), choice("City", options=["Mon", "Sun"])
    assert takes_value(chosen, chosen, "select", "paris")
    assert not takes_value(chosen, left, "select", "Paris")
    assert takes_value(left, chosen, "select", "a value that was none of its words")


def test_the_same_words_on_a_link_to_another_address_need_a_look_at_the_page() -> None:
    old = Fingerprint(tag="a", role="link", text="Genres", href="/admin/genre/")
    facts = {"tag": "a", "text": "Genres", "visible": True, "link": "/admin/shelf/", "clickable": True}
    assert identity(old, from_facts(facts), "click").status == "other"
    assert identity(old, from_facts(facts | {"link": "/admin/genre/"}), "click").status == "same"


def test_a_name_that_a_probe_cannot_read_is_looked_at_closely() -> None:
    old = Fingerprint(tag="div", role="textbox", name="Signature", label="Signature", value_kind="text")
    facts = {"tag": "div", "role": "textbox", "contenteditable": True, "visible": True}
    assert identity(old, from_facts(facts), "fill").status == "unsure"


def test_words_that_only_repeat_where_it_stands_say_nothing_more() -> None:
    old = field("Title")
    here = field("Book title", landmarks=['form "New book"'])
    assert readings(traits(old), traits(here))["wording"] == "similar"
    assert readings(traits(old), traits(field("Book title")))["wording"] == "more"


def test_where_every_class_is_new_missing_ids_say_less() -> None:
    old = traits(button("Save", id="save", classes=["btn", "primary"]))
    page = [traits(button("Store", classes=["c-1"])), traits(button("Cancel", classes=["c-2"]))]
    assert [each["id"] for each in page_readings(old, page)] == ["renewed", "renewed"]
    kept = [*page, traits(button("Help", classes=["btn"]))]
    assert [each["id"] for each in page_readings(old, kept)] == ["gone", "gone", "gone"]


def test_a_control_that_destroys_is_no_other_where_only_its_title_said_so() -> None:
    old = button("", name="Remove from cart", title="Remove from cart", form="post /cart/4", row="Circe")
    now = button("Take out", form="post /cart/4", row="Circe")
    assert verdict(old, [*PAGE, now]).decision == "apply"


def test_an_initial_beside_a_name_says_nothing_that_could_be_missed() -> None:
    old = button("A Ada Lovelace", name="Ada Lovelace", landmarks=["banner"])
    now = button("A", label="Account of Ada Lovelace", landmarks=["banner"])
    assert readings(traits(old), traits(now))["wording"] == "more"


def test_a_figure_is_asserted_of_what_means_the_same_and_still_shows_it() -> None:
    old = Fingerprint.model_validate({"tag": "span", "text": "Total £21.60", "asserted": "£21.60"})
    total = Fingerprint(tag="p", text="Sum £21.60", landmarks=["main"])
    part = Fingerprint(tag="b", text="Subtotal £21.60", landmarks=["main"])
    other = Fingerprint(tag="p", text="Sum £10.80", landmarks=["main"])
    assert picked(verdict(old, [*PAGE, part, other, total], "expect")) == "Sum £21.60"
    assert verdict(old, [*PAGE, part, other], "expect").decision == "refuse"


@pytest.mark.parametrize(
    ("now", "between", "applied"),
    [
        ("Choose selected groups", ["Choose all groups", "Remove selected groups"], True),
        # a look-alike says more, and nothing beside it does
        ("Choose selected groups", ["Choose all", "Remove"], False),
        ("Choose selected groups", ["Choose all groups", "Print"], False),
        ("Choose draft groups", ["Choose all groups", "Remove selected groups"], False),
    ],
)
def test_a_control_is_reworded_where_its_neighbours_are_in_the_same_way(
    now: str, between: list[str], applied: bool
) -> None:
    old = button("Choose", between=["Choose all", "Remove"], landmarks=["group"], classes=["selector-add"])
    page = [*PAGE, button(now, between=between, landmarks=["group"], classes=["selector-add"])]
    ranked = score(old, page, "click")
    before = decide(old, ranked, "click")
    assert before.decision != "apply"
    assert (jointly(old, before, page, ranked, (), len(page)).decision == "apply") is applied


def link(text: str, href: str, **more: Any) -> Fingerprint:
    return Fingerprint(**({"tag": "a", "role": "link", "text": text, "href": href} | more))


def test_the_only_link_to_where_the_old_one_led_is_it_whatever_it_says() -> None:
    old, page = link("Add", "/books/add/"), [link("Proceed", "/books/add/"), link("Help", "/help")]
    assert verdict(old, page).decision == "refuse"
    assert verdict(old, page, led_alone=True).decision == "apply"
    assert verdict(old, [*page, link("Books", "/books/add/")], led_alone=True).decision == "refuse"


def test_a_link_within_its_page_is_told_by_nothing() -> None:
    assert led_alone(link("Add", "/books/add/"), ['a[href="/books/add/"]'])
    assert not led_alone(link("Add", "/books/add/"), ['control="Add"'])
    assert not led_alone(link("Add", "#add"), ['a[href="#add"]'])


def test_a_known_neighbour_in_other_words_is_not_the_element() -> None:
    old = link("Groups", "/groups/", siblings=["Change"], between=["Users", "Change"])
    [only] = score(old, [link("Modify", "/groups/")], "click")
    assert only.contradictions == ("“Modify” says what “change” said when it was recorded",)


def test_an_identifier_that_several_have_is_nobodys_own() -> None:
    old = link("Yes", "/users/?staff=1", of=3, ordinal=3)
    other = [link("Yes", "/users/?active=1"), link("No", "/users/?staff=0")]
    assert verdict(old, other).decision != "apply"
    assert readings(traits(old), traits(other[0]))["href"] == "query"


def test_what_a_page_adds_to_all_its_ids_is_its_convention_and_what_one_has_a_copys() -> None:
    old = traits(field("Email", id="email"))
    mine, copy = traits(field("E-mail", id="page-email")), traits(field("Email", id="email-2x"))
    others = [traits(field(name, id=f"page-{name.lower()}")) for name in ("City", "Street", "Country")]
    assert [each["id"] for each in page_readings(old, [mine, copy, *others])][:2] == ["restyled", "extended"]
    assert page_readings(old, [mine, copy])[0]["id"] == "extended"


def test_addresses_below_another_path_are_the_same_addresses() -> None:
    old = traits(link("Books", "/books/"))
    page = [traits(link(name, f"/v2/{name.lower()}/")) for name in ("Books", "Authors", "Genres")]
    assert [each["href"] for each in page_readings(old, page)] == ["moved", "differ", "differ"]
    assert readings(old, traits(link("Books", "/book")))["href"] == "moved"


def test_the_same_words_on_what_has_a_copys_id_need_a_look_at_the_page() -> None:
    facts = {"tag": "button", "text": "Import", "visible": True, "clickable": True}
    old = button("Import", id="import")
    assert identity(old, from_facts(facts | {"id": "import-m3a"}), "click").status == "other"
    assert identity(old, from_facts(facts | {"id": "x7"}), "click").status == "drifted"


def test_the_same_words_on_no_control_need_more_than_words() -> None:
    heading = Fingerprint.model_construct(tag="div", text="Flows", clickable=True)
    found = verdict(button("Flows", landmarks=None), [heading])
    assert found.decision != "apply"


def test_of_two_one_by_its_id_and_one_by_its_words_neither_is_taken() -> None:
    old, stolen = button("Import", id="import"), button("Export all", id="import")
    found = verdict(old, [stolen, button("Import", id="import-2x")])
    assert (found.decision, picked(found)) != ("apply", "Export all")


def test_a_destructive_button_is_not_taken_for_its_form_alone() -> None:
    old = button("Remove", form="post /delete/", type="submit")
    now = button("Proceed to the desk", form="post /delete/", type="submit")
    assert verdict(old, [now]).decision != "apply"


@pytest.mark.parametrize(("now", "is_it"), [("Search to-dos", True), ("Search", False)])
def test_the_only_search_box_is_it_where_it_still_says_what_it_searches(now: str, is_it: bool) -> None:
    old = Fingerprint(tag="input", type="search", placeholder="Filter tasks", value_kind="text")
    search_box = Fingerprint(
        tag="input", type="search", label="Find", placeholder=now, value_kind="text", landmarks=["main"]
    )
    found = verdict(old, [*PAGE, search_box], "fill")
    assert (found.decision == "apply") == is_it
