"""Times of day as they are spoken: "half past seven in the evening", "noon", "5 o'clock". Pure."""

from __future__ import annotations

import re
from typing import Final

from runner.record.prompt.language.lexicon import CARDINALS

_WORDS: Final = [word for word, number in CARDINALS.items() if 1 <= number <= 12 and len(word) > 2]
_HOURS: Final = "|".join([*_WORDS, r"\d{1,2}"])
_HALF: Final = (
    r"(?:\s+(?:in the (?P<day>morning|afternoon|evening)|at (?P<night>night)|(?P<m>[ap])\.?\s?m\.?))?"
)
_SPOKEN: Final = (
    (re.compile(rf"half past (?P<hour>{_HOURS}){_HALF}"), 30),
    (re.compile(rf"(?:a )?quarter past (?P<hour>{_HOURS}){_HALF}"), 15),
    (re.compile(rf"(?:a )?quarter to (?P<hour>{_HOURS}){_HALF}"), -15),
    (re.compile(rf"(?P<hour>{_HOURS}) o'clock{_HALF}"), 0),
    (re.compile(rf"(?P<hour>{_HOURS})\s+(?:in the (?P<day>morning|afternoon|evening))"), 0),
    (re.compile(rf"(?P<hour>{_HOURS})\s+at (?P<night>night)"), 0),
)  # fmt: skip
_NAMED: Final = {"noon": "12:00 PM", "midday": "12:00 PM", "midnight": "12:00 AM"}


def spoken_time(text: str) -> str:
    """The time in digits ("7:30 PM"), the half of the day where it was said; empty where it is none."""
    said = " ".join(text.lower().replace("’", "'").split())
    if said in _NAMED:
        return _NAMED[said]
    for pattern, minutes in _SPOKEN:
        if found := pattern.fullmatch(said):
            word = found["hour"]
            hour = int(word) if word.isdecimal() else CARDINALS[word]
            if minutes < 0:  # the half of the day that is said is that of the time that is meant
                hour, minutes = (12 if hour == 1 else hour - 1), 60 + minutes
            half = _half(found.groupdict(), hour)
            return f"{hour}:{minutes:02}{half}" if 1 <= hour <= 12 else ""
    return ""


def _half(found: dict[str, str | None], hour: int) -> str:
    if found.get("m"):
        return f" {found['m']}M".upper()
    if found.get("night"):
        return " PM" if 6 <= hour < 12 else " AM"
    return {"morning": " AM", "afternoon": " PM", "evening": " PM"}.get(found.get("day") or "", "")
