"""What is shipped: the container's recipe, as far as it holds without an engine, and the wheel for real."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

import runner

ROOT: Final = Path(runner.__file__).parent.parent
DOCKERFILE: Final = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def instructions(name: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.split(maxsplit=1)[1] for line in joined.splitlines() if line.split(maxsplit=1)[:1] == [name]]


def copied() -> list[str]:
    """What is copied from the checkout."""
    lines = [line.split() for line in instructions("COPY") if not line.startswith("--from")]
    return [source for *sources, _target in lines for source in sources]


def test_every_path_that_is_copied_exists_and_is_not_ignored() -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert copied()
    for path in copied():
        assert (ROOT / path).exists(), path
        assert any(fnmatch.fnmatch(path, pattern) for pattern in allowed), f"{path} is in .dockerignore"


def test_everything_the_wheel_is_made_of_is_copied() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], "pyproject.toml", PROJECT["project"]["readme"]}
    assert needed | set(PROJECT["project"]["license-files"]) <= set(copied())


def test_the_base_is_pinned_to_a_version() -> None:
    bases = {line.split()[0] for line in instructions("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-bookworm", bases.pop())


def test_the_container_does_not_run_as_root() -> None:
    users = instructions("USER")
    assert users
    assert users[-1] not in ("root", "0")
    assert f"useradd --create-home --uid 10001 {users[-1]}" in DOCKERFILE
    assert DOCKERFILE.index("USER") < DOCKERFILE.index("ENTRYPOINT")


def test_the_entry_point_is_the_command_and_resolves() -> None:
    assert json.loads(instructions("ENTRYPOINT")[0]) == ["demo-runner"]
    module, _, name = PROJECT["project"]["scripts"]["demo-runner"].partition(":")
    assert callable(getattr(import_module(module), name))


def test_pytest_finds_the_plugin() -> None:
    plugin = import_module(PROJECT["project"]["entry-points"]["pytest11"]["demo-runner"])
    assert callable(plugin.pytest_collect_file)


def test_artifacts_go_into_a_volume_and_the_browser_is_inside() -> None:
    assert json.loads(instructions("VOLUME")[0]) == ["/runs"]
    assert re.search(r"apt-get install .*\bchromium\b", DOCKERFILE.replace("\\\n", " "))
    assert "--no-sandbox" not in DOCKERFILE


def test_the_version_is_written_once() -> None:
    assert "version" in PROJECT["project"]["dynamic"]
    assert runner.__version__


def test_ci_runs_what_make_test_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-1] == "exec make test"


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the wheel installed as a user installs it; returns its folder of commands."""
    folder = tmp_path_factory.mktemp("away")
    pip = [sys.executable, "-m", "pip", "--quiet"]
    # Without an environment of its own for the build, or a pip of its own for the venv: they take longest.
    building = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(building, check=True, cwd=folder)
    (wheel,) = folder.glob("demo_runner-*.whl")
    _check_contents(wheel)
    venv.create(folder / "venv", with_pip=False)
    commands = folder / "venv" / "bin"
    installing = [*pip, "--python", str(commands / "python"), "install", "--no-compile", str(wheel)]
    subprocess.run(installing, check=True, cwd=folder)
    return commands


def _check_contents(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "selectors/grammar.md",
        "schemas/test-config.schema.json",
        "fixtures/app/serve.py",
        "live/index.html",
    ):
        assert f"runner/_assets/{wanted}" in names
    assert "runner/py.typed" in names
    assert not [name for name in names if "__pycache__" in name]
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"runner"}


def away_from_home(commands: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")
    }
    return subprocess.run(
        [commands / "demo-runner", *arguments],
        check=False,
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_the_wheel_works_away_from_the_checkout(away: Path, tmp_path: Path) -> None:
    assert "record" in away_from_home(away, "--help", cwd=tmp_path).stdout
    (tmp_path / "flow.json").write_text('{"steps": [{"action": "wait", "value": 1}]}')
    said = away_from_home(away, "config", "validate", "flow.json", cwd=tmp_path)
    assert (said.returncode, "is valid" in said.stdout) == (0, True), said.stderr
    doctor = json.loads(away_from_home(away, "doctor", "--json", cwd=tmp_path).stdout)
    places = {finding["name"]: finding["text"] for finding in doctor["findings"]}
    assert all("_assets" in places[name] for name in ("selectors", "schemas", "fixtures"))
    assert not any(str(ROOT) in text for text in places.values())


@pytest.mark.browser
def test_the_demo_works_away_from_the_checkout(away: Path, tmp_path: Path) -> None:
    said = away_from_home(away, "demo", cwd=tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.count("database agrees") == 2
    assert '"action": "expect"' in said.stdout
    assert list(tmp_path.glob("runs/*/record/test_config.json"))
    assert list(tmp_path.glob("runs/*/replay/run.json"))
