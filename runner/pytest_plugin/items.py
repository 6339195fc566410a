"""A file of a flow becomes tests: one, or one for each row of the data beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from runner.artifacts import write_json
from runner.contract.errors import DemoRunnerError
from runner.contract.run import Run
from runner.pytest_plugin import SUFFIX
from runner.pytest_plugin.asked import asked, sort_videos, why_not
from runner.pytest_plugin.player import Played, Player
from runner.replay.flow import Flow, read
from runner.replay.rows import Row, check_columns, read_rows

DATA: Final = (".csv", ".tsv", ".jsonl", ".ndjson", ".json")
MAX_ID: Final = 60


class FlowFailed(Exception):
    """A flow was played and did not pass; the message is what a person would have seen of it."""


class FlowFile(pytest.File):
    """A `*.testconfig.json`."""

    def collect(self) -> Iterator[FlowItem]:
        """Its tests. All problems of the file, and of its data, are told at once."""
        if reason := why_not(self.config):
            raise self.CollectError(reason)
        flow = read(self.path)
        if flow.config is None:
            raise self.CollectError(str(flow.error))
        for warning in flow.warnings:
            self.warn(pytest.PytestWarning(f"{self.path.name}: {warning}"))
        for label, each in _cases(flow, self._rows(flow)):
            item: FlowItem = FlowItem.from_parent(self, name=f"{flow.name}{label}", flow=each)
            item.mark(flow.config.tags)
            yield item

    def _rows(self, flow: Flow) -> list[Row]:
        named = [self.path.with_name(f"{flow.name}.data{suffix}") for suffix in DATA]
        files = [file for file in named if file.is_file()]
        if len(files) > 1:
            raise self.CollectError(f"There is more than one file of data: {', '.join(map(str, files))}.")
        if not files:
            return []
        try:
            rows = read_rows(files[0])
            known = {item.name for item in flow.config.parameters} if flow.config else set()
            check_columns(files[0], rows, known)
        except DemoRunnerError as error:
            raise self.CollectError(str(error)) from error
        return rows


class FlowItem(pytest.Function):
    """A flow as a test: a function of pytest-playwright's fixtures, so these are set up as for any other."""

    flow: Flow

    def __init__(self, *, flow: Flow, **arguments: Any) -> None:
        super().__init__(callobj=_played, **arguments)
        self.flow = flow

    def mark(self, tags: Sequence[str]) -> None:
        """Give it the marker of flows, and one for each tag."""
        self.add_marker("flow")
        for tag in tags:
            if not (name := re.sub(r"\W+", "_", tag).strip("_")):
                continue
            if not any(re.match(rf"{name}\b", line) for line in self.config.getini("markers")):
                # Known from now on, so that --strict-markers takes it.
                self.config.addinivalue_line("markers", f'{name}: flows with the tag "{tag}"')
            self.add_marker(name)

    def play(self, request: pytest.FixtureRequest, player: Player, folder: Path) -> None:
        """Play it; raises FlowFailed."""
        self._note()
        wanted = asked(request, self.flow, folder, {})
        played = player.play(wanted, shown_from=self.config.invocation_params.dir)
        run = played.run
        sort_videos(self.config, folder, failed=run.status != "completed")
        self._note(played.relative(folder), run)
        if run.repaired and (place := self.config.getoption("save_repaired")):
            write_json(Path(place) / self._folder / f"{self.flow.name}{SUFFIX}", run.test_config_json)
        if run.status != "completed":
            raise FlowFailed(played.failure)
        if run.repaired and self.config.getoption("fail_on_repair"):
            raise FlowFailed(f"It passed only by repairs, and --fail-on-repair forbids that.\n{played.text}")
        self.add_report_section("call", "flow", played.text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any, **__: Any) -> Any:
        """The steps and what is known of the failure; a traceback would say nothing of the flow."""
        if isinstance(excinfo.value, FlowFailed | DemoRunnerError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    @property
    def _folder(self) -> Path:
        """The file's folder as it lies below pytest's root; for a file from elsewhere none."""
        folder, root = self.path.parent, self.config.rootpath
        return folder.relative_to(root) if folder.is_relative_to(root) else Path()

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it is and what it is called."""
        return self.path, None, self.name

    def _note(self, folder: str = "", run: Run | None = None) -> None:
        """Properties of the report: JUnit has them, and the summary has them from any worker."""
        ours = {"flow_files", "flow_repaired", "flow_tries"}
        self.user_properties[:] = [pair for pair in self.user_properties if pair[0] not in ours]
        if run is None:
            return
        self.user_properties.append(("flow_files", folder))
        if count := sum(patch["applied"] for patch in run.repair_patches_json) if run.repaired else 0:
            self.user_properties.append(("flow_repaired", count))
        if (tries := getattr(self, "execution_count", 1)) > 1:
            self.user_properties.append(("flow_tries", tries))


def _played(
    request: pytest.FixtureRequest,
    _demo_player: Player,
    browser_context_args: Mapping[str, Any],
    base_url: str | None,
    output_path: str,
    flow_parameters: Mapping[str, str],
) -> None:
    """What every flow's test does; the fixtures that are not used here are asked for by `asked`."""
    request.node.play(request, _demo_player, Path(output_path))


def _cases(flow: Flow, rows: Sequence[Row]) -> Iterator[tuple[str, Flow]]:
    """The flow, or the flow with each row, and what tells them apart."""
    if not rows:
        yield "", flow
        return
    for row, label in zip(rows, labels(rows, flow.secret_names), strict=True):
        yield f"[{label}]", replace(flow, row=row)


def labels(rows: Sequence[Row], secret: Sequence[str]) -> list[str]:
    """What rows are called: by the first column that tells them all apart, else by all; never by a secret."""
    names = dict.fromkeys(name for row in rows for name in row.values if name not in secret)
    columns = [[_word(row.values.get(name, "")) for row in rows] for name in names]
    for words in columns:
        if all(words) and len(set(words)) == len(rows):
            return words
    return [
        "-".join([*filter(None, words), str(row.number)]) for row, *words in zip(rows, *columns, strict=True)
    ]


def _word(value: str) -> str:
    word = re.sub(r"[^\w.@+-]+", "-", value).strip("-")
    return word if len(word) <= MAX_ID else ""


__all__ = ["FlowFailed", "FlowFile", "FlowItem", "Played", "labels"]
