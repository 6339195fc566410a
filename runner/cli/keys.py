"""`demo-runner keys`: the API keys of a service, without the service."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import click

from runner.cli.service import PLACE, accounts_of, service_options, user_name
from runner.cli.settings import debug_option
from runner.contract.errors import UsageError

if TYPE_CHECKING:
    from runner.service.settings import ServiceSettings
    from runner.service.store.accounts import AccountStore

_USER = click.option("--user", metavar="NAME", help="Whose key it is. [default: you]")


@click.group("keys")
def keys_group() -> None:
    """Make, list and revoke the API keys of a service."""


@keys_group.command("create")
@click.option("--name", default="API Key", show_default=True, metavar="TEXT", help="What it is for.")
@_USER
@service_options(**PLACE)
@debug_option
def create_command(name: str, user: str | None, asked: ServiceSettings) -> None:
    """Make a key and print it, this once."""

    async def create(accounts: AccountStore) -> None:
        owner = await accounts.user(user or user_name())
        key = await accounts.make_key(owner.id, name)
        click.echo(key.key)
        click.echo(f"The key {key.id} of {owner.login}. It cannot be shown again.", err=True)

    _with_accounts(create, asked)


@keys_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@service_options(**PLACE)
@debug_option
def list_command(as_json: bool, asked: ServiceSettings) -> None:
    """List all keys, revoked ones included."""

    async def show(accounts: AccountStore) -> None:
        keys = await accounts.keys()
        if as_json:
            shown = ("id", "name", "preview", "created_at", "last_used_at", "revoked_at")
            click.echo(json.dumps([{name: getattr(key, name) for name in shown} for key in keys], indent=2))
            return
        for key in keys:
            state = f"revoked {key.revoked_at}" if key.revoked_at else f"last used {key.last_used_at or '-'}"
            click.echo(f"{key.id}  {key.preview}  {key.name}  {state}")

    _with_accounts(show, asked)


@keys_group.command("revoke")
@click.argument("key_id", metavar="ID")
@service_options(**PLACE)
@debug_option
def revoke_command(key_id: str, asked: ServiceSettings) -> None:
    """Make a key useless."""

    async def revoke(accounts: AccountStore) -> None:
        if not await accounts.revoke(key_id):
            raise UsageError(f"There is no key {key_id}.", remedy="demo-runner keys list shows them.")
        click.echo(f"Revoked {key_id}")

    _with_accounts(revoke, asked)


@keys_group.command("approve")
@click.argument("code", metavar="CODE")
@_USER
@service_options(**PLACE)
@debug_option
def approve_command(code: str, user: str | None, asked: ServiceSettings) -> None:
    """Approve a device that asks for a key; CODE is its code, or the URL that it printed."""

    async def approve(accounts: AccountStore) -> None:
        owner = await accounts.user(user or user_name())
        if not await accounts.approve_device(_code_in(code), owner.id):
            raise UsageError("No device asks with that code.", remedy="Log in again to get a new one.")
        click.echo(f"Approved for {owner.login}")

    _with_accounts(approve, asked)


def _code_in(text: str) -> str:
    return parse_qs(urlsplit(text).query).get("device_code", [text])[0]


def _with_accounts(work: Callable[[AccountStore], Awaitable[None]], asked: ServiceSettings) -> None:
    async def run() -> None:
        async with accounts_of(asked) as accounts:
            await work(accounts)

    asyncio.run(run())
