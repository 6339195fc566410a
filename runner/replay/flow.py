"""A flow that is to be run: its file, what was read from it, a row of data, and where its values come from.

What every face that replays files needs, whoever asks: values given by hand, secrets of the environment, and
what of all this must never be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runner.contract.config import TestConfig
from runner.contract.errors import ConfigError
from runner.contract.masking import Mask
from runner.contract.run import Run
from runner.replay.reading import read_flow
from runner.replay.rows import Row
from runner.replay.saying import beginning


@dataclass(frozen=True)
class Flow:
    """A file that was read: its config and warnings about it, or why there is none; and a row of its data."""

    file: Path
    config: TestConfig | None = None
    error: ConfigError | None = None
    warnings: tuple[str, ...] = ()
    row: Row | None = None

    @property
    def title(self) -> str:
        """What a person calls the run."""
        return str(self.file) if self.row is None else f"{self.file}, row {self.row.number}"

    @property
    def name(self) -> str:
        """What its folder is called."""
        name = self.file.stem.removesuffix(".testconfig")
        return name if self.row is None else f"{name}-row-{self.row.number}"

    @property
    def secret_names(self) -> list[str]:
        """The parameters that the file says are secret."""
        return [item.name for item in self.config.parameters if item.secret] if self.config else []

    def from_environment(self, given: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
        """Its secrets that nobody gave, as far as the environment has them."""
        return {
            name: environment[name]
            for name in self.secret_names
            if name not in given and environment.get(name)
        }

    def mask(self, secrets: Mapping[str, str]) -> Mask:
        """What a run of it must not show: these secrets, and those of its row."""
        names = {*secrets, *self.secret_names}
        row = {} if self.row is None else {name: self.row.values.get(name, "") for name in names}
        return Mask({**secrets, **{name: value for name, value in row.items() if value}})

    def parameters(self, values: Mapping[str, str]) -> dict[str, str]:
        """What its parameters get: of these values, and of its row before them, those that it knows."""
        known = {**values, **(self.row.values if self.row else {})}
        names = [item.name for item in self.config.parameters] if self.config else []
        return {name: known[name] for name in names if name in known}

    def keeping(self, secrets: Mapping[str, str]) -> TestConfig:
        """Its config; what was given as a secret is treated as one, even where the file does not say so.

        Raises the error of a file that could not be read.
        """
        if self.config is None:
            raise self.error or ConfigError(f"{self.file} could not be read.")
        parameters = [
            item.model_copy(update={"secret": True, "value": None}) if item.name in secrets else item
            for item in self.config.parameters
        ]
        return self.config.model_copy(update={"parameters": parameters})

    def run(self, start_url: str | None = None) -> Run:
        """Its run, not begun."""
        if self.config is None:
            return Run(mode="rerun_from_config", start_url=start_url or "")
        return Run(
            mode="rerun_from_config",
            prompt=self.config.prompt or "",
            start_url=beginning(self.config, start_url) or "",
            test_config_json=self.config.dump(),
        )


def read(file: Path) -> Flow:
    """The flow in a file, or why there is none."""
    try:
        config, warnings = read_flow(file)
    except ConfigError as error:
        return Flow(file, error=error)
    return Flow(file, config, warnings=tuple(map(str, warnings)))
