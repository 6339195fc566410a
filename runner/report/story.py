"""A run as it is told: its steps with all that belongs to each, its repairs, its failure. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePath
from typing import Any, Final, Literal

from runner.contract.patch import Patch
from runner.contract.run import Run

Verdict = Literal["passed", "repaired", "failed", "broken", "cancelled", "unfinished"]

# What a page does of its own accord, and what is told of a step besides its end.
_ASIDES: Final = frozenset({"dialog_opened", "page_opened", "page_closed", "download_saved"})
_NETWORK: Final = "Failed to load resource"
# Of a message, the line that names what was near; what comes after it in the line stays.
_NEAREST: Final = re.compile(r"\nNearest on the page: .*?(?:\. (?=Not repaired: )|$)", re.MULTILINE)
BROKEN_FROM: Final = 2
TITLE: Final = 90


@dataclass(frozen=True)
class FellThrough:
    """A better-ranked selector that did not lead to the element, and the one that did."""

    selector: str
    reason: str
    used: str
    waited_ms: float


@dataclass(frozen=True)
class PageError:
    """An error of the page's own: `kind` is `console`, `network`, `exception`, `download`, ..."""

    kind: str
    text: str
    url: str | None
    step: int | None


@dataclass(frozen=True)
class StepTold:
    """A step and what happened in it. `place` is its position in the story from 1, `began_ms` its time
    since the run's start."""

    place: int
    step_id: str
    number: int | None
    description: str
    action: str
    selector: str | None
    status: str
    began_ms: float
    duration_ms: float | None = None
    rank: int | None = None
    error: str | None = None
    remedy: str | None = None
    screenshot: str | None = None
    inserted: bool = False
    verifying: bool = False
    fell_through: tuple[FellThrough, ...] = ()
    asides: tuple[str, ...] = ()
    patches: tuple[Patch, ...] = ()
    errors: tuple[PageError, ...] = ()

    @property
    def state(self) -> str:
        """Its status, or `repaired` where it passed only because its element was found anew."""
        mended = self.status == "passed" and any(patch.applied for patch in self.patches)
        return "repaired" if mended else self.status


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file, and where in it: a path like `$.steps[1].action`."""

    path: str
    message: str


@dataclass(frozen=True)
class Failure:
    """Why a flow failed: what the terminal event tells of it, in the order a person asks for it."""

    message: str
    category: str
    exit_code: int
    step_id: str | None = None
    ordinal: int | None = None
    remedy: str | None = None
    url: str | None = None
    sought: tuple[str, ...] = ()
    saw: tuple[str, ...] = ()
    matches: tuple[Mapping[str, Any], ...] = ()
    nearest: tuple[Mapping[str, Any], ...] = ()
    problems: tuple[Problem, ...] = ()
    screenshot: str | None = None
    aria_snapshot: str | None = None

    @property
    def unlisted(self) -> str:
        """The message without the nearest elements, where these are listed by themselves."""
        return _NEAREST.sub("\n", self.message).strip() if self.nearest else self.message


@dataclass(frozen=True)
class Story:
    """One run, told. Times in ms; paths of files are as the events name them."""

    run_id: str
    mode: str
    verdict: Verdict
    headline: str
    prompt: str
    start_url: str
    source: str | None
    row: int | None
    digest: str | None
    started_at: str | None
    duration_ms: float | None
    steps: tuple[StepTold, ...]
    patches: tuple[Patch, ...]
    failure: Failure | None
    errors: tuple[PageError, ...]
    limitations: tuple[str, ...]
    issues: tuple[str, ...]
    said: tuple[tuple[str, str], ...]
    total: int
    unreached: tuple[str, ...]
    model: Mapping[str, Any] | None
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What a person calls the run: its file, else its sentence, else where it began."""
        if self.source:
            name = PurePath(self.source).name
            return name if self.row is None else f"{name}, row {self.row}"
        return shortened(self.prompt) or self.start_url or "A run"

    @property
    def counted(self) -> tuple[int, int]:
        """How many of its own steps passed, and how many were begun."""
        own = [step for step in self.steps if not step.inserted and not step.verifying]
        return sum(step.status == "passed" for step in own), len(own)


def told(run: Run) -> Story:
    """The story of a run, whatever state it is in."""
    teller = _Teller(run)
    for event in run.events_json:
        teller.take(event)
    return teller.story()


class _Teller:
    """Folds events, in their order."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.steps: list[StepTold] = []
        self.errors: list[PageError] = []
        self.said: list[tuple[str, str]] = []
        self.planned: Sequence[Mapping[str, Any]] = ()
        self.beginning: Mapping[str, Any] = {}
        self.ending: Mapping[str, Any] = {}
        self.began = _time(run.started_at or run.created_at)

    def take(self, event: Mapping[str, Any]) -> None:
        """Take in one event, as it stands in the run object."""
        details = event["details"]
        match event["type"]:
            case "created":
                self.beginning = {**details, **self.beginning}
            case "running":
                self.planned = details.get("steps") or ()
            case "step_started":
                self._begin(event)
            case "step_finished":
                self._finish(event)
            case "selector_fell_through":
                self._add(fell_through=(*self._last("fell_through"), _fell(details)))
            case "page_error":
                self._note_error(event)
            case "question_asked":
                self.said.append(("asked", event["message"]))
            case "user_message" if details.get("role") == "user":
                self.said.append(("answered", event["message"]))
            case "completed" | "failed" | "cancelled":
                self.ending = event
            case kind if kind in _ASIDES and not self.ending:
                self._add(asides=(*self._last("asides"), event["message"]))
            case _:
                pass

    def story(self) -> Story:
        """All of it."""
        run, told_of = self.run, self.beginning
        summary = run.summary_json or {}
        failure = self._failure()
        patches = tuple(Patch.model_validate(each) for each in run.repair_patches_json)
        return Story(
            run_id=run.id,
            mode=run.mode,
            verdict=self._verdict(failure),
            headline=str(self.ending.get("message") or "It has not ended."),
            # the event's sentence is masked by the engine, which knows more secrets than whoever asked
            prompt=str(told_of.get("prompt") or run.prompt or ""),
            start_url=str(told_of.get("start_url") or run.start_url or ""),
            source=told_of.get("source"),
            row=told_of.get("row"),
            digest=told_of.get("digest"),
            started_at=run.started_at or run.created_at,
            duration_ms=self._since(self.ending.get("timestamp") or run.updated_at)
            if run.started_at
            else None,
            steps=tuple(self._with_patches(patches)),
            patches=patches,
            failure=failure,
            errors=tuple(self.errors),
            limitations=tuple(summary.get("limitations", [])),
            issues=tuple(summary.get("issues", [])) if run.status == "completed" else (),
            said=tuple(self.said),
            total=summary.get("total_steps")
            or len((run.test_config_json or {}).get("steps", []))
            or self._own,
            unreached=tuple(self._unreached()),
            model=summary.get("model_usage"),
            files=dict(run.artifacts_json),
        )

    def _unreached(self) -> Iterator[str]:
        """The steps of the file that the run did not come to, in words."""
        begun = {step.step_id for step in self.steps}
        for step in self.planned:
            if step.get("step_id") not in begun:
                yield f"{step.get('ordinal')} {step.get('description') or step.get('action')}"

    @property
    def _own(self) -> int:
        return sum(not step.inserted and not step.verifying for step in self.steps)

    def _verdict(self, failure: Failure | None) -> Verdict:
        match self.run.status:
            case "completed":
                return "repaired" if self.run.repaired else "passed"
            case "failed":
                return "broken" if failure and failure.exit_code >= BROKEN_FROM else "failed"
            case "cancelled":
                return "cancelled"
            case _:
                return "unfinished"

    def _failure(self) -> Failure | None:
        failure = self.ending.get("details", {}).get("failure")
        if self.ending.get("type") != "failed":
            return None
        return _failure(failure if isinstance(failure, Mapping) else {}, str(self.ending["message"]))

    def _begin(self, event: Mapping[str, Any]) -> None:
        details = event["details"]
        ordinal = details.get("ordinal")
        self.steps.append(
            StepTold(
                place=len(self.steps) + 1,
                step_id=str(details.get("step_id") or ""),
                number=ordinal if isinstance(ordinal, int) else None,
                description=str(details.get("description") or event["message"]),
                action=str(details.get("action") or ""),
                selector=details.get("selector"),
                status="unfinished",
                began_ms=self._since(event["timestamp"]) or 0.0,
                inserted=bool(details.get("inserted")),
                verifying=bool(details.get("verifying")),
            )
        )

    def _finish(self, event: Mapping[str, Any]) -> None:
        details = event["details"]
        self._add(
            status=str(details.get("status") or "passed"),
            duration_ms=details.get("duration_ms"),
            selector=details.get("selector") or self._last("selector"),
            description=str(details.get("description") or self._last("description")),
            rank=details.get("rank"),
            error=details.get("error"),
            remedy=details.get("remedy"),
            screenshot=details.get("screenshot"),
        )

    def _note_error(self, event: Mapping[str, Any]) -> None:
        details, text = event["details"], event["message"]
        kind = str(details.get("kind") or "error")
        if kind == "console" and text.startswith(_NETWORK):
            kind = "network"
        place = self.steps[-1].place if self.steps else None
        error = PageError(kind, text, details.get("url"), place)
        self.errors.append(error)
        self._add(errors=(*self._last("errors"), error))

    def _add(self, **changes: Any) -> None:
        if self.steps:
            self.steps[-1] = replace(self.steps[-1], **changes)

    def _last(self, name: str) -> Any:
        return getattr(self.steps[-1], name) if self.steps else ()

    def _with_patches(self, patches: Sequence[Patch]) -> Iterator[StepTold]:
        for step in self.steps:
            its_own = tuple(patch for patch in patches if patch.step_id == step.step_id and not step.inserted)
            yield replace(step, patches=its_own) if its_own else step

    def _since(self, moment: str | None) -> float | None:
        then = _time(moment)
        if then is None or self.began is None:
            return None
        return (then - self.began).total_seconds() * 1000


def _time(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None


def _fell(details: Mapping[str, Any]) -> FellThrough:
    return FellThrough(
        selector=str(details.get("selector", "")),
        reason=str(details.get("reason", "")),
        used=str(details.get("used", "")),
        waited_ms=float(details.get("waited_ms") or 0),
    )


def _failure(failure: Mapping[str, Any], message: str) -> Failure:
    code = failure.get("exit_code")
    return Failure(
        message=message,
        category=str(failure.get("category") or ""),
        exit_code=code if isinstance(code, int) else 1,
        step_id=failure.get("step_id"),
        ordinal=failure.get("ordinal"),
        remedy=failure.get("remedy") or None,
        url=failure.get("url"),
        sought=_texts(failure.get("sought")),
        saw=_texts(failure.get("saw")),
        matches=_elements(failure.get("matches")),
        nearest=_elements(failure.get("nearest")),
        problems=tuple(_problem(each) for each in failure.get("problems") or ()),
        screenshot=failure.get("screenshot"),
        aria_snapshot=failure.get("aria_snapshot"),
    )


def _texts(value: Any) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(element_name(item) if isinstance(item, Mapping) else str(item) for item in items)


def _problem(told_of: Any) -> Problem:
    if isinstance(told_of, Mapping):
        return Problem(str(told_of.get("path", "$")), str(told_of.get("message", "")))
    return Problem("$", str(told_of))


def _elements(value: Any) -> tuple[Mapping[str, Any], ...]:
    items = value if isinstance(value, list | tuple) else []
    return tuple(item if isinstance(item, Mapping) else {"name": str(item)} for item in items)


def shortened(text: str, limit: int = TITLE) -> str:
    """A text on one line, broken off between two words where it is longer than `limit`."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    whole = line[:limit].rsplit(" ", 1)[0].rstrip(" ,.;:")
    return f"{whole} …"


def element_name(element: Mapping[str, Any]) -> str:
    """An element as a person says it, for example `button "Save"`."""
    what = element.get("role") or element.get("tag") or "element"
    return f'{what} "{element.get("name") or element.get("text") or ""}"'
