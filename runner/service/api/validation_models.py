"""What the clients of the older validation API send and get."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from runner.service.api.models import Body, JsonObject, Prompt, Surroundings, Url


class Login(Body):
    """Credentials for the site. They become secret parameters of the run."""

    email: Annotated[str, Field(max_length=1024)] | None = None
    password: Annotated[str, Field(max_length=1024)] | None = None


class StartUrlRun(Surroundings):
    """Validate what is deployed at a URL."""

    url: Url
    prompt: Prompt | None = None
    credentials: Login | None = None
    runner_mode: Annotated[str, Field(max_length=64)] | None = None
    provision_id: Annotated[str, Field(max_length=255)] | None = None


class Feedback(Body):
    """What the user thinks of a run."""

    feedback: str


class FeedbackKept(BaseModel):
    """What has been kept of it."""

    run_id: str
    user_feedback: str | None


class UrlRunStarted(BaseModel):
    """The run is in the queue."""

    run_id: str
    status: str
    session_id: str


class Cancelled(BaseModel):
    """The run has been stopped."""

    status: str = "cancelled"
    run_id: str


class RunSummary(BaseModel):
    """A run in a list."""

    run_id: str
    status: str
    repo: str
    pr_number: int | None
    branch: str | None
    commit_sha: str | None
    trigger_type: str | None
    created_at: str


class RunPage(BaseModel):
    """A page of runs, newest first."""

    items: list[RunSummary]
    total: int
    limit: int
    offset: int
    has_more: bool


class RunLogs(BaseModel):
    """What was logged of a run."""

    run: JsonObject
    worker_logs: list[JsonObject]
    runtime_logs: list[JsonObject]
    warnings: list[str]
