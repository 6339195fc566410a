"""Exported Python runs with pytest-playwright as it is, and the app's database says what it says of a replay.

The exports for tools of the npm registry run in `python -m benchmarks.exchange`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from runner.exchange.writing import write
from runner.page.browser import choose_browser
from runner.site import bundled_prompts, unmet_at_last
from tests.conftest import Fresh
from tests.exchange.recorded import recording

pytestmark = pytest.mark.browser

# Frames, fields of all kinds, a shadow root, a secret: and none of them disturbs the other's oracle.
RUN = ("buy-a-book", "subscribe-in-the-box", "sign-in-from-the-front-page")
CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {{**browser_type_launch_args, "executable_path": {executable!r}}}
"""


async def test_exported_python_passes_on_the_app(fresh: Fresh, tmp_path: Path) -> None:
    site = await fresh()
    conftest = CONFTEST.format(executable=str(choose_browser().executable))
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    for name in RUN:
        written = write(recording(name), "pytest", name)
        (tmp_path / written.file_name).write_text(written.text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"]
    process = await asyncio.create_subprocess_exec(
        *(*command, "--rootdir", str(tmp_path), "--base-url", site.url, str(tmp_path)),
        cwd=tmp_path,
        env={**os.environ, "PASSWORD": "lovelace-1843"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    for prompt in bundled_prompts():
        if prompt.name in RUN:
            assert await unmet_at_last(site.database, prompt.oracle) == []
