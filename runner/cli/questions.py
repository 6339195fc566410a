"""What a person types into the terminal while a run goes on: answers to its questions, and instructions."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from runner.contract.channel import Inbox
from runner.contract.event import Event
from runner.contract.run import Run


def attended() -> bool:
    """Whether somebody sits at the terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def quiet_for_secrets(event: Event, _run: Run) -> None:
    """A face that keeps the terminal from showing the answer to a question for a secret."""
    match event.type:
        case "question_asked" if event.details.get("secret"):
            _echo(on=False)
        case "question_answered" | "completed" | "failed" | "cancelled":
            _echo(on=True)
        case _:
            return


def _echo(*, on: bool) -> None:
    if sys.platform == "win32":
        return  # its console is read line by line and has no such switch for one program
    import termios

    descriptor = sys.stdin.fileno()
    try:
        settings = termios.tcgetattr(descriptor)
        settings[3] = settings[3] | termios.ECHO if on else settings[3] & ~termios.ECHO
        termios.tcsetattr(descriptor, termios.TCSADRAIN, settings)
    except termios.error:
        return  # no terminal, so nothing is shown


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
        _echo(on=True)
