"""The saved pages and where they came from."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

PAGES: Final = Path(__file__).parent / "pages"
_MANIFEST: Final = PAGES / "manifest.json"
ORIGIN: Final = "http://app.example"


@dataclass(frozen=True, slots=True, order=True)
class SavedPage:
    """One page of one version of one application; `path` is where it was found."""

    app: str
    version: str
    name: str
    path: str
    licence: str

    @property
    def label(self) -> str:
        """How the page is named in reports."""
        return f"{self.app}-{self.version}/{self.name}"

    @property
    def url(self) -> str:
        """Where the page is served again; the host is never asked."""
        return ORIGIN + self.path

    def html(self) -> str:
        """The page's text."""
        file = PAGES / f"{self.app}-{self.version}" / f"{self.name}.html.gz"
        return gzip.decompress(file.read_bytes()).decode()


def manifest() -> list[SavedPage]:
    """Every saved page, in a fixed order."""
    if not _MANIFEST.exists():
        return []
    return sorted(SavedPage(**entry) for entry in json.loads(_MANIFEST.read_text(encoding="utf-8")))


def write_manifest(pages: Iterable[SavedPage]) -> None:
    """Say which pages are saved."""
    entries = [asdict(page) for page in sorted(pages)]
    _MANIFEST.write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")
