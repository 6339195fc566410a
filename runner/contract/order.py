"""What whoever watches a replay may have it do: hold, say what is at a point of its picture, go on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

# In CSS px of the viewport, as frames show it.
Coordinate = Annotated[float, Field(ge=0, le=100_000)]
StepId = Annotated[str, Field(min_length=1, max_length=255)]


class Hold(BaseModel):
    """Wait before the next step, the browser as it is."""

    model_config = ConfigDict(frozen=True)

    order: Literal["hold"]


class GoOn(BaseModel):
    """Go on after a hold: to the end, or until before the step `until`."""

    model_config = ConfigDict(frozen=True)

    order: Literal["go_on"]
    until: StepId | None = None


class Pick(BaseModel):
    """Name the element at that point of the picture, as a target for the step `step_id`."""

    model_config = ConfigDict(frozen=True)

    order: Literal["pick"]
    x: Coordinate
    y: Coordinate
    step_id: StepId


Order = Annotated[Hold | GoOn | Pick, Field(discriminator="order")]

ORDER: TypeAdapter[Hold | GoOn | Pick] = TypeAdapter(Order)
