"""Several runs, one output: each run's lines stay together, in the order the runs were asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Line = TypeVar("Line")


class Turns(Generic[Line]):
    """The first run that has not finished writes at once; the others' lines wait for their turn."""

    def __init__(self, write: Callable[[Line], None], count: int) -> None:
        self._write = write
        self._waiting: list[list[Line]] = [[] for _ in range(count)]
        self._finished = [False] * count
        self._turn = 0

    def writer(self, number: int) -> Callable[[Line], None]:
        """Where the run of that number (from 0) writes its lines."""

        def write(line: Line) -> None:
            if number == self._turn:
                self._write(line)
            else:
                self._waiting[number].append(line)

        return write

    def finish(self, number: int) -> None:
        """The run has written all; whoever comes next may."""
        self._finished[number] = True
        while self._turn < len(self._finished) and self._finished[self._turn]:
            self._turn += 1
            if self._turn < len(self._finished):
                for line in self._waiting[self._turn]:
                    self._write(line)
                self._waiting[self._turn].clear()
