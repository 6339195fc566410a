"""What a person types into the terminal while a run goes on: answers to its questions, and instructions."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from runner.contract.channel import Inbox


def attended() -> bool:
    """Whether somebody sits at the terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def typed_into(inbox: Inbox) -> Iterator[None]:
    """Put each line that is typed into the inbox."""
    loop = asyncio.get_running_loop()
    descriptor = sys.stdin.fileno()

    def take_line() -> None:
        line = sys.stdin.readline()
        if not line:
            loop.remove_reader(descriptor)
        elif line.strip():
            inbox.send(line.strip())

    loop.add_reader(descriptor, take_line)
    try:
        yield
    finally:
        loop.remove_reader(descriptor)
