"""A run as the older validation API shows it: the same run, folded from the same events. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from runner.contract.event import TERMINAL
from runner.service.store.runs import Listed, StoredRun

MAX_LOG: Final = 200_000

# What the hosted product knows besides, and a runner on its own does not.
_UNKNOWN: Final[Mapping[str, None]] = dict.fromkeys(
    (
        "environment_url",
        "surface_urls",
        "raw_surface_urls",
        "runtime_profile",
        "commit_sha",
        "github_check_run_id",
        "github_check_run_url",
        "story_json",
        "auto_story_bundle_json",
        "auto_visual_reports",
        "attack_plan_json",
        "redteam_report_json",
        "worker_progress",
        "coverage_manifest",
        "login_identifier",
        "readiness_results",
    )
)
_CATEGORIES: Final = {"flow": "test_failure", "usage": "test_failure"}
_RESULTS: Final = {"passed": "pass", "failed": "fail"}
# The public API's list of kinds is closed, and made for other errors; `code` has ours as they are. What a
# step waits for in vain is a timeout there, and what was asked for and is not known, an unsupported endpoint.
_KINDS: Final = {
    "NavigationFailed": "connect_error",
    "BrowserDied": "connect_error",
    "Interrupted": "connect_error",
    "BrowserMissing": "deploy_failure",
    "ArtifactsNotWritable": "deploy_failure",
    "RunnerError": "deploy_failure",
    "NotUnderstood": "unsupported_endpoint",
    "UsageError": "unsupported_endpoint",
    "ConfigError": "unsupported_endpoint",
}
_TRANSIENT: Final = frozenset({"NavigationFailed", "OutOfTime"})


def run_type(asked: Mapping[str, Any]) -> str:
    """`url_run`, or what the run was asked for as."""
    return str(asked.get("run_type") or "url_run")


def full_shape(stored: StoredRun, texts: Sequence[str]) -> dict[str, Any]:
    """The whole of a validation run."""
    run, asked = stored.run, stored.asked
    events = [json.loads(text) for text in texts]
    failure = failure_of(stored, events)
    return {
        "id": run.id,
        "run_id": run.id,
        "session_id": asked.get("session_id"),
        "status": run.status,
        "pr_url": asked.get("pr_url"),
        "frontend_url": run.start_url,
        "run_type": run_type(asked),
        "mode": "validation",
        "prompt": run.prompt,
        "twins": asked.get("twins"),
        "context_notes": None,
        "user_feedback": asked.get("user_feedback"),
        "repo_full_name": asked.get("repo"),
        "git_branch": asked.get("branch"),
        "github_pr_number": asked.get("pr_number"),
        "event_log_json": events,
        "results_json": [result for event in events if (result := step_result(event))],
        "step_summaries": list(_summaries(events)),
        "failure_category": failure["category"] if failure else None,
        "failure_detail": failure["detail"] if failure else None,
        "retry_count": 0,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "error_message": run.error_message,
        **_UNKNOWN,
    }


def summary_shape(listed: Listed) -> dict[str, Any]:
    """A validation run in a list."""
    return {
        "run_id": listed.id,
        "status": listed.status,
        "repo": listed.asked.get("repo") or "",
        "pr_number": listed.asked.get("pr_number"),
        "branch": listed.asked.get("branch"),
        "commit_sha": None,
        "trigger_type": run_type(listed.asked),
        "created_at": listed.created_at,
    }


def step_result(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a step came to, if that is what the event tells."""
    if event["type"] != "step_finished":
        return None
    details = event["details"]
    return {
        "type": "step_result",
        "step_number": details.get("ordinal"),
        "step_id": details.get("step_id"),
        "status": _RESULTS.get(str(details.get("status")), "error"),
        "action": details.get("action"),
        "description": details.get("description") or event["message"],
        "duration_ms": details.get("duration_ms"),
    }


def terminal_message(status: str) -> dict[str, Any]:
    """What ends the stream of results."""
    return {"type": f"run_{status}", "status": status}


def failure_of(stored: StoredRun, events: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Why a run failed: always there where one has."""
    if stored.run.status != "failed":
        return None
    ending = next((event for event in reversed(events) if event["type"] in TERMINAL), None)
    failure = (ending or {}).get("details", {}).get("failure") or {}
    kind = str(failure.get("kind") or "RunnerError")
    category = _CATEGORIES.get(str(failure.get("category")), "system_error")
    return {
        "category": "timeout" if kind == "OutOfTime" else category,
        "detail": {
            "phase": "runtime",
            "kind": _KINDS.get(kind, "timeout"),
            "code": _snake(kind),
            "public_message": stored.run.error_message or "The run failed.",
            "retryable": category == "system_error" or kind in _TRANSIENT,
        },
    }


def worker_log(stored: StoredRun, texts: Sequence[str]) -> dict[str, Any]:
    """What the worker did, a line for each event."""
    lines = [f"{event['timestamp']} {event['type']} {event['message']}" for event in map(json.loads, texts)]
    content = "\n".join(lines)
    return {
        "job_id": stored.run.runner_job_id,
        "job_type": "flow_runner",
        "target_role": "worker",
        "status": stored.run.status,
        "content": content[:MAX_LOG],
        "truncated": len(content) > MAX_LOG,
        "error": stored.run.error_message,
    }


def runtime_log(stored: StoredRun, event: Mapping[str, Any]) -> dict[str, Any]:
    """An event as a line of a structured log."""
    failed = event["type"] == "failed" or event["details"].get("status") == "failed"
    return {
        "timestamp": event["timestamp"],
        "service_name": "demo-runner",
        "severity": "ERROR" if failed else "INFO",
        "event": event["type"],
        "code": None,
        "request_id": None,
        "job_id": stored.run.runner_job_id,
        "surface_name": None,
        "message": event["message"],
    }


def _summaries(events: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    for event in events:
        if result := step_result(event):
            number = result["step_number"]
            yield {
                "title": result["description"],
                "status": result["status"],
                "details": event["message"],
                "step_number": number,
                "step_numbers": [number],
            }


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).strip("_")
