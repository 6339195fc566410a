"""Real recordings: what `demo-runner record` made of bundled prompts, as it was written, on one port."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from runner.contract.config import TestConfig
from runner.replay.reading import read_flow

FOLDER: Final = Path(__file__).parent / "recordings"
NAMES: Final = sorted(path.stem for path in FOLDER.glob("*.json"))
each_recording = pytest.mark.parametrize("name", NAMES)


def recording(name: str) -> TestConfig:
    config, warnings = read_flow(FOLDER / f"{name}.json")
    assert warnings == []
    return config
