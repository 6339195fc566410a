"""Remedies in the words of the face that shows them.

Who wrote a remedy did not know where it would be read, so it is said in the command's words. Where there is
no command to give an option to, on the service's page and in an agent's tools, the same advice has others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from runner.contract.event import Event

Face = Literal["service", "agent"]

_VALUES: Final = re.compile(r"with ((?:--param \w+=(?:VALUE|\.\.\.)\s?)+)")
_SECRET: Final = re.compile(r"with --secret (\w+)")
_SECRETS: Final[Mapping[Face, str]] = {
    "service": r"under Values as the secret \1",
    "agent": r"in `secrets` as \1",
}
_NAME: Final = re.compile(r"--param (\w+)=")
# The command's words, the page's, an agent's.
_PHRASES: Final[tuple[tuple[str, Mapping[Face, str]], ...]] = (
    (
        ", or in the environment if it is a secret",
        {
            "service": ", ticked as secret if it is one",
            "agent": ", or in the environment of this server and by its name in `secrets` if it is a secret",
        },
    ),
    (
        "Give it more time with --timeout, or a",
        {"service": "Give it a", "agent": "Give it a"},
    ),
    (
        "Give it more time with --timeout, or find",
        {"service": "Find", "agent": "Find"},
    ),
    (
        "Run with --repair auto",
        {
            "service": "Let it be repaired (the file's `fallback`)",
            "agent": 'Replay with repair "auto"',
        },
    ),
    (", or drop --verify", {"service": "", "agent": ", or set verify to false"}),
    (
        "Name a folder that can be written to with --artifacts",
        {
            "service": "Whoever serves has to see to its folder",
            "agent": "See to the folder `runs` of this server",
        },
    ),
)


def worded(remedy: str, face: Face) -> str:
    """The remedy as `face` says it; what needs no other words stays as it is."""
    for phrase, said in _PHRASES:
        remedy = remedy.replace(phrase, said[face])
    remedy = _SECRET.sub(_SECRETS[face], remedy)
    return _VALUES.sub(lambda found: _given(found[1], face), remedy)


def worded_event(event: Event, face: Face) -> Event:
    """The event with all remedies and limitations that it tells in the words of `face`."""
    details = _worded(event.details, face)
    return event if details == event.details else event.model_copy(update={"details": details})


def _given(options: str, face: Face) -> str:
    names = ", ".join(_NAME.findall(options))
    rest = " " if options.endswith(" ") else ""
    return (f"under Values as {names}" if face == "service" else f"in `parameters` as {names}") + rest


def _worded(details: dict[str, Any], face: Face) -> dict[str, Any]:
    return {name: _told(name, value, face) for name, value in details.items()}


def _told(name: str, value: Any, face: Face) -> Any:
    match name, value:
        case "remedy", str():
            return worded(value, face)
        case "limitations", list():
            return [worded(each, face) if isinstance(each, str) else each for each in value]
        case (("failure" | "summary"), dict()):
            return _worded(value, face)
        case _:
            return value
