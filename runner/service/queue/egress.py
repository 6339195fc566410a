"""The browser's only way out: a SOCKS5 proxy (RFC 1928) on loopback that connects only where runs may go.

Names are resolved here, and what is connected to is what was judged, so that no name can mean one address
when it is asked about and another when it is used. Everything goes this way, WebSockets, too.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Final

from runner.service.reach import Reach

CONNECT_S: Final = 20.0
PIECE: Final = 64 * 1024

_VERSION: Final = 5
_CONNECT: Final = 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_OK, _NOT_ALLOWED, _UNREACHABLE, _NO_SUCH_COMMAND = 0, 2, 4, 7

# Chromium goes around a proxy for loopback, peer-to-peer connections and QUIC unless told not to.
_ARGUMENTS: Final = (
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
)


@asynccontextmanager
async def gateway(reach: Reach) -> AsyncIterator[tuple[str, ...]]:
    """The arguments by which a browser goes out through the gateway, for as long as the context lasts."""
    passage = _Passage(reach)
    server = await asyncio.start_server(passage.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield (f"--proxy-server=socks5://127.0.0.1:{port}", *_ARGUMENTS)
    finally:
        server.close()
        await passage.close()


class _Refused(Exception):
    """The client gets this answer, and no connection."""

    def __init__(self, answer: int) -> None:
        super().__init__(answer)
        self.answer = answer


class _Passage:
    """The connections through the gateway."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its greeting to its end."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # one side has hung up, or the gateway closes
            return
        finally:
            writer.close()

    async def close(self) -> None:
        """End all connections."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        version, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(bytes((_VERSION, 0 if version == _VERSION else 0xFF)))
        try:
            host, port = await _wanted(reader)
            there, onward = await self._connected(host, port)
        except _Refused as refused:
            writer.write(_answer(refused.answer))
            await writer.drain()
            return
        try:
            writer.write(_answer(_OK))
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_pipe(reader, onward))
                tasks.create_task(_pipe(there, writer))
        except* OSError:
            # one side has hung up
            pass
        finally:
            onward.close()

    async def _connected(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if not self._reach.permits_name(host):
            raise _Refused(_NOT_ALLOWED)
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise _Refused(_UNREACHABLE) from error
        addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
        permitted = [each for each in addresses if self._reach.permits(host, ip_address(each.split("%")[0]))]
        if not permitted:
            raise _Refused(_NOT_ALLOWED)
        for address in permitted:
            try:
                async with asyncio.timeout(CONNECT_S):
                    return await asyncio.open_connection(address, port, limit=PIECE)
            except (OSError, TimeoutError):
                continue
        raise _Refused(_UNREACHABLE)


async def _wanted(reader: asyncio.StreamReader) -> tuple[str, int]:
    """Where the client wants to go."""
    _, command, _, kind = await reader.readexactly(4)
    if kind == _NAME:
        (length,) = await reader.readexactly(1)
        host = (await reader.readexactly(length)).decode("ascii", "replace")
    elif kind in (_IPV4, _IPV6):
        host = str(ip_address(await reader.readexactly(4 if kind == _IPV4 else 16)))
    else:
        raise _Refused(_NO_SUCH_COMMAND)
    (port,) = struct.unpack("!H", await reader.readexactly(2))
    if command != _CONNECT:
        raise _Refused(_NO_SUCH_COMMAND)
    return host, port


def _answer(code: int) -> bytes:
    return bytes((_VERSION, code, 0, _IPV4)) + bytes(6)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(PIECE):
        writer.write(piece)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
