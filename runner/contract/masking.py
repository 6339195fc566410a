"""Secrets leave a run by their names only: the last gate before files, feeds, logs and screens. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final
from urllib.parse import quote, quote_plus

from runner.contract.event import Event

# A shorter value stands in too many words by chance; it is only blotted out where it stands alone.
SHORT: Final = 4


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
    """How a value may be written, longest first."""
    in_json = json.dumps(value)[1:-1]
    in_urls = {
        coded(value, safe, errors="surrogatepass") for coded in (quote, quote_plus) for safe in ("", "/")
    }
    written = {value, escape(value), in_json, *in_urls}
    return sorted((spelling for spelling in written if spelling), key=len, reverse=True)


def _replaced(text: str, spelling: str, name: str) -> str:
    if len(spelling) >= SHORT:
        return text.replace(spelling, name)
    return re.sub(rf"(?<!\w){re.escape(spelling)}(?!\w)", lambda _: name, text)
