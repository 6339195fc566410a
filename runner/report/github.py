"""What a job on GitHub shows: annotations at the lines of files, and a summary in Markdown.

Workflow commands: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from runner.artifacts import writing
from runner.contract.places import line_of, line_of_step, parsed, read_text
from runner.report.html import MARKS, WORDS, duration
from runner.report.outcome import ONLY_BY_REPAIRS, Outcome, failure_lines, posix
from runner.report.repairs import place

SUMMARY: Final = "GITHUB_STEP_SUMMARY"
# GitHub takes 1 MiB a step.
LONGEST: Final = 900_000
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>&@])")

Level = Literal["error", "warning"]


def commands(outcomes: Sequence[Outcome], base: Path) -> Iterator[str]:
    """Workflow commands, one a line: an error for what did not pass, a warning for what was repaired.

    They point at the step's line in its file; paths are relative to `base`, the checkout.
    """
    for outcome in outcomes:
        text = read_text(outcome.file) if outcome.file else ""
        story = outcome.story
        if outcome.judgement != "passed" and story.verdict != "repaired":
            yield from _errors(outcome, text, base)
        level: Level = "error" if outcome.judgement == "failed" else "warning"
        for patch in story.patches if story.verdict == "repaired" else ():
            if patch.applied:
                line = _line_of(outcome, text, patch.step_id)
                message = f"{patch.reason}\n- {place(patch.old)}\n+ {place(patch.new)}"
                if level == "error":
                    message = f"{ONLY_BY_REPAIRS}\n{message}"
                yield _command(level, outcome, line, f"{outcome.name}: repaired", message, base)


def write_summary(outcomes: Sequence[Outcome], environment: Mapping[str, str] = os.environ) -> bool:
    """Append the summary to the job's, where GitHub says; whether it said. Raises ArtifactsNotWritable."""
    place = environment.get(SUMMARY)
    if not place:
        return False
    with writing(Path(place)), Path(place).open("a", encoding="utf-8") as file:
        file.write(summary(outcomes)[:LONGEST])
    return True


def summary(outcomes: Sequence[Outcome]) -> str:
    """All outcomes in Markdown: a table, and why those failed that did."""
    return "\n".join(_summary(outcomes)) + "\n"


def _summary(outcomes: Sequence[Outcome]) -> Iterator[str]:
    passed = sum(outcome.judgement == "passed" for outcome in outcomes)
    repaired = sum(outcome.story.verdict == "repaired" for outcome in outcomes)
    mended = f", {repaired} repaired" if repaired else ""
    yield f"### demo-runner: {passed} of {len(outcomes)} passed{mended}\n"
    yield "| | Test | Outcome | Steps | Took |"
    yield "|---|---|---|---:|---:|"
    for outcome in outcomes:
        story = outcome.story
        mark = MARKS["failed" if outcome.judgement == "failed" else story.verdict]
        steps = f"{story.counted[0]}/{story.total}"
        cells = (mark, _plain(outcome.name), WORDS[story.verdict], steps, duration(story.duration_ms))
        yield f"| {' | '.join(cells)} |"
    for outcome in outcomes:
        if outcome.judgement != "passed":
            yield from _told(outcome)


def _told(outcome: Outcome) -> Iterator[str]:
    yield f"\n<details><summary><b>{_plain(outcome.name)}</b>: {_plain(outcome.message)}</summary>\n"
    lines = list(failure_lines(outcome.story.failure)) if outcome.story.failure else [outcome.message]
    for line in lines:
        yield f"{_plain(line)}<br>"
    if outcome.report:
        yield f"\nReport: <code>{_plain(posix(outcome.report))}</code>"
    yield "\n</details>"


def _errors(outcome: Outcome, text: str, base: Path) -> Iterator[str]:
    failure = outcome.story.failure
    title = f"{outcome.name}: {WORDS[outcome.story.verdict].lower()}"
    if failure and failure.problems and text:
        for problem in failure.problems:
            line = line_of(text, parsed(problem.path))
            yield _command("error", outcome, line, title, f"{problem.path}: {problem.message}", base)
        return
    lines = list(failure_lines(failure)) if failure else [outcome.message]
    line = _line_of(outcome, text, failure.step_id if failure else None)
    yield _command("error", outcome, line, title, "\n".join(lines), base)


def _line_of(outcome: Outcome, text: str, step_id: str | None) -> int:
    """The line of the step of that id. The story knows its place among the file's steps by its number."""
    step = next((each for each in outcome.story.steps if each.step_id == step_id and each.number), None)
    return line_of_step(text, step.number - 1) if step and step.number else 1


def _command(level: Level, outcome: Outcome, line: int, title: str, message: str, base: Path) -> str:
    place = {"file": posix(outcome.file, base), "line": str(line)} if outcome.file else {}
    told = ",".join(f"{name}={_property(value)}" for name, value in {**place, "title": title}.items())
    return f"::{level} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[1])};", " ".join(text.split()))
