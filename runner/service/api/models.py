"""What clients send and get, in pydantic's terms: the public API, field for field."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from runner.contract.run import RunMode, RunStatus
from runner.contract.starting import MAX_URL

VERSION: Final = version("demo-runner")
MAX_PROMPT: Final = 20_000
MAX_MESSAGE: Final = 10_000
MAX_TTL: Final = 480

Prompt = Annotated[str, Field(min_length=1, max_length=MAX_PROMPT, pattern=r"\S")]
# an empty override is no override
Override = Annotated[str, Field(max_length=MAX_PROMPT)]
Url = Annotated[str, Field(max_length=MAX_URL)]
Minutes = Annotated[int, Field(ge=1, le=MAX_TTL, strict=True)]
# neither 1 nor "yes"
Flag = Annotated[bool, Field(strict=True)]
Name = Annotated[str, Field(min_length=1, max_length=255, pattern=r"\S")]
Repo = Annotated[str, Field(max_length=255)]
Tags = Annotated[list[Annotated[str, Field(max_length=255)]], Field(max_length=100)]
Values = Annotated[
    dict[
        Annotated[str, Field(max_length=255, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")],
        Annotated[str, Field(max_length=MAX_MESSAGE)],
    ],
    Field(max_length=100),
]
Credentials = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=255)],
        Annotated[str, Field(max_length=MAX_MESSAGE)],
    ],
    Field(max_length=100),
]
JsonObject = dict[str, Any]

_CONFIG: Final[JsonObject] = {
    "prompt": "Sign in with the demo account and create a new task.",
    "starting_url": "https://staging.example.com",
    "steps": [
        {"id": "step_0_goto", "action": "goto", "value": "https://staging.example.com"},
        {"id": "step_1_click_sign_in", "action": "click", "selector": 'control="Sign in"'},
    ],
}


def _shown_as(*examples: JsonObject) -> ConfigDict:
    """A model's settings, with examples for its documentation."""
    return ConfigDict(extra="ignore", json_schema_extra={"examples": list(examples)})


class Body(BaseModel):
    """What a client sends. Fields that we do not know are let through, as clients are newer at times."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _is_text(cls, data: Any) -> Any:
        """No database keeps a NUL, and no encoding half a character."""
        try:
            written = json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ValueError("Half a surrogate pair is no text.") from error
        except (TypeError, RecursionError) as error:
            raise ValueError("This is not plain JSON.") from error
        if b"\\u0000" in written:
            raise ValueError("NUL characters are not allowed.")
        return data


class Surroundings(Body):
    """What the hosted product lets a run be associated with; recorded on its first event."""

    twins: list[str] | None = None
    ttl_minutes: Minutes | None = None
    session_id: Annotated[str, Field(max_length=255)] | None = None
    sandbox_id: Annotated[str, Field(max_length=255)] | None = None
    repo: Repo | None = None
    branch: Annotated[str, Field(max_length=255)] | None = None
    pr_url: Annotated[str, Field(max_length=MAX_URL)] | None = None
    scenario_id: Annotated[str, Field(max_length=255)] | None = None
    scenario_prompt: Override | None = None
    trigger_source: Annotated[str, Field(max_length=255)] | None = None

    def told(self) -> JsonObject:
        """What was given of it."""
        return self.model_dump(include=set(Surroundings.model_fields), exclude_none=True)


class CreateRun(Surroundings):
    """Record a flow, or replay `test_config`."""

    model_config = _shown_as(
        {
            "prompt": "Sign in with the demo account, create a new task, and mark it complete.",
            "start_url": "https://staging.example.com",
        }
    )

    prompt: Prompt
    start_url: Url | None = None
    test_config: JsonObject | None = None
    # ours: what {{NAME}} stands for; secrets are kept encrypted and shown to nobody
    parameters: Values = Field(default_factory=dict)
    credentials: Values = Field(default_factory=dict)


class Rerun(Surroundings):
    """Replay a run's TestConfig, with other values."""

    model_config = _shown_as({}, {"start_url": "https://staging.example.com"})

    prompt: Override | None = None
    start_url: Url | None = None
    # ours: do what comes before this step, and hold there
    hold_before: Annotated[str, Field(min_length=1, max_length=255)] | None = None


class UpdateConfig(Body):
    """Replace a run's TestConfig."""

    model_config = _shown_as({"test_config": _CONFIG})

    test_config: JsonObject


class Message(Body):
    """Say something to a run."""

    model_config = _shown_as({"message": "Use the discount code WELCOME10 at checkout."})

    message: Annotated[str, Field(min_length=1, max_length=MAX_MESSAGE, pattern=r"\S")]


class CreateTest(Body):
    """Save a test: a run's, or one that is given."""

    model_config = _shown_as(
        {
            "name": "Checkout happy path",
            "prompt": _CONFIG["prompt"],
            "start_url": _CONFIG["starting_url"],
            "test_config": _CONFIG,
            "repo_full_name": "acme/web-app",
            "ci_enabled": True,
            "credentials": {"DEMO_USER": "demo@example.com", "DEMO_PASSWORD": "secret"},
            "tags": ["checkout", "smoke"],
        }
    )

    name: Name
    description: Annotated[str, Field(max_length=MAX_MESSAGE)] | None = None
    run_id: Annotated[str, Field(max_length=255)] | None = None
    prompt: Override | None = None
    start_url: Url | None = None
    test_config: JsonObject | None = None
    repo_full_name: Repo | None = None
    ci_enabled: Flag = False
    credentials: Credentials | None = None
    tags: Tags = Field(default_factory=list)


class UpdateTest(Body):
    """Change a saved test; what is not sent stays."""

    name: Name = ""
    description: Annotated[str, Field(max_length=MAX_MESSAGE)] | None = None
    prompt: Prompt = ""
    start_url: Url = ""
    test_config: JsonObject = Field(default_factory=dict)
    repo_full_name: Repo | None = None
    ci_enabled: Flag = False
    credentials: Credentials = Field(default_factory=dict)
    tags: Tags = Field(default_factory=list)


# -- what clients get ----------------------------------------------------------------------------------


class Detail(BaseModel):
    """What went wrong."""

    detail: str


class Invalid(BaseModel):
    """What is wrong with the input: a text, or a list of places and problems."""

    detail: str | list[JsonObject]


class EventShown(BaseModel):
    """One thing that happened in a run."""

    id: str
    type: str
    message: str
    details: JsonObject
    timestamp: str


class RunShown(BaseModel):
    """A run."""

    id: str
    source_run_id: str | None
    mode: RunMode
    status: RunStatus
    prompt: str
    start_url: str
    test_config_json: JsonObject | None
    repair_patches_json: list[JsonObject]
    summary_text: str | None
    summary_json: JsonObject | None
    events_json: list[EventShown]
    artifacts_json: dict[str, str]
    runner_job_id: str | None
    error_message: str | None
    created_at: str | None
    updated_at: str | None
    started_at: str | None
    completed_at: str | None


class RunsShown(BaseModel):
    """The newest runs, newest first."""

    runs: list[RunShown]


class TestShown(BaseModel):
    """A saved test; never a credential's value."""

    id: str
    source_run_id: str | None
    name: str
    description: str | None
    repo_full_name: str | None
    prompt: str
    start_url: str
    test_config_json: JsonObject
    ci_enabled: bool
    has_credentials: bool
    credential_keys: list[str]
    tags: list[str]
    created_at: str | None
    updated_at: str | None


class TestsShown(BaseModel):
    """Saved tests, the most recently updated first."""

    tests: list[TestShown]


class Deleted(BaseModel):
    """It is gone."""

    status: Literal["deleted"] = "deleted"
