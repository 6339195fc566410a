"""Runs through the API: recorded, shown, replayed, changed, spoken to, stopped and removed."""

from __future__ import annotations

from typing import Any

from runner.site import Site
from tests.service.conftest import Api


async def test_a_sentence_becomes_a_test(recorded: dict[str, Any]) -> None:
    assert recorded["status"] == "completed", recorded["error_message"]
    assert [step["action"] for step in recorded["test_config_json"]["steps"]] == [
        "goto",
        "click",
        "click",
        "expect",
    ]
    assert recorded["summary_json"]["passed"] == 4


async def test_the_events_tell_the_run(recorded: dict[str, Any], shop: Site) -> None:
    events = recorded["events_json"]
    assert events[0]["type"] == "created"
    assert events[0]["details"] == {"mode": "record_from_prompt", "start_url": f"{shop.url}/shop"}
    assert [event["type"] for event in events].count("running") == 1
    assert events[-1]["type"] == "completed"


async def test_artifacts(api: Api, recorded: dict[str, Any]) -> None:
    links = recorded["artifacts_json"]
    assert {"recorded_trace_url", "test_config_url", "events.jsonl"} <= set(links)
