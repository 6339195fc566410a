"""A secret's value leaves a run nowhere, in whatever spelling."""

from __future__ import annotations

import json
from base64 import b64encode
from urllib.parse import quote, quote_plus, urlencode

from hypothesis import given
from hypothesis import strategies as st

from runner.contract.event import Event
from runner.contract.masking import SHORT, Mask

VALUE = 's3cr&t "pä ss/<1>'


def test_every_spelling_is_masked() -> None:
    mask = Mask({"PASSWORD": VALUE})
    for spelling in (VALUE, quote(VALUE), quote(VALUE, safe=""), quote_plus(VALUE), json.dumps({"a": VALUE})):
        assert "s3cr" not in mask.text(f"before {spelling} after")
    assert mask.text(f"http://x/?{urlencode({'q': VALUE})}") == "http://x/?q={{PASSWORD}}"


def test_a_secret_inside_another_is_masked_by_the_longer_first() -> None:
    mask = Mask({"SHORT": "abcd", "LONG": "abcdefgh"})
    assert mask.text("abcdefgh abcd") == "{{LONG}} {{SHORT}}"


def test_a_short_secret_is_masked_where_it_stands_alone() -> None:
    assert Mask({"PIN": "123"}).text("pin 123, order 91234, x=123") == "pin {{PIN}}, order 91234, x={{PIN}}"


def test_events_are_masked_in_message_and_details_keys_too() -> None:
    event = Event(
        type="failed",
        message="typed hunter22",
        details={"hunter22": ["a hunter22", {"v": "hunter22"}], "n": 1},
    )
    masked = Mask({"P": "hunter22"}).event(event)
    assert "hunter22" not in masked.model_dump_json()
    assert (masked.id, masked.timestamp, masked.details["n"]) == (event.id, event.timestamp, 1)


def test_nothing_is_masked_by_an_empty_secret() -> None:
    assert Mask({"EMPTY": ""}).text("as it was") == "as it was"


def test_the_mask_does_not_show_what_it_hides() -> None:
    assert "hunter22" not in repr(Mask({"P": "hunter22"}))


@given(st.text(min_size=SHORT), st.text(), st.text())
def test_no_value_survives(value: str, before: str, after: str) -> None:
    masked = Mask({"P": value}).text(before + value + after)
    assert value not in masked.replace("{{P}}", "\0")


@given(st.binary(min_size=0, max_size=7), st.text(min_size=9, alphabet=st.characters(codec="utf-8")))
def test_a_value_inside_a_coded_login_is_masked(before: bytes, value: str) -> None:
    header = b64encode(before + b":" + value.encode() + b"\n").decode()
    for coded in (header, header.translate(str.maketrans("+/", "-_"))):
        assert "{{P}}" in Mask({"P": value}).text(f"Basic {coded}")


def test_a_value_in_json_within_json_is_masked() -> None:
    twice = json.dumps({"body": json.dumps({"a": VALUE}, ensure_ascii=False)})
    assert "s3cr" not in Mask({"P": VALUE}).text(twice)


def test_a_short_value_is_not_looked_for_in_codes() -> None:
    assert Mask({"PIN": "abc"}).text("YWJj MGFiYzA") == "YWJj MGFiYzA"
