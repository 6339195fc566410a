"""Times of day as they are spoken."""

from __future__ import annotations

import pytest

from runner.record.prompt.language.clock import spoken_time


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("half past seven in the evening", "7:30 PM"),
        ("Half past 6", "6:30"),
        ("a quarter to one in the afternoon", "12:45 PM"),
        ("quarter to twelve at night", "11:45 PM"),
        ("quarter to 12 in the morning", "11:45 AM"),
        ("quarter past nine in the morning", "9:15 AM"),
        ("5 o’clock", "5:00"),
        ("eight in the morning", "8:00 AM"),
        ("two at night", "2:00 AM"),
        ("noon", "12:00 PM"),
        ("midnight", "12:00 AM"),
        ("half past thirteen", ""),
        ("25 o'clock", ""),
        ("seven", ""),
        ("noon meeting", ""),
    ],
)
def test_a_spoken_time_in_digits(said: str, meant: str) -> None:
    assert spoken_time(said) == meant
