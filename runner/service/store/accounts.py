"""Users, their API keys, and devices that ask for one. Tokens are stored by their digests only."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import RowMapping, func, insert, select, update

from runner.contract.event import utc_now
from runner.service.auth.tokens import digest, new_device_code, new_key, preview, same
from runner.service.store.database import Database
from runner.service.store.tables import API_KEYS, DEVICES, FACTS, USERS

DEVICE_MINUTES: Final = 10
TOUCH_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class User:
    """Whose runs they are."""

    id: str
    login: str


@dataclass(frozen=True, slots=True)
class Key:
    """An API key, as far as it may be shown; `key` is there only where it has just been made."""

    id: str
    user_id: str
    name: str
    preview: str
    created_at: str
    last_used_at: str | None = None
    revoked_at: str | None = None
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Device:
    """A device that asks for a key."""

    name: str
    user_id: str | None
    used: bool
    expired: bool


class AccountStore:
    """The accounts in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def user(self, login: str) -> User:
        """The user of that name, made if there is none."""
        found = await self._user(USERS.c.login == login)
        if found:
            return found
        user = User(str(uuid.uuid4()), login)
        async with self._database.writing() as connection:
            await connection.execute(insert(USERS), {"id": user.id, "login": login, "created_at": utc_now()})
        return user

    async def user_by_id(self, user_id: str) -> User | None:
        """The user of that id."""
        return await self._user(USERS.c.id == user_id)

    async def _user(self, condition: Any) -> User | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(USERS.c.id, USERS.c.login).where(condition))).first()
        return User(row.id, row.login) if row else None

    async def make_key(self, user_id: str, name: str) -> Key:
        """A new key. This is the only time that it can be seen."""
        text = new_key()
        key = Key(str(uuid.uuid4()), user_id, name, preview(text), utc_now(), key=text)
        row = {
            "id": key.id,
            "user_id": user_id,
            "name": name,
            "digest": digest(text),
            "preview": key.preview,
            "created_at": key.created_at,
        }
        async with self._database.writing() as connection:
            await connection.execute(insert(API_KEYS), row)
        return key

    async def owner_of(self, token: str) -> tuple[User, Key] | None:
        """Whose key that is, unless it has been revoked."""
        given = digest(token)
        wanted = (
            select(API_KEYS, USERS.c.login)
            .join(USERS, USERS.c.id == API_KEYS.c.user_id)
            .where(API_KEYS.c.digest == given, API_KEYS.c.revoked_at.is_(None))
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        if row is None or not same(row["digest"], given):
            return None
        key = _key(row)
        await self._touch(key)
        return User(key.user_id, row["login"]), key

    async def _touch(self, key: Key) -> None:
        """Note that the key is in use; once a minute is enough."""
        if key.last_used_at and _seconds_since(key.last_used_at) < TOUCH_SECONDS:
            return
        async with self._database.writing() as connection:
            await connection.execute(
                update(API_KEYS).where(API_KEYS.c.id == key.id).values(last_used_at=utc_now())
            )

    async def keys(self, user_id: str | None = None) -> list[Key]:
        """The user's keys (or all), oldest first, revoked ones included."""
        wanted = select(API_KEYS).order_by(API_KEYS.c.created_at, API_KEYS.c.id)
        if user_id is not None:
            wanted = wanted.where(API_KEYS.c.user_id == user_id)
        async with self._database.reading() as connection:
            return [_key(row) for row in (await connection.execute(wanted)).mappings()]

    async def has_keys(self) -> bool:
        """Whether there is a key that opens anything."""
        wanted = select(func.count()).select_from(API_KEYS).where(API_KEYS.c.revoked_at.is_(None))
        async with self._database.reading() as connection:
            return bool(await connection.scalar(wanted))

    async def revoke(self, key_id: str, user_id: str | None = None) -> bool:
        """Make a key useless; False if there is none of that id."""
        mine = [API_KEYS.c.id == key_id]
        if user_id is not None:
            mine.append(API_KEYS.c.user_id == user_id)
        revoked = func.coalesce(API_KEYS.c.revoked_at, utc_now())
        async with self._database.writing() as connection:
            done = await connection.execute(update(API_KEYS).where(*mine).values(revoked_at=revoked))
        return done.rowcount > 0

    # -- devices ---------------------------------------------------------------------------------------

    async def start_device(self, name: str) -> str:
        """A code that the device asks with, valid for ten minutes."""
        code = new_device_code()
        expires = (datetime.now(UTC) + timedelta(minutes=DEVICE_MINUTES)).isoformat(timespec="milliseconds")
        row = {"digest": digest(code), "name": name, "expires_at": expires.replace("+00:00", "Z")}
        async with self._database.writing() as connection:
            await connection.execute(insert(DEVICES), row)
        return code

    async def device(self, code: str) -> Device | None:
        """The device that asks with that code."""
        async with self._database.reading() as connection:
            row = (
                (await connection.execute(select(DEVICES).where(DEVICES.c.digest == digest(code))))
                .mappings()
                .first()
            )
        if row is None:
            return None
        return Device(row["name"], row["user_id"], row["used"], row["expires_at"] <= utc_now())

    async def approve_device(self, code: str, user_id: str) -> bool:
        """Let the device have a key of that user; False if it no longer asks."""
        waiting = (
            DEVICES.c.digest == digest(code),
            DEVICES.c.used.is_(False),
            DEVICES.c.expires_at > utc_now(),
        )
        async with self._database.writing() as connection:
            done = await connection.execute(update(DEVICES).where(*waiting).values(user_id=user_id))
        return done.rowcount > 0

    async def take_key(self, code: str) -> Key | None:
        """The key for an approved device, made now and given once."""
        mine = (DEVICES.c.digest == digest(code), DEVICES.c.used.is_(False), DEVICES.c.user_id.is_not(None))
        taken = update(DEVICES).where(*mine).values(used=True).returning(DEVICES.c.user_id, DEVICES.c.name)
        async with self._database.writing() as connection:
            row = (await connection.execute(taken)).first()
        return await self.make_key(row.user_id, row.name) if row else None

    # -- the installation ------------------------------------------------------------------------------

    async def fact(self, name: str, value: str) -> str:
        """What is known under that name; `value` from now on, if nothing was."""
        wanted = select(FACTS.c.value).where(FACTS.c.name == name)
        async with self._database.writing() as connection:
            known = await connection.scalar(wanted)
            if known is None:
                await connection.execute(insert(FACTS), {"name": name, "value": value})
        return known if known is not None else value


def _key(row: RowMapping) -> Key:
    return Key(
        row["id"],
        row["user_id"],
        row["name"],
        row["preview"],
        row["created_at"],
        row["last_used_at"],
        row["revoked_at"],
    )


def _seconds_since(time: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(time)).total_seconds()
