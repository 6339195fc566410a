"""Who signs in, and with what: "as ada@x.org with {{PASSWORD}}", "with user ada and password ..."."""

from __future__ import annotations

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.language.nouns import target_of
from runner.record.prompt.language.phrase import Phrase, width
from runner.record.prompt.language.values import pairs, value_of
from runner.record.prompt.language.verbs import Heard

_QUALITIES = frozenset({"wrong", "invalid", "incorrect", "valid", "correct", "right"})
_QUALIFIED = lexicon.SYNONYMS["password"] | lexicon.SYNONYMS["username"] | lexicon.SYNONYMS["email"]
_PASSWORD = (
    "with the password", "with password", "using password", "and password", "password", "pw", "pass",
)  # fmt: skip
_BETWEEN = frozenset({"and", "with", "using", ",", "the"})
_WITH = frozenset({"as", "with", "w", "using", "by", "like"})

_Fields = list[tuple[Target, Value]]


def signing_in(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """Signing in, with what is said of user and password, else as whom."""
    said = _unqualified(_after_where(rest).without("()"))
    fields = _fields(said)
    options = {"as": target_of(said).name or said.plain} if not fields and said.text else {}
    return [Intent("login", fields=tuple(fields), part=part, options=options)]


def _after_where(rest: Phrase) -> Phrase:
    """What follows "please", "to the admin area", "as"."""
    while rest.lower(0) in ("please", ",", "pls", "now"):
        rest = rest[1:]
    while rest.lower(0) in ("to", "into", "in") and len(rest) > 1:
        rest = rest[next((at for at, _ in rest.find(("as", "with", "using", "like"), 1)), len(rest)) :]
    return rest[1:] if rest.lower(0) in _WITH else rest


def _unqualified(said: Phrase) -> Phrase:
    """Without what only says what is expected of it: "the wrong password x"."""
    kept = [
        token
        for at, token in enumerate(said)
        if said.lower(at) not in _QUALITIES or said.lower(at + 1) not in _QUALIFIED
    ]
    return Phrase(tuple(kept), said.source)


def _fields(said: Phrase) -> _Fields:
    password_at, words = next(said.find(_PASSWORD), (None, ""))
    listed = pairs(said) if password_at is not None or ":" in said.text else None
    if listed and any(_is_password(target) for target, _ in listed):
        return listed
    slash = said.split(("/",))
    if len(slash) == 2 and len(said) >= 3:
        return _both(value_of(slash[0]), value_of(slash[1]))
    if password_at:
        user = said[:password_at].trimmed()
        while len(user) and user.lower(-1) in _BETWEEN:
            user = user[:-1]
        return _both(value_of(user), value_of(said[password_at + width(words) :])) if len(user) else []
    two = _two_values(said)
    return _both(*two) if two is not None else []


def _both(user: Value, password: Value) -> _Fields:
    return [(Target(name="username"), user), (Target(name="password"), password)]


def _two_values(tail: Phrase) -> tuple[Value, Value] | None:
    pieces = [piece for piece in tail.split(("and", ",", "with")) if len(piece)]
    if len(tail) == 2 and tail.tokens[0].kind in ("email", "parameter"):
        pieces = [tail[:1], tail[1:]]  # "as ada@x.org (lovelace)"
    if len(pieces) == 2 and all(len(piece) == 1 for piece in pieces):
        return value_of(pieces[0]), value_of(pieces[1])
    return None


def _is_password(target: Target) -> bool:
    return target.name.lower() in lexicon.SYNONYMS["password"]
