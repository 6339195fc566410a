"""Which selectors are proposed, and in what order: without a page."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from runner.page.candidates import PATH, Facts, iframe_selectors, propose
from runner.page.probe import Purpose
from runner.page.selector import parse


def selectors(
    role: str = "button", name: str = "", purpose: Purpose = "act", typed: tuple[str, ...] = (), **dom: Any
) -> list[str]:
    facts = Facts(dom={"tag": "button", **dom}, role=role, name=name, typed=typed)
    return [proposal.selector for proposal in propose(facts, purpose)]


def test_a_test_id_comes_first() -> None:
    found = selectors(name="Save", text="Save", test_id="save", test_id_attribute="data-testid", id="save")
    assert found[:3] == ['[data-testid="save"]', 'control="Save"', 'role=button[name="Save"]']
    assert "#save" in found


def test_a_generated_test_id_or_id_is_no_candidate() -> None:
    found = selectors(name="Save", test_id="t-8f3a2b1c", test_id_attribute="data-testid", id=":r3:")
    assert not any("8f3a" in selector or "r3" in selector for selector in found)


def test_a_field_is_known_by_its_label_before_its_placeholder() -> None:
    found = selectors(
        "textbox", "Email", "fill", tag="input", type="text", label="Email", placeholder="you@x.org"
    )
    assert found[:2] == ['field="Email"', 'field="you@x.org"']
    assert not any(selector.startswith("control=") for selector in found)


def test_a_label_with_a_number_stays_ahead_of_markup_but_markup_comes_next() -> None:
    found = selectors("link", "Inbox (3)", tag="a", text="Inbox (3)", name_attr="inbox")
    assert found[0] == 'control="Inbox (3)"'
    assert 'a[name="inbox"]' in found[:3]


def test_a_role_alone_is_no_better_than_a_label_with_a_price() -> None:
    found = selectors(
        "checkbox", "Gift wrap (£3.50)", "fill", tag="input", type="checkbox", label="Gift wrap (£3.50)"
    )
    assert found[0] == 'field="Gift wrap (£3.50)"'
    assert found.index("role=checkbox") > 0


def test_what_was_typed_makes_a_poor_name() -> None:
    found = selectors("link", "Buy milk", tag="a", text="Buy milk", id="first", typed=("Buy milk",))
    assert found[0] == "#first"


def test_a_row_scopes_what_stands_in_every_row() -> None:
    row = {"tag": "tr", "texts": ["Dune", "1965"], "text": "Dune"}
    found = selectors(name="Delete", text="Delete", row=row)
    assert found[:2] == ['control="Delete"', 'role=row[name*="Dune"] >> control="Delete"']
    assert found.index('role=row[name*="1965"] >> control="Delete"') > 2


def test_a_list_item_is_known_by_its_text_since_its_role_takes_no_name_from_it() -> None:
    found = selectors(name="Buy", row={"tag": "li", "texts": ["Milk"], "text": "Milk"})
    assert 'li:has-text("Milk") >> control="Buy"' in found
    assert not any("role=listitem[name" in selector for selector in found)


def test_the_path_is_the_last_resort() -> None:
    facts = Facts(dom={"tag": "div", "path": "body > div:nth-of-type(2)"})
    assert [(each.selector, each.score) for each in propose(facts)] == [("body > div:nth-of-type(2)", PATH)]


def test_the_score_orders_all_of_them() -> None:
    places = [{"role": "dialog", "tag": "dialog", "name": "Really?", "from": "label"}]
    found = propose(Facts(dom={"tag": "button", "text": "Yes", "places": places}, role="button", name="Yes"))
    assert [each.score for each in found] == sorted(each.score for each in found)
    assert len({each.selector for each in found}) == len(found)


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=90)


@given(name=WORDS, label=WORDS, text=WORDS, title=WORDS, row=WORDS, place=WORDS, identifier=WORDS)
def test_every_proposal_is_of_the_language(
    name: str, label: str, text: str, title: str, row: str, place: str, identifier: str
) -> None:
    found = selectors(
        name=name, label=label, text=text, title=title, id=identifier, name_attr=identifier,
        row={"tag": "tr", "texts": [row], "text": row},
        places=[{"role": "form", "tag": "form", "name": place, "from": "heading"}],
    )  # fmt: skip
    for selector in found:
        parse(selector)


def test_an_iframe_is_named_by_what_will_last() -> None:
    facts = {"title": "Chat (3 new)", "name_attr": "chat", "id": "x8f3k2", "src": "/chat?session=17"}
    assert iframe_selectors(facts) == [
        'iframe[name="chat"]',
        'iframe[src*="/chat"]',
        'iframe[title="Chat (3 new)"]',
        "iframe",
    ]
    assert iframe_selectors({"title": "Pay", "src": "https://pay.test/f/8f3e21c9"}) == [
        'iframe[title="Pay"]',
        "iframe",
    ]
