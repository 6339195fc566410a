"""demo-runner: a sentence becomes a browser test that keeps working.

The public surface. Names are loaded when they are first used, so that importing this costs nothing:

    async with launch() as browser:
        async for event in replay(config, browser, ReplayOptions()):
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

__version__: Final = "0.1.0"

_HOMES: Final = {
    "Browser": "runner.page.browser",
    "BrowserOptions": "runner.page.browser",
    "DemoRunnerError": "runner.contract.errors",
    "Event": "runner.contract.event",
    "FrameSlot": "runner.contract.channel",
    "Inbox": "runner.contract.channel",
    "Patch": "runner.contract.patch",
    "Run": "runner.contract.run",
    "Step": "runner.contract.config",
    "TestConfig": "runner.contract.config",
    "launch": "runner.page.browser",
    "read_config": "runner.contract.validation",
}

__all__ = [
    "Browser",
    "BrowserOptions",
    "DemoRunnerError",
    "Event",
    "FrameSlot",
    "Inbox",
    "Patch",
    "Run",
    "Step",
    "TestConfig",
    "launch",
    "read_config",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
