"""The TestConfig: a recorded flow as plain data.

Fields, actions and assertion types follow the public demo-runner API; what is ours is marked so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

ActionKind = Literal[
    "goto", "fill", "click", "press", "select", "hover", "expect", "wait", "ask_user_question"
]
ExpectKind = Literal["text", "url", "visible"]
Fallback = Literal["agent", "repair", "none"]
Tab = Literal["opens", "closes"]

ACTIONS: Final[tuple[ActionKind, ...]] = get_args(ActionKind)
EXPECTS: Final[tuple[ExpectKind, ...]] = get_args(ExpectKind)

StepValue = str | bool | int | float | list[str]

Milliseconds = Annotated[int, Field(gt=0, le=3_600_000)]


def _forget_required(*names: str) -> Any:
    """A schema hook: `names` are filled in on reading, so a file may leave them out."""

    def edit(schema: dict[str, Any]) -> None:
        kept = [name for name in schema.get("required", []) if name not in names]
        schema["required"] = kept
        if not kept:
            del schema["required"]

    return edit


class ContractModel(BaseModel):
    """Frozen plain data. Unknown fields survive a round trip; validation reports them as warnings."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Expect(ContractModel):
    """An assertion, polled until it holds or the step's timeout ends."""

    type: ExpectKind
    contains: Annotated[str, Field(min_length=1, pattern=r"\S")] | None = Field(
        default=None, description="For `text` and `url`: what the visible text or the URL must contain."
    )
    selector: str | None = Field(default=None, description="For `visible`: used when the step names none.")


class Fingerprint(ContractModel):
    """Ours: what an element was when it was recorded, so that it can be recognised later.

    Everything is optional but `v`: a fingerprint tells what was there, never what was not.
    Boxes are CSS px in the element's own frame: [x, y, width, height].
    """

    v: Literal[1] = 1
    tag: str | None = None
    role: str | None = None
    name: str | None = Field(default=None, description="The accessible name.")
    type: str | None = Field(default=None, description="An input's type.")
    text: str | None = Field(default=None, description="Visible text, shortened.")
    label: str | None = None
    placeholder: str | None = None
    title: str | None = None
    alt: str | None = None
    name_attr: str | None = Field(default=None, description="The `name` attribute.")
    id: str | None = None
    test_id: str | None = None
    href: str | None = Field(default=None, description="Path and query of a link's target.")
    form: str | None = Field(
        default=None, description="Method and path that its form sends to: `post /login`."
    )
    submits: int | None = Field(
        default=None, description="How many buttons send that form, where they are several."
    )
    options: list[str] | None = Field(
        default=None, description="What can be chosen from it: the first few, in alphabetical order."
    )
    classes: list[str] | None = None
    value_kind: str | None = Field(
        default=None, description="What kind of value a field held: email, number, date, text."
    )
    landmarks: list[str] | None = Field(
        default=None, description='Ancestors that orient a person, innermost first: `form "Sign in"`.'
    )
    row: str | None = Field(
        default=None, description="The text that tells the element's row or list item from others."
    )
    siblings: list[str] | None = Field(default=None, description="Names of the neighbours.")
    lookalikes: list[str] | None = Field(
        default=None,
        description="Names of other controls of the page that say something similar: not this one.",
    )
    between: list[str] | None = Field(
        default=None,
        min_length=2,
        max_length=2,
        description="Names of the controls right before and right after it; empty where there is none near.",
    )
    ordinal: int | None = Field(
        default=None, description="1-based position among elements alike (same role and name)."
    )
    of: int | None = Field(default=None, description="How many elements were alike.")
    box: list[int] | None = Field(default=None, min_length=4, max_length=4)
    frame: str | None = Field(
        default=None, description="Name or URL path of the frame; absent in the main frame."
    )


class Parameter(ContractModel):
    """Ours: a value that a run can be given. A secret's value is never stored."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
    value: str | None = None
    secret: bool = False
    description: str | None = None

    @model_validator(mode="after")
    def _secrets_carry_no_value(self) -> Parameter:
        if self.secret and self.value is not None:
            raise ValueError(f"the secret parameter {self.name} must not carry its value in the file")
        return self


class Defaults(ContractModel):
    """What holds for a step that says nothing of its own."""

    timeout_ms: Milliseconds = 10_000


class Step(ContractModel):
    """One action on the page or one assertion about it."""

    model_config = ConfigDict(frozen=True, extra="allow", json_schema_extra=_forget_required("id", "ordinal"))

    id: Annotated[
        str, Field(min_length=1, description="Unique in the file; `step_N` where the file gives none.")
    ]
    ordinal: Annotated[int, Field(ge=1, description="1-based position in the file.")]
    action: ActionKind
    selector: str | None = None
    value: StepValue | None = None
    target: JsonValue = Field(
        default=None, description="What the step is about; a string stands in for `selector`."
    )
    wait_for: str | None = Field(
        default=None, description="For `wait`: a selector, part of a URL, or a text."
    )
    expect: Expect | None = None
    timeout_ms: Milliseconds | None = None
    parameter_refs: list[str] = Field(default_factory=list)
    candidates: list[str] | None = Field(default=None, description="Ours: alternative selectors, best first.")
    fingerprint: Fingerprint | None = Field(default=None, description="Ours: what the element was.")
    description: str | None = Field(default=None, description="Ours: the step in one plain sentence.")
    dialog: str | None = Field(
        default=None,
        description="Ours: the answer to a dialog it opens: `accept` (default), `dismiss`, a prompt's text.",
    )
    tab: Tab | None = Field(
        default=None,
        description="Ours: it `opens` a new tab, which the next steps are in, or `closes` its own. A replay "
        "follows tabs by itself; tests for other tools have to be told.",
    )
    optional: bool = Field(default=False, description="Ours: if it cannot be done, the run goes on.")

    @property
    def sought(self) -> str | None:
        """The first selector to try: the step's own, its `target`, or its assertion's."""
        if self.selector:
            return self.selector
        if isinstance(self.target, str) and self.target:
            return self.target
        return self.expect.selector if self.expect else None

    @property
    def selectors(self) -> tuple[str, ...]:
        """All selectors to try, best first, each once."""
        ranked = [self.sought, *(self.candidates or [])]
        return tuple(dict.fromkeys(selector for selector in ranked if selector))


class TestConfig(ContractModel):
    """A recorded flow: where it starts and the steps to take."""

    __test__ = False  # pytest: a contract, not a test class

    version: Literal[1] = 1
    prompt: str | None = Field(default=None, description="The sentence it was recorded from.")
    starting_url: str | None = Field(default=None, pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://")
    fallback: Fallback = Field(default="agent", description="What may happen when no selector resolves.")
    defaults: Defaults = Field(default_factory=Defaults)
    parameters: list[Parameter] = Field(default_factory=list)
    tags: list[str] = Field(
        default_factory=list, description="Ours: what the flow is filed under: `smoke`, say."
    )
    steps: list[Step]

    @model_validator(mode="before")
    @classmethod
    def _number_steps(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("steps"), list):
            return data
        return {**data, "steps": list(_numbered(data["steps"]))}

    @property
    def digest(self) -> str:
        """The same sixteen hex digits for the same content, others for any other."""
        told = json.dumps(self.dump(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def timeout_of(self, step: Step) -> int:
        """The step's timeout in ms."""
        return step.timeout_ms or self.defaults.timeout_ms

    def dump(self) -> dict[str, Any]:
        """The config as it is written to a file: what was left out stays left out."""
        data: dict[str, Any] = _written(self)
        if not data["tags"]:
            del data["tags"]
        for step in data["steps"]:
            if not step["parameter_refs"]:
                del step["parameter_refs"]
            if not step["optional"]:
                del step["optional"]
        return data


def _written(value: Any) -> Any:
    """Plain data: known fields without a value are left out, unknown ones are kept as they came."""
    match value:
        case BaseModel():
            known = {name: getattr(value, name) for name in type(value).model_fields}
            given = {name: _written(item) for name, item in known.items() if item is not None}
            return given | (value.model_extra or {})
        case list():
            return [_written(item) for item in value]
        case _:
            return value


def _numbered(steps: list[Any]) -> Iterator[Any]:
    taken = {step.get("id") for step in steps if isinstance(step, dict)}
    for ordinal, step in enumerate(steps, 1):
        if not isinstance(step, dict):
            yield step
            continue
        numbered = {**step, "ordinal": ordinal}
        if not step.get("id"):
            numbered["id"] = _free_id(ordinal, taken)
            taken.add(numbered["id"])
        yield numbered


def _free_id(ordinal: int, taken: set[Any]) -> str:
    name = f"step_{ordinal}"
    while name in taken:
        name += "_"
    return name
