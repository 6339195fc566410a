"""A TestConfig as other tools' tests: which formats there are, and what each cannot say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from runner.contract.config import TestConfig
from runner.exchange.chrome.exporting import recording_of
from runner.exchange.finding import Finding
from runner.exchange.playwright.exporting import script_of
from runner.exchange.playwright.program import Script
from runner.exchange.playwright.python_writing import markers, python
from runner.exchange.playwright.typescript_writing import typescript


@dataclass(frozen=True, slots=True)
class Written:
    """The file's text, what it should be called, and what it does not say as the config does."""

    text: str
    file_name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """One of the formats to write: how its files are called, and who writes them."""

    about: str
    file_name: str
    write: Callable[[TestConfig, str], tuple[str, list[Finding]]]


def write(config: TestConfig, format_name: str, name: str) -> Written:
    """`config` in a format of `FORMATS`; `name` is what the test is called, in any spelling."""
    form = FORMATS[format_name]
    words = _words(name)
    text, findings = form.write(config, "_".join(words))
    file_name = form.file_name.format(snake="_".join(words), kebab="-".join(words))
    return Written(text, file_name, tuple(findings))


def format_of(file_name: str) -> str | None:
    """The format that a file of that name would be in."""
    return next((name for name, suffix in _SUFFIXES.items() if file_name.endswith(suffix)), None)


def _by(writer: Callable[[Script], str]) -> Callable[[TestConfig, str], tuple[str, list[Finding]]]:
    def write_script(config: TestConfig, name: str) -> tuple[str, list[Finding]]:
        script, findings = script_of(config, name)
        return writer(script), findings

    return write_script


def _python(config: TestConfig, name: str) -> tuple[str, list[Finding]]:
    text, findings = _by(python)(config, name)
    marks = markers(config.tags)
    if list(config.tags) != marks:
        told = f"its tags are the markers {', '.join(marks) or '(none)'}: a marker is a name"
        findings.append(Finding("the whole file", "changed", told))
    if marks:
        findings.append(Finding("the whole file", "note", f"tell pytest of its markers: {', '.join(marks)}"))
    return text, findings


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", name.lower().removesuffix(".json").removeprefix("test_")) or ["recorded"]


FORMATS: Final[Mapping[str, Format]] = {
    "pytest": Format("pytest-playwright, Python", "test_{snake}.py", _python),
    "playwright": Format("Playwright Test, TypeScript", "{kebab}.spec.ts", _by(typescript)),
    "chrome": Format("Chrome's Recorder, JSON", "{kebab}.recorder.json", recording_of),
}
_SUFFIXES: Final = {"pytest": ".py", "playwright": ".ts", "chrome": ".json"}
