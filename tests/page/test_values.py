from __future__ import annotations

import pytest

from runner.contract.errors import ActionFailed
from runner.page.values import as_key, as_list, as_state, as_text, for_type


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (3, "3"),
        (3.0, "3"),
        (3.5, "3.5"),
        (True, "true"),
        (False, "false"),
        (None, ""),
        (["a"], "a"),
    ],
)
def test_a_value_as_text(value: str, text: str) -> None:
    assert as_text(value) == text


def test_several_values_are_no_text() -> None:
    with pytest.raises(ActionFailed, match="takes one"):
        as_text(["a", "b"])
    assert as_list(["a", "b"]) == ["a", "b"]
    assert as_list("a") == ["a"]


@pytest.mark.parametrize(
    ("value", "state"),
    [(True, True), ("Yes", True), ("on", True), (1, True), (False, False), ("off", False), ("maybe", None)],
)
def test_a_value_as_state(value: str, state: bool | None) -> None:
    assert as_state(value) is state


@pytest.mark.parametrize(
    ("kind", "value", "shaped"),
    [
        ("date", "1815-12-10", "1815-12-10"),
        ("date", "0815-12-10", "0815-12-10"),
        ("date", "December 10, 1815", "1815-12-10"),
        ("date", "10 Dec 1815", "1815-12-10"),
        ("date", "10th December 1815", "1815-12-10"),
        ("date", "12/25/2026", "2026-12-25"),
        ("date", "25.12.2026", "2026-12-25"),
        ("date", "05/05/2026", "2026-05-05"),
        ("time", "9:30", "09:30"),
        ("time", "9:30 pm", "21:30"),
        ("time", "9pm", "21:00"),
        ("time", "23:59:58", "23:59:58"),
        ("datetime-local", "2026-05-06 9:30", "2026-05-06T09:30"),
        ("datetime-local", "2026-05-06T09:30", "2026-05-06T09:30"),
        ("month", "May 2026", "2026-05"),
        ("week", "2026-W7", "2026-W07"),
        ("color", "#ABC", "#aabbcc"),
        ("color", "#A1b2C3", "#a1b2c3"),
        ("date", "", ""),
        ("text", "  as it is  ", "as it is"),
    ],
)
def test_a_value_in_the_shape_of_a_field(kind: str, value: str, shaped: str) -> None:
    assert for_type(kind, value) == shaped


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("date", "tomorrow"),
        ("date", "03/04/2026"),
        ("date", "2026-02-30"),
        ("time", "25:00"),
        ("color", "red"),
    ],
)
def test_a_value_that_cannot_be_read_is_told_with_the_shape(kind: str, value: str) -> None:
    with pytest.raises(ActionFailed, match=value) as raised:
        for_type(kind, value)
    assert "Write it as" in str(raised.value.remedy)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Enter", "Enter"),
        ("enter", "Enter"),
        ("ctrl+a", "Control+a"),
        ("Esc", "Escape"),
        ("Control++", "Control++"),
        ("shift+tab", "Shift+Tab"),
        ("A", "A"),
        ("+", "+"),
        (" ", " "),
    ],
)
def test_keys_have_other_names(written: str, key: str) -> None:
    assert as_key(written) == key
