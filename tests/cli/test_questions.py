"""Answers typed into a terminal; a pseudo-terminal plays it."""

from __future__ import annotations

import os
import pty
import sys
import termios
from collections.abc import Iterator

import pytest

from runner.cli.questions import quiet_for_secrets, typed_into
from runner.contract.channel import Inbox
from runner.contract.event import Event
from runner.contract.run import Run

RUN = Run(mode="record_from_prompt")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A terminal as standard input; the person's end of it."""
    person, program = pty.openpty()
    with os.fdopen(program) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield person
    os.close(person)


def echoes() -> bool:
    return bool(termios.tcgetattr(sys.stdin.fileno())[3] & termios.ECHO)


async def test_lines_go_into_the_inbox(terminal: int) -> None:
    inbox = Inbox()
    with typed_into(inbox):
        os.write(terminal, b"Savings\n  \nuse the blue one\n")
        assert [await inbox.next(5_000), await inbox.next(5_000)] == ["Savings", "use the blue one"]


async def test_a_secret_is_not_shown_while_it_is_typed(terminal: int) -> None:
    with typed_into(Inbox()):
        quiet_for_secrets(Event(type="question_asked", message="Which account?"), RUN)
        assert echoes()
        quiet_for_secrets(Event(type="question_asked", message="Password?", details={"secret": True}), RUN)
        assert not echoes()
        quiet_for_secrets(Event(type="question_answered", message="kept"), RUN)
        assert echoes()
        quiet_for_secrets(Event(type="question_asked", message="Password?", details={"secret": True}), RUN)
    assert echoes()
