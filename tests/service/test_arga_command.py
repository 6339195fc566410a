"""The published `arga` command, unchanged, against our service: what a user of it does in a day."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from runner.site import Site
from tests.service import arga as published
from tests.service.arga import Arga
from tests.service.conftest import Api, demo_runner


@pytest.fixture(scope="session")
async def arga(api: Api, tmp_path_factory: pytest.TempPathFactory) -> Arga:
    """The command, logged in through the device flow, as `arga login` does it."""
    executable = await asyncio.to_thread(published.installed)
    if executable is None:
        pytest.skip("arga-cli needs Python 3.12 or newer, and there is none")
    command = Arga(executable, tmp_path_factory.mktemp("arga-home"), api.url)
    login = await command.start("login")
    assert login.stdout is not None
    url = ""
    while not (found := re.search(r"http\S+/cli\?device_code=\S+", url)):
        url = (await login.stdout.readline()).decode()
    where = ("--data", api.data, "--database-url", api.database)
    approved = await (await demo_runner("keys", "approve", found[0], *where)).communicate()
    assert b"Approved for" in approved[0]
    out, _ = await login.communicate()
    assert login.returncode == 0
    assert "Authentication complete." in out.decode()
    return command


@pytest.fixture(scope="session")
async def signed_in(arga: Arga, api: Api, shop: Site) -> dict[str, Any]:
    """A recording that needs credentials, made by the command."""
    return await _ended(
        arga,
        api,
        await arga.json(
            *("test-runs", "url", "--url", f"{shop.url}/tasks", "--prompt", "Sign in."),
            *("--email", "ada@marginalia.example", "--password", "wrong-password-7"),
        ),
    )


async def _ended(arga: Arga, api: Api, started: dict[str, Any]) -> dict[str, Any]:
    """The run, as the command shows it once it has ended."""
    run_id = started.get("run_id") or started["id"]
    await api.ended(run_id)
    run: dict[str, Any] = await arga.json("test-runs", "get", run_id)
    return run


def patient(config: dict[str, Any]) -> dict[str, Any]:
    """The config without the short time limit that a recorder gives to what it saw at once."""
    limits = {"timeout_ms"}
    steps = [{name: value for name, value in step.items() if name not in limits} for step in config["steps"]]
    return {**config, "steps": steps}


async def test_who_am_i(arga: Arga) -> None:
    said = await arga("whoami")
    assert "Logged in as:" in said
    assert "Validation runs: unlimited" in said
    assert "Plan: paid" in said


async def test_runs_are_listed_shown_and_logged(arga: Arga, recorded: dict[str, Any]) -> None:
    listed = await arga("test-runs", "list")
    assert recorded["id"] in listed
    assert "record_from_prompt" in listed
    assert recorded["id"] in {run["id"] for run in await arga.json("test-runner", "runs", "list")}
    shown = await arga("test-runs", "get", recorded["id"])
    assert "Status: completed" in shown
    assert "Blocks: 4" in shown
    assert "step_finished" in await arga("test-runs", "logs", recorded["id"])
    assert (await arga.json("test-runs", "logs", recorded["id"]))[0]["type"] == "created"


async def test_a_recording_with_credentials(signed_in: dict[str, Any]) -> None:
    assert signed_in["status"] == "completed", signed_in["error_message"]
    text = json.dumps(signed_in)
    assert "{{PASSWORD}}" in text
    assert "wrong-password-7" not in text


async def test_a_rerun_and_a_message(arga: Arga, api: Api, recorded: dict[str, Any]) -> None:
    said = await arga("test-runs", "rerun", recorded["id"])
    run_id = said.split("Run ID: ")[1].split()[0]
    assert "Message sent." in await arga("test-runs", "message", run_id, "Take your time")
    run = await _ended(arga, api, {"id": run_id})
    assert run["status"] == "completed", run["error_message"]
    assert run["source_run_id"] == recorded["id"]
    assert "Take your time" in [event["message"] for event in run["events_json"]]


async def test_a_saved_test_from_its_making_to_its_end(
    arga: Arga, api: Api, signed_in: dict[str, Any], shop: Site, tmp_path: Path
) -> None:
    file = tmp_path / "sign-in.json"
    test = {
        "name": "The front door",
        "prompt": "Sign in.",
        "start_url": f"{shop.url}/tasks",
        "test_config": patient(signed_in["test_config_json"]),
        "credentials": {"EMAIL": "ada@marginalia.example", "PASSWORD": "other-password-8"},
        "tags": ["smoke"],
    }
    file.write_text(json.dumps(test))
    said = await arga("tests", "import", "--file", file)
    test_id = said.split("Test ID: ")[1].split()[0]

    assert "The front door" in await arga("tests", "list")
    shown = await arga.json("tests", "get", test_id)
    assert shown["credential_keys"] == ["EMAIL", "PASSWORD"]
    assert "other-password-8" not in json.dumps(shown)
    assert "The front door" in await arga("tests", "export", test_id)

    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i "s/The front door/The back door/" "$1"\n')
    editor.chmod(0o755)
    assert "Name: The back door" in await arga("tests", "edit", test_id, env={"EDITOR": str(editor)})

    run = await _ended(arga, api, await arga.json("tests", "run", test_id, "--ttl", 5))
    assert run["status"] == "completed", run["error_message"]
    assert "other-password-8" not in json.dumps(run)

    assert f"Deleted saved test {test_id}" in await arga("tests", "delete", test_id)
    assert "Runner test not found" in await arga("tests", "get", test_id, code=1)


async def test_a_test_is_created_from_a_run(arga: Arga, recorded: dict[str, Any]) -> None:
    made = await arga.json("test-runner", "tests", "create", "--name", "Cart", "--run-id", recorded["id"])
    assert made["test_config_json"] == recorded["test_config_json"]
    assert made["id"] in {test["id"] for test in await arga.json("test-runner", "tests", "list")}


async def test_validation_runs(arga: Arga, signed_in: dict[str, Any]) -> None:
    assert signed_in["id"] in await arga("runs", "list")
    assert signed_in["id"] in {run["run_id"] for run in await arga.json("runs", "list")}
    assert "completed" in await arga("runs", "status", signed_in["id"])
    logs = await arga("runs", "logs", signed_in["id"])
    assert "Worker Logs:" in logs
    assert "completed" in logs
    refused = await arga("runs", "cancel", signed_in["id"], code=1)
    assert "Cannot cancel run in terminal state: completed" in refused


async def test_what_belongs_to_the_hosted_product_says_so(arga: Arga) -> None:
    assert "hosted product" in await arga("scenarios", "create", "--name", "x", "--prompt", "y", code=1)
    assert await arga.json("scenarios", "list") == []


async def test_a_login_that_ends(arga: Arga, api: Api, tmp_path: Path) -> None:
    start = await api.json("POST", "/auth/device/start", json={"device_name": "laptop"})
    page = await api.client.get("/cli", params={"device_code": start["device_code"]})
    assert "laptop" in page.text
    wrong = {"device_code": start["device_code"], "api_key": "dr_sk_wrong"}
    assert (await api.client.post("/cli", data=wrong)).status_code == 401
    pending = await api.json("POST", "/auth/device/poll", json={"device_code": start["device_code"]})
    assert pending == {"status": "pending"}
    right = {"device_code": start["device_code"], "api_key": api.key}
    assert "logged in as" in (await api.client.post("/cli", data=right)).text
    polled = await api.json("POST", "/auth/device/poll", json={"device_code": start["device_code"]})
    (tmp_path / ".config" / "arga").mkdir(parents=True)
    (tmp_path / ".config" / "arga" / "config.json").write_text(
        json.dumps({"api_key": polled["api_key"], "cli_api_key_id": polled["cli_api_key_id"]})
    )
    other = Arga(arga.executable, tmp_path, api.url)
    assert "Logged in as:" in await other("whoami")
    assert "Logged out." in await other("logout")
    again = await api.client.get("/auth/me", headers={"Authorization": f"Bearer {polled['api_key']}"})
    assert again.status_code == 401
    assert again.json() == {"detail": "Invalid or expired token."}
