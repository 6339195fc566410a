"""The installation's one secret, and what follows from it: sealed credentials, JWTs, signed URLs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import jwt
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from runner.contract.errors import RunnerError, UsageError
from runner.service.auth.tokens import same

ENVIRONMENT: Final = "DEMO_RUNNER_SECRET_KEY"
JWT_SECONDS: Final = 12 * 3600
LINK_SECONDS: Final = 60 * 60
_ALGORITHM: Final = "HS256"
_ISSUER: Final = "demo-runner"
_ONLY_OWNER: Final = 0o600


@dataclass(frozen=True)
class Vault:
    """Holds the key. The first of several seals; all of them open, so that a key can be replaced."""

    keys: tuple[str, ...] = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Tells one key from another without telling the key."""
        return self._derived("fingerprint").hex()[:32]

    def seal(self, values: Mapping[str, str]) -> bytes | None:
        """Encrypt credentials; nothing is nothing."""
        return self._fernet.encrypt(json.dumps(dict(values)).encode()) if values else None

    def open(self, sealed: bytes | None) -> dict[str, str]:
        """The credentials again. Raises RunnerError if another key sealed them."""
        if sealed is None:
            return {}
        try:
            opened: dict[str, str] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise RunnerError(
                "Stored credentials cannot be opened: they were sealed with another key.",
                remedy=f"Put the old key behind the new one, with a comma, in {ENVIRONMENT}.",
            ) from error
        return opened

    def token(self, user_id: str, *, seconds: int = JWT_SECONDS) -> str:
        """A JWT for that user."""
        claims = {"sub": user_id, "iss": _ISSUER, "exp": int(time.time()) + seconds}
        return jwt.encode(claims, self._derived("jwt"), algorithm=_ALGORITHM)

    def user_of(self, token: str) -> str | None:
        """Whose JWT that is; None if it is not ours, or expired."""
        try:
            claims = jwt.decode(
                token,
                self._derived("jwt"),
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["exp", "sub", "iss"]},
            )
        except jwt.InvalidTokenError:
            return None
        return str(claims["sub"])

    def signed(self, path: str, *, now: float | None = None) -> str:
        """The path with an expiry, 60 minutes from now, and a signature."""
        expires = str(int(now if now is not None else time.time()) + LINK_SECONDS)
        return f"{path}?expires={expires}&signature={self._signature(path, expires)}"

    def admits(self, path: str, expires: str, signature: str) -> bool:
        """Whether a signed path is ours and has not expired."""
        if not same(self._signature(path, expires), signature):
            return False
        return expires.isascii() and expires.isdigit() and int(expires) >= time.time()

    def _signature(self, path: str, expires: str) -> str:
        message = f"{expires}\n{path}".encode("utf-8", "surrogatepass")
        made = hmac.new(self._derived("links"), message, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    @property
    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self.keys])

    def _derived(self, purpose: str) -> bytes:
        """A key of its own for each purpose."""
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"demo-runner {purpose}".encode())
        return derive.derive(base64.urlsafe_b64decode(self.keys[0]))


def open_vault(folder: Path, environment: Mapping[str, str] | None = None) -> Vault:
    """The key from the environment, else from the folder's `secret.key`, made if there is none.

    Raises UsageError if it is no key.
    """
    given = (os.environ if environment is None else environment).get(ENVIRONMENT)
    if given:
        return _checked(given, f"${ENVIRONMENT}")
    path = folder / "secret.key"
    if not path.exists():
        _make_key(path)
    return _checked(path.read_text(encoding="ascii", errors="replace"), str(path))


def _make_key(path: Path) -> None:
    """A new key, whole or not at all, and no other's in its place."""
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=".secret.")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(Fernet.generate_key().decode() + "\n")
    Path(beside).chmod(_ONLY_OWNER)
    with suppress(FileExistsError):
        path.hardlink_to(beside)
    Path(beside).unlink()


def _checked(text: str, where: str) -> Vault:
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    try:
        for key in keys:
            Fernet(key)
    except ValueError as error:
        raise UsageError(
            f"{where} holds no key.",
            remedy="A key is 32 random bytes in URL-safe base64; without one, demo-runner makes it.",
        ) from error
    if not keys:
        raise UsageError(f"{where} is empty.", remedy="Remove it, and a new key is made.")
    return Vault(keys)
