"""What of a page is likely to outlive its next version, and what is not: pure judgements about words.

A generated id or a hash class is worthless to a selector and noise in a fingerprint; a text with numbers or
dates in it may be another tomorrow.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

_VOWELS: Final = frozenset("aeiouy")
_PARTS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
_FRAMEWORK: Final = re.compile(
    r"^(:r\w*:|«\w+»|_r_\w+_|radix-|react-(select|aria)|headlessui-|ember\d|ext-gen|yui_|mui-\d|"
    r"mat-[a-z-]+-\d|cdk-|downshift-|reach-|ng-tns-|svelte-|_ng(content|host)|css-|sc-|jss\d|emotion-|chakra-|__BVID__|"
    r"vs\d|el-id-|\d)"
)
_STATE_CLASS: Final = re.compile(
    r"^(is|has)-|^(active|open|opened|closed|selected|focus(ed)?|hover|disabled|enabled|show|shown|hidden|hide|"
    r"collapsed|collapsing|expanded|loading|loaded|current|visible|checked|dirty|touched|valid|invalid|even|odd|"
    r"first|last|fade|in|out)$"
)
_UTILITY_CLASS: Final = re.compile(
    r"[:/\[\]!@]|^-?[a-z]{1,7}-(\d[\d.]*|px|xs|sm|md|lg|[2-9]?xl|auto|full|none|screen|center|left|right|start|end|"
    r"between|around|bold|medium|semibold|normal|wrap|col|row|hidden|white|black|[a-z]+-\d{2,3})$"
)
_DATE: Final = re.compile(
    r"\d{1,4}[./:-]\d{1,2}|\b\d+\s*(s|sec|seconds?|min|minutes?|hours?|days?|weeks?|months?|years?)\b|"
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d|\b(today|yesterday|just now|ago)\b",
    re.I,
)
_NUMBER: Final = re.compile(r"\d")


def generated(word: str) -> bool:
    """Whether an id, class or name looks made by a machine: not to be relied on in the next build."""
    if not word or _UUID.search(word) or _FRAMEWORK.search(word):
        return True
    if len(re.sub(r"\D", "", word)) >= 4:
        return True
    return any(_gibberish(part) for part in re.split(r"[-_.:\s]+", word))


def _gibberish(part: str) -> bool:
    """Whether one part of a word is letters and digits mixed as no person mixes them, or cannot be spoken."""
    if len(part) < 4:
        return False
    letters = [char for char in part.lower() if char.isalpha()]
    runs = _PARTS.findall(part)
    digits_inside = bool(re.search(r"[a-zA-Z]\d+[a-zA-Z]", part)) or bool(re.match(r"\d+[a-zA-Z]", part))
    if digits_inside and len(part) >= 5:
        return True
    if len(part) >= 5 and len(runs) >= len(part) / 2:
        return True
    return len(letters) >= 6 and part.isascii() and not _VOWELS & set(letters)


def lasting_classes(classes: Iterable[str], limit: int = 4) -> list[str]:
    """The classes that say what an element is: no hashes, no states, no layout utilities."""
    return [
        name
        for name in classes
        if not generated(name)
        and not _STATE_CLASS.search(name)
        and not _UTILITY_CLASS.search(name)
        and len(name) <= 40
    ][:limit]


def volatile(text: str, typed: Collection[str] = ()) -> bool:
    """Whether a text may be another at the next run: numbers, dates, or what the flow itself typed."""
    if _NUMBER.search(text) or _DATE.search(text):
        return True
    folded = text.casefold()
    return any(len(value) >= 3 and value.casefold() in folded for value in typed)
