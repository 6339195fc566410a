"""What the tree may hold: no importable data folders, small files, small functions, sorted public names."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

import runner
from runner.contract.event import EVENTS

PACKAGE: Final = Path(runner.__file__).parent
SOURCES: Final = sorted(path for path in PACKAGE.rglob("*.py") if "_assets" not in path.parts)
LONGEST_FILE: Final = 450
LONGEST_FUNCTION: Final = 60
VAGUE: Final = frozenset({"utils", "util", "helpers", "helper", "views", "manager", "common", "misc"})


def functions() -> list[tuple[str, int]]:
    """Every function of ours and its length in lines, without its docstring."""
    return [
        (f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}", _length(node))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


@pytest.mark.parametrize("name", ["selectors", "schemas"])
def test_a_data_folder_is_no_package(name: str) -> None:
    """A package named `selectors` shadows the standard library's and breaks asyncio."""
    folder = PACKAGE.parent / name
    assert [path.name for path in folder.rglob("*.py")] == []


def test_files_are_short() -> None:
    long = {
        path.name: count for path in SOURCES if (count := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_functions_are_short() -> None:
    lengths = functions()
    assert [name for name, length in lengths if length > LONGEST_FUNCTION] == []
    assert statistics.median(length for _, length in lengths) <= 10


def test_names_say_something() -> None:
    assert [str(path) for path in SOURCES if path.stem in VAGUE] == []


def test_nothing_catches_everything() -> None:
    """Only the outermost face may: there it becomes exit code 3, with the traceback in the log."""
    catching = [
        str(path.relative_to(PACKAGE))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) in BROAD)
    ]
    assert set(catching) <= {"cli/faults.py"}


BROAD: Final = frozenset({"Exception", "BaseException"})


def test_the_public_names_are_sorted_and_there() -> None:
    assert list(runner.__all__) == sorted(runner.__all__)
    assert sorted(runner.__all__) == sorted(set(runner.__all__))
    for name in runner.__all__:
        assert not isinstance(getattr(runner, name), ModuleType), f"a folder of ours is called {name}, too"
    assert set(runner.__all__) <= set(dir(runner))


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        runner.nothing_of_the_kind  # noqa: B018


def test_every_kind_of_event_happens() -> None:
    """That every kind is also shown, mypy holds: `screen.py` ends in assert_never."""
    engines = [path for path in SOURCES if path.relative_to(PACKAGE).parts[0] in ENGINES]
    written = {
        node.value
        for path in engines
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert set(EVENTS) - written == set()


ENGINES: Final = frozenset({"page", "record", "replay", "service", "verify.py", "cli"})
