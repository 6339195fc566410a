"""That something is not there (any more), as a TestConfig can say it: the page without it is visible. Pure.

A config asserts only what is there; but CSS knows `:not(...)`, so a `body` that holds no such text is there
exactly when the text is not. Text that the page hides does not count, open shadow roots are looked into.
"""

from __future__ import annotations

from runner.contract.config import Expect
from runner.page.observe import Observation


def absent(text: str, *, whole: bool) -> Expect:
    """Nothing shows `text`: as all an element says (`whole`, in this case), or anywhere (in any case)."""
    quoted = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    ways = [f':text-is("{quoted}")', f'[aria-label="{quoted}"]'] if whole else [f':text("{quoted}")']
    return Expect(type="visible", selector=f"body:not(:has({', '.join(f'{way}:visible' for way in ways)}))")


def can_tell_absence(seen: Observation) -> bool:
    """Whether the page is one document: a frame has a body of its own, and says nothing of the others."""
    return not any(node.frame for node in seen.nodes)
