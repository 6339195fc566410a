"""demo-runner: a sentence becomes a browser test that keeps working.

The public surface. Names are loaded when they are first used, so importing this costs nothing. The engines
have the names of their folders, so they are imported from there:

    from runner import launch, read_config
    from runner.replay.replayer import replay

    async with launch() as browser:
        async for event in replay(config, browser):
            print(event.message)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from runner.contract.channel import FrameSlot, Inbox
    from runner.contract.config import Step, TestConfig
    from runner.contract.errors import DemoRunnerError
    from runner.contract.event import Event
    from runner.contract.patch import Patch
    from runner.contract.run import Run
    from runner.contract.validation import read_config
    from runner.page.browser import Browser, BrowserOptions, launch
    from runner.page.find import find
    from runner.record.plan import Goal, Planner
    from runner.record.prompt import PromptPlanner
    from runner.record.recorder import RecordOptions
    from runner.replay.replayer import ReplayOptions
    from runner.verify import record_verified

__version__: Final = "0.1.0"

_HOMES: Final = {
    "Browser": "runner.page.browser",
    "BrowserOptions": "runner.page.browser",
    "DemoRunnerError": "runner.contract.errors",
    "Event": "runner.contract.event",
    "FrameSlot": "runner.contract.channel",
    "Goal": "runner.record.plan",
    "Inbox": "runner.contract.channel",
    "Patch": "runner.contract.patch",
    "Planner": "runner.record.plan",
    "PromptPlanner": "runner.record.prompt",
    "RecordOptions": "runner.record.recorder",
    "ReplayOptions": "runner.replay.replayer",
    "Run": "runner.contract.run",
    "Step": "runner.contract.config",
    "TestConfig": "runner.contract.config",
    "find": "runner.page.find",
    "launch": "runner.page.browser",
    "read_config": "runner.contract.validation",
    "record_verified": "runner.verify",
}

__all__ = [
    "Browser",
    "BrowserOptions",
    "DemoRunnerError",
    "Event",
    "FrameSlot",
    "Goal",
    "Inbox",
    "Patch",
    "Planner",
    "PromptPlanner",
    "RecordOptions",
    "ReplayOptions",
    "Run",
    "Step",
    "TestConfig",
    "find",
    "launch",
    "read_config",
    "record_verified",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
