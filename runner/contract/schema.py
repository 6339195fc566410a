"""The JSON Schemas of our formats (draft 2020-12), generated from the models for use from any language.

`python -m runner.contract.schema FOLDER` writes them; with `--check` it says whether they are up to date.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from runner.contract.config import TestConfig
from runner.contract.event import Event
from runner.contract.message import FeedMessage
from runner.contract.patch import Patch
from runner.contract.run import Run

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_FORMATS: Final[Mapping[str, TypeAdapter[Any]]] = {
    "test-config": TypeAdapter(TestConfig),
    "event": TypeAdapter(Event),
    "patch": TypeAdapter(Patch),
    "run": TypeAdapter(Run),
    "feed-message": TypeAdapter(FeedMessage),
}


def schema(name: str) -> dict[str, Any]:
    """The schema of one format: `test-config`, `event`, `patch`, `run` or `feed-message`."""
    generated = _FORMATS[name].json_schema(mode="validation")
    return {"$schema": DIALECT, "$id": f"urn:demo-runner:schema:{name}", **generated}


def texts() -> dict[str, str]:
    """Every schema as the text of its file, by file name."""
    return {
        f"{name}.schema.json": json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"
        for name in _FORMATS
    }


def drift(folder: Path) -> list[str]:
    """The files in `folder` that differ from what the models generate, missing and left-over ones."""
    expected = texts()
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.schema.json")}
    return sorted(name for name in expected.keys() | there.keys() if expected.get(name) != there.get(name))


def main() -> None:
    """Write the schemas, or check them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is out of date")
    arguments = parser.parse_args()
    stale = drift(arguments.folder)
    if arguments.check:
        raise SystemExit(f"out of date, run `make schemas`: {', '.join(stale)}" if stale else 0)
    for name, text in texts().items():
        (arguments.folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
