"""The published Python client, unchanged, against our service: sync and async, streaming and waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from arga_sdk import Arga, AsyncArga
from arga_sdk.exceptions import ArgaAPIError

from runner.site import Site
from tests.service.conftest import Api


@pytest.fixture
def client(api: Api) -> Iterator[Arga]:
    """The synchronous client."""
    with Arga(api_key=api.key, base_url=api.url) as made:
        yield made


async def test_a_run_from_its_start_to_its_end(api: Api, shop: Site) -> None:
    async with AsyncArga(api_key=api.key, base_url=api.url) as client:
        started = await client.runs.create_url_run(
            url=f"{shop.url}/shop", prompt='You should see "The Hobbit".', session_id="a-session"
        )
        assert (started.status, started.session_id) == ("queued", "a-session")
        told = [event["data"] async for event in client.runs.stream_results(started.run_id)]
        assert told[-1] == {"type": "run_completed", "status": "completed"}
        assert {each["status"] for each in told[:-1]} <= {"pass"}
        detail = await client.runs.wait(started.run_id, poll_interval=0.1, timeout=30)
    assert detail.status == "completed"
    assert detail.run_type == "url_run"
    assert [result["status"] for result in detail.results_json] == ["pass"] * len(detail.step_summaries)
    assert detail.event_log_json[0]["type"] == "created"


async def test_a_run_that_fails(api: Api, shop: Site, client: Arga) -> None:
    def follow() -> None:
        started = client.runs.create_url_run(url=f"{shop.url}/shop", prompt='Click "No such thing".')
        assert list(client.runs.stream_results(started.run_id))[-1]["data"]["type"] == "run_failed"
        detail = client.runs.wait(started.run_id, poll_interval=0.1, timeout=30)
        assert detail.status == "failed"
        assert detail.failure_category == "test_failure"
        assert "No such thing" in str(detail.failure_detail)
        # of a run that has ended, one event is left
        assert [event["data"] for event in client.runs.stream_results(started.run_id)] == [
            {"type": "run_failed", "status": "failed"}
        ]
        with pytest.raises(ArgaAPIError, match="Cannot cancel run in terminal state: failed"):
            client.runs.cancel(started.run_id)
        shown.append(started.run_id)

    shown: list[str] = []
    await asyncio.to_thread(follow)
    # as the API's reference has it, the detail is an object; only that client wants a text
    whole = await api.json("GET", f"/runs/{shown[0]}")
    assert whole["failure_detail"]["phase"] == "runtime"
    assert "No such thing" in whole["failure_detail"]["public_message"]


async def test_what_is_not_there(client: Arga) -> None:
    def ask() -> None:
        with pytest.raises(ArgaAPIError, match="HTTP 404: Validation run not found"):
            client.runs.get("00000000-0000-0000-0000-000000000000")
        with pytest.raises(ArgaAPIError, match="HTTP 501"):
            client.twins.provision(["slack"])
        assert client.twins.list() == []
        assert client.scenarios.list() == []

    await asyncio.to_thread(ask)
