"""Replaying: the run's story in events, its parameters and questions, and what is told when it fails."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from runner.contract.channel import Inbox
from runner.contract.config import TestConfig
from runner.contract.event import Event
from runner.contract.run import Run
from runner.page.browser import Browser, launch
from runner.page.session import Session
from runner.replay.replayer import ReplayOptions, replay
from runner.testing import Answer, CannedSite, Request, collect
from tests.processes import kill_browser

SIGN_IN = """<!doctype html><form action=/in method=post><label>User <input name=user></label>
<label>Password <input name=password type=password></label><button>Sign in</button></form>"""


def flow(*steps: dict[str, Any], **fields: Any) -> TestConfig:
    return TestConfig.model_validate({"steps": list(steps), **fields})


def seen(contains: str, **fields: Any) -> dict[str, Any]:
    return {"action": "expect", "expect": {"type": "text", "contains": contains}, **fields}


def failure(events: list[Event]) -> dict[str, Any]:
    assert events[-1].type == "failed", events[-1]
    return dict(events[-1].details["failure"])


def terminals(events: list[Event]) -> list[str]:
    return [event.type for event in events if event.terminal]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Session]:
    """The sessions that are opened from now on."""
    sessions: list[Session] = []
    watch = Session.watch

    def noted(session: Session) -> None:
        sessions.append(session)
        watch(session)

    monkeypatch.setattr(Session, "watch", noted)
    return sessions


@pytest.fixture
def signing_in(canned_site: CannedSite) -> CannedSite:
    def entered(request: Request) -> str:
        return f"<h1>Welcome {request.form['user'][0]}</h1>"

    canned_site.pages |= {"/": SIGN_IN, "/in": entered}
    return canned_site


def signing(site: CannedSite, user: str = "Ada", password: str = "x", **fields: Any) -> TestConfig:
    return flow(
        {"action": "goto", "value": site.url},
        {"action": "fill", "selector": 'field="User"', "value": user},
        {"action": "fill", "selector": 'field="Password"', "value": password},
        {"action": "click", "selector": 'control="Sign in"', "description": "Sign in"},
        seen("Welcome"),
        starting_url=site.url,
        **fields,
    )


async def test_the_story_of_a_run(browser: Browser, signing_in: CannedSite) -> None:
    events = await collect(replay(signing(signing_in), browser))
    assert [event.type for event in events] == [
        "created",
        "running",
        *["step_started", "step_finished"] * 5,
        "completed",
    ]
    created, done = events[0], [event for event in events if event.type == "step_finished"]
    assert created.details["mode"] == "rerun_from_config"
    assert created.details["start_url"] == signing_in.url
    assert [event.details["step_id"] for event in done] == [f"step_{n}" for n in range(1, 6)]
    assert all(event.details["status"] == "passed" and event.details["duration_ms"] > 0 for event in done)
    assert done[0].details["status_code" if "status_code" in done[0].details else "url"]
    assert (done[3].details["selector"], done[3].details["rank"]) == ('control="Sign in"', 0)
    assert done[3].details["description"] == "Sign in"
    summary = events[-1].details["summary"]
    assert (summary["total_steps"], summary["passed"], summary["assertions"]["total"]) == (5, 5, 1)


async def test_a_run_folds_into_the_public_run_object(browser: Browser, signing_in: CannedSite) -> None:
    run = Run(mode="rerun_from_config")
    for event in await collect(replay(signing(signing_in), browser)):
        run = run.after(event)
    assert run.status == "completed"
    assert run.completed_at


async def test_without_a_goto_the_flow_starts_at_its_url(browser: Browser, signing_in: CannedSite) -> None:
    events = await collect(replay(flow(seen("User"), starting_url=signing_in.url), browser))
    assert terminals(events) == ["completed"]


async def test_the_start_url_can_be_replaced(browser: Browser, signing_in: CannedSite) -> None:
    """The first goto and later ones on the recorded site lead to the site that was named instead."""
    signing_in.pages["/deep"] = "<h1>Deep</h1>"
    config = flow(
        {"action": "goto", "value": "https://shop.example/"},
        {"action": "goto", "value": "https://shop.example/deep"},
        seen("Deep"),
        {"action": "goto", "value": "deep"},
        seen("Deep"),
        starting_url="https://shop.example/",
    )
    events = await collect(replay(config, browser, ReplayOptions(start_url=signing_in.url)))
    assert terminals(events) == ["completed"], events[-1].message
    assert [request.path for request in signing_in.requests if request.path != "/favicon.ico"] == [
        "/",
        "/deep",
        "/deep",
    ]


async def test_a_lower_ranked_selector_is_told(browser: Browser, signing_in: CannedSite) -> None:
    step = {"action": "click", "selector": 'control="Log in"', "candidates": ['control="Sign in"']}
    filled = {"action": "fill", "selector": 'field="User"', "value": "Ada"}
    config = flow({"action": "goto", "value": signing_in.url}, filled, step, fallback="none")
    events = await collect(replay(config, browser))
    (fell,) = [event for event in events if event.type == "selector_fell_through"]
    assert fell.details["selector"] == 'control="Log in"'
    assert fell.details["used"] == 'control="Sign in"'
    assert fell.details["step_id"] == "step_3"
    assert events[events.index(fell) + 1].type == "step_finished"


# Parameters and secrets


async def test_parameters_come_from_the_run_or_the_file(browser: Browser, signing_in: CannedSite) -> None:
    config = signing(
        signing_in, "{{NAME}}", "{{ PW }}", parameters=[{"name": "NAME", "value": "Ada"}, {"name": "PW"}]
    )
    await collect(replay(config, browser, ReplayOptions(parameters={"PW": "x"})))
    await collect(replay(config, browser, ReplayOptions(parameters={"PW": "x", "NAME": "Grace"})))
    sent = [request.form["user"][0] for request in signing_in.requests if request.method == "POST"]
    assert sent == ["Ada", "Grace"]


async def test_missing_parameters_are_all_named_before_anything_happens(
    browser: Browser, signing_in: CannedSite
) -> None:
    events = await collect(replay(signing(signing_in, "{{NAME}}", "{{PW}}"), browser))
    told = failure(events)
    assert (told["category"], told["exit_code"]) == ("usage", 2)
    assert "NAME, PW" in told["message"]
    assert "--param NAME=VALUE --param PW=VALUE" in told["remedy"]
    assert signing_in.requests == []


async def test_a_secret_is_in_no_event_and_no_file(
    browser: Browser, signing_in: CannedSite, tmp_path: Path
) -> None:
    """Wherever it may turn up: in an error, a URL, the console, a title, the page's text, the trace."""
    secret = "s3cr3t & <öffentlich>"
    signing_in.pages["/in"] = lambda request: (
        f"<body><script>const said = {request.form['password'][0]!r};"
        """console.error('got ' + said); document.title = said; document.body.append(said);
        history.replaceState(null, '', '/in?p=' + encodeURIComponent(said));
        const field = document.createElement('input'); field.value = said; document.body.append(field);
        </script>"""
    )
    config = signing(signing_in, password="{{PW}}", parameters=[{"name": "PW", "secret": True}])
    config = config.model_copy(
        update={"steps": [*config.steps[:-1], flow(seen("{{PW}} indeed", timeout_ms=500)).steps[0]]}
    )
    options = ReplayOptions(parameters={"PW": secret}, artifacts=tmp_path, trace=True)
    events = await collect(replay(config, browser, options))
    assert terminals(events) == ["failed"]
    told = "".join(event.model_dump_json() for event in events)
    assert "{{PW}}" in told
    for spelling in (secret, "s3cr3t", "s3cr3t%20%26"):
        assert spelling not in told
        assert spelling.encode() not in contents(tmp_path)
    assert b'"method":"tracingGroup"' in contents(tmp_path), "the trace has our steps by their names"
    assert b'"title":"1. Open ' in contents(tmp_path)


def contents(folder: Path) -> bytes:
    """Everything in a folder's files, archives unpacked."""
    import zipfile

    found = b""
    for path in folder.rglob("*"):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                found += b"".join(archive.read(name) for name in archive.namelist())
        elif path.is_file():
            found += path.read_bytes()
    return found


# Questions

ASKING = (
    {"action": "ask_user_question", "value": "Which user?", "target": {"parameter": "WHO"}},
    {"action": "fill", "selector": 'field="User"', "value": "{{WHO}}"},
    {"action": "click", "selector": 'control="Sign in"'},
)


async def test_an_answer_becomes_a_parameter(browser: Browser, signing_in: CannedSite) -> None:
    config = flow(*ASKING, seen("Welcome Grace"), starting_url=signing_in.url)
    inbox = Inbox()
    events = []
    async with aclosing(replay(config, browser, inbox=inbox)) as run:
        async for event in run:
            events.append(event)
            if event.type == "question_asked":
                assert event.message == "Which user?"
                inbox.send("Grace")
    assert terminals(events) == ["completed"], events[-1].message
    assert "question_answered" in [event.type for event in events]


async def test_an_unattended_question_fails_quoting_it(browser: Browser, signing_in: CannedSite) -> None:
    told = failure(await collect(replay(flow(*ASKING, starting_url=signing_in.url), browser)))
    assert told["kind"] == "UnansweredQuestion"
    assert "Which user?" in told["message"]
    assert "--param WHO=VALUE" in told["remedy"]


async def test_a_question_whose_answer_was_given_is_not_asked(
    browser: Browser, signing_in: CannedSite
) -> None:
    config = flow(*ASKING, seen("Welcome Ada"), starting_url=signing_in.url)
    events = await collect(replay(config, browser, ReplayOptions(parameters={"WHO": "Ada"})))
    assert terminals(events) == ["completed"]
    assert "question_asked" not in [event.type for event in events]


# Failing


async def test_a_failure_says_where_and_what_was_there(
    browser: Browser, signing_in: CannedSite, tmp_path: Path
) -> None:
    config = flow(
        {"action": "goto", "value": signing_in.url},
        {"action": "click", "selector": 'control="Sing in"', "timeout_ms": 1_000},
        seen("never looked at"),
        fallback="none",
    )
    events = await collect(replay(config, browser, ReplayOptions(artifacts=tmp_path)))
    told = failure(events)
    assert (told["category"], told["exit_code"], told["kind"]) == ("flow", 1, "LookupFailed")
    assert (told["step_id"], told["ordinal"]) == ("step_2", 2)
    assert 'control="Sing in"' in told["message"]
    assert any("Sign in" in str(near) for near in told["nearest"])
    assert "Sign in" in text_of(told["aria_snapshot"])
    assert is_png(told["screenshot"])
    assert events[-1].details["summary"]["passed"] == 0
    assert [event.details["status"] for event in events if event.type == "step_finished"] == [
        "passed",
        "failed",
    ]
    assert terminals(events) == ["failed"]


def text_of(path: str) -> str:
    return Path(path).read_text()


def is_png(path: str) -> bool:
    return Path(path).read_bytes().startswith(b"\x89PNG")


async def test_an_optional_step_that_cannot_be_done_is_skipped(
    browser: Browser, signing_in: CannedSite
) -> None:
    banner = {"action": "click", "selector": 'control="Accept cookies"', "optional": True}
    config = flow({"action": "goto", "value": signing_in.url}, banner, seen("User"), fallback="none")
    events = await collect(replay(config, browser))
    assert terminals(events) == ["completed"]
    done = [event.details["status"] for event in events if event.type == "step_finished"]
    assert done == ["passed", "skipped", "passed"]
    assert events[-1].details["summary"]["warnings"] == 1


async def test_the_whole_run_has_a_time_limit(browser: Browser, signing_in: CannedSite) -> None:
    waits = [{"action": "wait", "wait_for": "Never", "optional": True, "timeout_ms": 400} for _ in range(50)]
    events = await collect(
        replay(flow(*waits, starting_url=signing_in.url), browser, ReplayOptions(timeout_ms=2_000))
    )
    told = failure(events)
    assert "longer than 2000 ms" in told["message"]
    assert told["exit_code"] == 1


async def test_a_time_limit_ends_a_plain_wait_too(browser: Browser, signing_in: CannedSite) -> None:
    config = flow({"action": "wait", "value": 3_000_000}, starting_url=signing_in.url)
    told = failure(await collect(replay(config, browser, ReplayOptions(timeout_ms=2_500))))
    assert told["exit_code"] == 1


@pytest.mark.parametrize("status", [404, 500, 503])
async def test_a_start_page_that_answers_with_an_error(
    browser: Browser, canned_site: CannedSite, status: int
) -> None:
    canned_site.pages["/"] = Answer("<h1>Oops</h1>", status=status)
    for steps in ([{"action": "goto", "value": canned_site.url}], [seen("Oops")]):
        told = failure(await collect(replay(flow(*steps, starting_url=canned_site.url), browser)))
        assert (told["kind"], told["status"], told["exit_code"]) == ("NavigationFailed", status, 1)
        assert str(status) in told["message"]


async def test_a_later_page_may_answer_with_an_error(browser: Browser, signing_in: CannedSite) -> None:
    config = flow(
        {"action": "goto", "value": signing_in.url}, {"action": "goto", "value": "/gone"}, seen("Not found")
    )
    assert terminals(await collect(replay(config, browser))) == ["completed"]


async def test_an_unreachable_host(browser: Browser, canned_site: CannedSite) -> None:
    url = canned_site.url
    await canned_site.__aexit__(None, None, None)
    told = failure(await collect(replay(flow(seen("x"), starting_url=url), browser)))
    assert (told["kind"], told["exit_code"]) == ("NavigationFailed", 1)
    assert "refused the connection" in told["message"]


async def test_a_certificate_that_is_not_trusted(browser: Browser) -> None:
    async with CannedSite({"/": "<h1>Hi</h1>"}, tls=self_signed()) as site:
        told = failure(await collect(replay(flow(seen("Hi"), starting_url=site.url), browser)))
    assert told["kind"] == "NavigationFailed"
    assert "TLS error" in told["message"]
    assert "certificate" in told["remedy"]


def self_signed() -> Any:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).with_name("self_signed.pem"))
    return context


async def test_https_spoken_to_an_http_server(browser: Browser, signing_in: CannedSite) -> None:
    url = signing_in.url.replace("http:", "https:")
    told = failure(await collect(replay(flow(seen("x"), starting_url=url), browser)))
    assert told["kind"] == "NavigationFailed"
    assert "http" in told["remedy"]


@pytest.mark.parametrize(
    "last", [seen("Never", timeout_ms=1_500), {"action": "click", "selector": "#go", "timeout_ms": 1_500}]
)
async def test_a_page_that_hangs_ends_the_run_with_what_can_be_had(
    browser: Browser, signing_in: CannedSite, tmp_path: Path, last: dict[str, Any]
) -> None:
    signing_in.pages["/in"] = "<h1>Hanging</h1><script>setTimeout(() => { for (;;); }, 50)</script>"
    config = signing(signing_in)
    config = config.model_copy(update={"steps": [*config.steps[:-1], flow(last).steps[0]]})
    events = await collect(replay(config, browser, ReplayOptions(artifacts=tmp_path)))
    told = failure(events)
    assert told["exit_code"] == 1
    assert told["screenshot"] is None
    assert terminals(events) == ["failed"]


async def test_a_browser_killed_in_mid_step_is_the_runners_failure(
    signing_in: CannedSite, opened: list[Session]
) -> None:
    config = flow({"action": "goto", "value": signing_in.url}, seen("Never"), defaults={"timeout_ms": 60_000})
    events: list[Event] = []
    async with launch() as doomed, aclosing(replay(config, doomed)) as run:
        async for event in run:
            events.append(event)
            if event.type == "step_started" and event.details["ordinal"] == 2:
                killing = asyncio.create_task(kill_browser(opened[0]))
        await killing
    told = failure(events)
    assert (told["category"], told["exit_code"], told["kind"]) == ("runner", 3, "BrowserDied")
    assert told["step_id"] == "step_2"
    assert terminals(events) == ["failed"]


async def test_a_dead_browser_fails_a_run_from_its_start(signing_in: CannedSite) -> None:
    async with launch() as doomed:
        async with doomed.session() as session:
            await kill_browser(session)
        told = failure(await collect(replay(signing(signing_in), doomed)))
    assert (told["category"], told["kind"]) == ("runner", "BrowserDied")


async def test_artifacts_that_cannot_be_written_are_the_runners_failure(
    browser: Browser, signing_in: CannedSite, tmp_path: Path
) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    config = flow(seen("Never", timeout_ms=300), starting_url=signing_in.url)
    events = await collect(replay(config, browser, ReplayOptions(artifacts=occupied, trace=True)))
    assert terminals(events) == ["failed"]


# Sharing and stopping


async def test_several_runs_share_a_browser(browser: Browser, signing_in: CannedSite) -> None:
    runs = [collect(replay(signing(signing_in, f"User {n}"), browser)) for n in range(4)]
    assert [terminals(events) for events in await asyncio.gather(*runs)] == [["completed"]] * 4


async def test_closing_a_run_early_closes_its_context(
    browser: Browser, signing_in: CannedSite, opened: list[Session]
) -> None:
    async with aclosing(replay(signing(signing_in), browser)) as run:
        async for event in run:
            if event.type == "step_finished":
                break
    assert opened[0].page.is_closed()
    assert browser.alive


async def test_a_flow_through_a_popup_a_dialog_and_a_download(
    browser: Browser, canned_site: CannedSite, tmp_path: Path
) -> None:
    canned_site.pages |= {
        "/": """<button onclick="window.open('/pick')">Pick</button><p id=p>Nothing</p>
            <button onclick="if (confirm('Sure?')) location = '/file'">Export</button>""",
        "/pick": """<button onclick="opener.document.getElementById('p').textContent = 'Picked';
            window.close()">This</button>""",
        "/file": Answer("data", headers={"content-disposition": "attachment; filename=data.txt"}),
    }
    config = flow(
        {"action": "click", "selector": 'control="Pick"'},
        {"action": "click", "selector": 'control="This"'},
        seen("Picked"),
        {"action": "click", "selector": 'control="Export"'},
        seen("Picked"),
        starting_url=canned_site.url,
    )
    events = await collect(replay(config, browser, ReplayOptions(artifacts=tmp_path)))
    assert terminals(events) == ["completed"], events[-1].message
    own = [event.type for event in events if not event.type.startswith("step_")]
    assert sorted(own[2:-1]) == ["dialog_opened", "download_saved", "page_closed", "page_opened"]


async def test_a_step_may_say_how_its_dialogs_are_answered(browser: Browser, canned_site: CannedSite) -> None:
    canned_site.pages["/"] = """<p id=p>-</p>
        <button onclick="p.textContent = String(confirm('Sure?'))">Delete</button>
        <button onclick="p.textContent = prompt('Name?', 'Ada')">Name</button>"""
    config = flow(
        {"action": "click", "selector": 'control="Delete"', "dialog": "dismiss"},
        seen("false"),
        {"action": "click", "selector": 'control="Delete"'},
        seen("true"),
        {"action": "click", "selector": 'control="Name"', "dialog": "Grace"},
        seen("Grace"),
        {"action": "click", "selector": 'control="Name"', "dialog": "accept"},
        seen("Ada"),
        starting_url=canned_site.url,
    )
    events = await collect(replay(config, browser))
    assert terminals(events) == ["completed"], events[-1].message
    accepted = [event.details["accepted"] for event in events if event.type == "dialog_opened"]
    assert accepted == [False, True, True, True]
