"""Signing in: with whom and what, in whichever order people say it."""

from __future__ import annotations

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.language.nouns import target_of
from runner.record.prompt.language.phrase import Phrase, width
from runner.record.prompt.language.values import pairs, value_of
from runner.record.prompt.language.verbs import Heard

_QUALITIES = frozenset({"wrong", "invalid", "incorrect", "valid", "correct", "right"})
_QUALIFIED = lexicon.SYNONYMS["password"] | lexicon.SYNONYMS["username"] | lexicon.SYNONYMS["email"]


def signing_in(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    options: dict[str, str] = {}
    fields: list[tuple[Target, Value]] = []
    while rest.lower(0) in ("please", ",", "pls", "now"):
        rest = rest[1:]
    while rest.lower(0) in ("to", "into", "in") and len(rest) > 1:
        at = next((at for at, _ in rest.find(("as", "with", "using", "like"), 1)), len(rest))
        rest = rest[at:]
        if at == 0:
            break
    tail = rest[1:] if rest.lower(0) in ("as", "with", "w", "using", "by", "like") else rest
    tail = _unqualified(tail)
    password_at = next((at for at, _ in tail.find(("with password", "using password", "password", "pw",
        "pass", "with the password",
                                                   "and password"), 0)), None)  # fmt: skip
    listed = pairs(tail) if password_at is not None or ":" in tail.text else None
    slash = tail.split(("/",))
    if listed and any(_is_password(target) for target, _ in listed):
        fields = listed
    elif len(slash) == 2 and len(tail) >= 3:
        fields = [
            (Target(name="username"), value_of(slash[0])),
            (Target(name="password"), value_of(slash[1])),
        ]
    elif password_at:
        user = tail[:password_at].trimmed()
        while len(user) and user.lower(-1) in ("and", "with", "using", ",", "the"):
            user = user[:-1]
        given = tail[password_at + width(tail.match(password_at, ("with the password", "with password",
            "using password", "and password",
                                                                 "password", "pw", "pass"))) :]  # fmt: skip
        fields = (
            [(Target(name="username"), value_of(user)), (Target(name="password"), value_of(given))]
            if len(user)
            else []
        )
    elif (middle := _two_values(tail)) is not None:
        fields = [(Target(name="username"), middle[0]), (Target(name="password"), middle[1])]
    elif len(tail) and tail.text:
        options["as"] = target_of(tail).name or tail.plain
    return [Intent("login", fields=tuple(fields), part=part, options=options)]


def _unqualified(tail: Phrase) -> Phrase:
    """Without what only says what is expected of it: "the wrong password x"."""
    kept = [
        token
        for at, token in enumerate(tail)
        if token.lower not in _QUALITIES or tail.lower(at + 1) not in _QUALIFIED
    ]
    return Phrase(tuple(kept), tail.source)


def _two_values(tail: Phrase) -> tuple[Value, Value] | None:
    pieces = [piece for piece in tail.split(("and", ",", "with")) if len(piece)]
    if len(pieces) == 2 and all(len(piece) == 1 for piece in pieces):
        return value_of(pieces[0]), value_of(pieces[1])
    return None


def _is_password(target: Target) -> bool:
    return target.name.lower() in lexicon.SYNONYMS["password"]
