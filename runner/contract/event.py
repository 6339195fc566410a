"""Events: what a run tells the world while it happens."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

EventKind = Literal[
    # the public API's
    "created",
    "running",
    "user_message",
    "test_config_updated",
    # ours: past tense, in pairs where something starts and ends
    "step_started",
    "step_finished",
    "selector_fell_through",
    "observed",
    "decided",
    "distilled",
    "verify_started",
    "verify_finished",
    "question_asked",
    "question_answered",
    "dialog_opened",
    "page_opened",
    "page_closed",
    "download_saved",
    "page_error",
    "artifact_saved",
    "patch_proposed",
    "patch_reviewed",
    "held",
    "resumed",
    "user_ordered",
    "element_picked",
    # terminal: exactly one ends a run
    "completed",
    "failed",
    "cancelled",
]
EVENTS: Final[tuple[EventKind, ...]] = get_args(EventKind)

TerminalKind = Literal["completed", "failed", "cancelled"]
TERMINAL: Final[frozenset[str]] = frozenset(get_args(TerminalKind))


def utc_now() -> str:
    """The time as ISO 8601 in UTC, ms precision, e.g. `2026-04-29T12:00:00.123Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Event(BaseModel):
    """One thing that happened in a run.

    `details` is plain JSON. A step's events carry `step_id`; `step_finished` also `status`
    (`passed`, `failed`, `skipped`) and `duration_ms`.
    """

    model_config = ConfigDict(frozen=True)

    id: str = Field(default_factory=lambda: str(uuid.uuid4()))
    type: EventKind
    message: str
    details: dict[str, Any] = Field(default_factory=dict)
    timestamp: str = Field(default_factory=utc_now)

    @property
    def terminal(self) -> bool:
        """Whether this event ends its run."""
        return self.type in TERMINAL
