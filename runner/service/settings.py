"""What an installation is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from runner.contract.errors import UsageError
from runner.service.reach import Reach
from runner.service.store.database import in_file, read_url

DEFAULT_PORT: Final = 8080
DEFAULT_WORKERS: Final = 2
RUN_MINUTES: Final = 15


@dataclass(frozen=True)
class ServiceSettings:
    """Where it listens, what it keeps where, how much it does at a time.

    `workers` is how many runs this process carries out at a time; 0: none. Times in ms and s as they say.
    """

    data: Path
    database_url: str | None = field(default=None, repr=False)
    artifacts_url: str | None = None
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    workers: int = DEFAULT_WORKERS
    allow_hosts: tuple[str, ...] = ()
    run_timeout_ms: int = RUN_MINUTES * 60_000
    heartbeat_s: float = 2.0
    auth_attempts: int = 30

    @property
    def database(self) -> URL:
        """The database of our own tables."""
        return read_url(self.database_url) if self.database_url else in_file(self.data / "service.sqlite")

    @property
    def embedded(self) -> bool:
        """Whether everything is on this machine, in SQLite."""
        return self.database.get_backend_name() == "sqlite"

    @property
    def queue(self) -> URL | Path:
        """Where the queue is: beside the tables, in PostgreSQL in a schema of its own."""
        if not self.embedded:
            return self.database
        return Path(self.database.database or "").with_suffix(".queue.sqlite")

    @property
    def reach(self) -> Reach:
        """What runs may reach."""
        return Reach(self.team, self.allow_hosts)

    def make_data_folder(self) -> None:
        """Make the folder, for its owner's eyes only. Raises UsageError if that cannot be."""
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise UsageError(
                f"The folder {self.data} cannot be made: {error.strerror}.",
                remedy="Name another with --data.",
            ) from error

    @property
    def team(self) -> bool:
        """Whether others than the one at this machine use it."""
        return not self.embedded or not is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that host."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
