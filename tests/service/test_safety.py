"""What a page, a client or a stranger could do: each of these tests fails without the guard it is about."""

from __future__ import annotations

import asyncio
import hmac
import json
import struct
from collections.abc import AsyncIterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from runner.cli.faults import guarded
from runner.contract.errors import UsageError
from runner.contract.event import Event
from runner.contract.run import Run
from runner.service.api.app import application
from runner.service.api.guard import MAX_BODY
from runner.service.api.identity import Attempts
from runner.service.artifacts import artifact_store, content_type, is_safe
from runner.service.auth import tokens
from runner.service.auth.vault import Vault, open_vault
from runner.service.queue.egress import gateway
from runner.service.queue.journal import MAX_EVENT, cut_to_size
from runner.service.queue.wire import LocalWire
from runner.service.queue.work import Work
from runner.service.reach import Reach
from runner.service.running import Service, checked_vault
from runner.service.settings import ServiceSettings
from runner.service.store.accounts import AccountStore
from runner.service.store.database import opened
from runner.service.store.runs import RunStore
from runner.service.store.saved_tests import SavedTestStore
from runner.testing import Answer, CannedSite
from tests.service.conftest import Api

METADATA: Final = "http://169.254.169.254/latest/meta-data/"


def replaying(*steps: dict[str, Any], start_url: str) -> dict[str, Any]:
    """What is sent to have these steps replayed."""
    first = {"action": "goto", "value": start_url}
    return {"prompt": "Look", "test_config": {"starting_url": start_url, "steps": [first, *steps]}}


# -- where runs may go ---------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["file:///etc/passwd", "chrome://settings", "javascript:alert(1)", METADATA])
async def test_a_client_cannot_send_a_run_there(api: Api, url: str) -> None:
    await api.json("POST", "/demo-runner/runs", 400, json={"prompt": "Look", "start_url": url})
    await api.json("POST", "/validate/url-run", 400, json={"prompt": "Look", "url": url})


async def test_a_step_cannot_read_this_machine(api: Api, canned_site: CannedSite) -> None:
    canned_site.pages["/"] = "<input type=file id=file>"
    for steps, refused in (
        (
            [
                {"action": "goto", "value": "file:///etc/passwd"},
                {"action": "goto", "value": "chrome://version"},
                {"action": "goto", "value": "view-source:http://127.0.0.1/"},
            ],
            "no address",
        ),
        (
            [
                {"action": "fill", "selector": "#file", "value": "/etc/passwd"},
                {"action": "fill", "selector": "#file", "value": "../../../../../../etc/passwd"},
            ],
            "folder for uploads",
        ),
    ):
        asked = [replaying(step, start_url=canned_site.url) for step in steps]
        runs = [await api.json("POST", "/test-runs", json=each) for each in asked]
        for run in [await api.ended(each["id"]) for each in runs]:
            assert run["status"] == "failed"
            assert "root:" not in json.dumps(run)
            assert refused in run["error_message"]


async def test_a_page_cannot_send_the_browser_to_the_metadata(api: Api, canned_site: CannedSite) -> None:
    canned_site.pages["/"] = Answer(status=302, headers={"Location": METADATA})
    run = await api.json("POST", "/test-runs", json=replaying(start_url=canned_site.url))
    run = await api.ended(run["id"])
    assert run["status"] == "failed"
    # refused by the gateway, not tried and timed out
    assert "ERR_SOCKS_CONNECTION_FAILED" in json.dumps(run["events_json"])


@pytest.mark.parametrize(
    ("team", "allowed", "address", "permitted"),
    [
        (False, (), "127.0.0.1", True),
        (False, (), "169.254.169.254", False),
        (False, (), "::ffff:169.254.169.254", False),
        (False, (), "fd00:ec2::254", False),
        (False, (), "100.100.100.200", False),
        (True, (), "127.0.0.1", False),
        (True, (), "10.1.2.3", False),
        (True, (), "::1", False),
        (True, (), "8.8.8.8", True),
        (True, ("10.0.0.0/8",), "10.1.2.3", True),
        (True, ("app.test",), "10.1.2.3", True),
        (True, ("10.0.0.0/8",), "192.168.0.1", False),
    ],
)
def test_addresses_are_judged(team: bool, allowed: tuple[str, ...], address: str, permitted: bool) -> None:
    assert Reach(team, allowed).permits("app.test", ip_address(address)) is permitted


@pytest.mark.parametrize("name", ["localhost", "metadata.google.internal", "db", "printer.local", "[::1]"])
def test_names_are_judged(name: str) -> None:
    assert not Reach(team=True).permits_name(name)
    assert Reach(team=True, allowed=(name,)).permits_name(name)
    assert Reach(team=True).permits_name("example.com")


async def test_the_gateway_connects_only_where_it_may(canned_site: CannedSite) -> None:
    canned_site.pages["/"] = "hello"
    for reach, answer in ((Reach(), 0), (Reach(team=True), 2), (Reach(team=True, allowed=("localhost",)), 0)):
        async with gateway(reach) as arguments:
            port = int(arguments[0].rpartition(":")[2])
            assert await _asked(port, "localhost", canned_site.port) == answer


async def _asked(proxy: int, host: str, port: int) -> int:
    """What the proxy answers to the wish for a connection (RFC 1928, section 6)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy)
    writer.write(b"\x05\x01\x00")
    assert await reader.readexactly(2) == b"\x05\x00"
    writer.write(b"\x05\x01\x00\x03" + bytes((len(host),)) + host.encode() + struct.pack("!H", port))
    answer = await reader.readexactly(10)
    writer.close()
    return answer[1]


# -- files of runs -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../secret.key", "..", "a/../../b", "/etc/passwd", "a//b", "a\\b", "", ".", "a\0b", "x" * 600]
)
async def test_names_of_artifacts_stay_within_their_run(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.key").write_text("secret")
    assert not is_safe(name)
    assert await artifact_store(tmp_path / "artifacts", None).find("run", name) is None


async def test_a_path_cannot_climb_out_of_the_api(api: Api, recorded: dict[str, Any]) -> None:
    for name in ("..%2f..%2f..%2fsecret.key", "%2e%2e/%2e%2e/%2e%2e/secret.key", "%2fetc%2fpasswd"):
        answer = await api.client.get(f"/demo-runner/runs/{recorded['id']}/artifacts/{name}")
        assert answer.status_code == 404


async def test_a_recorded_page_cannot_run_as_us(api: Api, recorded: dict[str, Any], tmp_path: Path) -> None:
    assert content_type("page.html") == content_type("picture.svg") == "application/octet-stream"
    page = tmp_path / "page.html"
    page.write_text("<script>alert(1)</script>")
    await artifact_store(api.data / "artifacts", None).keep(recorded["id"], "page.html", page)
    path = f"/demo-runner/runs/{recorded['id']}/artifacts/page.html"
    shown = await api.client.get(path, follow_redirects=True)
    assert shown.headers["content-disposition"].startswith("attachment")
    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert shown.headers["x-content-type-options"] == "nosniff"


async def test_a_link_is_good_for_its_file_and_its_time(api: Api, recorded: dict[str, Any]) -> None:
    link = recorded["artifacts_json"]["test_config_url"]
    for wrong in (
        link.replace("test_config.json", "recorded_trace.json"),
        link.replace("expires=", "expires=9"),
        link[:-2],
        link.split("?")[0],
    ):
        assert (await api.client.get(wrong, headers={"Authorization": ""})).status_code == 403
    vault = open_vault(api.data, {})
    old = vault.signed(f"/artifacts/{recorded['id']}/test_config.json", now=1)
    assert (await api.client.get(old)).status_code == 403


# -- sizes ---------------------------------------------------------------------------------------------


async def test_no_body_is_larger_than_it_may_be(api: Api) -> None:
    large = b'{"prompt": "' + b"x" * MAX_BODY + b'"}'
    refused = await api.client.post("/test-runs", content=large)
    assert refused.status_code == 413

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 100_000):
            yield large[start : start + 100_000]

    with suppress(httpx.WriteError):  # that it hangs up in the middle will do as well
        assert (await api.client.post("/test-runs", content=in_pieces())).status_code == 413
    await api.json("POST", "/test-runs", 422, json={"prompt": "x" * 20_001, "start_url": "http://x.y"})


def test_no_event_is_larger_than_it_may_be() -> None:
    event = Event(type="observed", message="Saw", details={"text": "x" * 2 * MAX_EVENT, "step_id": "a"})
    cut = cut_to_size(event)
    assert len(cut.model_dump_json()) < MAX_EVENT
    assert cut.details == {"step_id": "a", "cut": ["text"]}


async def test_no_message_is_larger_than_it_may_be(api: Api, recorded: dict[str, Any]) -> None:
    run = await api.json("POST", f"/test-runs/{recorded['id']}/rerun")
    async with connect(api.stream_url(run["id"]), max_size=None, proxy=None) as connection:
        await connection.send("x" * 1_000_000)
        with suppress(ConnectionClosed):
            while True:
                await connection.recv()
    assert connection.close_code in (1007, 1009)


# -- tokens --------------------------------------------------------------------------------------------


def test_tokens_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    vault = Vault(("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",))
    path, _, query = vault.signed("/artifacts/x/y").partition("?")
    expires, signature = (part.partition("=")[2] for part in query.split("&"))
    assert vault.admits(path, expires, signature)
    assert tokens.same("a", "a")
    assert not tokens.same("a", "b")
    assert len(compared) == 3


async def test_no_token_is_in_the_log(api: Api) -> None:
    """Neither in paths, where queries carry them, nor anywhere else that the server writes."""
    await api.json("GET", "/auth/me", 401, headers={"Authorization": "Bearer dr_sk_guessed"})
    run = "/demo-runner/runs/00000000-0000-0000-0000-000000000000"
    await api.json("GET", f"{run}/artifacts/logged", 404, params={"token": api.key})
    async with connect(api.stream_url(run.rpartition("/")[2]), proxy=None) as connection:
        with pytest.raises(ConnectionClosed):
            await connection.recv()
    log = api.log
    assert b"/artifacts/logged" in log
    assert api.key.encode() not in log
    assert b"dr_sk_guessed" not in log


async def test_who_guesses_is_made_to_wait(tmp_path: Path) -> None:
    settings = ServiceSettings(data=tmp_path, workers=0, auth_attempts=3)
    async with opened(settings.database) as database:
        accounts = AccountStore(database)
        key = (await accounts.make_key((await accounts.user("ada")).id, "mine")).key
        app = application(
            Service(
                settings,
                open_vault(tmp_path, {}),
                accounts,
                RunStore(database),
                SavedTestStore(database),
                artifact_store(tmp_path / "artifacts", None),
                LocalWire(),
                Work(),
                None,
            )
        )
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:

            async def asked(token: str | None) -> int:
                answer = await client.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
                return answer.status_code

            assert [await asked("dr_sk_guessed") for _ in range(4)] == [401, 401, 401, 429]
            # who knows the key is let in all the same
            assert await asked(key) == 200


def test_attempts_are_counted_by_client() -> None:
    attempts = Attempts(2)
    for _ in range(2):
        attempts.count("a")
    assert attempts.exhausted("a")
    assert not attempts.exhausted("b")


async def test_every_answer_has_its_headers(api: Api) -> None:
    for path in ("/health", "/test-runs", "/nowhere", "/docs", "/cli"):
        headers = (await api.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"


# -- before anybody listens ----------------------------------------------------------------------------


async def test_nothing_is_served_to_others_without_a_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["serve", "--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path)]
    assert await asyncio.to_thread(guarded, asked) == 2
    assert "There is no API key yet" in capsys.readouterr().err


def test_who_serves_others_is_a_team(tmp_path: Path) -> None:
    assert not ServiceSettings(data=tmp_path).reach.team
    assert ServiceSettings(data=tmp_path, host="0.0.0.0").reach.team
    assert ServiceSettings(data=tmp_path, database_url="postgresql://h/d").reach.team


async def test_a_database_is_not_used_with_another_key(tmp_path: Path) -> None:
    settings = ServiceSettings(data=tmp_path)
    async with opened(settings.database) as database:
        accounts = AccountStore(database)
        assert await checked_vault(settings, accounts) == await checked_vault(settings, accounts)
        (tmp_path / "secret.key").unlink()
        with pytest.raises(UsageError, match="another secret key"):
            await checked_vault(settings, accounts)


def test_a_run_keeps_what_it_is_folded_from() -> None:
    config = {"steps": [{"action": "goto", "value": "x" * MAX_EVENT}]}
    event = cut_to_size(Event(type="distilled", message="Made", details={"test_config": config}))
    assert Run(mode="record_from_prompt").after(event).test_config_json == config
