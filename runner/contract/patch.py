"""Repair patches: a change to a TestConfig, with its reasons, for a person to review."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class PatchOperation(BaseModel):
    """One RFC 6902 operation on the TestConfig."""

    model_config = ConfigDict(frozen=True)

    op: Literal["add", "remove", "replace", "move", "copy", "test"]
    path: Annotated[str, Field(pattern=r"^(/.*)?$")]
    value: JsonValue = None


class Patch(BaseModel):
    """What a repair would change. It never changes an `expect`, a `value` or the order of steps."""

    model_config = ConfigDict(frozen=True)

    step_id: str
    ops: list[PatchOperation]
    old: str | None = None
    new: str | None = None
    strategy: str
    confidence: Annotated[float, Field(ge=0, le=1)]
    reason: str
    evidence: dict[str, Any] = Field(default_factory=dict)
    applied: bool = False
