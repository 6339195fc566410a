"""Dates as people write them. Pure.

`05/04/2026` is read month first, as an American page shows it, unless the page or the numbers say otherwise.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_MONTH: Final = r"(?P<month>" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS) + r"|sept)\.?"
_ISO: Final = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_NUMERIC: Final = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})$")
_WORDED: Final = (
    re.compile(
        rf"^(?:\w+day,? )?{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})$", re.IGNORECASE
    ),
    re.compile(
        rf"^(?:\w+day,? )?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?(?: of)? {_MONTH}"
        r",? (?P<year>\d{4})$",
        re.IGNORECASE,
    ),
)
_MONTH_YEAR: Final = re.compile(rf"^{_MONTH},? (?P<year>\d{{4}})$", re.IGNORECASE)


def as_date(text: str, *, day_first: bool = False) -> date | None:
    """The date a text names, or None."""
    text = " ".join(text.split())
    if found := _ISO.match(text):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.match(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        year += 2000 if year < 100 else 0
        if found[2] == "." or first > 12 or (day_first and second <= 12):
            first, second = second, first
        return _made(year, first, second)
    for pattern in _WORDED:
        if found := pattern.match(text):
            return _made(int(found["year"]), _month(found["month"]), int(found["day"]))
    return None


def month_shown(text: str) -> tuple[int, int] | None:
    """Year and month of a calendar's caption ("December 2016"), or None."""
    found = _MONTH_YEAR.match(" ".join(text.split()))
    return (int(found["year"]), _month(found["month"])) if found else None


def _month(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name.lower()[:3]))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
