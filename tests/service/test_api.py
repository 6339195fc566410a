"""The public API, field for field, status for status, error text for error text."""

from __future__ import annotations

import json
import uuid
from typing import Any, Final

import pytest

from runner.contract.run import Run
from runner.site import Site
from tests.service.conftest import Api

NOBODY: Final = str(uuid.UUID(int=0))
CONFIG: Final[dict[str, Any]] = {
    "prompt": "Look",
    "starting_url": "http://127.0.0.1:9/a",
    "steps": [{"action": "goto", "value": "http://127.0.0.1:9/a"}],
}
TEST: Final[dict[str, Any]] = {
    "name": "A test",
    "prompt": "Look",
    "start_url": "http://127.0.0.1:9/a",
    "test_config": CONFIG,
}

BAD_URL: Final = "Start URL must be an absolute http(s) URL."

# What is asked for and how it is answered. What begins with /runs or /tests is asked for under both names.
REFUSED: Final[list[tuple[str, str, Any, int, str]]] = [
    ("POST", "/runs", {"prompt": "Look around"}, 400, "Provide a start URL or include one in the prompt."),
    (
        "POST",
        "/runs",
        {"prompt": "Look", "start_url": "ftp://x"},
        400,
        BAD_URL,
    ),
    (
        "POST",
        "/runs",
        {"prompt": "Look", "start_url": "/shop"},
        400,
        BAD_URL,
    ),
    ("GET", f"/runs/{NOBODY}", None, 404, "Test run not found"),
    ("GET", "/runs/not-an-id", None, 404, "Test run not found"),
    ("PATCH", f"/runs/{NOBODY}/config", {"test_config": CONFIG}, 404, "Test run not found"),
    ("POST", f"/runs/{NOBODY}/messages", {"message": "Hi"}, 404, "Test run not found"),
    ("POST", f"/runs/{NOBODY}/rerun", {}, 404, "Test run not found"),
    ("GET", f"/runs/{NOBODY}/artifacts/test_config.json", None, 404, "Test run not found"),
    ("GET", f"/tests/{NOBODY}", None, 404, "Runner test not found"),
    ("PATCH", f"/tests/{NOBODY}", {"name": "x"}, 404, "Runner test not found"),
    ("DELETE", f"/tests/{NOBODY}", None, 404, "Runner test not found"),
    ("POST", f"/tests/{NOBODY}/run", {}, 404, "Runner test not found"),
    ("POST", "/tests", {"name": "x"}, 400, "Provide a test_config or run_id with saved blocks"),
    ("POST", "/tests", {"name": "x", "test_config": CONFIG}, 400, "Saved tests require prompt and start_url"),
    ("POST", "/tests", {"name": "x", "run_id": NOBODY}, 404, "Runner run not found"),
    ("POST", "/validate/url-run", {"url": "nowhere"}, 400, "A valid public http(s) URL is required."),
    (
        "POST",
        "/validate/url-run",
        {"url": "http://127.0.0.1:9", "credentials": {"email": "a@b.c"}},
        400,
        "Email and password must both be provided.",
    ),
    ("POST", "/validate/url-run", {"url": "http://x.y", "provision_id": "z"}, 400, "Invalid provision_id"),
    ("POST", "/validate/url-run", {"url": "http://x.y", "provision_id": NOBODY}, 404, "Provision not found"),
    (
        "POST",
        "/validate/url-run",
        {"url": "http://x.y", "scenario_id": "z"},
        400,
        "Invalid scenario_id format",
    ),
    ("POST", "/validate/url-run", {"url": "http://x.y", "scenario_id": NOBODY}, 404, "Scenario not found"),
    ("GET", f"/runs/{NOBODY}", "validation", 404, "Validation run not found"),
    ("GET", "/runs/x/logs", "validation", 400, "run_id must be a valid UUID"),
    ("GET", f"/runs/{NOBODY}/logs", "validation", 404, "Validation run not found"),
    ("GET", f"/validate/{NOBODY}/results", None, 404, "Validation run not found"),
    ("POST", f"/validate/{NOBODY}/cancel", None, 404, "Validation run not found"),
    ("GET", "/validation/runs?repo=nonsense", None, 400, "Repository must be provided as owner/repo."),
    ("POST", "/auth/device/poll", {"device_code": "nobody"}, 404, "Device session not found"),
    ("POST", f"/auth/cli/devices/{NOBODY}/revoke", None, 404, "CLI device not found"),
]


def named(method: str, path: str, body: Any) -> list[tuple[str, Any]]:
    """The paths under which something is asked for, and what is sent."""
    if body == "validation":
        return [(path, None)]
    if path.startswith("/runs"):
        return [(f"/demo-runner{path}", body), (f"/test-{path[1:]}", body)]
    if path.startswith("/tests"):
        return [(f"/demo-runner{path}", body), (path, body)]
    return [(path, body)]


@pytest.mark.parametrize(("method", "path", "body", "status", "detail"), REFUSED)
async def test_what_cannot_be_done_is_said(
    api: Api, method: str, path: str, body: Any, status: int, detail: str
) -> None:
    for name, sent in named(method, path, body):
        assert await api.json(method, name, status, json=sent) == {"detail": detail}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/demo-runner/runs"),
        ("GET", "/test-runs"),
        ("GET", "/tests"),
        ("GET", "/auth/me"),
        ("POST", "/auth/api-keys"),
        ("GET", f"/runs/{NOBODY}"),
        ("GET", "/validation/runs"),
        ("GET", f"/validate/{NOBODY}/results"),
    ],
)
async def test_who_is_not_known_is_refused(api: Api, method: str, path: str) -> None:
    for header in ("Bearer dr_sk_nobody", "Bearer arga_sk_nobody", "Bearer a.b.c", "Basic x", ""):
        refused = await api.json(method, path, 401, headers={"Authorization": header})
        assert refused == {"detail": "Invalid or expired token."}


async def test_a_run_has_exactly_the_public_fields(recorded: dict[str, Any]) -> None:
    assert set(recorded) == set(Run.model_fields)
    assert recorded["runner_job_id"]
    assert recorded["created_at"] <= recorded["started_at"] <= recorded["completed_at"]


async def test_a_new_run_is_queued(api: Api, shop: Site) -> None:
    asked = {"prompt": f'Open {shop.url}/shop. You should see "The Hobbit".', "twins": ["slack"]}
    run = await api.json("POST", "/test-runs", json=asked)
    assert (run["status"], run["mode"]) == ("queued", "record_from_prompt")
    assert run["start_url"] == f"{shop.url}/shop"
    (created,) = run["events_json"]
    assert created["type"] == "created"
    assert created["message"] == "Demo runner run created."
    assert created["details"]["twins"] == ["slack"]
    assert (await api.ended(run["id"]))["status"] == "completed"


async def test_a_config_is_replaced_and_rerun_elsewhere(
    api: Api, recorded: dict[str, Any], shop: Site
) -> None:
    run = await api.json("POST", f"/demo-runner/runs/{recorded['id']}/rerun")
    assert (run["mode"], run["source_run_id"]) == ("rerun_from_config", recorded["id"])
    assert run["test_config_json"] == recorded["test_config_json"]
    run = await api.ended(run["id"])
    assert run["status"] == "completed", run["error_message"]

    steps = recorded["test_config_json"]["steps"][:1]
    config = {**recorded["test_config_json"], "steps": steps}
    patched = await api.json("PATCH", f"/test-runs/{run['id']}/config", json={"test_config": config})
    assert patched["test_config_json"] == config
    assert patched["events_json"][-1]["type"] == "test_config_updated"
    assert patched["status"] == "completed"

    asked = {"prompt": "Elsewhere", "start_url": f"{shop.url}/tasks"}
    again = await api.json("POST", f"/test-runs/{run['id']}/rerun", json=asked)
    assert again["test_config_json"]["prompt"] == "Elsewhere"
    assert again["test_config_json"]["starting_url"] == f"{shop.url}/tasks"
    assert again["test_config_json"]["steps"][0]["value"] == f"{shop.url}/tasks"
    assert (await api.ended(again["id"]))["status"] == "completed"


async def test_a_broken_config_is_refused_with_all_that_is_wrong(api: Api, recorded: dict[str, Any]) -> None:
    broken = {"steps": [{"action": "clik"}, {"action": "fill", "selector": 'field="A'}]}
    path = f"/demo-runner/runs/{recorded['id']}/config"
    refused = await api.json("PATCH", path, 422, json={"test_config": broken})
    assert "$.steps[0].action" in refused["detail"]
    assert "$.steps[1]" in refused["detail"]


async def test_a_message_is_an_event(api: Api, recorded: dict[str, Any]) -> None:
    path = f"/demo-runner/runs/{recorded['id']}/messages"
    said = await api.json("POST", path, json={"message": "  Use WELCOME10  "})
    event = said["events_json"][-1]
    assert (event["type"], event["message"]) == ("user_message", "Use WELCOME10")
    assert event["details"]["role"] == "user"
    for empty in ("", "   ", "x" * 10_001):
        await api.json("POST", path, 422, json={"message": empty})


async def test_a_question_is_answered_by_a_message(api: Api, shop: Site) -> None:
    config = {
        "starting_url": f"{shop.url}/tasks",
        "parameters": [{"name": "WHO"}],
        "steps": [
            {"action": "goto", "value": f"{shop.url}/tasks"},
            {
                "action": "ask_user_question",
                "value": "Who are you?",
                "target": {"parameter": "WHO"},
                "timeout_ms": 20_000,
            },
            {"action": "fill", "selector": 'field="Email"', "value": "{{WHO}}"},
        ],
    }
    asked = {"prompt": "Ask", "test_config": config}
    run = await api.json("POST", "/test-runs", json=asked)
    await api.until(run["id"], lambda run: "question_asked" in json.dumps(run["events_json"]))
    await api.json("POST", f"/test-runs/{run['id']}/messages", json={"message": "ada@marginalia.example"})
    run = await api.ended(run["id"])
    assert run["status"] == "completed", run["error_message"]
    told = [event["type"] for event in run["events_json"]]
    assert told.count("user_message") == 1


async def test_a_run_that_is_cancelled_stops(api: Api) -> None:
    steps = [{"action": "goto", "value": f"{api.url}/health"}, {"action": "wait", "value": 60_000}]
    run = await api.json(
        "POST",
        "/test-runs",
        json={"prompt": "Wait", "test_config": {"starting_url": f"{api.url}/health", "steps": steps}},
    )
    await api.until(run["id"], lambda run: "step_started" in json.dumps(run["events_json"]))
    cancelled = await api.json("POST", f"/demo-runner/runs/{run['id']}/cancel")
    assert cancelled["status"] == "cancelled"
    assert cancelled["events_json"][-1]["type"] == "cancelled"
    again = await api.json("POST", f"/demo-runner/runs/{run['id']}/cancel", 409)
    assert again == {"detail": "Cannot cancel run in terminal state: cancelled"}
    assert await api.json("DELETE", f"/test-runs/{run['id']}") == {"status": "deleted"}
    await api.json("GET", f"/test-runs/{run['id']}", 404)
    assert b"Traceback" not in api.log


async def test_artifacts_are_had_by_signed_urls(api: Api, recorded: dict[str, Any]) -> None:
    path = f"/demo-runner/runs/{recorded['id']}/artifacts/test_config.json"
    redirect = await api.client.get(path)
    assert redirect.status_code == 302
    nobody: dict[str, str] = {"Authorization": ""}
    by_query = await api.client.get(path, params={"token": api.key}, headers=nobody)
    assert by_query.status_code == 302
    assert await api.json("GET", path, 401, headers=nobody) == {"detail": "Authentication required"}
    there = await api.client.get(redirect.headers["location"], headers=nobody)
    assert there.json() == recorded["test_config_json"]
    shown = await api.client.get(recorded["artifacts_json"]["test_config_url"], headers=nobody)
    assert shown.json() == recorded["test_config_json"]
    missing = path.replace("test_config", "nothing")
    assert await api.json("GET", missing, 404) == {"detail": "Artifact not found"}


async def test_a_saved_test_changes_only_where_it_is_told_to(api: Api) -> None:
    credentials = {"PASSWORD": "very-secret-1", "USER": "ada"}
    made = await api.json(
        "POST", "/tests", json={**TEST, "description": "One", "credentials": credentials, "tags": ["a"]}
    )
    assert made["credential_keys"] == ["PASSWORD", "USER"]
    assert made["has_credentials"] is True
    path = f"/demo-runner/tests/{made['id']}"
    changed = await api.json("PATCH", path, json={"name": "Another", "description": None})
    assert changed == {
        **made,
        "name": "Another",
        "description": None,
        "updated_at": changed["updated_at"],
    }
    cleared = await api.json("PATCH", path, json={"credentials": {}})
    assert (cleared["has_credentials"], cleared["credential_keys"]) == (False, [])
    assert await api.json("PATCH", path, json={}) != {}
    await api.json("PATCH", path, 422, json={"name": None})
    listed = await api.json("GET", "/tests", params={"repo_full_name": "acme/none"})
    assert listed == {"tests": []}
    assert await api.json("DELETE", path) == {"status": "deleted"}


async def test_credentials_are_nowhere_in_clear(api: Api) -> None:
    secret = "never-in-clear-42"
    await api.json("POST", "/tests", json={**TEST, "credentials": {"PASSWORD": secret}})
    for path in api.data.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path.name
    assert (api.data / "secret.key").stat().st_mode & 0o077 == 0


async def test_keys_and_tokens(api: Api) -> None:
    refused = await api.json("POST", "/auth/api-keys", 401, json={"name": "x"})
    assert refused == {"detail": "Invalid or expired token."}
    jwt = (await api.json("POST", "/auth/token"))["token"]
    by_jwt = {"Authorization": f"Bearer {jwt}"}
    made = await api.json("POST", "/auth/api-keys", json={"name": "Cursor MCP"}, headers=by_jwt)
    assert set(made) == {"id", "name", "key", "key_preview", "created_at"}
    by_key = {"Authorization": f"Bearer {made['key']}"}
    me = await api.json("GET", "/auth/me", headers=by_key)
    assert me["billing_plan"] == "paid"
    assert me["plan_limits"]["url_runs_limit"] is None
    assert me["api_key"] == f"••••{made['key'][-4:]}"
    devices = await api.json("GET", "/auth/cli/devices", headers=by_jwt)
    assert made["id"] in {device["id"] for device in devices}
    assert made["key"] not in json.dumps(devices)
    await api.json("POST", f"/auth/cli/devices/{made['id']}/revoke")
    await api.json("GET", "/auth/me", 401, headers=by_key)


async def test_no_plan_no_email_no_twins(api: Api) -> None:
    for method, path in (
        ("POST", "/auth/email/signup"),
        ("POST", "/validate/pr-run"),
        ("POST", "/twin-runs"),
    ):
        refused = await api.json(method, path, 501, json={})
        assert "hosted product" in refused["detail"]


async def test_it_is_there_and_says_what_it_can_do(api: Api) -> None:
    assert (await api.json("GET", "/health", headers={"Authorization": ""}))["status"] == "ok"
    docs = await api.client.get("/docs")
    assert "/demo-runner/runs/{run_id}/rerun" in docs.text
    assert "script-src" not in docs.headers["content-security-policy"]


async def test_a_run_without_a_prompt_is_planned_aloud(api: Api, shop: Site) -> None:
    answer = await api.client.post("/validate/url-run", json={"url": f"{shop.url}/shop"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = [json.loads(line[6:]) for line in answer.text.split("\n\n") if line]
    assert [each["type"] for each in told] == ["planning", "plan", "run_queued"]
    run_id = answer.headers["x-run-id"]
    assert answer.headers["x-session-id"] == told[-1]["session_id"]
    assert (await api.ended(run_id))["status"] == "completed"
    page = await api.json("GET", "/validation/runs", params={"limit": 100})
    assert run_id in {item["run_id"] for item in page["items"]}
    logs = await api.json("GET", f"/runs/{run_id}/logs")
    assert logs["worker_logs"][0]["status"] == "completed"
