"""A failed lookup teaches: what was sought, why each selector fell, what is there, and what to try."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from rapidfuzz import fuzz

from runner.contract.errors import LookupFailed
from runner.page.probe import Match, Purpose, Searchable, Sighting
from runner.page.selector import Control, Css, Field, HasText, Nth, Part, Role, TestId, Text, parse, quoted
from runner.page.snapshot import Entry, parse_snapshot

MAX_NEAREST: Final = 5
MAX_MATCHES: Final = 12
SNAPSHOT_MS: Final = 2_000
_LEAST_SCORE: Final = 45.0
_KIND_BONUS: Final = 15.0
_MAX_LISTED: Final = 8
_MAX_ALERTS: Final = 3
# What is less like it is worth a look, but not worth a try.
_WORTH_A_TRY: Final = 75.0

_CLICKED: Final = frozenset(
    {"button", "link", "menuitem", "menuitemcheckbox", "menuitemradio", "tab", "option", "treeitem"}
)
_FILLED: Final = frozenset(
    {"textbox", "searchbox", "combobox", "spinbutton", "slider", "checkbox", "radio", "switch", "listbox"}
)
_REASONS: Final[Mapping[str, str]] = {
    "absent": "nothing on the page matches",
    "hidden": "what matches is hidden",
    "disabled": "it is there but stays disabled",
    "ambiguous": "{matches} elements match equally well",
    "weak": "it matches in part only",
}


@dataclass(frozen=True, slots=True)
class FellThrough:
    """A selector that was passed over: why, how many elements it matched, and how long it was waited for."""

    selector: str
    rank: int
    reason: str
    matches: int
    waited_ms: float


class Unanswered(LookupFailed):
    """The page did not answer while it was looked at: what is there is not known."""


async def lookup_failed(
    session: Searchable,
    texts: Sequence[str],
    sightings: Sequence[Sighting],
    fallen: Sequence[FellThrough],
    purpose: Purpose,
    waited_ms: float,
) -> LookupFailed:
    """The failure, with evidence as plain data in its details."""
    entries = parse_snapshot(await _snapshot(session.page))
    near, said = nearest(entries, texts, purpose), alerts(entries)
    tied = next((one for one in sightings if one.status == "there" and one.count > 1), None)
    kind = LookupFailed if fallen else Unanswered
    return kind(
        _message(texts, fallen, near, tied, waited_ms, session.page.url, said),
        remedy=_remedy(fallen, near, tied),
        sought=list(texts),
        fell_through=[asdict(one) for one in fallen],
        saw=[f"alert “{text}”" for text in said],
        nearest=near,
        matches=[_told(match) for match in tied.matches[:MAX_MATCHES]] if tied else [],
        waited_ms=round(waited_ms),
        url=session.page.url,
    )


def nearest(entries: Sequence[Entry], texts: Sequence[str], purpose: Purpose) -> list[dict[str, Any]]:
    """What the page holds that comes nearest by name: role, name, a selector to try, score (0..100)."""
    sought = [(part, words) for text in texts for part in [_last(text)] if (words := _words(part))]
    if not sought:
        return []
    best: dict[tuple[str, str], float] = {}
    for entry in entries:
        name = entry.name or entry.text
        if not name or entry.role in ("iframe",) or (entry.role in _FILLED and not entry.name):
            continue
        score = max(_score(entry, name, part, words, purpose) for part, words in sought)
        key = (entry.role, name[:120])
        best[key] = max(score, best.get(key, 0.0))
    ranked = sorted(best.items(), key=lambda item: -item[1])
    return [
        {"role": role, "name": name, "selector": selector_for(role, name), "score": round(score, 1)}
        for (role, name), score in ranked[:MAX_NEAREST]
        if score >= _LEAST_SCORE
    ]


def alerts(entries: Sequence[Entry]) -> list[str]:
    """What the page itself complains of: often why what is sought is not there."""
    said: dict[int, list[str]] = {}
    for index, entry in enumerate(entries):
        alert = entry.parent if entry.parent in said else index if entry.role == "alert" else None
        if alert is not None:
            said.setdefault(alert, []).append(entry.name or entry.text)
    texts = (" ".join(filter(None, words)) for words in said.values())
    return [text for text in texts if text][:_MAX_ALERTS]


def selector_for(role: str, name: str) -> str:
    """A selector that a person would write for something of that role and name."""
    if role in _FILLED:
        return f"field={quoted(name)}"
    if role in _CLICKED:
        return f"control={quoted(name)}"
    if role in ("text", "generic", "paragraph"):
        return f"text={quoted(name)}"
    return f"role={role}[name={quoted(name)}]"


async def _snapshot(page: Page) -> str:
    try:
        return await page.aria_snapshot(mode="ai", timeout=SNAPSHOT_MS)
    except PlaywrightError:
        # The page is hanging, or on its way elsewhere: there is nothing to compare with.
        return ""


def _score(entry: Entry, name: str, part: Part, words: str, purpose: Purpose) -> float:
    score = float(fuzz.WRatio(words.casefold(), name.casefold()))
    wanted = _FILLED if isinstance(part, Field) or purpose == "fill" else _CLICKED
    if isinstance(part, Role):
        wanted = frozenset({part.body.partition("[")[0].strip()})
    # What is of the right kind is worth listing at a lower likeness than any text is.
    return min(100.0, score + _KIND_BONUS) if entry.role in wanted else score * 0.8


def _last(text: str) -> Part:
    return next(part for part in reversed(parse(text).parts) if not isinstance(part, Nth))


def _words(part: Part) -> str:
    """The words that a part seeks by; a CSS selector tells some in its names and strings."""
    match part:
        case Control(label) | Field(label) | HasText(_, label):
            return label
        case Text(body):
            return body.strip("\"'/")
        case Role(body):
            found = re.search(
                r"name\s*[*^$|~]?=\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|/(.*?)/)", body
            )
            return next((group for group in found.groups() if group), "") if found else body.partition("[")[0]
        case TestId(value):
            return re.sub(r"[-_.]+", " ", value)
        case Css(body):
            strings = re.findall(r"\"([^\"]*)\"|'([^']*)'", body)
            named = re.findall(r"[#.]([A-Za-z][\w-]*)", body)
            return re.sub(r"[-_]+", " ", " ".join([*(first or second for first, second in strings), *named]))
        case _:
            return ""


def _message(
    texts: Sequence[str],
    fallen: Sequence[FellThrough],
    near: Sequence[Mapping[str, Any]],
    tied: Sighting | None,
    waited_ms: float,
    url: str,
    said: Sequence[str],
) -> str:
    lines = [f"No element for {texts[0]} within {waited_ms / 1000:.1f} s on {url}."]
    if not fallen:
        lines = [f"The page {url} does not answer: nothing could be looked for in {waited_ms / 1000:.1f} s."]
    if tied:
        lines = [
            f"{tied.selector} matches {tied.count} elements on {url}, and nothing tells which one is meant."
        ]
        lines += [f"  {at}. {_in_words(match)}" for at, match in enumerate(tied.matches[:_MAX_LISTED], 1)]
    lines += [f"  {one.selector}: {_REASONS[one.reason].format(matches=one.matches)}" for one in fallen]
    lines += [f"The page says: “{text}”" for text in said]
    if near:
        listed = ", ".join(f'{one["role"]} "{one["name"]}"' for one in near)
        lines.append(f"Nearest on the page: {listed}.")
    return "\n".join(lines)


def _remedy(fallen: Sequence[FellThrough], near: Sequence[Mapping[str, Any]], tied: Sighting | None) -> str:
    if not fallen:
        return "A script of the page keeps it busy, or it is still being loaded."
    if tied:
        return (
            "Say which one: scope it to what surrounds it, e.g. "
            f'role=row[name*="..."] >> {tied.selector}, or choose by place with >> nth=0.'
        )
    if any(one.reason == "disabled" for one in fallen):
        return "Find out what enables it (a required field, a box to tick) and do that in a step before."
    if any(one.reason == "hidden" for one in fallen):
        return "Open what hides it (a menu, a tab, a dialog) in a step before."
    if near and near[0]["score"] >= _WORTH_A_TRY:
        return f"Try {near[0]['selector']}."
    return "Does the page show it at this point of the flow? The screenshot and the aria snapshot tell."


def _told(match: Match) -> dict[str, Any]:
    facts = match.facts
    kept = (
        "tag",
        "role",
        "type",
        "text",
        "label",
        "id",
        "test_id",
        "name_attr",
        "href",
        "row",
        "landmarks",
        "box",
    )
    told = {name: facts[name] for name in kept if facts.get(name)}
    if match.frame.parent_frame is not None:
        told["frame"] = match.frame.name or match.frame.url
    return told


def _in_words(match: Match) -> str:
    told = _told(match)
    marks = "".join(f' {name}="{told[name]}"' for name in ("id", "test_id", "href") if told.get(name))
    words = f"<{told.get('tag', '?')}{marks}> {told.get('text') or told.get('label') or ''}".rstrip()
    if told.get("row"):
        words += f' in "{told["row"]}"'
    if told.get("frame"):
        words += f" in the frame {told['frame']}"
    return words
