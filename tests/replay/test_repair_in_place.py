"""What tells an element by where it stands, what it alone says, or what does the same; without a browser."""

from __future__ import annotations

from typing import Any

import pytest

from runner.contract.config import ActionKind, Fingerprint, Step
from runner.contract.patch import Patch
from runner.replay.conventions import address_level
from runner.replay.decide import BAR, Verdict, decide
from runner.replay.evidence import readings
from runner.replay.identity import identity
from runner.replay.patching import Replacement
from runner.replay.reasons import sentence, with_witness, withdrawn
from runner.replay.score import score
from runner.replay.traits import traits
from runner.replay.wording import Level, compare

MAIN = ['navigation "Main"', "complementary"]
BESIDE: dict[str, Any] = {"between": ["Start", "Tasks"], "siblings": ["Tasks", "Books"]}


def link(text: str, href: str, **more: Any) -> Fingerprint:
    return Fingerprint(
        **({"tag": "a", "role": "link", "text": text, "href": href, "landmarks": MAIN} | BESIDE | more)
    )


def button(text: str, **more: Any) -> Fingerprint:
    told: dict[str, Any] = {"tag": "button", "role": "button", "text": text, "landmarks": ["main"]}
    return Fingerprint(**(told | BESIDE | more))


def tick(row: str, **more: Any) -> Fingerprint:
    told: dict[str, Any] = {"tag": "input", "type": "checkbox", "name_attr": "chosen", "landmarks": ["table"]}
    return Fingerprint(**(told | {"value_kind": "checkbox", "row": row, "row_texts": [row]} | more))


OTHERS = [
    link("Tasks", "/tasks", between=["", "Books"], siblings=["Books"]),
    link("Books", "/books", between=["Tasks", ""], siblings=["Tasks"]),
    *(button(f"Item {number}", classes=["item"], between=None, siblings=None) for number in range(9)),
]


def verdict(old: Fingerprint, page: list[Fingerprint], action: ActionKind = "click") -> Verdict:
    return decide(old, score(old, page, action), action)


def taken(old: Fingerprint, *page: Fingerprint, action: ActionKind = "click") -> str | None:
    found = verdict(old, [*page, *OTHERS], action)
    if found.decision != "apply" or found.best is None:
        return None
    return found.best.fingerprint.text or found.best.fingerprint.label


def test_of_links_to_one_place_the_one_that_stands_where_the_old_one_stood_is_it() -> None:
    old = link("Overview", "/start")
    logo = link("Acme", "/start", landmarks=["banner"], between=["", "Shop"], siblings=["Shop"])
    assert taken(old, link("Take me there", "/start"), logo) == "Take me there"
    assert taken(old, logo) is None
    assert taken(link("Overview", "#start"), link("Take me there", "#start")) is None


def test_a_link_of_the_same_words_to_the_same_place_does_the_same() -> None:
    old = link("Authors", "/authors", of=2, ordinal=1)
    elsewhere = {"landmarks": ["table"], "between": ["Add", "Add"], "siblings": ["Add"]}
    assert taken(old, link("Authors", "/authors", **elsewhere)) == "Authors"
    assert taken(old, link("Authors", "/writers", **elsewhere)) is None


def test_the_name_of_a_thing_behind_the_old_words_says_nothing_else() -> None:
    old = button("Give feedback")
    assert taken(old, button("Give feedback page")) == "Give feedback page"
    assert taken(old, button("Give feedback later")) is None
    assert taken(old, button("Report on give feedback")) is None


@pytest.mark.parametrize(("row", "took"), [("Ada Lovelace", "Delete record"), (None, None)])
def test_what_destroys_names_a_thing_only_in_its_own_row(row: str | None, took: str | None) -> None:
    assert taken(button("Delete", row=row), button("Delete record", row=row)) == took


def test_a_name_that_every_row_has_tells_an_element_within_its_row() -> None:
    old = tick("Ada Lovelace", label="Select")
    others = [tick("Grace Hopper", label="Select"), tick("Hedy Kiesler", label="Select")]
    assert taken(old, tick("Ada Lovelace", label="In short"), *others, action="fill") == "In short"
    assert taken(old, *others, action="fill") is None


def test_what_nothing_else_says_needs_less() -> None:
    old = link("Customers", "/customers", title="Alt+C", classes=["here"], box=[20, 300, 200, 40])
    banner: dict[str, Any] = {"landmarks": ["banner"], "between": ["Ada", "New"], "siblings": ["Ada"]}
    now = button("Customers", classes=["item"], box=[900, 10, 90, 28], **banner)
    found = verdict(old, [now, *OTHERS])
    assert (found.decision, found.confidence < BAR) == ("apply", True)
    assert taken(old, now, now.model_copy(update={"between": ["x", "y"]})) is None


def test_two_with_copies_of_its_id_are_both_copies() -> None:
    old = button("Deploy", id="deploy")
    page = [button("Deploy", id=f"deploy-{end}", between=["", end]) for end in ("a7", "q2")]
    assert taken(old, *page) is None


def test_what_is_sent_under_another_name_is_another_value() -> None:
    offers = ["Athens", "Berlin", "Oslo", "Rome"]
    old = Fingerprint(tag="input", label="Location", name_attr="location", options=offers, form="post /b")
    told = old.model_dump(exclude_none=True) | {"label": "Nickname"}
    assert taken(old, Fingerprint(**told), action="fill") == "Nickname"
    assert taken(old, Fingerprint(**told | {"name_attr": "nickname"}), action="fill") is None


def test_a_list_is_known_by_its_choices_whatever_it_is_sent_as() -> None:
    old = Fingerprint(tag="select", label="Plan", name_attr="plan", options=["Free", "Pro", "Team"])
    tier = old.model_copy(update={"label": "Tier", "name_attr": "tier"})
    assert taken(old, tier, action="select") == "Tier"
    assert (
        taken(old, tier, tier.model_copy(update={"label": "Trial", "name_attr": "trial"}), action="select")
        is None
    )


def test_only_date_of_its_form_is_the_date_in_other_words() -> None:
    old = Fingerprint(tag="input", type="date", label="Date", name_attr="day", form="post /bookings")
    day = old.model_copy(update={"label": "Day", "name_attr": "on"})
    assert taken(old, day, action="fill") == "Day"
    assert taken(old, day.model_copy(update={"label": "Day of birth"}), action="fill") is None


def test_only_file_field_of_its_form_is_it_whatever_it_is_called() -> None:
    old = Fingerprint(tag="input", type="file", label="Choose a file", form="post /files")
    assert taken(old, old.model_copy(update={"label": "Document"}), action="fill") == "Document"
    elsewhere = old.model_copy(update={"label": "File", "form": "post /avatar"})
    assert taken(old, elsewhere, action="fill") is None


def test_the_order_of_several_tells_one_only_beside_an_old_neighbour() -> None:
    old = button("msg.", between=["time", "add"], of=2, ordinal=2, box=[0, 0, 9, 9])
    second = {"of": 2, "ordinal": 2}
    assert identity(old, button("msg.", between=["time", "×"], **second), "click").status != "other"
    moved = button("msg.", between=["msg.", "time"], box=[0, 0, 9, 9], **second)
    assert identity(old, moved, "click").status == "other"


def test_a_figure_names_no_row() -> None:
    old = link("Change", "/books/6", row="£12.50", of=8, ordinal=6)
    copy = link("Change", "/books/6-copy", row="Copy of Dune", row_texts=["Copy of Dune", "£12.50"], of=8)
    assert readings(traits(old), traits(copy))["row"] == "same"
    assert taken(old, copy) is None


@pytest.mark.parametrize(
    ("now", "level"),
    [("#tab-local", "same"), ("#tabLocal", "moved"), ("#tab-local-2x", "alike"), ("#x", "differ")],
)
def test_a_link_within_its_page_names_an_id(now: str, level: str) -> None:
    assert address_level("#tab-local", now) == level


def test_a_field_of_another_meaning_is_another_though_it_is_sent_as_the_old_one_was() -> None:
    told: dict[str, Any] = {
        "tag": "input", "type": "checkbox", "value_kind": "checkbox", "label": "Remember me",
        "name_attr": "keep", "form": "post /in",
    } | BESIDE  # fmt: skip
    old = Fingerprint(**told)
    assert taken(old, Fingerprint(**told | {"label": "Reference for us"}), action="fill") is None
    assert taken(old, Fingerprint(**told | {"label": "Keep me signed in"}), action="fill") is not None


def test_an_identifier_is_disputed_by_what_says_the_same() -> None:
    old = button("Sign in", id="go")
    holder = button("Newsletter", id="go")
    assert taken(old, holder, button("Log in"), action="click") != "Newsletter"


def test_what_is_there_twice_now_must_be_told_apart() -> None:
    old = button("People", between=["Home", "Order"], siblings=["Home", "Order"])
    copy, second = (button("People", between=["Home", end], siblings=[end]) for end in ("New", "Old"))
    assert taken(old, copy, second) is None
    known = old.model_copy(update={"id": "people"})
    found = verdict(known, [copy, known, *OTHERS])
    assert (found.decision, found.best and found.best.index) == ("apply", 1)


def test_one_word_for_another_of_the_same_meaning_is_the_same_phrase() -> None:
    assert compare("Send us feedback", "Submit us feedback").level == Level.SYNONYM
    assert compare("Send us feedback", "Report us feedback").level != Level.SYNONYM


def test_a_thing_is_named_by_the_same_kind_of_control_in_the_same_place_only() -> None:
    old = button("Sign in")
    assert taken(old, button("Sign in page")) == "Sign in page"
    assert taken(old, link("Sign in help", "/help", landmarks=["main"])) is None
    assert (
        taken(old, button("Sign in page", between=["x", "y"], siblings=["x"], landmarks=["banner"])) is None
    )


# -- in words ----------------------------------------------------------------------------------------------


def test_each_verdict_says_what_was_done_or_why_not() -> None:
    old = button("Save", between=None)
    step = Step(id="s", ordinal=1, action="click", selector="#save", fingerprint=old)
    new = Replacement(("#store",), button("Store"))
    sure = Verdict("apply", 0.9, "what it says agrees")
    doubtful = Verdict("suggest", 0.5, "it and the link “Keep” are too much alike to tell which one it is")

    now = "#save is now the button “Store” (it was “Save”): what it says agrees."
    assert sentence(step, new, sure, applied=True) == now
    assert sentence(step, new, sure, applied=False).startswith(f"{now} It was not used:")
    said = sentence(step, new, doubtful, applied=False)
    assert said.startswith("#save may be the button “Store” (it was “Save”), but that is too uncertain")


def test_what_was_tried_and_not_borne_out_is_not_said_to_be_it() -> None:
    step = Step(id="s", ordinal=1, action="click", selector="#save")
    tried = Patch(
        step_id="s", ops=[], old="#save", new="#store", strategy="fingerprint", confidence=0.2, applied=True,
        reason="#save is now the button “Store”: nothing else is as likely.",
        evidence={"new": button("Store").model_dump(exclude_none=True)},
    )  # fmt: skip
    lost = withdrawn(with_witness(tried, step, "fingerprint"))
    assert (lost.applied, lost.confidence) == (False, 0.2)
    assert lost.reason == "#save may be the button “Store”, but it was tried, and no later step bore it out."
