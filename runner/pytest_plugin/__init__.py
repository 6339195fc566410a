"""The pytest plugin: `pytest flows/` runs `*.testconfig.json` files, and tests may use our selectors.

Everyone who has installed us loads this module in every run of pytest, so it imports nothing but pytest;
what does the work is loaded when a flow is collected or the `demo` fixture is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

    from runner.pytest_plugin.demo import Demo
    from runner.pytest_plugin.items import FlowFile
    from runner.pytest_plugin.player import Player

SUFFIX: Final = ".testconfig.json"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of flows; those of the browser are pytest-playwright's."""
    group = parser.getgroup("demo-runner", "flows (*.testconfig.json)")
    group.addoption(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="A value for {{NAME}} in flows; secrets come from the environment or .env.",
    )
    group.addoption(
        "--env-file", metavar="FILE", help="Where else to look for secrets. [default: .env, if it is there]"
    )
    group.addoption(
        "--repair",
        choices=["auto", "suggest", "off"],
        help="What to do where an element is not found again. [default: the file's fallback decides]",
    )
    group.addoption(
        "--save-repaired", metavar="DIR", help="Write the repaired flows there; the files stay as they are."
    )
    group.addoption("--fail-on-repair", action="store_true", help="A flow that passed only by repairs fails.")


def pytest_configure(config: pytest.Config) -> None:
    """Register our markers and look at our options."""
    config.addinivalue_line("markers", "flow: a recorded flow, run by demo-runner; its tags are markers, too")
    if given := config.getoption("param"):
        from runner.contract.errors import UsageError
        from runner.environment import parameters_from

        try:
            parameters_from(given)
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FlowFile | None:
    """A file of a flow: by its name, or because it is a JSON file that was asked for by name."""
    asked_for = file_path.suffix == ".json" and parent.session.isinitpath(file_path)
    if not file_path.name.endswith(SUFFIX) and not asked_for:
        return None
    from runner.pytest_plugin.items import FlowFile

    file: FlowFile = FlowFile.from_parent(parent, path=file_path)
    return file


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What a green run has to say all the same: which flows were repaired, which are flaky."""
    from runner.pytest_plugin.summary import noteworthy

    lines = noteworthy(terminalreporter.stats)
    if lines:
        terminalreporter.section("flows")
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def _demo_portal() -> Iterator[BlockingPortal]:
    from anyio.from_thread import start_blocking_portal

    with start_blocking_portal("asyncio", name="demo-runner") as portal:
        yield portal


@pytest.fixture(scope="session")
def _demo_player(
    _demo_portal: BlockingPortal,
    browser_type_launch_args: Mapping[str, Any],
    connect_options: Mapping[str, Any] | None,
) -> Iterator[Player]:
    from runner.pytest_plugin.player import player

    with player(_demo_portal, browser_type_launch_args, connect_options) as ready:
        yield ready


@pytest.fixture
def flow_parameters() -> Mapping[str, str]:
    """Values for the parameters of flows: override it in a conftest.py to compute them."""
    return {}


@pytest.fixture
def demo(request: pytest.FixtureRequest) -> Demo:
    """Our selectors in your own tests, and whole flows: `demo.replay("sign-in.testconfig.json")`."""
    from runner.pytest_plugin.demo import Demo

    return Demo(request)
