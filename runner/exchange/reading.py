"""Other tools' recordings as TestConfigs: which format a file is in, and who reads it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any, Final

from runner.contract.errors import ConfigError, UsageError
from runner.exchange.chrome.importing import import_chrome
from runner.exchange.draft import Imported
from runner.exchange.playwright.importing import import_program
from runner.exchange.playwright.python_reading import read_python
from runner.exchange.playwright.typescript_reading import read_typescript
from runner.exchange.selenium.importing import import_selenium

_KNOWN: Final = (
    "a Chrome Recorder JSON, a Selenium IDE .side, or a Playwright test in Python, TypeScript or JavaScript"
)


def read(
    source: str, file_name: str, base_url: str | None = None, format_name: str | None = None
) -> list[Imported]:
    """Every recording in a file. `base_url` is what its relative addresses are relative to.

    Raises ConfigError for a file that is broken, UsageError for one of no known format.
    """
    chosen = format_name or format_of(source, file_name)
    if chosen is None:
        raise UsageError(
            f"{file_name} is in no known format.", remedy=f"Give {_KNOWN}; --from says which it is."
        )
    imported = READERS[chosen](source, file_name, base_url)
    if not imported:
        raise ConfigError(f"{file_name} holds no recording.", remedy=f"Give {_KNOWN}.")
    return imported


def format_of(source: str, file_name: str) -> str | None:
    """The format of a file, by its name, else by what is in it."""
    suffix = PurePath(file_name).suffix.lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if source.lstrip()[:1] == "{":
        return _kind_of_json(source)
    if re.search(r"^\s*(import .* from ['\"]|const .*require\()", source, re.MULTILINE):
        return "typescript"
    return "python" if _is_python(source) else None


def _kind_of_json(source: str) -> str | None:
    try:
        data = json.loads(source)
    except ValueError:
        return "chrome"
    if isinstance(data, dict):
        return "selenium" if "tests" in data else "chrome" if "steps" in data else None
    return None


def _is_python(source: str) -> bool:
    try:
        return "playwright" in source and bool(ast.parse(source).body)
    except SyntaxError:
        return False


def _python(source: str, file_name: str, base_url: str | None) -> list[Imported]:
    return import_program(read_python(source, file_name), _stem(file_name), base_url)


def _typescript(source: str, file_name: str, base_url: str | None) -> list[Imported]:
    return import_program(read_typescript(source, file_name), _stem(file_name), base_url)


def _chrome(source: str, file_name: str, base_url: str | None) -> list[Imported]:
    return [import_chrome(_json(source, file_name), _stem(file_name), base_url)]


def _selenium(source: str, file_name: str, base_url: str | None) -> list[Imported]:
    return import_selenium(_json(source, file_name), base_url)


def _json(source: str, file_name: str) -> dict[str, Any]:
    try:
        data = json.loads(source)
    except ValueError as error:
        raise ConfigError(f"{file_name} is not JSON: {error}.", remedy=f"Give {_KNOWN}.") from error
    except RecursionError as error:
        raise ConfigError(f"{file_name} is nested too deeply.") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{file_name} is not a recording: it holds no object.", remedy=f"Give {_KNOWN}.")
    return data


def _stem(file_name: str) -> str:
    stem = PurePath(file_name).name.split(".")[0].removeprefix("test_")
    return stem if stem.strip("-") else "recorded"


READERS: Final[Mapping[str, Callable[[str, str, str | None], list[Imported]]]] = {
    "chrome": _chrome,
    "selenium": _selenium,
    "python": _python,
    "typescript": _typescript,
}
_SUFFIXES: Final = {
    ".py": "python",
    ".side": "selenium",
    **dict.fromkeys((".ts", ".js", ".mjs", ".cjs", ".mts", ".tsx", ".jsx"), "typescript"),
}
