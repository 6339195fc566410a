"""What pytest's options and pytest-playwright's fixtures ask of the playing of a flow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from runner.environment import environment_with, parameters_from
from runner.playing import Play
from runner.replay.flow import Flow

# The options of pytest-playwright that are there whenever its plugin is.
_OPTIONS: Final = ("tracing", "video", "screenshot")
# Where Playwright films, under names of its own.
FILMED: Final = "filmed"


def why_not(config: pytest.Config) -> str | None:
    """Why flows cannot be run in this session of pytest, if they cannot."""
    if any(config.getoption(name, None) is None for name in _OPTIONS):
        return (
            "Flows need pytest-playwright's options and fixtures, and its plugin is not there.\n"
            'Install it (pip install "demo-runner[pytest]"), and do not disable it with -p no:playwright.'
        )
    browsers = config.getoption("browser", [])
    if browsers and "chromium" not in browsers:
        return (
            f"Flows are replayed in Chromium, not in {' or '.join(browsers)}.\n"
            "Leave --browser out, add --browser chromium (flows run in that one), or leave the flows out: "
            "--ignore-glob='*.testconfig.json'."
        )
    return None


def asked(request: pytest.FixtureRequest, flow: Flow, folder: Path, given: Mapping[str, str]) -> Play:
    """The flow as it is to be played in this test; `given` goes before all other values."""
    config = request.config
    values = parameters_from(config.getoption("param"))
    values |= request.getfixturevalue("flow_parameters")
    values |= given
    env_file = config.getoption("env_file")
    values |= flow.from_environment(values, environment_with(Path(env_file) if env_file else None))
    tracing = config.getoption("tracing")
    return Play(
        flow=flow,
        folder=folder,
        values=values,
        secrets={name: values[name] for name in flow.secret_names if name in values},
        start_url=_start_url(flow, request.getfixturevalue("base_url")),
        repair=config.getoption("repair"),
        trace=tracing != "off",
        trace_kept="failed" if tracing == "retain-on-failure" else "always",
        pictures=config.getoption("screenshot") == "on",
        context=_context_arguments(request, folder),
    )


def _start_url(flow: Flow, base_url: str | None) -> str | None:
    """Where the flow begins: its own URL on the site that --base-url names."""
    site = urlsplit(base_url or "")
    recorded = flow.config.starting_url if flow.config else None
    return f"{site.scheme}://{site.netloc}" if base_url and recorded else base_url or None


def _context_arguments(request: pytest.FixtureRequest, folder: Path) -> dict[str, Any]:
    """As pytest-playwright makes its contexts: from the fixture, and from the test's own marker."""
    marker = request.node.get_closest_marker("browser_context_args")
    arguments = {
        **request.getfixturevalue("browser_context_args"),
        **(marker.kwargs if marker else {}),
    }
    if request.config.getoption("video") != "off":
        arguments["record_video_dir"] = str(folder / FILMED)
    return arguments


def sort_videos(config: pytest.Config, folder: Path, *, failed: bool) -> None:
    """Keep what was filmed, as video.webm or video-1.webm and so on, if --video says so."""
    wanted = config.getoption("video")
    filmed = folder / FILMED
    videos = sorted(filmed.glob("*.webm"), key=lambda video: video.stat().st_ctime)
    for number, video in enumerate(videos, 1):
        if wanted == "on" or failed:
            video.replace(folder / ("video.webm" if len(videos) == 1 else f"video-{number}.webm"))
        else:
            video.unlink()
    if filmed.is_dir():
        filmed.rmdir()
