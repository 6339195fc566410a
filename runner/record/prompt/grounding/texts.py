"""Parts of a text: its n-th word, line, sentence. Pure."""

from __future__ import annotations

import re
from typing import Final

from runner.record.prompt.language.intent import Unit

_EDGES: Final = ".,;:!?…\"'“”‘’()[]{}«»"
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s+")
_NUMBER: Final = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def parts(text: str, unit: Unit) -> list[str]:
    """All parts of that kind, in order; words without the punctuation around them."""
    match unit:
        case "word":
            return [word for raw in text.split() if (word := raw.strip(_EDGES))]
        case "line" | "paragraph":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "sentence":
            return [sentence for sentence in _SENTENCE.split(" ".join(text.split())) if sentence]
        case "letter":
            return [character for character in text if character.isalnum()]
        case _:
            return _NUMBER.findall(text)


def part(text: str, unit: Unit, ordinal: int) -> str:
    """The part of that order, counted from 1, or from the end where negative; empty where there is none."""
    found = parts(text, unit)
    at = ordinal - 1 if ordinal > 0 else len(found) + ordinal
    return found[at] if 0 <= at < len(found) else ""
