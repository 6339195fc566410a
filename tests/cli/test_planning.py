"""Who plans a recording, as the command line says it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Coroutine
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest

from runner.cli.planning import Planning, planner_options
from runner.contract.errors import UsageError
from runner.environment import environment_with, secrets_from
from runner.record.prompt import PromptPlanner
from runner.testing import CannedSite
from tests.record.model_server import ModelServer

Run = Callable[..., Coroutine[Any, Any, Any]]


def read(*arguments: str, env: dict[str, str] | None = None) -> Planning:
    kept: list[Planning] = []

    @click.command()
    @planner_options
    def command(planning: Planning) -> None:
        kept.append(planning)

    with pytest.MonkeyPatch.context() as patch:
        for name, value in (env or {}).items():
            patch.setenv(name, value)
        command.main(list(arguments), standalone_mode=False)
    return kept[0]


def test_a_model_is_asked_when_one_is_named() -> None:
    assert read().kind == "embedded"
    assert read("--model", "openai:x").kind == "model"
    assert read("--model", "openai:x", "--planner", "embedded").kind == "embedded"
    assert read(env={"DEMO_RUNNER_MODEL": "openai:x"}).model == "openai:x"
    assert read("--max-cost", "$0.25").max_cost == Decimal("0.25")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--planner", "model"], "needs --model"),
        (["--max-cost", "lots"], "no amount"),
        (["--max-cost", "-1"], "no"),
    ],
)
def test_what_makes_no_sense_is_said(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(*arguments)


def test_hosts_are_limited_where_a_model_reads_pages() -> None:
    assert Planning().hosts("http://shop.test/") is None
    assert str(Planning("model").hosts("http://www.shop.test/")) == "shop.test"
    assert str(Planning(allow=("pay.test",)).hosts("http://shop.test/")) == "pay.test, shop.test"


async def test_the_embedded_planner_needs_nothing() -> None:
    async with Planning().planner("http://shop.test/") as planner:
        assert isinstance(planner, PromptPlanner)


async def test_without_the_extra_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pydantic_ai", None)
    monkeypatch.delitem(sys.modules, "runner.record.model", raising=False)
    with pytest.raises(UsageError, match="extra") as caught:
        async with Planning("model", "openai:x").planner("http://shop.test/"):
            pass
    assert "demo-runner[model]" in str(caught.value.remedy)


async def test_a_price_that_is_not_known_cannot_be_kept() -> None:
    planning = Planning("model", "tiny", url="http://127.0.0.1:9/v1", max_cost=Decimal(1))
    with pytest.raises(UsageError, match="price"):
        async with planning.planner("http://shop.test/"):
            pass


def test_secrets_come_from_an_env_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FROM_BOTH", "outside")
    assert "KEY" not in environment_with(None)
    (tmp_path / ".env").write_text("KEY='a $b # c'\nexport FROM_BOTH=file\nEMPTY=\n")
    (tmp_path / "other.env").write_text("KEY=other\n")
    assert secrets_from(["KEY", "FROM_BOTH"], environment_with(None)) == {
        "KEY": "a $b # c",
        "FROM_BOTH": "outside",
    }
    assert environment_with(tmp_path / "other.env")["KEY"] == "other"
    with pytest.raises(UsageError, match="EMPTY"):
        secrets_from(["EMPTY"], environment_with(None))
    (tmp_path / "bad.env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read"):
        environment_with(tmp_path / "bad.env")


@pytest.mark.browser
async def test_a_recording_with_a_model(run: Run, canned_site: CannedSite, tmp_path: Path) -> None:
    canned_site.pages["/"] = "<title>T</title><h1>Hello</h1><button onclick='this.remove()'>Dismiss</button>"
    (tmp_path / ".env").write_text("DEMO_RUNNER_MODEL_KEY=sk-from-env-file\nTOKEN=t0p-s3cret\n")
    async with ModelServer([{"do": "click", "element": "2"}, {"do": "part_done"}]) as server:
        said = await run(
            *("record", "--prompt", "Kindly be rid of the thing, {{TOKEN}}", "--url", canned_site.url),
            *("--model", "tiny", "--model-url", server.api, "--secret", "TOKEN", "--artifacts", "out"),
        )
        assert said.code == 0, said.out + said.err
        assert {request.headers["authorization"] for request in server.requests} == {
            "Bearer sk-from-env-file"
        }
        assert "t0p-s3cret" not in json.dumps(server.asked)
    kept = json.loads((tmp_path / "out/run.json").read_text())
    assert kept["summary_json"]["model_usage"]["requests"] == 2
    assert [step["action"] for step in kept["test_config_json"]["steps"]][:2] == ["goto", "click"]
    written = b"".join(file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file())
    assert b"sk-from-env-file" not in written
    assert b"t0p-s3cret" not in written
