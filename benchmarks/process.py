"""What the command costs as a process: its start, and the memory of a run (Linux)."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.figure import Figure
from benchmarks.flow import config

COMMAND = (sys.executable, "-m", "runner.cli")


def command_start(rounds: int) -> Figure:
    """`demo-runner --help`, from start to end."""
    times = []
    for _ in range(rounds):
        started = perf_counter()
        subprocess.run([*COMMAND, "--help"], check=True, capture_output=True)
        times.append(perf_counter() - started)
    return Figure("demo-runner --help", statistics.median(times), "s", 0.25)


def run_memory(url: str) -> Figure:
    """The peak resident memory of the runner's own process in a 30-step replay, without the browser's."""
    with tempfile.TemporaryDirectory() as folder:
        flow = Path(folder) / "flow.json"
        flow.write_text(json.dumps(config(url).dump()))
        measured = subprocess.run(
            [sys.executable, "-c", _MEASURE, *COMMAND, "replay", str(flow), "--artifacts", folder],
            check=True,
            capture_output=True,
            text=True,
        )
    return Figure("memory of a run (runner process, peak)", int(measured.stdout) / 1024, "MiB")


_MEASURE = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(child.pid, 0)
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
