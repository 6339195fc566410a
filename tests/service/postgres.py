"""A PostgreSQL server of one's own on loopback, where its binaries are installed (Debian: `postgresql`)."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROLE: Final = "tester"


def binaries() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, of the newest version."""
    found = shutil.which("pg_ctl")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return Path(found).parent if found else places[-1].parent if places else None


@contextmanager
def serving(programs: Path, host: str = "127.0.0.1") -> Iterator[str]:
    """A server at that address; yields its URL, with a database name to be put behind it."""
    folder = Path(tempfile.mkdtemp(prefix="demo-runner-postgres-"))
    user = _unprivileged()
    if user:
        shutil.chown(folder, user)
    with socket.socket() as probe:
        probe.bind((host, 0))
        port = probe.getsockname()[1]
    options = f"-p {port} -c listen_addresses={host} -c fsync=off -k {folder}"
    _run(user, programs / "initdb", "-A", "trust", "-U", ROLE, "-D", folder / "data")
    with (folder / "data" / "pg_hba.conf").open("a") as rules:
        rules.write(f"host all all {host}/24 trust\n")
    start = ["-D", folder / "data", "-o", options, "-l", folder / "log", "-w", "start"]
    _run(user, programs / "pg_ctl", *start)
    try:
        yield f"postgresql://{ROLE}@{host}:{port}/"
    finally:
        _run(user, programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _run(user: str | None, *command: object) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True,
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _unprivileged() -> str | None:
    """PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
