"""The HTTP server: uvicorn, with the WebSockets of `websockets`, on a port that may be any that is free."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import uvicorn

from runner.contract.errors import UsageError
from runner.service.api.app import application
from runner.service.api.live import Invitation
from runner.service.running import Service

FAREWELL_S: Final = 5
# What a subscriber may say at once: a message of 10,000 letters, and then some.
MAX_MESSAGE_BYTES: Final = 64 * 1024
BACKLOG: Final = 2048
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Listening:
    """A server that listens."""

    url: str
    task: asyncio.Task[None]
    server: uvicorn.Server

    async def ended(self) -> None:
        """Wait until it has been told to stop (Ctrl-C, SIGTERM)."""
        await asyncio.wait([self.task])


@asynccontextmanager
async def serving(service: Service, invitation: Invitation | None = None) -> AsyncIterator[Listening]:
    """Serve the API until the context ends. Raises UsageError when the address cannot be listened on."""
    settings = service.settings
    listener = _bound(settings.host, settings.port)
    host, port = listener.getsockname()[:2]
    server = _Server(
        uvicorn.Config(
            application(service, invitation),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            ws="websockets-sansio",
            ws_max_size=MAX_MESSAGE_BYTES,
            # pictures are compressed already, and each watcher's would be compressed anew
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=FAREWELL_S,
            backlog=BACKLOG,
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await asyncio.wait(
        [task, ready := asyncio.create_task(server.ready.wait())], return_when=asyncio.FIRST_COMPLETED
    )
    ready.cancel()
    shown = f"[{host}]" if ":" in host else host
    try:
        yield Listening(f"http://{shown}:{port}", task, server)
    finally:
        server.should_exit = True
        await asyncio.wait([task])
        listener.close()


class _Server(uvicorn.Server):
    """Tells when it listens; a signal ends it, and not the process, which has runs to see to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's."""
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The first Ctrl-C or SIGTERM ends the server; the next one, the process."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError, RuntimeError):  # Windows, and servers outside of the main thread
            for number in _SIGNALS:
                loop.add_signal_handler(number, self._leave)
        try:
            yield
        finally:
            self._deafen()

    def _leave(self) -> None:
        self.should_exit = True
        self._deafen()

    @staticmethod
    def _deafen() -> None:
        with suppress(NotImplementedError, RuntimeError):
            for number in _SIGNALS:
                asyncio.get_running_loop().remove_signal_handler(number)


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise UsageError(
            f"{host}:{port} cannot be listened on: {error.strerror or error}.",
            remedy="Name a free port with --port (0 picks one), and a host of this machine with --host.",
        ) from error
    return listener
