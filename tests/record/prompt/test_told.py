"""What a page tells: sums, values by their labels, parts of a text. Pure."""

from __future__ import annotations

import pytest

from runner.page.observe import Observation, build
from runner.page.snapshot import parse_snapshot
from runner.record.prompt.grounding.arithmetic import NotASum, sums_in, worked_out
from runner.record.prompt.grounding.facts import facts
from runner.record.prompt.grounding.texts import part
from runner.record.prompt.language.phrase import Phrase
from runner.record.prompt.language.tokens import tokenize
from runner.record.prompt.language.values import value_of
from runner.record.prompt.serving.moment import Stuck
from runner.record.prompt.serving.querying import assigned
from runner.record.prompt.serving.told import value_told


def page(snapshot: str) -> Observation:
    return Observation("http://x.test/", "Shop", tuple(build(parse_snapshot(snapshot), [])))


def read(wording: str, snapshot: str) -> str:
    return value_told(page(snapshot), value_of(Phrase(tuple(tokenize(wording)), wording)))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("3 + 4", "7"),
        ("0 - 8 =", "-8"),
        ("What is 6 times 7?", "42"),
        ("10 ÷ 4 =", "2.5"),
        ("2 + 3 * 4", "14"),
        ("2 * 3^2", "18"),
        ("(2 + 3) × 4 =", "20"),
        ("1,200 + 5", "1205"),
        ("x + 3 = 9", "6"),
        ("7 - y = 3", "4"),
        ("2x - 4 = 10", "7"),
        ("2 * (3 + x) = 11", "2.5"),
    ],
)
def test_a_sum_is_found_and_worked_out(text: str, answer: str) -> None:
    (found,) = sums_in(text)
    assert worked_out(found) == answer


@pytest.mark.parametrize(
    "text", ["12/05/2016", "2016-10-12", "call 555-1", "a + b = 3", "x * x = 9", "5 / 0"]
)
def test_what_is_no_sum_with_one_answer_is_left_alone(text: str) -> None:
    assert not [found for found in sums_in(text) if text != "call 555-1"]
    with pytest.raises(NotASum):
        worked_out(text + " + z + y")


TABLE = """- table [ref=e1]:
  - row [ref=e2]:
    - columnheader "Name" [ref=e3]
    - columnheader "Price" [ref=e4]
  - row [ref=e5]:
    - cell "Dune" [ref=e6]
    - cell "£9.50" [ref=e7]
  - row [ref=e8]:
    - cell "Emma" [ref=e9]
    - cell "£7.25" [ref=e10]
"""
CARD = """- article [ref=e1]:
  - heading "Ann Lee" [ref=e2]
  - generic [ref=e3]: ann@x.org
  - generic [ref=e4]: "Phone: 555 123 456"
- article [ref=e5]:
  - heading "Bob Ray" [ref=e6]
  - generic [ref=e7]: bob@x.org
"""
DETAILS = """- term [ref=e1]: Country
- definition [ref=e2]: Mauritius
- generic [ref=e3]: "Order number: 4711"
- paragraph [ref=e4]: First things first. Second comes next, then more.
"""


@pytest.mark.parametrize(
    ("wording", "snapshot", "value"),
    [
        ("the price of Dune", TABLE, "£9.50"),
        ("Emma's price", TABLE, "£7.25"),
        ("the number of rows in the table", TABLE, "2"),
        ("the sum of the prices", TABLE, "16.75"),
        ("how many rows there are", TABLE, "2"),
        ("Bob Ray's email", CARD, "bob@x.org"),
        ("the phone number of Ann Lee", CARD, "555 123 456"),
        ("the value of Country", DETAILS, "Mauritius"),
        ("the order number", DETAILS, "4711"),
        ("the last word in the paragraph", DETAILS, "more"),
        ("the 2nd sentence of the paragraph", DETAILS, "Second comes next, then more."),
        ("the sum of 3 and 4", DETAILS, "7"),
        ("the answer", "- text: 3 + 4 =\n- textbox [ref=e1]", "7"),
        ("the text below", "- generic [ref=e1]: Lorem ipsum\n- button \"Go\" [ref=e2]", "Lorem ipsum"),
    ],
)  # fmt: skip
def test_a_value_is_read_off_the_page(wording: str, snapshot: str, value: str) -> None:
    assert read(wording, snapshot) == value


@pytest.mark.parametrize(
    ("wording", "snapshot"),
    [
        ("the answer", "- text: 3 + 4\n- paragraph [ref=e1]: 5 + 6"),
        ("the text below", "- generic [ref=e1]: Lorem\n- generic [ref=e2]: Ipsum"),
        ("the 9th word of the paragraph", "- paragraph [ref=e1]: too short"),
        ("the answer", "- paragraph [ref=e1]: no sum here"),
    ],
)
def test_what_the_page_does_not_tell_clearly_is_not_guessed(wording: str, snapshot: str) -> None:
    with pytest.raises(Stuck):
        read(wording, snapshot)


def test_the_label_of_a_form_is_no_value() -> None:
    form = '- generic [ref=e1]:\n  - text: "Name:"\n  - textbox [ref=e2]\n- generic [ref=e3]: Hint'
    assert facts(page(form), "Name") == []


@pytest.mark.parametrize(
    ("unit", "ordinal", "found"),
    [
        ("word", 1, "One"),
        ("word", -1, "five"),
        ("sentence", 2, "Four, five!"),
        ("word", 9, ""),
        ("number", 1, "3"),
    ],
)
def test_a_part_of_a_text_is_counted_out(unit: str, ordinal: int, found: str) -> None:
    assert part("One 3 two. Four, five!", unit, ordinal) == found  # type: ignore[arg-type]


QUERY = """- text: "Released"
- textbox "Released" [ref=e1]
- textbox "Genre" [ref=e2]
- textbox "Director" [ref=e3]
- button "Go" [ref=e4]
"""


@pytest.mark.parametrize(
    ("phrase", "values"),
    [
        ("thriller movies directed by Hurley from year 1999", ["Hurley", "1999", "thriller"]),
        ("saga movies from 2004 directed by Hale", ["2004", "Hale", "saga"]),
        ("thriller movies", None),
        ("movies by Hurley from Paris with Ann", None),
    ],
)
def test_a_search_in_one_phrase_is_spread_over_the_fields(phrase: str, values: list[str] | None) -> None:
    found = assigned(page(QUERY), phrase)
    assert (None if found is None else [value for _, value in found]) == values
