"""The run object of the public API, and the pure fold that makes it from events."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from runner.contract.event import Event, utc_now

RunMode = Literal["record_from_prompt", "rerun_from_config"]
RunStatus = Literal["queued", "running", "completed", "failed", "cancelled"]


class Run(BaseModel):
    """One recording or replay, field for field as the public API shows it. Times are ISO 8601, UTC."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(default_factory=lambda: str(uuid.uuid4()))
    source_run_id: str | None = None
    mode: RunMode
    status: RunStatus = "queued"
    prompt: str = ""
    start_url: str = ""
    test_config_json: dict[str, Any] | None = None
    repair_patches_json: list[dict[str, Any]] = Field(default_factory=list)
    summary_text: str | None = None
    summary_json: dict[str, Any] | None = None
    events_json: list[dict[str, Any]] = Field(default_factory=list)
    artifacts_json: dict[str, str] = Field(default_factory=dict)
    runner_job_id: str | None = None
    error_message: str | None = None
    created_at: str | None = Field(default_factory=utc_now)
    updated_at: str | None = None
    started_at: str | None = None
    completed_at: str | None = None

    @property
    def repaired(self) -> bool:
        """Whether it passed only because elements of its flow were found anew."""
        return self.status == "completed" and any(patch["applied"] for patch in self.repair_patches_json)

    def after(self, event: Event) -> Run:
        """The run once `event` has happened. Pure: a new object is returned."""
        changes: dict[str, Any] = {
            "events_json": [*self.events_json, event.model_dump(mode="json")],
            "updated_at": event.timestamp,
        }
        changes |= _changes(self, event)
        return self.model_copy(update=changes)


def _changes(run: Run, event: Event) -> dict[str, Any]:
    details = event.details
    match event.type:
        case "running":
            return {"status": "running", "started_at": event.timestamp}
        case "distilled" | "test_config_updated":
            return {"test_config_json": details["test_config"]}
        case "patch_proposed":
            return {"repair_patches_json": [*run.repair_patches_json, details["patch"]]}
        case "artifact_saved" | "download_saved":
            return {"artifacts_json": {**run.artifacts_json, details["name"]: details["path"]}}
        case "completed" | "failed" | "cancelled":
            # the end knows of every patch whether it has been proven
            patches = {"repair_patches_json": details["patches"]} if "patches" in details else {}
            return patches | {
                "status": event.type,
                "completed_at": event.timestamp,
                "summary_text": event.message,
                "summary_json": details.get("summary"),
                "error_message": None if event.type == "completed" else event.message,
            }
        case _:
            return {}


def summarise(
    config: dict[str, Any] | None,
    *,
    completed: bool,
    answer: str,
    limitations: Sequence[str] = (),
    issues: Sequence[str] = (),
) -> dict[str, Any]:
    """`summary_json`: the figures come from the config, never from a model."""
    steps = (config or {}).get("steps", [])
    return {
        "answer": answer,
        "completed": completed,
        "limitations": list(limitations),
        "notable_observations": [],
        "issues": list(issues),
        "total_blocks": len(steps),
        "total_steps": len(steps),
        "passed": len(steps) if completed else 0,
        "warnings": len(limitations) + len(issues),
        "assertions": {"total": sum(step.get("action") == "expect" for step in steps)},
    }
