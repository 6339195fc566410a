"""What the commands of the service share: the options that say what it is to be, and its accounts."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from runner.cli.settings import Command
from runner.contract.errors import UsageError

if TYPE_CHECKING:
    from runner.service.settings import ServiceSettings
    from runner.service.store.accounts import AccountStore

MISSING: Final = "The service is not installed."
REMEDY: Final = 'Install it with: pip install "demo-runner[serve]"'

Option = Callable[[Callable[..., Any]], Callable[..., Any]]

# Each by the field of ServiceSettings that it is for.
PLACE: Final[Mapping[str, Option]] = {
    "data": click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="DEMO_RUNNER_DATA",
        default=Path("~/.local/share/demo-runner"),
        show_default=True,
        metavar="DIR",
        help="The folder for everything it keeps.",
    ),
    "database_url": click.option(
        "--database-url",
        envvar="DEMO_RUNNER_DATABASE_URL",
        metavar="URL",
        help="A PostgreSQL database, to share the work among machines. [default: SQLite in --data]",
    ),
}
WORK: Final[Mapping[str, Option]] = {
    "artifacts_url": click.option(
        "--artifacts-url",
        envvar="DEMO_RUNNER_ARTIFACTS_URL",
        metavar="URL",
        help="Where files of runs are kept, as s3://bucket/prefix. [default: in --data]",
    ),
    "allow_hosts": click.option(
        "--allow-host",
        "allow_hosts",
        multiple=True,
        metavar="HOST",
        help="A private host that runs may reach although others use this service, too.",
    ),
}


def service_options(**options: Option) -> Callable[[Command], Command]:
    """Give a command these options and, made from them, `asked`: the ServiceSettings.

    Raises UsageError, with the remedy, where the service's own dependencies are not installed.
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def asking(*arguments: Any, **given: Any) -> Any:
            asked = _settings(**{name: given.pop(name) for name in options})
            return command(*arguments, asked=asked, **given)

        decorated: Any = asking
        for option in reversed(options.values()):
            decorated = option(decorated)
        return decorated  # type: ignore[no-any-return]

    return decorate


def _settings(data: Path, **values: Any) -> ServiceSettings:
    require_service()
    from runner.service.settings import ServiceSettings

    return ServiceSettings(data=data.expanduser().absolute(), **values)


def require_service() -> None:
    """Raises UsageError, with the remedy, where the service's own dependencies are not installed."""
    try:
        import dbos  # noqa: F401
        import fastapi  # noqa: F401
        import sqlalchemy  # noqa: F401
    except ImportError as error:
        raise UsageError(MISSING, remedy=REMEDY) from error


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
