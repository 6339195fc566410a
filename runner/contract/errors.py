"""The tree of errors. Every error of ours is one of these; foreign ones are mapped onto it `from` the cause.

DemoRunnerError                exit code
├── UsageError                 2   what was asked for cannot be done as asked
│   └── ConfigError            2   a TestConfig, patch or parameter is broken
├── FlowError                  1   the flow was tried and found wanting
│   ├── LookupFailed           1   no element, or more than one, answers a selector
│   ├── ActionFailed           1   the element was there, the action did not succeed
│   ├── ExpectationFailed      1   an assertion did not hold in time
│   ├── NavigationFailed       1   a page could not be loaded or answered with an error
│   ├── NotUnderstood          1   part of a prompt could not be grounded on the page
│   ├── UnansweredQuestion     1   nobody was there to answer
│   └── BudgetSpent            1   a model's budget did not suffice
└── RunnerError                3   the runner itself could not do its work
    ├── BrowserMissing         3   no browser could be found or started
    ├── BrowserDied            3   the browser went away in the middle of a run
    ├── ArtifactsNotWritable   3   a file of the run could not be written
    └── ModelFailed            3   a model could not be reached, or gave no usable answer
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

FailureCategory = Literal["usage", "flow", "runner"]


class DemoRunnerError(Exception):
    """Base of all errors of ours.

    `message` says what happened, `remedy` what to try, `details` carries evidence as plain data.
    """

    exit_code: ClassVar[int] = 3
    category: ClassVar[FailureCategory] = "runner"

    def __init__(self, message: str, *, remedy: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.details = details

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message

    @property
    def kind(self) -> str:
        """The error's class as this tree names it: narrower ones are told by their base."""
        known = (each for each in type(self).__mro__ if each.__module__ == DemoRunnerError.__module__)
        return next(known, DemoRunnerError).__name__

    def told(self, step_id: str | None = None) -> dict[str, Any]:
        """The failure as a run's last event tells it: what happened, where, and what to try."""
        return {
            "category": self.category,
            "exit_code": self.exit_code,
            "kind": self.kind,
            "step_id": step_id,
            "message": self.message,
            "remedy": self.remedy,
        }


class UsageError(DemoRunnerError):
    """What was asked for cannot be done as asked."""

    exit_code = 2
    category = "usage"


class ConfigError(UsageError):
    """A TestConfig, patch or parameter is broken; `details["problems"]` lists every problem found."""


class FlowError(DemoRunnerError):
    """The flow was tried and found wanting."""

    exit_code = 1
    category = "flow"


class LookupFailed(FlowError):
    """No element, or more than one, answers a selector."""


class ActionFailed(FlowError):
    """The element was there, but the action did not succeed in time."""


class ExpectationFailed(FlowError):
    """An assertion did not hold in time."""


class NavigationFailed(FlowError):
    """A page could not be loaded, or answered with an error."""


class NotUnderstood(FlowError):
    """Part of a prompt could not be grounded on the page."""


class UnansweredQuestion(FlowError):
    """The flow asked a question and nobody was there to answer."""


class BudgetSpent(FlowError):
    """What a model may cost is spent, and the flow is not done."""


class RunnerError(DemoRunnerError):
    """The runner itself could not do its work."""


class BrowserMissing(RunnerError):
    """No browser could be found or started."""


class BrowserDied(RunnerError):
    """The browser went away in the middle of a run."""


class ArtifactsNotWritable(RunnerError):
    """A file of the run could not be written."""


class ModelFailed(RunnerError):
    """A model could not be reached, or gave no usable answer."""
