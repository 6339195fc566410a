"""Is what a selector leads to the recorded element?

What the probe told of it decides, or, where that is too little, a closer look at it on the page.
"""

from __future__ import annotations

from runner.contract.config import ActionKind, Fingerprint
from runner.page.describe import describe
from runner.page.resolve import Found
from runner.replay.identity import Identity, from_facts, identity


async def recognise(old: Fingerprint, found: Found, action: ActionKind) -> Identity:
    """Compare `found` with what was recorded.

    Only one of several that were alike is looked at twice, which takes some ms. Raises ActionFailed if it is
    gone by then.
    """
    judged = identity(old, from_facts(found.facts), action)
    if judged.status != "unsure":
        return judged
    return identity(old, await describe(found.locator, found.frame), action)
