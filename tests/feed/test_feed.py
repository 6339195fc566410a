"""The feed: everything so far first, each event once, frames may be lost, `done` last, the token needed."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from runner.contract.channel import Frame, FrameSlot, Inbox
from runner.contract.errors import RunnerError, UsageError
from runner.contract.event import Event
from runner.contract.message import DoneMessage, EventMessage
from runner.feed.address import Address
from runner.feed.client import PAUSES_S, follow
from runner.feed.server import Feed, serving

ANY_PORT = Address("127.0.0.1", 0)


def happened(count: int) -> list[Event]:
    return [Event(type="step_started", message=f"Step {number}") for number in range(count)]


END = Event(type="completed", message="Done.")
BROKEN = Event(type="failed", message="Step 3 failed.")


@pytest.fixture
async def feed() -> AsyncIterator[Feed]:
    async with serving(ANY_PORT, token="a token/with?signs") as running:
        yield running


async def received(url: str) -> list[dict[str, Any]]:
    async with connect(url) as connection:
        return [json.loads(text) async for text in connection]


async def close_code(url: str) -> int | None:
    async with connect(url) as connection:
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        return connection.close_code


async def test_a_late_subscriber_gets_everything_in_order_and_done_last(feed: Feed) -> None:
    channel = feed.open("run")
    events = [*happened(5), BROKEN]
    for event in events:
        channel.publish(event)
    messages = await received(feed.url("run"))
    assert messages[:-1] == [{"type": "event", "event": event.model_dump(mode="json")} for event in events]
    assert messages[-1] == {"type": "done", "status": "failed", "message": "Step 3 failed."}


async def test_a_completed_run_is_done_without_a_message(feed: Feed) -> None:
    feed.open("run").publish(END)
    assert (await received(feed.url("run")))[-1] == {"type": "done", "status": "completed"}


async def test_one_who_comes_in_the_middle_gets_none_twice_and_misses_none(feed: Feed) -> None:
    channel = feed.open("run")
    events = happened(200)
    for event in events[:100]:
        channel.publish(event)
    async with connect(feed.url("run")) as connection:
        got = [json.loads(await connection.recv())]
        for event in events[100:]:
            channel.publish(event)
        channel.publish(END)
        got += [json.loads(text) async for text in connection]
    assert [message["event"]["id"] for message in got[:-1]] == [event.id for event in [*events, END]]


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=%FF", "?tokens=a"])
async def test_without_the_right_token_the_connection_is_closed_with_1008(feed: Feed, query: str) -> None:
    feed.open("run")
    assert await close_code(feed.url("run").split("?")[0] + query) == 1008


@pytest.mark.parametrize("path", ["/", "/demo-runner/runs/other/stream", "/demo-runner/runs/run/stream/x"])
async def test_an_unknown_run_is_closed_with_1008(feed: Feed, path: str) -> None:
    feed.open("run")
    query = feed.url("run").split("?")[1]
    assert await close_code(f"ws://{feed.address}{path}?{query}") == 1008


async def test_runs_on_one_feed_are_kept_apart(feed: Feed) -> None:
    for name in ("one", "two"):
        channel = feed.open(name)
        channel.publish(Event(type="running", message=name))
        channel.publish(END)
    assert [(await received(feed.url(name)))[0]["event"]["message"] for name in ("one", "two")] == [
        "one",
        "two",
    ]


async def test_a_frame_is_a_jpeg_in_base64(feed: Feed) -> None:
    frames = FrameSlot()
    channel = feed.open("run", frames=frames)
    frames.put(Frame(b"\xff\xd8picture", 12.5, 1280, 720))
    async with connect(feed.url("run")) as connection:
        message = json.loads(await connection.recv())
        channel.publish(END)
    assert message["type"] == "frame"
    assert base64.b64decode(message["frame"].pop("data")) == b"\xff\xd8picture"
    assert message["frame"] == {"format": "jpeg", "timestamp": 12.5, "width": 1280, "height": 720}


async def test_a_slow_subscriber_loses_frames_but_no_event(feed: Feed) -> None:
    frames = FrameSlot()
    channel = feed.open("run", frames=frames)
    events = happened(300)
    picture = bytes(400_000)
    async with connect(feed.url("run"), max_queue=1) as connection:
        for number, event in enumerate(events):
            frames.put(Frame(picture, float(number), 1, 1))
            channel.publish(event)
            await asyncio.sleep(0)  # lets the server send what the subscriber does not fetch yet
        channel.publish(END)
        messages = [json.loads(text) async for text in connection]
    told = [message["event"]["id"] for message in messages if message["type"] == "event"]
    shown = [message["frame"]["timestamp"] for message in messages if message["type"] == "frame"]
    assert told == [event.id for event in [*events, END]]
    assert len(shown) < len(events)
    assert shown == sorted(set(shown))
    assert messages[-1]["type"] == "done"


async def test_what_a_subscriber_says_reaches_the_run(feed: Feed) -> None:
    inbox = Inbox()
    channel = feed.open("run", inbox=inbox)
    async with connect(feed.url("run")) as connection:
        await connection.send(json.dumps({"type": "message", "message": " Use WELCOME10. "}))
        assert await inbox.next() == "Use WELCOME10."
        channel.publish(END)


@pytest.mark.parametrize(
    "text", ["", "hello", "[]", '{"type": "message"}', '{"type": "message", "message": " "}']
)
async def test_a_malformed_message_is_refused_and_the_run_goes_on(feed: Feed, text: str) -> None:
    channel = feed.open("run", inbox=Inbox())
    async with connect(feed.url("run")) as connection:
        await connection.send(text)
        with pytest.raises(ConnectionClosed):
            await connection.recv()
        assert connection.close_code == 1007
    channel.publish(END)
    assert (await received(feed.url("run")))[-1]["type"] == "done"


async def test_the_client_speaks_to_the_run(feed: Feed) -> None:
    at_run, at_client = Inbox(), Inbox()
    channel = feed.open("r", inbox=at_run)
    for event in happened(1):
        channel.publish(event)
    at_client.send("use the blue one")
    async with aclosing(follow(feed.url("r"), inbox=at_client)) as messages:
        async for message in messages:
            if isinstance(message, EventMessage) and message.event.type == "step_started":
                assert await at_run.next(5_000) == "use the blue one"
                channel.publish(END)
    assert at_client.pending() == []


async def test_leaving_lets_a_subscriber_have_the_rest() -> None:
    async with serving(ANY_PORT) as feed:
        channel = feed.open("run")
        connection = await connect(feed.url("run"))
        channel.publish(END)
    assert [json.loads(text)["type"] async for text in connection] == ["event", "done"]


async def test_a_run_that_never_ended_does_not_hold_the_feed_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.feed.server.LEAVE_TIMEOUT_S", 0.05)
    async with serving(ANY_PORT) as feed:
        feed.open("run").publish(happened(1)[0])
        connection = await connect(feed.url("run"))
        assert json.loads(await connection.recv())["type"] == "event"
    with pytest.raises(ConnectionClosed):
        await connection.recv()


async def test_the_token_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(ANY_PORT) as feed:
        feed.open("run").publish(END)
        await received(feed.url("run"))
        _, writer = await asyncio.open_connection(feed.address.host, feed.address.port)
        writer.write(f"GET /x?token={feed.token} HTTP/1.1\r\n\r\n".encode())
        await writer.drain()
        writer.close()
    assert feed.token not in "".join(
        str(record.__dict__) for record in caplog.records if "runner" in record.name
    )


async def test_a_port_in_use_is_a_usage_error_with_a_remedy(feed: Feed) -> None:
    with pytest.raises(UsageError, match="cannot be served") as caught:
        async with serving(feed.address):
            pass
    assert "port 0" in str(caught.value.remedy)


async def instantly(_seconds: float) -> None:
    """Instead of a pause."""


async def test_the_client_comes_back_after_a_drop_and_tells_no_event_twice() -> None:
    events = happened(6)
    async with serving(ANY_PORT, token="t") as feed:
        channel = feed.open("run")
        for event in events[:3]:
            channel.publish(event)
        address, told = feed.address, list[str]()
        dropped = asyncio.Event()

        async def drop_then_go_on() -> None:
            await dropped.wait()
            for event in [*events[3:], END]:
                channel.publish(event)

        async with Relay(address) as relay, asyncio.TaskGroup() as tasks:
            tasks.create_task(drop_then_go_on())
            async for message in follow(relay.url(feed.url("run")), pause=instantly):
                if isinstance(message, EventMessage):
                    told.append(message.event.id)
                if len(told) == 3 and not dropped.is_set():
                    relay.drop()
                    dropped.set()
        assert isinstance(message, DoneMessage)
    assert told == [event.id for event in [*events, END]]
    assert relay.connections == 2


class Relay:
    """Stands between a client and a feed, and can drop the connection."""

    def __init__(self, target: Address) -> None:
        self._target = target
        self._writers: list[asyncio.StreamWriter] = []
        self._pumps: list[asyncio.Task[None]] = []
        self.connections = 0

    def url(self, url: str) -> str:
        port = self._server.sockets[0].getsockname()[1]
        return url.replace(str(self._target), f"127.0.0.1:{port}")

    def drop(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def __aenter__(self) -> Relay:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.drop()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        far_reader, far_writer = await asyncio.open_connection(self._target.host, self._target.port)
        self._writers += [writer, far_writer]
        self._pumps.append(asyncio.create_task(_pump(reader, far_writer)))
        self._pumps.append(asyncio.create_task(_pump(far_reader, writer)))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()
    except ConnectionError:
        return


async def test_the_client_gives_up_when_the_feed_is_gone_for_good() -> None:
    pauses: list[float] = []

    async def noted(seconds: float) -> None:
        pauses.append(seconds)

    async with serving(ANY_PORT) as feed:
        feed.open("run").publish(happened(1)[0])
        async with Relay(feed.address) as relay:
            messages = follow(relay.url(feed.url("run")), pause=noted)
            await anext(messages)
            relay._server.close()
            relay.drop()
            with pytest.raises(RunnerError, match="went away"):
                await anext(messages)
        feed.open("run").publish(END)
    assert pauses == list(PAUSES_S)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "http://127.0.0.1:1/x",
        "ws://",
        "ws://127.0.0.1:99999/",
        "ws://127.0.0.1:1/?token=hush",
    ],
)
async def test_a_url_that_is_no_feed_is_a_usage_error_that_keeps_the_token(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        await anext(follow(url))
    assert "hush" not in str(caught.value)


async def test_a_refused_client_says_why(feed: Feed) -> None:
    with pytest.raises(UsageError, match="token is missing or wrong"):
        await anext(follow(feed.url("other")))
    feed.open("other").publish(END)


@pytest.mark.parametrize(
    "text, host, port",
    [
        ("127.0.0.1:8765", "127.0.0.1", 8765),
        ("localhost:0", "localhost", 0),
        ("[::1]:80", "::1", 80),
        (":8765", "127.0.0.1", 8765),
        ("8765", "127.0.0.1", 8765),
        ("0.0.0.0:8765", "0.0.0.0", 8765),
    ],
)
def test_an_address_as_people_write_it(text: str, host: str, port: int) -> None:
    assert Address.parse(text) == Address(host, port)


@pytest.mark.parametrize(
    "text", ["", "localhost", "localhost:", "a:b", "1.2.3.4:99999", "http://x:1", "::1:80", "x y:1"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(UsageError, match="is not HOST:PORT"):
        Address.parse(text)
