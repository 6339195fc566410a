"""Where the data files lie that ship beside the code: page scripts, schemas, the bundled app, the live page.

A wheel carries them inside the package (`runner/_assets`); in a checkout, and so in an editable install,
they lie beside it. This is the only module that knows both.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, Literal

AssetFolder = Literal["selectors", "schemas", "fixtures", "live"]

_PACKAGE: Final = Path(__file__).resolve().parent


def folder(name: AssetFolder) -> Path:
    """The folder of that name; raises FileNotFoundError where the installation lacks it."""
    for parent in (_PACKAGE / "_assets", _PACKAGE.parent):
        candidate = parent / name
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"this installation of demo-runner lacks its {name}/ folder; install it again")


@cache
def script(name: str) -> str:
    """The text of the page script `selectors/<name>.js`, read once."""
    return (folder("selectors") / f"{name}.js").read_text(encoding="utf-8")
