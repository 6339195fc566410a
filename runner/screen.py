"""What a person sees of a run: a line for each step as it ends, and where it fails the reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, assert_never

from rich.console import Console
from rich.status import Status
from rich.text import Text

from runner.contract.event import Event
from runner.contract.run import Run
from runner.following import failure_of

Say = Callable[[Text], None]

MARKS: Final[Mapping[str, tuple[str, str]]] = {
    "passed": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "skipped": ("-", "yellow"),
    "completed": ("✓", "bold green"),
    "cancelled": ("■", "yellow"),
}
NEAREST_SHOWN: Final = 5


class Screen:
    """Folds a run's events into lines. On a terminal a spinner shows the step under way."""

    def __init__(
        self, say: Say, *, title: str, folder: Path | None = None, spinner: Spinner | None = None
    ) -> None:
        self._say = say
        self._title = title
        self._folder = folder
        self._spinner = spinner
        self._under_way = False

    def __call__(self, event: Event, run: Run) -> None:
        """Tell of one event."""
        match event.type:
            case "running":
                self._say(Text(self._title, style="bold"))
            case "step_started":
                self._under_way = True
                self._spin(event.message)
            case "step_finished":
                self._under_way = False
                self._say(_step(event))
            case "page_closed" if not self._under_way:
                return  # the run's own tabs, closed at its end
            case "question_asked":
                self._spin(None)
                self._say(Text(f"  ? {event.message}", style="bold cyan"))
            case "question_answered":
                self._say(Text(f"    {event.message}"))
            case "completed" | "failed" | "cancelled":
                self._spin(None)
                for line in _ending(event, run):
                    self._say(line)
                if self._folder is not None:
                    self._say(_labelled("files", str(self._folder)))
                if report := run.artifacts_json.get("report.html"):
                    self._say(_labelled("report", report))
            case _:
                for line in _aside(event):
                    self._say(line)

    def _spin(self, message: str | None) -> None:
        if self._spinner is not None:
            self._spinner.show(message)


class Spinner:
    """Shows on a terminal what is under way; elsewhere nothing."""

    def __init__(self, console: Console) -> None:
        self._status: Status | None = console.status("") if console.is_terminal else None
        self._shown = False

    def show(self, message: str | None) -> None:
        """Show the message, or with None stop."""
        if self._status is None:
            return
        if message is not None:
            self._status.update(Text(message, style="dim"))
        if message is not None and not self._shown:
            self._status.start()
        elif message is None and self._shown:
            self._status.stop()
        self._shown = message is not None


def _step(event: Event) -> Text:
    details = event.details
    mark, style = MARKS.get(details.get("status", ""), ("·", "dim"))
    text = Text("  ")
    text.append(f"{mark} ", style=style)
    if isinstance(details.get("ordinal"), int):
        text.append(f"{details['ordinal']:>3}  ", style="dim")
    text.append(_shortened(str(details.get("description") or _described(details) or event.message)))
    if details.get("rank"):
        text.append(f"  by {details.get('selector')}", style="yellow")
    text.append(f"  {_duration(details.get('duration_ms'))}", style="dim")
    return text


def _described(details: Mapping[str, Any]) -> str:
    parts = [details.get("action"), details.get("selector"), details.get("value")]
    return " ".join(str(part) for part in parts if part is not None)


def _aside(event: Event) -> Iterator[Text]:
    """What is worth a line of its own between the steps."""
    match event.type:
        case "dialog_opened" | "page_opened" | "page_closed" | "page_error" | "selector_fell_through":
            yield Text(f"      {_shortened(event.message)}", style="dim")
        case "patch_proposed":
            yield Text(f"      {_shortened(event.message, 240)}", style="magenta")
        case "download_saved":
            yield Text(f"      {event.message}", style="dim")
        case "user_message" if event.details.get("role") == "user":
            yield Text(f"  > {_shortened(event.message)}", style="cyan")
        case "distilled" | "verify_started" | "verify_finished" | "held" | "resumed" | "element_picked":
            yield Text(f"  {event.message}", style="dim")
        case "created" | "test_config_updated" | "observed" | "decided" | "artifact_saved" | "user_message":
            return
        case "running" | "step_started" | "step_finished" | "question_asked" | "question_answered":
            return  # these have been told where they belong
        case "completed" | "failed" | "cancelled" | "user_ordered" | "patch_reviewed":
            return
        case _:
            assert_never(event.type)


def _ending(event: Event, run: Run) -> Iterator[Text]:
    if event.type == "failed":
        yield from _failure(event, run)
    else:
        mark, style = MARKS[event.type]
        yield Text.assemble((f"{mark} ", style), (event.message, style))
    if any(patch["applied"] for patch in run.repair_patches_json):
        state = "Passed with repairs" if event.type == "completed" else "Repairs were made before that"
        yield Text(f"  {state}: look at them with `demo-runner patch show`.", style="magenta")
    summary = run.summary_json or {}
    for limitation in summary.get("limitations", []):
        yield Text(f"  note: {limitation}", style="yellow")
    if usage := summary.get("model_usage"):
        yield _labelled("model", _cost(usage))


def _cost(usage: Mapping[str, Any]) -> str:
    """What the model has cost, in a line."""
    about = "about " if usage.get("estimated") else ""
    tokens = usage["input_tokens"] + usage["output_tokens"]
    parts = [f"{usage['requests']} requests", f"{about}{tokens:,} tokens"]
    if "dollars" in usage:
        parts.append(f"{about}${usage['dollars']:.4f}")
    return ", ".join(parts)


def _failure(event: Event, run: Run) -> Iterator[Text]:
    failure = failure_of(run)
    mark, style = MARKS["failed"]
    yield Text.assemble((f"{mark} ", style), (event.message, style))
    for label, value in _evidence(failure):
        first, *rest = value.splitlines() or [""]
        yield _labelled(label, first)
        for line in rest:
            yield _labelled("", line)


def _labelled(label: str, value: str) -> Text:
    return Text.assemble((f"  {label:<12}", "dim"), value)


def _evidence(failure: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is known of a failure, in the order a person asks for it."""
    if sought := failure.get("sought"):
        yield "sought", _listed(sought)
    if saw := failure.get("saw"):
        yield "on the page", _listed(saw)
    if matches := failure.get("matches"):
        yield "matches", _listed(matches)
    if nearest := failure.get("nearest"):
        yield "nearest", _listed(nearest)
    if remedy := failure.get("remedy"):
        yield "to try", str(remedy)
    for label, key in (("page", "url"), ("screenshot", "screenshot"), ("page tree", "aria_snapshot")):
        if value := failure.get(key):
            yield label, str(value)


def _listed(value: Any) -> str:
    if not isinstance(value, list | tuple):
        return str(value)
    lines = [_candidate(item) for item in value[:NEAREST_SHOWN]]
    more = len(value) - len(lines)
    return "\n".join([*lines, f"and {more} more"] if more > 0 else lines)


def _candidate(item: Any) -> str:
    if not isinstance(item, Mapping):
        return _shortened(str(item))
    name = (
        f'{item.get("role") or item.get("tag") or "element"} "{item.get("name") or item.get("text") or ""}"'
    )
    return f"{name}  {item['selector']}" if item.get("selector") else name


def _duration(milliseconds: float | None) -> str:
    if milliseconds is None:
        return ""
    return f"{milliseconds:.0f} ms" if milliseconds < 10_000 else f"{milliseconds / 1000:.1f} s"


def _shortened(text: str, limit: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
