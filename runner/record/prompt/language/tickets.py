"""The frame around instructions: a ticket's number and title, a scenario's heading, who wants it and why.

People paste what lies in their tracker or their feature file. What only says which test this is, or what goes
wrong today, is nothing to be done; it is blanked out, so that what is left stands where it stood. Only words
that trackers and Gherkin use for it count as a frame, and a title only where steps follow it.
"""

from __future__ import annotations

import re
from typing import Final

_ID: Final = r"(?:\[[A-Z][A-Z0-9]*-\d+\]|(?:[A-Z][A-Z0-9]*-\d+)\b)"
_STEPS: Final = re.compile(
    r"^[ \t]*(?:steps?(?: to (?:reproduce|follow|perform|execute))?|test steps|repro steps|how to reproduce|"
    r"procedure|actions?)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_INLINE_STEPS: Final = re.compile(r"(?<=[.;] )(?:test |repro )?steps(?: to reproduce)?\s*:", re.IGNORECASE)
# What follows a title, if it is one: steps, a scenario's words, or what is expected.
_BODY: Final = re.compile(
    r"\bsteps?\b[^\n:]{0,20}:|^\s*(?:given|when|\d+[.)]|[-*•])\s|\bexpected\b", re.IGNORECASE | re.MULTILINE
)
_TITLE: Final = re.compile(rf"\A\s*{_ID}[^\n.:]*(?:[.:](?=\s)|(?=\n)|\Z)")
_HEADING: Final = re.compile(
    r"^[ \t]*(?:feature|scenario(?: outline)?|background|rule|example|test ?case|user story|summary)\b"
    r"[^\n:]{0,12}:[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_KIND: Final = re.compile(
    r"\A\s*(?:(?:negative|positive|smoke|regression|happy path|edge case|manual)\s+)?(?:test|test case|check)"
    r"(?: \d+)?\s*:(?=\s*\S)",
    re.IGNORECASE,
)
_TODAY: Final = re.compile(
    r"^[ \t]*actual(?:ly| result| behaviou?r| outcome)?[ \t]*:[^\n]*$", re.IGNORECASE | re.MULTILINE
)
_STORY: Final = re.compile(
    r"^[ \t]*as an? [^\n,:]{2,40},?\s+I(?:\s+want|'d like|\s+would like|\s+need)(?:\s+to(?: be able to)?)?\b"
    r"(?P<wish>[^\n:]*)(?P<ends>:|$)",
    re.IGNORECASE | re.MULTILINE,
)
# "Settings > Notifications: ...": where it is, then what is done there.
_PATH: Final = re.compile(
    r"^[ \t]*[A-Z][\w ]{1,30}(?:[ \t]*>[ \t]*[A-Z][\w ]{1,30})+(?P<end>:)", re.MULTILINE
)
_BEFORE: Final = re.compile(r"(?:^|(?<=[.;] ))[ \t]*pre-?conditions?\s*:", re.IGNORECASE | re.MULTILINE)


_ROW: Final = re.compile(r"^[ \t]*\|?[^|\n]*[^|\s][^|\n]*\|[^|\n]*[^|\s][^|\n]*\|?[ \t]*$", re.MULTILINE)


def unframed(prompt: str) -> str:
    """The prompt with its frame blanked out, each character where it was."""
    text = prompt
    title = _TITLE.match(text)
    if title and _BODY.search(text, title.end()):
        text = _blanked(text, title.start(), title.end())
    for frame in (_HEADING, _TODAY):
        for found in frame.finditer(text):
            if text[found.end() :].strip() or text[: found.start()].strip():
                text = _blanked(text, *found.span())
    for frame in (_KIND, _STEPS, _INLINE_STEPS, _BEFORE):
        for found in frame.finditer(text):
            text = _blanked(text, *found.span())
    for story in _STORY.finditer(text):
        # the wish itself is all there is to do, unless what it takes is told after it
        told = bool(text[story.end() :].strip())
        text = _blanked(text, story.start(), story.end() if told else story.start("wish"))
    for path in _PATH.finditer(text):
        text = f"{text[: path.start('end')]}\n{text[path.end('end') :]}"
    return _colons(text)


def _colons(text: str) -> str:
    """A table of two columns as a list of labels and values: "| City | Paris |" as "City : Paris"."""
    rows = list(_ROW.finditer(text))
    if len(rows) < 2:
        return text
    for row in rows:
        outer = re.sub(r"^([ \t]*)\||\|([ \t]*)$", r"\1 \2", row[0])
        text = text[: row.start()] + outer.replace("|", ":") + text[row.end() :]
    return text


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
