"""`demo-runner serve`: the API, and the runs that are asked for through it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.settings import Settings, logging_options
from runner.contract.errors import UsageError

if TYPE_CHECKING:
    from runner.service.settings import ServiceSettings
    from runner.service.store.accounts import AccountStore

MISSING = "The service is not installed."
REMEDY = 'Install it with: pip install "demo-runner[serve]"'


def data_option(command: click.decorators.FC) -> click.decorators.FC:
    """`--data` and `--database-url`: where the service keeps what it knows."""
    command = click.option(
        "--database-url",
        envvar="DEMO_RUNNER_DATABASE_URL",
        metavar="URL",
        help="A PostgreSQL database, to share the work among machines. [default: SQLite in --data]",
    )(command)
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="DEMO_RUNNER_DATA",
        default=None,
        metavar="DIR",
        help="The folder for everything it keeps. [default: ~/.local/share/demo-runner]",
    )(command)


def work_options(command: click.decorators.FC) -> click.decorators.FC:
    """What holds wherever runs are carried out."""
    for option in (
        click.option(
            "--allow-host",
            "allow_hosts",
            multiple=True,
            metavar="HOST",
            help="A private host that runs may reach although others use this service, too.",
        ),
        click.option(
            "--artifacts-url",
            envvar="DEMO_RUNNER_ARTIFACTS_URL",
            metavar="URL",
            help="Where files of runs are kept, as s3://bucket/prefix. [default: in --data]",
        ),
    ):
        command = option(command)
    return command


def data_folder(given: Path | None) -> Path:
    """The folder that was named, else the user's own."""
    return (given or Path.home() / ".local" / "share" / "demo-runner").expanduser().absolute()


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 picks one.")
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    default=2,
    show_default=True,
    help="Runs carried out here at a time; 0 leaves them to `demo-runner worker`.",
)
@click.option(
    "--auth-attempts",
    type=click.IntRange(1),
    default=30,
    show_default=True,
    help="Wrong keys that one address may try a minute.",
)
@data_option
@work_options
@logging_options
@click.pass_obj
def serve_command(
    settings: Settings,
    host: str,
    port: int,
    workers: int,
    auth_attempts: int,
    data: Path | None,
    database_url: str | None,
    allow_hosts: tuple[str, ...],
    artifacts_url: str | None,
) -> int:
    """Serve the API that existing clients speak, for this machine or a team."""
    require_service()
    from runner.service.settings import ServiceSettings

    asked = ServiceSettings(
        data=data_folder(data),
        database_url=database_url,
        artifacts_url=artifacts_url,
        host=host,
        port=port,
        workers=workers,
        auth_attempts=auth_attempts,
        allow_hosts=allow_hosts,
    )
    return asyncio.run(_serve(asked, settings))


def require_service() -> None:
    """Raises UsageError, with the remedy, where the service's own dependencies are not installed."""
    try:
        import dbos  # noqa: F401
        import fastapi  # noqa: F401
        import sqlalchemy  # noqa: F401
    except ImportError as error:
        raise UsageError(MISSING, remedy=REMEDY) from error


async def _serve(asked: ServiceSettings, settings: Settings) -> int:
    from runner.log import configure
    from runner.service.api.serving import serving
    from runner.service.running import running

    configure(as_json=settings.log_json, verbose=settings.verbose or settings.log_json, mask=settings.mask)
    key = await _first_key(asked)
    async with running(asked) as service, serving(service) as server:
        click.echo(f"Serving {server.url} (its API: {server.url}/docs)")
        if key:
            click.echo(f"Your API key, shown this once: {key}")
        await server.ended()
    return 0


async def _first_key(asked: ServiceSettings) -> str | None:
    """On this machine alone, the first key is made without asking. Raises UsageError beyond it."""
    from runner.service.settings import is_loopback

    async with accounts_of(asked) as accounts:
        if await accounts.has_keys():
            return None
        if not is_loopback(asked.host):
            raise UsageError(
                f"There is no API key yet, so nothing is served on {asked.host}.",
                remedy="Make one first: demo-runner keys create (with the same --data and --database-url)",
            )
        user = await accounts.user(user_name())
        return (await accounts.make_key(user.id, "first key")).key


@asynccontextmanager
async def accounts_of(asked: ServiceSettings) -> AsyncIterator[AccountStore]:
    """The accounts of a service that need not run."""
    from runner.service.store.accounts import AccountStore
    from runner.service.store.database import opened

    asked.make_data_folder()
    async with opened(asked.database) as database:
        yield AccountStore(database)


def user_name() -> str:
    """Who runs this command, by the system's name for them."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "local"
