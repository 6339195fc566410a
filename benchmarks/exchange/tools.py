"""The tools that exports are for: pytest-playwright, and from npm Playwright Test and Puppeteer."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock

PACKAGES: Final = ("@playwright/test@1.65.1", "@puppeteer/replay@3.1.3", "puppeteer-core@24.43.1")
SELENIUM: Final = ("selenium-side-runner@4.0.13",)
NO_BROWSERS: Final = {"PUPPETEER_SKIP_DOWNLOAD": "1", "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}
_HEADLESS: Final = "goog:chromeOptions.args=[--headless=new,--no-sandbox,--disable-gpu]"
REPLAY: Final = Path(__file__).with_name("replay.mjs")
# A busy machine: how long a tool takes says nothing about an export.
TIMEOUT_S: Final = 240

_CONFTEST: Final = """
import pytest

@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {{**browser_type_launch_args, "executable_path": {executable!r}}}
"""
_CONFIG: Final = """
import {{ defineConfig }} from '@playwright/test';
export default defineConfig({{
  testDir: '.', workers: 1, reporter: 'line', timeout: 200_000,
  use: {{ launchOptions: {{ executablePath: {executable}, args: ['--no-sandbox'] }} }},
}});
"""


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools, and the browser that they all use."""

    node: Path
    executable: str
    side_runner: Path | str = "not asked for"

    async def pytest(
        self, files: Mapping[str, str], url: str, folder: Path, **environment: str
    ) -> str | None:
        """Run Python tests; what they said where one failed."""
        (folder / "conftest.py").write_text(_CONFTEST.format(executable=self.executable), encoding="utf-8")
        _write(folder, files)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--tb=short",
            "-p",
            "no:cacheprovider",
            "-c",
            "/dev/null",
        ]
        return await _run([*command, "--rootdir", ".", "--base-url", url, *files], folder, environment)

    async def playwright(
        self, files: Mapping[str, str], url: str, folder: Path, **environment: str
    ) -> str | None:
        """Run TypeScript tests with Playwright Test; what they said where one failed."""
        config = _CONFIG.format(executable=json.dumps(self.executable))
        _write(folder, {**files, "playwright.config.ts": config})
        _link(self.node, folder)
        command = ["node", "node_modules/@playwright/test/cli.js", "test"]
        return await _run(command, folder, {**environment, "BASE_URL": url})

    async def puppeteer(self, recording: str, folder: Path) -> str | None:
        """Replay a recording of Chrome's Recorder with Puppeteer; what it said where it failed."""
        _write(folder, {"recording.json": recording, "replay.mjs": REPLAY.read_text(encoding="utf-8")})
        _link(self.node, folder)
        return await _run(["node", "replay.mjs", self.executable, "recording.json"], folder, {})

    @property
    def selenium_missing(self) -> str | None:
        """Why Selenium's runner cannot be used; None where it can."""
        return self.side_runner if isinstance(self.side_runner, str) else None

    async def selenium(self, project: str, url: str, folder: Path) -> str | None:
        """Run all tests of a project of Selenium IDE; what its runner said where one failed."""
        _write(folder, {"project.side": project})
        wanted = f"browserName=chrome goog:chromeOptions.binary={self.executable} {_HEADLESS}"
        runner = Path(self.side_runner) / "node_modules" / "selenium-side-runner" / "dist" / "bin.js"
        command = ["node", str(runner), "-c", wanted, "--base-url", url, "project.side"]
        return await _run(command, folder, {})


def selenium_installed() -> Path | str:
    """The folder with Selenium's runner, which wants a chromedriver of the browser's version, or why not."""
    if shutil.which("chromedriver") is None:
        return "chromedriver is not installed"
    return installed(SELENIUM)


def installed(packages: Sequence[str] = PACKAGES) -> Path | str:
    """The folder with the npm packages, kept for the next time, or why there is none."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "npm is not installed"
    name = hashlib.sha256(" ".join(packages).encode()).hexdigest()[:12]
    place = Path(tempfile.gettempdir()) / f"demo-runner-tests-{os.getuid()}" / f"npm-{name}"
    place.parent.mkdir(mode=0o700, exist_ok=True)
    with FileLock(place.parent / "npm-lock"):
        return place if place.exists() else asyncio.run(_install(npm, place, packages))


async def _install(npm: str, place: Path, packages: Sequence[str]) -> Path | str:
    made = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=place.parent))
    (made / "package.json").write_text('{"private": true}', encoding="utf-8")
    command = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error", *packages]
    said = await _run(command, made, NO_BROWSERS)
    if said is not None:
        shutil.rmtree(made)
        return f"npm could not install its packages: {said.strip().splitlines()[-1] if said.strip() else '?'}"
    return await asyncio.to_thread(made.rename, place)


async def _run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> str | None:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            out, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return f"it did not end within {TIMEOUT_S} s"
    return None if process.returncode == 0 else out.decode(errors="replace")


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _link(node: Path, folder: Path) -> None:
    (folder / "node_modules").symlink_to(node / "node_modules")
