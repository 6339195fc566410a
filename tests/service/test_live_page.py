"""The live page of the service: our own TestConfigs against it, replayed by our own runner."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.async_api import ViewportSize
from sqlalchemy import insert

from runner import read_config
from runner.contract.event import Event
from runner.contract.patch import Patch
from runner.contract.run import Run
from runner.page.browser import Browser
from runner.page.session import Session
from runner.replay.replayer import ReplayOptions, replay
from runner.service.artifacts import artifact_store
from runner.service.store.accounts import AccountStore
from runner.service.store.database import opened
from runner.service.store.runs import RunStore
from runner.service.store.tables import RUNS
from runner.testing import CannedSite, collect
from tests.live.accessible import broken_rules
from tests.live.scripted import JPEG
from tests.service.conftest import Api

FLOWS: Final = Path(__file__).parent.parent / "live" / "flows"
MANY: Final = 1_000
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
SHOP: Final = """<title>Shop</title><style>body { margin: 0 } #big { width: 100vw; height: 80vh }</style>
<label>Code <input></label><button data-testid=buy>Buy</button><button id=big>Borrow</button><p></p>
<script>for (const one of document.querySelectorAll('button')) {
  const known = () => document.querySelector('input').value === 'open-sesame'
  one.onclick = () => { document.querySelector('p').textContent = known() ? 'Thank you' : 'No code' }
}</script>"""


CODE: Final = "open-sesame"
COUNTING: Final = """<label>Code <input></label><p></p><script>
onchange = (event) => { document.querySelector('p').textContent = event.target.value.length }</script>"""


@pytest.fixture
async def own(api: Api) -> AsyncIterator[Api]:
    """The service as somebody sees it who has nothing in it yet."""
    async with opened(api.database) as database:
        accounts = AccountStore(database)
        key = (await accounts.make_key((await accounts.user(str(uuid.uuid4()))).id, "key")).key or ""
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=api.url, headers=headers, timeout=30) as client:
        yield replace(api, key=key, client=client)


async def passes(name: str, api: Api, browser: Browser, **values: str) -> None:
    """The flow of that name passes on the service's page."""
    config, warnings = read_config(FLOWS / f"{name}.json")
    assert not warnings
    options = ReplayOptions(start_url=f"{api.url}/", parameters={"KEY": api.key, **values})
    events = await collect(replay(config, browser, options))
    assert events[-1].type == "completed", events[-1].message


@pytest.mark.browser
async def test_from_a_sentence_to_a_test_that_is_changed_while_it_is_held(
    own: Api, browser: Browser, canned_site: CannedSite
) -> None:
    canned_site.pages["/"] = SHOP
    sentence = 'Type {{CODE}} into Code and click Buy. You should see "Thank you".'
    values = {"SITE": canned_site.url, "SENTENCE": sentence, "CODE": CODE}
    await passes("record-save-hold-pick", own, browser, **values)
    newest = (await own.json("GET", "/live/runs"))["runs"][0]
    run = await own.json("GET", f"/demo-runner/runs/{newest['id']}")
    assert CODE not in json.dumps(run)
    assert run["test_config_json"]["steps"][2]["fingerprint"]["name"] == "Borrow"
    # its saved test has the secret of the recording, and its runs are found by its name
    named = (await own.json("GET", "/live/runs?query=buying"))["runs"]
    assert [(each["id"], each["test_name"]) for each in named] == [(newest["id"], "Buying")]
    assert (await own.json("GET", f"/live/runs?test={newest['test_id']}"))["runs"] == named
    kinds = [event["type"] for event in run["events_json"]]
    assert [kind for kind in kinds if kind in ("held", "element_picked", "resumed")] == [
        "held",
        "element_picked",
        "resumed",
    ]
    await passes("edit-and-run", own, browser)


async def repaired(api: Api) -> str:
    """A run whose second step was repaired, with its files, and two saved tests of the same element."""
    old = {"v": 1, "tag": "button", "name": "Buy"}
    steps: list[dict[str, Any]] = [
        {"id": "step_1", "ordinal": 1, "action": "goto", "value": "http://shop.test/"},
        {"id": "step_2", "ordinal": 2, "action": "click", "selector": 'control="Buy"', "fingerprint": old},
    ]
    config = {"version": 1, "starting_url": "http://shop.test/", "steps": steps}
    saved = [
        await api.json(
            "POST",
            "/demo-runner/tests",
            json={"name": name, "prompt": "Buy", "start_url": "http://shop.test/", "test_config": config},
        )
        for name in ("First", "Second")
    ]
    new = {"v": 1, "tag": "button", "name": "Purchase"}
    patch = Patch.model_validate(
        {
            "step_id": "step_2",
            "ops": [
                {"op": "replace", "path": "/steps/1/selector", "value": 'control="Purchase"'},
                {"op": "replace", "path": "/steps/1/fingerprint", "value": new},
            ],
            "old": 'control="Buy"',
            "new": 'control="Purchase"',
            "strategy": "fingerprint",
            "confidence": 0.91,
            "reason": "It is the same button.",
            "evidence": {
                "drift": '{"v":1,"tag":"button","name":"Buy"}',
                "old": old,
                "new": new,
                "proven": True,
                "pictures": {"old": "repairs/step_2-old.jpg", "new": "repairs/step_2-new.jpg"},
            },
            "applied": True,
        }
    ).model_dump(mode="json")
    mended = {
        **config,
        "steps": [steps[0], {**steps[1], "selector": 'control="Purchase"', "fingerprint": new}],
    }
    run = Run(
        mode="rerun_from_config",
        prompt="Repaired run",
        start_url="http://shop.test/",
        test_config_json=config,
    )
    store = artifact_store(api.data / "artifacts", None)
    files = api.data / f"made-{run.id}"
    files.mkdir()
    (files / "picture.jpg").write_bytes(JPEG)
    (files / "test_config.json").write_text(read_config(config)[0].model_dump_json(exclude_none=True))
    names = ["test_config.json", "repairs/step_2-old.jpg", "repairs/step_2-new.jpg"]
    for name in names:
        source = files / ("test_config.json" if name.endswith(".json") else "picture.jpg")
        await store.keep(run.id, name, source)
    async with opened(api.database) as database:
        user_id = (await api.json("GET", "/auth/me"))["id"]
        runs = RunStore(database)
        created = Event(type="created", message="Created", details={"test_id": saved[0]["id"]})
        await runs.add(user_id, run, created, asked={"test_id": saved[0]["id"]})
        ended = Event(type="completed", message="1 step passed", details={"patches": [patch]})
        changes = {
            "status": "completed",
            "completed_at": ended.timestamp,
            "repair_patches_json": [patch],
            "test_config_json": mended,
            "artifacts_json": {name: name for name in names},
        }
        await runs.append(run.id, [ended], changes)
    return str(saved[1]["id"])


@pytest.mark.browser
async def test_a_repair_is_judged_and_reaches_the_saved_tests(own: Api, browser: Browser) -> None:
    second = await repaired(own)
    await passes("review-a-repair", own, browser)
    steps = {
        test["name"]: test["test_config_json"]["steps"][1]
        for test in (await own.json("GET", "/demo-runner/tests"))["tests"]
    }
    assert (steps["First"]["selector"], steps["First"]["fingerprint"]["name"]) == ('control="Buy"', "Buy")
    assert steps["Second"]["selector"] == 'control="Purchase"'
    (found,) = (await own.json("GET", "/live/runs?query=repaired+RUN&repaired=true"))["runs"]
    run = await own.json("GET", f"/demo-runner/runs/{found['id']}")
    assert run["test_config_json"]["steps"][1]["selector"] == 'control="Buy"'
    assert [event["details"]["decision"] for event in run["events_json"] if "reviewed" in event["type"]] == [
        "accept",
        "reject",
    ]
    review = {"step_id": "step_9", "decision": "accept"}
    await own.json("POST", f"/live/runs/{found['id']}/patches", 404, json=review)
    await own.json("DELETE", f"/demo-runner/tests/{second}")


def row_of(number: int, user_id: str) -> dict[str, Any]:
    """A run as it is stored."""
    time = f"2026-01-01T00:{number // 60:02}:{number % 60:02}.000Z"
    run = Run(mode="record_from_prompt", prompt=f"Run {number} of many", status="failed", created_at=time)
    return run.model_dump(exclude={"events_json"}) | {"user_id": user_id, "event_count": 0, "asked": {}}


@pytest.mark.browser
async def test_a_thousand_runs(own: Api, session: Session) -> None:
    async with opened(own.database) as database:
        accounts = AccountStore(database)
        user = await accounts.user("many")
        key = (await accounts.make_key(user.id, "key")).key or ""
        rows = [row_of(number, user.id) for number in range(MANY)]
        async with database.writing() as connection:
            await connection.execute(insert(RUNS), rows)
    headers = {"Authorization": f"Bearer {key}"}
    everything = await own.json("GET", "/live/runs?limit=1000", headers=headers)
    assert (len(everything["runs"]), everything["more"]) == (MANY, False)
    assert everything["runs"][-1]["id"] == rows[0]["id"]
    half = everything["runs"][499]["id"]
    older = await own.json("GET", f"/live/runs?limit=500&before={half}", headers=headers)
    assert [run["id"] for run in older["runs"]] == [run["id"] for run in everything["runs"][500:]]
    assert not (await own.json("GET", f"/live/runs?before={half}"))["more"], "it is not this user's run"
    page = session.page
    await page.goto(own.url)
    await page.get_by_label("API key").fill(key)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_text("100 runs shown").wait_for()
    assert await broken_rules(page) == []
    await page.set_viewport_size(PHONE)
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.get_by_role("button", name="Show older ones").click()
    await page.get_by_text("200 runs shown").wait_for()
    await page.get_by_label("Find runs").fill("RUN 7 of")
    await page.get_by_text("1 run shown").wait_for()


async def test_who_reads_the_terminal_is_signed_in_and_nobody_else(api: Api, session: Session) -> None:
    page = session.page
    await page.goto(f"{api.page}x")
    await page.get_by_text("This link is not valid any more").wait_for()
    await page.goto("about:blank")
    await page.goto(api.page)
    await page.get_by_role("heading", name="Record a test").wait_for()
    assert page.url == f"{api.url}/"
    assert await page.context.cookies() == []
    # a tab that is opened beside it is signed in, too, until one signs out
    beside = await page.context.new_page()
    await beside.goto(f"{api.url}/#/tests")
    await beside.get_by_role("heading", name="Saved tests", exact=True).wait_for()
    await page.get_by_role("button", name="Sign out").click()
    await beside.get_by_role("heading", name="Sign in").wait_for()
    assert await beside.evaluate("sessionStorage.length") == 0


async def test_orders_are_for_replays_that_go_on(own: Api, api: Api, recorded: dict[str, Any]) -> None:
    hold = {"order": "hold"}
    await api.json("POST", f"/live/runs/{recorded['id']}/orders", 409, json=hold)
    await own.json("POST", f"/live/runs/{recorded['id']}/orders", 404, json=hold)
    await api.json("POST", f"/live/runs/{recorded['id']}/orders", 422, json={"order": "dance"})
    await api.json("POST", f"/demo-runner/runs/{recorded['id']}/rerun", 400, json={"hold_before": "step_99"})
    name = next(name for name in recorded["artifacts_json"] if name.endswith(".jpg"))
    assert (await api.client.get(f"/live/runs/{recorded['id']}/files/{name}")).status_code == 200
    assert (await own.client.get(f"/live/runs/{recorded['id']}/files/{name}")).status_code == 404
    assert (await api.client.get("/live/runs", headers={"Authorization": ""})).status_code == 401


async def test_a_secret_that_is_asked_for_is_told_to_the_run_alone(own: Api, canned_site: CannedSite) -> None:
    canned_site.pages["/"] = COUNTING
    steps = [
        {"action": "goto", "value": canned_site.url},
        {"action": "ask_user_question", "value": "Which code?", "target": {"parameter": "CODE"}},
        {"action": "fill", "selector": 'field="Code"', "value": "{{CODE}}"},
        {"action": "press", "selector": 'field="Code"', "value": "Tab"},
        {"action": "expect", "selector": "p", "expect": {"type": "text", "contains": "19"}},
    ]
    config = {
        "starting_url": canned_site.url,
        "parameters": [{"name": "CODE", "secret": True}],
        "steps": steps,
    }
    asked = {"prompt": "Tell", "test_config": config}
    run = await own.json("POST", "/demo-runner/runs", json=asked)
    asks = await own.until(run["id"], lambda now: "question_asked" in str(now["events_json"]))
    assert asks["status"] == "running"
    await own.json("POST", f"/demo-runner/runs/{run['id']}/messages", json={"message": "very-secret-4711-42"})
    ended = await own.ended(run["id"])
    assert ended["status"] == "completed", ended["error_message"]
    assert "very-secret" not in str(ended)
