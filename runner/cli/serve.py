"""`demo-runner serve`: the API, and the runs that are asked for through it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import click

from runner.cli.service import PLACE, WORK, accounts_of, service_options, user_name
from runner.cli.settings import Settings, logging_options
from runner.contract.errors import UsageError

if TYPE_CHECKING:
    from runner.service.api.live import Invitation
    from runner.service.running import Service
    from runner.service.settings import ServiceSettings


@click.command("serve")
@service_options(
    host=click.option(
        "--host", default="127.0.0.1", show_default=True, metavar="HOST", help="Where to listen."
    ),
    port=click.option(
        "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 picks one."
    ),
    workers=click.option(
        "--workers",
        type=click.IntRange(0, 64),
        default=2,
        show_default=True,
        help="Runs carried out here at a time; 0 leaves them to `demo-runner worker`.",
    ),
    auth_attempts=click.option(
        "--auth-attempts",
        type=click.IntRange(1),
        default=30,
        show_default=True,
        help="Wrong keys that one address may try a minute.",
    ),
    **PLACE,
    **WORK,
)
@logging_options
@click.pass_obj
def serve_command(settings: Settings, asked: ServiceSettings) -> int:
    """Serve the API that existing clients speak, for this machine or a team."""
    return asyncio.run(_serve(asked, settings))


async def _serve(asked: ServiceSettings, settings: Settings) -> int:
    from runner.log import configure
    from runner.service.api.serving import serving
    from runner.service.running import running

    configure(as_json=settings.log_json, verbose=settings.verbose or settings.log_json, mask=settings.mask)
    key = await _first_key(asked)
    async with running(asked) as service, AsyncExitStack() as stack:
        invitation = await _invitation(service)
        server = await stack.enter_async_context(serving(service, invitation))
        click.echo(f"Serving {server.url} (its API: {server.url}/docs)")
        if invitation:
            click.echo(f"Open the live page, signed in: {server.url}/#sign-in={invitation.code}")
        if key:
            click.echo(f"Your API key, shown this once: {key}")
        await server.ended()
    return 0


async def _invitation(service: Service) -> Invitation | None:
    """On this machine alone, whoever reads the terminal is let into the live page without a key."""
    from runner.service.api.live import Invitation
    from runner.service.settings import is_loopback

    if not is_loopback(service.settings.host):
        return None
    return Invitation((await service.accounts.user(user_name())).id)


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
