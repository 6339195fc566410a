"""What goes over a run's feed, one JSON object a WebSocket message.

From the run: `event` for all that happens, `frame` for a picture of the browser, one `done` at the end.
To the run: `message`, what the user has to say in mid-run.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from runner.contract.event import Event, TerminalKind


class EventMessage(BaseModel):
    """Something happened. A subscriber gets every event of the run, in order, each once."""

    model_config = ConfigDict(frozen=True)

    type: Literal["event"] = "event"
    event: Event


class Picture(BaseModel):
    """One frame: base64 JPEG, seconds since the epoch, the viewport in CSS px."""

    model_config = ConfigDict(frozen=True)

    format: Literal["jpeg"] = "jpeg"
    data: str
    timestamp: float
    width: int
    height: int


class FrameMessage(BaseModel):
    """What the browser shows. A slow subscriber misses frames, never events."""

    model_config = ConfigDict(frozen=True)

    type: Literal["frame"] = "frame"
    frame: Picture


class DoneMessage(BaseModel):
    """The run has ended; nothing follows. `message` says why where it did not complete."""

    model_config = ConfigDict(frozen=True)

    type: Literal["done"] = "done"
    status: TerminalKind
    message: str | None = None


class UserMessage(BaseModel):
    """From a subscriber to the run: an instruction, or the answer to a question."""

    model_config = ConfigDict(frozen=True)

    type: Literal["message"] = "message"
    message: Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"\S")]


FeedMessage = Annotated[EventMessage | FrameMessage | DoneMessage, Field(discriminator="type")]

FEED_MESSAGE: TypeAdapter[EventMessage | FrameMessage | DoneMessage] = TypeAdapter(FeedMessage)
