"""That something is not there (any more), as an assertion. Pure."""

from __future__ import annotations

from runner.contract.config import Expect
from runner.page.absence import Absent
from runner.page.observe import Observation


def absent(text: str, *, whole: bool) -> Expect:
    """Nothing shows `text`: as all an element says (`whole`, in this case), or anywhere (in any case)."""
    return Expect(type="visible", selector=Absent(text, whole).selector)


def can_tell_absence(seen: Observation) -> bool:
    """Whether the page is one document: a frame has a body of its own, and says nothing of the others."""
    return not any(node.frame for node in seen.nodes)
