"""The real `arga` command, unchanged, in an environment of its own: it needs a newer Python than we do."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

REQUIREMENT: Final = "arga-cli==0.1.21"
NEWEST: Final = ("3.14", "3.13", "3.12")


@dataclass(frozen=True)
class Arga:
    """The command, logged in or not, with a home of its own."""

    executable: Path
    home: Path
    url: str

    async def __call__(self, *arguments: object, code: int = 0, env: dict[str, str] | None = None) -> str:
        """What the command prints; it must leave with `code`."""
        process = await self.start(*arguments, env=env)
        out, err = await process.communicate()
        assert process.returncode == code, out.decode() + err.decode()
        return out.decode() if code == 0 else err.decode()

    async def json(self, *arguments: object) -> Any:
        """What the command prints with `--json`."""
        return json.loads(await self(*arguments, "--json"))

    async def start(
        self, *arguments: object, env: dict[str, str] | None = None
    ) -> asyncio.subprocess.Process:
        """The command, started."""
        surroundings = {**os.environ, "HOME": str(self.home), "ARGA_API_URL": self.url, "BROWSER": "true"}
        return await asyncio.create_subprocess_exec(
            str(self.executable),
            *map(str, arguments),
            cwd=self.home,
            env={**surroundings, "PYTHONUNBUFFERED": "1", **(env or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )


def installed() -> Path | None:
    """The command in an environment that is kept for the next time; None without a Python for it."""
    python = _python()
    if python is None:
        return None
    name = hashlib.sha256(f"{python} {REQUIREMENT}".encode()).hexdigest()[:12]
    place = Path(tempfile.gettempdir()) / f"demo-runner-tests-{os.getuid()}" / f"arga-{name}"
    with FileLock(_made(place.parent) / "lock"):
        if not place.exists():
            _install(python, place)
    return place / "bin" / "arga"


def _install(python: str, place: Path) -> None:
    made = Path(tempfile.mkdtemp(dir=place.parent))
    subprocess.run([python, "-m", "venv", made], check=True)
    pip: list[str | Path] = [made / "bin" / "python", "-m", "pip", "install", "--quiet", REQUIREMENT]
    subprocess.run(pip, check=True, capture_output=True)
    # A script knows its interpreter by its path, so it is called through the interpreter instead.
    _write_launcher(made / "bin" / "arga")
    made.rename(place)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _write_launcher(path: Path) -> None:
    start = "import sys; from arga_cli.main import main; sys.argv[0] = 'arga'; main()"
    path.write_text(f'#!/bin/sh\nexec "$(dirname "$0")/python" -c "{start}" "$@"\n')
    path.chmod(0o755)


def _python() -> str | None:
    """A Python that is new enough: this one, one on the path, or one of pyenv's."""
    if sys.version_info >= (3, 12):
        return sys.executable
    candidates = [found for version in NEWEST if (found := shutil.which(f"python{version}"))]
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates += [str(path) for version in NEWEST for path in versions.glob(f"{version}.*/bin/python")]
    return next((path for path in candidates if _works(path)), None)


def _works(python: str) -> bool:
    asked = [python, "-c", "import ensurepip, sys; sys.exit(sys.version_info < (3, 12))"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0
