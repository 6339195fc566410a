"""The WebSocket stream: every event once and in order, for late subscribers, too; `done` last."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from runner.site import Site
from tests.service.conftest import Api


async def messages(url: str) -> list[dict[str, Any]]:
    """All that a subscriber gets."""
    async with connect(url, max_size=None, proxy=None) as connection:
        return [json.loads(text) async for text in connection]


async def test_a_late_subscriber_gets_everything(api: Api, recorded: dict[str, Any]) -> None:
    told = await messages(api.stream_url(recorded["id"]))
    events = [each["event"] for each in told[:-1]]
    assert events[: len(recorded["events_json"])] == recorded["events_json"]
    assert told[-1] == {"type": "done", "status": "completed"}


async def test_a_run_is_watched_while_it_goes_on(api: Api, shop: Site) -> None:
    asked = {"prompt": 'Click "The Hobbit".', "start_url": f"{shop.url}/shop"}
    run = await api.json("POST", "/test-runs", json=asked)
    told = await messages(api.stream_url(run["id"]).replace("/demo-runner/runs", "/test-runs"))
    run = await api.ended(run["id"])
    assert [each["event"]["id"] for each in told if each["type"] == "event"] == [
        event["id"] for event in run["events_json"]
    ]
    frames = [each["frame"] for each in told if each["type"] == "frame"]
    assert frames
    assert frames[0]["format"] == "jpeg"
    assert told[-1]["type"] == "done"


async def test_a_subscriber_can_speak_to_the_run(api: Api, recorded: dict[str, Any]) -> None:
    run = await api.json("POST", f"/test-runs/{recorded['id']}/rerun")
    async with connect(api.stream_url(run["id"]), max_size=None, proxy=None) as connection:
        await connection.send(json.dumps({"type": "message", "message": "Faster"}))
        told = [json.loads(text) async for text in connection]
    assert told[-1]["type"] == "done"
    assert "Faster" in [event["message"] for event in (await api.ended(run["id"]))["events_json"]]


@pytest.mark.parametrize("token", ["", "dr_sk_wrong", "a.b.c"])
async def test_who_may_not_watch_is_closed_out(api: Api, recorded: dict[str, Any], token: str) -> None:
    async with connect(api.stream_url(recorded["id"], token), proxy=None) as connection:
        with pytest.raises(ConnectionClosed):
            await connection.recv()
    assert connection.close_code == 1008


async def test_nobody_watches_a_run_that_is_not_theirs(api: Api, recorded: dict[str, Any]) -> None:
    strange = recorded["id"].replace(recorded["id"][0], "0" if recorded["id"][0] != "0" else "1", 1)
    async with connect(api.stream_url(strange), proxy=None) as connection:
        with pytest.raises(ConnectionClosed):
            await connection.recv()
    assert connection.close_code == 1008
