"""Where a feed is served: HOST:PORT as a person writes it, and the URLs that follow from it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from runner.contract.errors import UsageError

LOOPBACK: Final = "127.0.0.1"
_WRITTEN: Final = re.compile(r"^(?:(?P<host>\[[^\]]+\]|[^:\s\[\]/]*):)?(?P<port>\d{1,5})$")


@dataclass(frozen=True, slots=True)
class Address:
    """Port 0 means any that is free. Without a host it is this machine only."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `HOST:PORT`, `:PORT` or `PORT`; raises UsageError."""
        found = _WRITTEN.match(text.strip())
        if not found or int(found["port"]) > 65_535:
            raise UsageError(
                f'"{text}" is not HOST:PORT.',
                remedy="For example 127.0.0.1:8765, or [::1]:8765, or just :8765.",
            )
        return cls((found["host"] or LOOPBACK).strip("[]"), int(found["port"]))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def stream_url(self, run_id: str, token: str) -> str:
        """Where a run is streamed; whoever has this URL can watch it."""
        return f"ws://{self}{stream_path(run_id)}?token={quote(token, safe='')}"

    def page_url(self, run_id: str, token: str) -> str:
        """Where a browser shows the run. A fragment is sent to no server, so the token gets into no log."""
        return f"http://{self}/#feed={quote(run_id, safe='')}&token={quote(token, safe='')}"


def stream_path(run_id: str) -> str:
    """The path of a run's stream, as the public API has it."""
    return f"/demo-runner/runs/{quote(run_id, safe='')}/stream"
