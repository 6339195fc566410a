"""Tasks of which the first to end ends the others."""

from __future__ import annotations

import asyncio
from typing import Any


async def first_of(*tasks: asyncio.Task[Any], leaving: type[Exception]) -> None:
    """Wait for the first to end; the others are ended, on every path.

    `leaving` is what is raised when a subscriber leaves, which is no error.
    """
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, leaving):
            raise outcome
