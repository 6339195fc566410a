"""The applications whose pages are measured: how each is installed, started and driven."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.async_api import Page

Visit = Callable[[Page, str], AsyncIterator[str]]
"""Drives the application at a base URL and yields a page's name whenever the page is worth saving."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version. `requirements` are as the registry's own client takes them; none if it is bundled."""

    name: str
    registry: Literal["PyPI", "npm"]
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """How to start it once its files are laid, and where it answers."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    answers_at: str = "/"


@dataclass(frozen=True, slots=True)
class App:
    """An application. `prepare` gets the installation, an empty folder and a port; `visit` drives it."""

    name: str
    licence: str
    versions: tuple[Version, ...]
    prepare: Callable[[Path, Path, int], Prepared]
    visit: Visit
