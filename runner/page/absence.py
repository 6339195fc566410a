"""That a text is not shown (any more), as a selector can say it: of a page without it. Pure.

A config asserts only what is there; but CSS knows `:not(...)`, so a `body` that holds no such text is there
exactly when the text is not. Text that the page hides does not count, open shadow roots are looked into.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from runner.page.candidates import quoted

_STRING: Final = r'"((?:[^"\\]|\\.)*)"'
_WHOLE: Final = re.compile(
    rf"body:not\(:has\(:text-is\({_STRING}\):visible, \[aria-label={_STRING}\]:visible\)\)", re.DOTALL
)
_PART: Final = re.compile(rf"body:not\(:has\(:text\({_STRING}\):visible\)\)", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing shows `text`: as all an element says (`whole`, in this case), or anywhere (in any case)."""

    text: str
    whole: bool

    @property
    def selector(self) -> str:
        """What is visible when the text is not."""
        said = quoted(" ".join(self.text.split()))
        ways = [f":text-is({said})", f"[aria-label={said}]"] if self.whole else [f":text({said})"]
        return f"body:not(:has({', '.join(f'{way}:visible' for way in ways)}))"


def absent_in(selector: str) -> Absent | None:
    """What a selector says is not shown; None where it is about something else."""
    if (found := _WHOLE.fullmatch(selector)) and found[1] == found[2]:
        return Absent(_ESCAPED.sub(r"\1", found[1]), whole=True)
    if found := _PART.fullmatch(selector):
        return Absent(_ESCAPED.sub(r"\1", found[1]), whole=False)
    return None
