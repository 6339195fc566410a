"""JUnit XML, valid by the schemas of Apache Ant and of Jenkins; GitLab and others read it, too.

Neither lets a test case have properties, and Ant's gives only suites an output: so each file is a suite, with
a case for each row of its data.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path, PurePath
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from runner.artifacts import write_text
from runner.report.outcome import Outcome, failure_lines, posix, step_lines

# What XML 1.0 cannot say at all, however it is escaped.
_UNSPEAKABLE: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NO_FOLDER: Final = "flows"
NEVER: Final = "1970-01-01T00:00:00"


def write_junit(file: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the outcomes as JUnit XML, all at once. Raises ArtifactsNotWritable."""
    write_text(file, junit(outcomes))


def junit(outcomes: Sequence[Outcome]) -> str:
    """The outcomes as JUnit XML."""
    root = Element("testsuites")
    suites = groupby(outcomes, key=lambda each: each.file or PurePath(each.name))
    for number, (_, cases) in enumerate(suites):
        root.append(_suite(number, list(cases)))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _suite(number: int, cases: Sequence[Outcome]) -> Element:
    first = cases[0]
    judged = [case.judgement for case in cases]
    suite = Element(
        "testsuite",
        {
            "name": _said(first.file.stem if first.file else first.name) or "flow",
            "package": _package(first),
            "id": str(number),
            "timestamp": (first.story.started_at or NEVER)[:19],
            "hostname": socket.gethostname() or "localhost",
            "tests": str(len(cases)),
            "failures": str(judged.count("failed")),
            "errors": str(judged.count("error")),
            "skipped": "0",
            "time": _seconds(sum(case.story.duration_ms or 0 for case in cases)),
        },
    )
    properties = SubElement(suite, "properties")
    for name, value in _properties(cases):
        SubElement(properties, "property", {"name": name, "value": _said(value)})
    for case in cases:
        suite.append(_case(case))
    SubElement(suite, "system-out").text = _text(_out(cases))
    SubElement(suite, "system-err").text = _text(_err(cases))
    return suite


def _case(case: Outcome) -> Element:
    element = Element(
        "testcase",
        {
            "name": _said(case.name),
            "classname": f"{_package(case)}.{_said(case.file.stem)}" if case.file else _package(case),
            "time": _seconds(case.story.duration_ms or 0),
        },
    )
    if case.judgement != "passed":
        kind = "failure" if case.judgement == "failed" else "error"
        about = {"message": _said(case.message), "type": _said(_kind(case))}
        SubElement(element, kind, about).text = _text(_why(case))
    return element


def _why(case: Outcome) -> Iterator[str]:
    """A failure in full: the reasons, then the steps up to it."""
    if case.story.failure:
        yield from failure_lines(case.story.failure)
    else:
        yield case.message
    yield ""
    yield from step_lines(case.story)
    if case.report:
        yield f"\nreport: {posix(case.report)}"


def _kind(case: Outcome) -> str:
    if case.story.verdict == "repaired":
        return "repaired"
    return (case.story.failure.category if case.story.failure else case.story.verdict) or case.story.verdict


def _properties(cases: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
    first = cases[0]
    if first.file:
        yield "file", posix(first.file)
    if first.story.start_url:
        yield "start_url", first.story.start_url
    for case in cases:
        tag = f".row-{case.row}" if case.row is not None else ""
        made = [patch for patch in case.story.patches if patch.applied]
        if made:
            yield f"repaired{tag}", ", ".join(patch.step_id for patch in made)
        if case.report:
            yield f"report{tag}", posix(case.report)


def _out(cases: Sequence[Outcome]) -> Iterator[str]:
    for case in cases:
        yield f"{case.name}: {case.story.headline}"
        yield from step_lines(case.story)


def _err(cases: Sequence[Outcome]) -> Iterator[str]:
    for case in cases:
        for error in case.story.errors:
            yield f"{case.name}: {error.kind}: {error.text}  {error.url or ''}".rstrip()


def _package(case: Outcome) -> str:
    """The folder of its file, the way Java would call it: servers group by that."""
    if case.file is None:
        return "recordings"
    parts = [
        part for part in PurePath(posix(case.file, Path.cwd())).parts[:-1] if part not in ("/", "..", ".")
    ]
    return _said(".".join(parts)) or NO_FOLDER


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.3f}"


def _text(lines: Iterable[str]) -> str:
    return _UNSPEAKABLE.sub("\ufffd", "\n".join(lines))


def _said(text: str) -> str:
    """A text on one line, as an attribute has it."""
    return _UNSPEAKABLE.sub("\ufffd", " ".join(text.split()))
