"""What the terminal is told of flows at the end, beyond passed and failed. Pure: from the reports alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest


def noteworthy(stats: Mapping[str, Sequence[Any]]) -> list[str]:
    """A line for each flow that was repaired, and for each that passed only when it was tried again."""
    passed = [report for report in stats.get("passed", ()) if isinstance(report, pytest.TestReport)]
    return [line for report in passed for line in _of(report, dict(report.user_properties))]


def _of(report: pytest.TestReport, properties: Mapping[str, Any]) -> Iterator[str]:
    folder = properties.get("flow_files")
    if count := properties.get("flow_repaired"):
        steps = "1 step" if count == 1 else f"{count} steps"
        yield f"REPAIRED {report.nodeid}: {steps}; see: demo-runner patch show {folder}"
    if tries := properties.get("flow_tries"):
        first = str(folder).removesuffix(f"-retry{tries - 1}")
        yield f"FLAKY {report.nodeid}: passed at try {tries}; the first try's files: {first}"
