"""Who may import whom, `TYPE_CHECKING` imports included. Data flows one way, and this table says which."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

import pytest

import runner

PACKAGE: Final = Path(runner.__file__).parent

# What takes a flow or a sentence to its end.
PLAYS: Final = frozenset({"contract", "artifacts", "following", "page", "record", "replay", "report"})
# The layer a module belongs to, and the layers (or single modules) it may import besides its own.
# A command on the outside (cli) may import anything; nothing may import a command.
ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    "agents": PLAYS | {"__version__", "environment", "playing", "verify"},
    "contract": frozenset(),
    "assets": frozenset(),
    "log": frozenset({"contract"}),
    "page": frozenset({"contract", "assets"}),
    "record": frozenset({"contract", "assets", "page"}),
    "replay": frozenset({"contract", "assets", "page", "record.plan"}),
    "verify": frozenset({"contract", "page", "record", "replay"}),
    "artifacts": frozenset({"contract"}),
    "report": frozenset({"contract", "assets", "artifacts"}),
    "exchange": frozenset({"contract", "page.selector", "page.absence", "page.awaited", "page.values"}),
    "feed": frozenset({"contract", "live"}),
    "service": frozenset(
        {
            "contract",
            "assets",
            "page.browser",
            "record",
            "replay",
            "verify",
            "artifacts",
            "feed",
            "live",
            "log",
            "report",
        }
    ),
    "environment": frozenset({"contract"}),
    "playing": PLAYS,
    "pytest_plugin": frozenset(
        {"contract", "artifacts", "environment", "following", "page", "playing", "replay", "screen"}
    ),
    "following": frozenset({"contract", "artifacts"}),
    "screen": frozenset({"contract", "following"}),
    "live": frozenset({"assets"}),
    "site": frozenset({"contract", "assets"}),
    "testing": frozenset(
        {
            "contract",
            "assets",
            "page",
            "record",
            "replay",
            "verify",
            "artifacts",
            "feed",
            "live",
            "site",
            "log",
        }
    ),
}
OUTERMOST: Final = frozenset({"cli", ""})
LAUNCHER: Final = "page.browser"
LAUNCH_SIDE: Final = frozenset(
    {"async_playwright", "sync_playwright", "Playwright", "PlaywrightContextManager"}
)


def modules() -> dict[str, ast.Module]:
    """Every module of ours by its name below `runner`; the package itself is the empty name."""
    return {
        ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        .removesuffix("__init__")
        .rstrip("."): ast.parse(path.read_text(encoding="utf-8"), str(path))
        for path in sorted(PACKAGE.rglob("*.py"))
        if "_assets" not in path.parts
    }


MODULES: Final = modules()


def ours(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """What of ours a module imports, wherever in it: line and name below `runner`."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, name.name) for name in names if name.name.split(".")[0] == "runner")
            case ast.ImportFrom(level=0, module=str(module), names=names) if module.split(".")[0] == "runner":
                yield from ((node.lineno, f"{module}.{name.name}") for name in names)
            case _:
                pass


def allowed(layer: str, imported: str) -> bool:
    below = imported.removeprefix("runner").lstrip(".")
    permitted = {layer} | ALLOWED[layer]
    return any(below == name or below.startswith(f"{name}.") for name in permitted)


def layer_of(module: str) -> str:
    return module.split(".")[0]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_layer_may(module: str) -> None:
    layer = layer_of(module)
    if layer in OUTERMOST:
        return
    assert layer in ALLOWED, f"a new layer, runner/{layer}: say in this table what it may import"
    wrong = [f"line {line}: {name}" for line, name in ours(MODULES[module]) if not allowed(layer, name)]
    assert wrong == []


@pytest.mark.parametrize("module", MODULES)
def test_imports_are_absolute(module: str) -> None:
    relative = [
        node.lineno for node in ast.walk(MODULES[module]) if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_only_one_module_launches_the_browser() -> None:
    launchers = {
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("playwright")
        and LAUNCH_SIDE & {name.name for name in node.names}
    }
    assert launchers == {LAUNCHER}


def test_only_one_module_calls_models() -> None:
    calling = {
        module
        for module, tree in MODULES.items()
        if {"pydantic_ai", "genai_prices", "openai", "anthropic"} & set(foreign_names(tree))
    }
    assert calling == {MODEL}


def test_only_the_page_layer_knows_playwright() -> None:
    """Engines speak to the page layer; what they need of Playwright's types goes through it."""
    knowing = {layer_of(module) for module, tree in MODULES.items() if "playwright" in foreign_names(tree)}
    assert knowing <= {"page", "pytest_plugin", "record", "replay", "testing"}


def test_what_is_imported_is_declared() -> None:
    """Otherwise it works here, where the developers' packages are, and breaks at a user's."""
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base, extras = project["dependencies"], project["optional-dependencies"]
    special = {"agents", "service", "pytest_plugin"}
    plain = [module for module in MODULES if layer_of(module) not in special and module != MODEL]
    assert undeclared(base, plain) <= ASKED_FOR
    plugin = [module for module in MODULES if layer_of(module) == "pytest_plugin"]
    assert undeclared([*base, *extras["pytest"]], plugin) == set()
    agents = [module for module in MODULES if layer_of(module) == "agents"]
    assert undeclared([*base, *extras["mcp"]], agents) == set()
    assert undeclared([*base, *extras["model"]], [MODEL]) == set()
    serving = [module for module in MODULES if layer_of(module) == "service"]
    assert undeclared([*base, *extras["serve"], *extras["video"]], [*plain, *serving]) == set()


MODEL: Final = "record.model"
# `cli/serve.py` looks whether the service is installed, and says how it is where it is not; so does
# `report/video.py` for its encoder.
ASKED_FOR: Final = frozenset({"dbos", "fastapi", "imageio_ffmpeg", "sqlalchemy"})


def undeclared(declared: list[str], modules: list[str]) -> set[str]:
    """What the modules import of packages that are not among the declared ones."""
    names = {re.split(r"[<>=!~;\[ ]", each)[0].lower() for each in declared}
    shipped_by = packages_distributions()
    foreign = {name for module in modules for name in foreign_names(MODULES[module])}
    return {name for name in foreign if not names & {each.lower() for each in shipped_by.get(name, [name])}}


def foreign_names(tree: ast.AST) -> Iterator[str]:
    """The top names of what a module imports that is neither ours nor the standard library's."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                tops = {name.name.split(".")[0] for name in names}
            case ast.ImportFrom(level=0, module=str(module)):
                tops = {module.split(".")[0]}
            case _:
                continue
        yield from tops - sys.stdlib_module_names - {"runner"}


def test_the_law_itself_catches_a_breach() -> None:
    guilty = ast.parse("if TYPE_CHECKING:\n    from runner.cli import main\nimport runner.replay.replayer")
    found = [name for _, name in sorted(ours(guilty)) if not allowed("record", name)]
    assert found == ["runner.cli.main", "runner.replay.replayer"]
    assert allowed("replay", "runner.record.plan.Planner")
    assert not allowed("replay", "runner.record.planner")
