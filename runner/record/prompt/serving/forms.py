"""Procedures of several steps: signing in, searching, submitting, dialogs, verbs that controls bear."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace
from typing import Final

from runner.page.observe import Observation
from runner.record.plan import Act, Decision
from runner.record.prompt.grounding.matching import decided, ground
from runner.record.prompt.grounding.names import folded, likeness
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.language.lexicon import SYNONYMS
from runner.record.prompt.serving.filling import put
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, ask, do, named, resolved
from runner.record.prompt.serving.querying import assigned
from runner.record.prompt.serving.seeking import absent, seek, seek_any
from runner.record.prompt.serving.service import Service, click, first_named

_SIGN_IN: Final = ("log in", "sign in", "login", "continue", "submit", "enter")
_SIGN_OUT: Final = ("log out", "sign out", "logout")
_NEXT: Final = ("next", "continue")
_USER_NAMES: Final = ("username", "email", "user", "login", "account", "name", "phone")
SUBMITS: Final = (
    "submit",
    "save",
    "send",
    "continue",
    "ok",
    "done",
    "confirm",
    "apply",
    "go",
    "finish",
    "next",
)
_CLOSES: Final = ("close", "×", "x", "✕", "dismiss", "cancel", "got it", "ok", "done")
_ACCEPTS: Final = (
    "accept",
    "ok",
    "yes",
    "confirm",
    "agree",
    "allow",
    "accept all",
    "got it",
    "continue",
    "delete",
    "remove",
)
_DECLINES: Final = ("cancel", "no", "decline", "reject", "dismiss", "not now", "close")
_DIALOGS: Final = frozenset({"dialog", "alertdialog"})
_SHOWN_USER: Final = re.compile(
    r"\b(?:user(?:\s?name)?|e-?mail|login|account)\b\s*(?:is|:|=|-)?\s*[“\"'`]?([^\s,;“”\"'`()]+)",
    re.IGNORECASE,
)
_SHOWN_PASSWORD: Final = re.compile(
    r"\b(?:password|passcode|pw)\b\s*(?:is|:|=|-)?\s*[“\"'`]?([^\s,;“”\"'`()]+)", re.IGNORECASE
)
_TOLD_PASSWORD: Final = re.compile(
    r"\b(?:password|passcode|pw)\b\s*(?:is|:|=)\s*[“\"'`]?([^\s,;“”\"'`()]+)", re.IGNORECASE
)
_SHOWN_PAIR: Final = re.compile(r"([^\s/,;:]+)\s*/\s*([^\s/,;]+)")


def signing_in(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Fill in user and password and press the button; open the form first where it is not there."""
    if _password(now.seen) is None and _user(now.seen, intent) is None:
        found = first_named(now.seen, _SIGN_IN[:3])
        if found is None:
            raise absent(now.seen, Target(name="Log in", kind="button"))
        now = yield from click(now, found.index, intent)
    user, password, now = yield from _credentials(now, intent)
    filling = replace(intent, options={**intent.options, "goes on": "yes"})
    at = _user(now.seen, intent)
    if at is not None:
        now = yield from put(now, at, filling, user, service)
    at = _password(now.seen)
    if at is None and (onward := first_named(now.seen, _NEXT)) is not None:
        now = yield from click(now, onward.index, intent)
        at = _password(now.seen)
    if at is None:
        raise Stuck("there is no password field", (), "say step by step how to sign in")
    now = yield from put(now, at, filling, password, service)
    return (yield from send_form(now, intent, service, _SIGN_IN))


def _password(seen: Observation) -> int | None:
    return next(
        (index for index, node in enumerate(seen.nodes) if node.type == "password" and node.ref), None
    )


def _user(seen: Observation, intent: Intent) -> int | None:
    """The field for the user's name: by what was said, by usual names, else the one before the password."""
    said = next(
        (target.name for target, _ in intent.fields if folded(target.name) not in SYNONYMS["password"]), ""
    )
    names = (said, *_USER_NAMES) if said else _USER_NAMES
    for name in names:
        found = [
            match
            for match in ground(seen, Target(name=name), "fill")
            if match.score > 0.7 and seen.nodes[match.index].type != "password"
        ]
        if found:
            return found[0].index
    password = _password(seen)
    if password is None:
        return None
    fields = [
        index for index, node in enumerate(seen.nodes[:password]) if node.role == "textbox" and node.ref
    ]
    return fields[-1] if fields else None


def _credentials(now: Moment, intent: Intent) -> Generator[Decision, Moment, tuple[Value, Value, Moment]]:
    """Who signs in: by the sentence, by parameters, by what the page tells, else by asking."""
    user = next((value for field, value in intent.fields if not _secret(field)), None)
    password = next((value for field, value in intent.fields if _secret(field)), None)
    said = intent.options.get("as", "")
    shown = shown_credentials(now.seen, said)
    person = "" if re.search(r"\b(account|user|credentials?|demo|test|default)\b", said) else said
    if person and shown and folded(person) != folded(shown[0]):
        shown = None
    user = user or _known(now, shown[0] if shown else "", person, "username", "user", "email", "login")
    password = password or _known(now, shown[1] if shown else "", "", "password", "pass", "passwd")
    if user is None:
        _, now = yield from ask(
            now, "Which user name or email should I sign in with?", "USERNAME", intent.part
        )
        user = Value("{{USERNAME}}", parameter="USERNAME")
    if password is None:
        question = f"What is the password for {resolved(now.goal, user.text)}?"
        _, now = yield from ask(now, question, "PASSWORD", intent.part)
        password = Value("{{PASSWORD}}", parameter="PASSWORD")
    return user, password, now


def _secret(field: Target) -> bool:
    return folded(field.name) in SYNONYMS["password"]


def _known(now: Moment, shown: str, said: str, *names: str) -> Value | None:
    """A value that was said, else a parameter's, else what the page shows."""
    parameter = named(now.goal, *names)
    found = said or parameter or shown
    return Value(found) if found else None


def shown_credentials(seen: Observation, said: str) -> tuple[str, str] | None:
    """User and password that the page shows for people to use, near the words that name the account."""
    text = seen.text.replace("\n", " ")
    starts = [found.start() for word in (said, "demo", "test", "sample", "example", "try") if word
              for found in re.finditer(re.escape(folded(word)), folded(text))]  # fmt: skip
    for start in starts[:8]:
        around = text[max(0, start - 120) : start + 240]
        password = _password_in(text[start : start + 240]) or _password_in(around)
        users = [
            found[1]
            for found in _SHOWN_USER.finditer(around)
            if folded(found[1]) not in ("and", "is", "password", "account")
        ]
        emails = re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", around)
        if password and (emails or users):
            return (emails or users)[0].rstrip("."), password
        if emails and (
            pair := re.search(re.escape(emails[0]) + r"\s*(?:/|\||,|:|–|-| and )\s*([^\s,;]+)", around)
        ):
            return emails[0], pair[1].rstrip(".")
        spoken = re.search(r"password|credentials?|log ?in|sign ?in|account", around, re.IGNORECASE)
        if spoken and (pair := _SHOWN_PAIR.search(around)):
            return pair[1], pair[2].rstrip(".")
    return None


def _password_in(text: str) -> str:
    """The password that a text tells: where it says so ("Password: x") rather than where a label stands."""
    told = _TOLD_PASSWORD.search(text) or _SHOWN_PASSWORD.search(text)
    return told[1].rstrip(".") if told else ""


def signing_out(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Sign out, opening the menu where the control is."""
    if (found := first_named(now.seen, _SIGN_OUT)) is not None:
        return (yield from click(now, found.index, intent))
    match, now = yield from seek(now, Target(name="Log out", wording=intent.part), "click", intent.part)
    return (yield from click(now, match.index, intent))


def searching(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Type into the search field, then press its button or Enter."""
    value = intent.value or Value()
    whole = Target(name=intent.part)
    named = [m for m in ground(now.seen, whole, "click") if m.score > 0.93] if not value.quoted else []
    if len(decided(now.seen, named)) == 1:  # "search flights", where that is what a button says
        return (yield from click(now, named[0].index, intent))
    if not value.quoted and (query := assigned(now.seen, resolved(now.goal, value.text))) is not None:
        return (yield from _querying(now, query, intent, service))
    at = _search_field(now.seen, intent)
    if at is None and (opener := first_named(now.seen, ("search",))) is not None:
        now = yield from click(now, opener.index, intent)
        at = _search_field(now.seen, intent)
    if at is None and "among" in intent.options:  # it is the page itself that is looked through
        kind = intent.options["among"]
        service.spoken = Target(name=value.text, kind=kind, wording=intent.part) if kind else None
        return now
    if at is None:  # nothing to search with: what is looked for is looked for on the page itself
        sought = intent.target or Target(name=value.text, quoted=value.quoted, wording=value.text)
        _, now = yield from seek_any(now, sought, "see", intent.part)
        service.spoken = sought
        return now
    now = yield from put(now, at, replace(intent, options={"search": "yes"}), value, service)
    following = service.pending[0] if service.pending else None
    if (following is not None and following.verb in ("press", "submit")) or _clicks_search(following):
        return now
    at = service.last_field(now.seen)
    button = button_beside(now.seen, at, ("search", "go", "find", "🔍"))
    if button is not None:
        return (yield from click(now, button, intent))
    if at is None:
        return now
    return (yield from do(now, Act("press", ref=now.node(at).ref, value="Enter", intent=intent.part)))


def _querying(now: Moment, query: list[tuple[int, str]], intent: Intent, service: Service) -> Procedure:
    """Fill in each field with its part of what is searched for, and send it off."""
    inner = replace(intent, options={"goes on": "yes"})
    for ref, text in [(now.node(at).ref, text) for at, text in query]:
        at = now.seen.by_ref.get(ref)
        if at is None:
            raise Stuck("a field was replaced while the others were filled in")
        now = yield from put(now, at, inner, Value(text), service)
    return (yield from send_form(now, intent, service, ("search", *SUBMITS)))


def _clicks_search(intent: Intent | None) -> bool:
    return (
        intent is not None
        and intent.verb == "click"
        and intent.target is not None
        and likeness("search", intent.target.name) > 0.7
    )


def _search_field(seen: Observation, intent: Intent) -> int | None:
    if intent.target is not None and not intent.target.vague:
        found = ground(seen, intent.target, "fill")
        if found and len(decided(seen, found)) == 1:
            return found[0].index
    for index, node in enumerate(seen.nodes):
        if node.ref and (node.role == "searchbox" or node.type == "search"):
            return index
    found = [match for match in ground(seen, Target(name="search"), "fill") if match.score >= 0.6]
    if found:
        return found[0].index
    plain = [
        index
        for index, node in enumerate(seen.nodes)
        if node.ref and node.role == "textbox" and node.type in ("text", "")
    ]
    return plain[0] if len(plain) == 1 else None


def button_beside(seen: Observation, field: int | None, names: tuple[str, ...]) -> int | None:
    """The button of one of these names in the smallest part of the page that holds the field, too."""
    if field is None:
        return None
    for holder in list(seen.ancestors(field))[:4]:
        found = first_named(seen, names, tuple(seen.descendants(holder)))
        if found is not None and seen.nodes[found.index].role == "button":
            return found.index
    return None


def submitting(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Send the form that was filled in last."""
    if intent.target is not None and intent.target.name and intent.target.kind != "form":
        match, now = yield from seek(now, intent.target, "click", intent.part)
        return (yield from click(now, match.index, intent))
    if "order" in intent.options:
        return (yield from _ordering(now, intent, service))
    names = (intent.options["names"], *SUBMITS) if "names" in intent.options else SUBMITS
    return (yield from send_form(now, intent, service, names))


_ORDERS: Final = ("place order", "order", "buy", "checkout", "submit order", "confirm order")


def _ordering(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Send off what was ordered, unless the sentence itself says how."""
    said = any(each.verb in ("click", "submit", "do", "press", "amount") for each in service.pending)
    found = None if said else first_named(now.seen, (intent.options["names"], *_ORDERS))
    if found is None:
        return now
    return (yield from click(now, found.index, intent))


def send_form(now: Moment, intent: Intent, service: Service, names: tuple[str, ...]) -> Procedure:
    exact = [match for match in ground(now.seen, Target(name=names[0]), "click") if match.score > 0.93]
    if len(decided(now.seen, exact)) == 1 and names is SUBMITS:
        return (yield from click(now, exact[0].index, intent))
    field = service.last_field(now.seen)
    if field is not None and (button := form_button(now.seen, field, names)) is not None:
        return (yield from click(now, button, intent))
    found = first_named(now.seen, names)
    if found is not None:
        return (yield from click(now, found.index, intent))
    if field is not None:
        return (yield from do(now, Act("press", ref=now.node(field).ref, value="Enter", intent=intent.part)))
    raise absent(now.seen, Target(name=names[0].capitalize(), kind="button"))


def form_button(seen: Observation, field: int, names: tuple[str, ...]) -> int | None:
    """The button that sends the form of a field."""
    for holder in list(seen.ancestors(field))[:6]:
        below = tuple(seen.descendants(holder))
        buttons = [
            at
            for at in below
            if seen.nodes[at].role == "button" and seen.nodes[at].ref and not seen.nodes[at].disabled
        ]
        if not buttons:
            continue
        found = first_named(seen, names, below)
        if found is not None:
            return found.index
        sending = [at for at in buttons if seen.nodes[at].type == "submit"]
        if len(sending) == 1:
            return sending[0]
        if len(buttons) == 1:
            return buttons[0]
    return None


def _dialog(seen: Observation) -> int | None:
    """The dialog that is open on top: the last one."""
    found = [index for index, node in enumerate(seen.nodes) if node.role in _DIALOGS]
    return found[-1] if found else None


def closing(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Close the dialog, or what is named."""
    target = intent.target
    holder = _dialog(now.seen)
    if target is not None and target.name:
        held = ground(now.seen, target, "anchor")
        inner = [
            match.index
            for match in held
            if first_named(now.seen, _CLOSES[:5], tuple(now.seen.descendants(match.index)))
        ]
        holder = inner[0] if inner else holder
    among = tuple(now.seen.descendants(holder)) if holder is not None else None
    found = first_named(now.seen, _CLOSES, among) if among else first_named(now.seen, _CLOSES[:5])
    if found is not None:
        return (yield from click(now, found.index, intent))
    if holder is not None:
        return (yield from do(now, Act("press", value="Escape", intent=intent.part)))
    raise absent(now.seen, target or Target(kind="dialog", wording="dialog"))


def _agreeing(now: Moment, box: int, intent: Intent, service: Service) -> Procedure:
    """Tick the box that says one agrees, and press what says so, too, where the sentence does not go on."""
    node = now.node(box)
    if not node.checked:
        now = yield from do(now, Act("fill", ref=node.ref, value="true", intent=intent.part))
    goes_on = service.pending and service.pending[0].verb not in ("expect", "wait")
    button = None if goes_on else first_named(now.seen, ("i agree", "i accept", "agree", "accept"))
    if button is None or now.node(button.index).role != "button":
        return now
    return (yield from click(now, button.index, intent))


def answering(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Accept or decline what the page asks."""
    target = intent.target
    word = intent.value.text if intent.value else intent.verb
    if target is not None and target.name and target.kind not in ("dialog",):
        whole = Target(name=f"{word} {target.name}", place=target.place)
        found = [match for match in ground(now.seen, whole, "click") if match.score > 0.8]
        if found and len(decided(now.seen, found)) == 1:
            service.clicked = word
            return (yield from click(now, found[0].index, intent))
        ticks = [match for match in ground(now.seen, target, "tick") if match.score > 0.75]
        if ticks and intent.verb == "accept":
            return (yield from _agreeing(now, ticks[0].index, intent, service))
    names = (word, *(_ACCEPTS if intent.verb == "accept" else _DECLINES))
    holder = _dialog(now.seen)
    among = tuple(now.seen.descendants(holder)) if holder is not None else None
    button = first_named(now.seen, names if holder is not None else names[:8], among)
    if button is not None:
        service.clicked = word
        return (yield from click(now, button.index, intent))
    if (
        intent.verb == "accept"
        and holder is None
        and (target is None or target.vague or target.kind == "dialog")
        and service.clicked
    ):
        return now  # the browser's own dialog was accepted when it opened
    raise absent(now.seen, target or Target(name=word.capitalize(), kind="button"))
