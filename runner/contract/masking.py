"""Secrets leave a run by their names only: the last gate before files, feeds, logs and screens. Pure."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final
from urllib.parse import quote, quote_plus

from runner.contract.event import Event

# A shorter value stands in too many words by chance; it is only blotted out where it stands alone.
SHORT: Final = 4
# A coded piece shorter than this stands in other codes by chance.
CODED_FROM: Final = 8
_URL_SAFE: Final = str.maketrans("+/", "-_")


@dataclass(frozen=True, slots=True)
class Mask:
    """Puts `{{NAME}}` wherever a secret's value stands, also as URLs, JSON and HTML spell it."""

    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def text(self, text: str) -> str:
        """The text without any secret's value."""
        for name, value in sorted(self.secrets.items(), key=lambda secret: -len(secret[1])):
            for spelling in _spellings(value):
                text = _replaced(text, spelling, f"{{{{{name}}}}}")
        return text

    def hides(self, text: str) -> bool:
        """Whether a secret's value stands in the text."""
        return bool(self.secrets) and self.text(text) != text

    def data(self, data: Any) -> Any:
        """Plain data without any secret's value, in keys and in strings."""
        match data:
            case str():
                return self.text(data)
            case dict():
                return {
                    self.text(key) if isinstance(key, str) else key: self.data(item)
                    for key, item in data.items()
                }
            case list() | tuple():
                return [self.data(item) for item in data]
            case _:
                return data

    def event(self, event: Event) -> Event:
        """The event without any secret's value."""
        if not self.secrets:
            return event
        return event.model_copy(
            update={"message": self.text(event.message), "details": self.data(event.details)}
        )


def _spellings(value: str) -> list[str]:
    """How a value may be written, longest first: in URLs, JSON (once or twice over), HTML and base64."""
    in_urls = {
        coded(value, safe, errors="surrogatepass") for coded in (quote, quote_plus) for safe in ("", "/")
    }
    written = {value, " ".join(value.split()), escape(value), *in_urls}
    in_json = {_json(spelling, plain) for spelling in (value, escape(value)) for plain in (True, False)}
    in_json |= {_json(spelling, plain) for spelling in set(in_json) for plain in (True, False)}
    written |= in_json | set(_in_base64(value.encode("utf-8", errors="surrogatepass")))
    return sorted((spelling for spelling in written if spelling), key=len, reverse=True)


def _json(text: str, plain: bool) -> str:
    return json.dumps(text, ensure_ascii=plain)[1:-1]


def _in_base64(data: bytes) -> Iterator[str]:
    """What base64 makes of the value inside a longer text (a Basic login say), whatever stands around it.

    Three bytes become four characters, so there are three ways to lie; the characters that also depend on
    the neighbours are left off.
    """
    for before in range(3):
        coded = b64encode(bytes(before) + data).decode()
        inner = coded[(0, 2, 3)[before] : len(coded) - (0, 3, 2)[(before + len(data)) % 3]]
        if len(inner) >= CODED_FROM:
            yield inner
            yield inner.translate(_URL_SAFE)


def _replaced(text: str, spelling: str, name: str) -> str:
    if len(spelling) >= SHORT:
        return text.replace(spelling, name)
    return re.sub(rf"(?<!\w){re.escape(spelling)}(?!\w)", lambda _: name, text)
