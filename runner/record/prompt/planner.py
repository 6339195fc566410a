"""The embedded planner: a sentence read into intents, each grounded on the live page as it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urljoin

from runner.page.observe import Node, Observation
from runner.record.plan import Act, Ask, Decision, Done, GiveUp, Goal, Outcome
from runner.record.prompt.grounding.describing import told
from runner.record.prompt.grounding.names import folded
from runner.record.prompt.language.intent import Intent, Verb
from runner.record.prompt.language.reading import read
from runner.record.prompt.serving import (
    checking,
    choosing,
    clicking,
    commanding,
    doing,
    filling,
    forms,
    ordering,
    styling,
    unfolding,
    working,
)
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, do, resolved, written
from runner.record.prompt.serving.overlays import put_away
from runner.record.prompt.serving.sending import ENTERING, left_unsent
from runner.record.prompt.serving.service import Service
from runner.record.prompt.serving.undecided import Undecided, identity, without
from runner.record.prompt.serving.unlocking import unlocking

Serve = Callable[[Moment, Intent, Service], Procedure]

# How often the user is asked which of several is meant, before the part is given up.
MAX_ASKED: Final = 3


class PromptPlanner:
    """Serves the intents of a prompt one by one; looks again after every action."""

    def __init__(self) -> None:
        self._service = Service()
        self._intents: list[Intent] | None = None
        self._intent: Intent | None = None
        self._known: dict[str, str] = {}  # values of parameters, for messages in mid-run
        self._running: Procedure | None = None
        self._served = 0
        self._hidden: tuple[str, ...] = ()  # what the user said is not meant, for the intent at hand
        self._asked: Undecided | None = None
        self._put_away: Act | None = None  # what came up over the page was last put away so
        self._unlocked: set[tuple[str, str]] = set()  # what was tried for a control that is disabled
        self._last = ""  # the field that was last given a value, in the last run of things to enter
        self._begun: Observation | None = None  # the page before the last run of things to enter
        self._read: list[Intent] = []  # all that was asked for, messages included
        self._sent = False  # whether a form was sent unasked
        self._acted = False  # whether the intent at hand has done anything yet
        self._filled: list[Intent] = []  # what was entered since the last click
        self._redone: list[Intent] = []  # what may be lost now, since something was put away

    async def decide(self, goal: Goal, observation: Observation, history: Sequence[Outcome]) -> Decision:
        """The next decision; `Done` when every part of the prompt has been served."""
        page = without(_without_prompt(observation, goal.prompt), self._hidden)
        now = Moment(goal, page, history[-1] if history else None)
        self._service.look(page)
        self._known = goal.known
        if self._intents is None:
            self._intents = read(goal.prompt, goal.known)
            self._read = list(self._intents)
            self._service.pending.extend(self._intents)
            if not self._intents:
                return GiveUp(
                    part=goal.prompt, reason="the prompt asks for nothing that can be done on a page"
                )
        if self._redone:
            self._service.pending.extendleft(reversed(lost(goal, page, self._redone)))
            self._redone = []
        return self._answered(now) if self._asked is not None else self._advance(now)

    def hear(self, message: str) -> None:
        """A message in mid-run is read like a prompt and served next."""
        # thanks, or a wish, is nothing to do
        asked = [intent for intent in read(message, self._known) if intent.verb != "unsupported"]
        self._service.pending.extendleft(reversed(asked))
        self._read.extend(asked)

    def _unobstructed(self, now: Moment, decision: Decision) -> Decision:
        """The decision; where something came up that lies over its element, first that is put away.

        The intent then begins anew: only where that repeats nothing that must not be done twice. What was
        entered before may be lost with it, and is entered again then.
        """
        intent = self._intent
        if not isinstance(decision, Act) or intent is None:
            return decision
        if now.goal.obstacle is None and (intent.verb in _REPEATABLE or not self._acted):
            for way in unlocking(now.seen, decision, intent):
                if (tried := (intent.part, f"{way.action} {way.ref}")) not in self._unlocked:
                    self._unlocked.add(tried)
                    self._running = None
                    self._service.pending.appendleft(intent)
                    return way
        away = put_away(now.seen, decision) if intent.verb in _REPEATABLE or not self._acted else None
        if away is None or away == self._put_away:
            if decision.ref and decision.action in ("fill", "select"):
                self._last = identity(now.seen, now.seen.by_ref[decision.ref])
            self._acted = self._acted or not decision.tentative
            return decision
        self._put_away, self._running = away, None
        self._service.pending.appendleft(intent)
        self._redone = list(self._filled)
        return away

    def _answered(self, now: Moment) -> Decision:
        """Go on with the intent that was left open, on the page without what is not meant."""
        asked, self._asked = self._asked, None
        assert asked is not None
        assert self._intent is not None
        answer = (now.outcome.answer if now.outcome else None) or ""
        hidden = asked.settled(answer)
        if hidden is None and asked.asked < MAX_ASKED:
            self._asked = asked
            return asked.asking(self._intent.part)
        if hidden is None:
            return asked.give_up(self._intent.part)
        self._hidden = hidden
        self._service.pending.appendleft(self._intent)
        return self._advance(replace(now, seen=without(now.seen, hidden)))

    def _begin(self, intent: Intent, seen: Observation) -> None:
        """Remember the page where a run of things to enter begins."""
        if intent.verb not in ENTERING:
            self._begun, self._last = None, ""
        elif self._begun is None:
            self._begun = seen

    def _ended(self, now: Moment) -> Decision:
        """All is served; what the sentence leaves open, sending off what was entered, is done first."""
        answer = (
            f"Served all {self._served} parts of the prompt." if self._served > 1 else "Served the prompt."
        )
        notes = self._service.limitations
        if self._sent or self._begun is None or now.goal.obstacle is not None:
            return Done(answer, limitations=tuple(notes))
        at = next((at for at in range(len(now.seen.nodes)) if identity(now.seen, at) == self._last), None)
        control = at and left_unsent(now.goal.prompt, self._read, self._begun, now.seen, at)
        if control is None:
            return Done(answer, limitations=tuple(notes))
        name, self._sent = told(now.seen, control), True
        notes.append(
            "The prompt only says what to enter. As that had no effect yet, the click on the "
            f"{name} was added; leave that step out where it is not meant."
        )
        words = f"Click the {name}, so that what was entered is taken"
        return Act("click", ref=now.node(control).ref, intent=now.goal.prompt, description=words)

    def _note(self, intent: Intent | None) -> None:
        """Remember what was entered, until something is clicked."""
        if intent is not None and intent.verb == "set":
            self._filled.append(intent)
        elif self._acted:
            self._filled.clear()

    def _advance(self, now: Moment) -> Decision:
        while True:
            fresh = self._running is None
            if self._running is None:
                if not self._service.pending:
                    return self._ended(now)
                self._intent = self._service.pending.popleft()
                self._acted = False
                self._begin(self._intent, now.seen)
                self._running = PROCEDURES[self._intent.verb](now, self._intent, self._service)
            try:
                return self._unobstructed(now, next(self._running) if fresh else self._running.send(now))
            except StopIteration as ended:
                now = ended.value
                self._served += 1
                self._hidden = ()
                self._note(self._intent)
            except Stuck as stuck:
                self._running = None  # whoever does this part instead may hand the rest back
                if self._intent is not None and not self._intent.optional:
                    if isinstance(stuck, Undecided) and not self._hidden:
                        self._asked = stuck
                        return stuck.asking(self._intent.part)
                    return stuck.give_up(self._intent.part, now.seen)
            self._running = None


def lost(goal: Goal, seen: Observation, filled: Sequence[Intent]) -> list[Intent]:
    """What was entered and is in no field any more; passwords, which nobody reads, are among it."""
    held = {folded(node.value) for node in seen.nodes if node.value}
    return [
        intent
        for intent in filled
        if intent.value is not None and folded(resolved(goal, intent.value.text)) not in held
    ]


def _without_prompt(seen: Observation, prompt: str) -> Observation:
    """The page without the sentence itself, where it repeats it: an instruction is no content."""
    wanted = folded(prompt)
    if len(wanted) < 12 or wanted not in folded(seen.text):
        return seen
    telling = [
        index
        for index, node in enumerate(seen.nodes)
        if folded(seen.text_of(index)) == wanted and node.role not in ("textbox", "button", "link")
    ]
    if not telling:
        return seen
    innermost = max(telling, key=lambda index: seen.nodes[index].depth)
    below = seen.descendants(innermost)
    if seen.nodes[innermost].parent is None:  # the page itself says nothing else: what bears no text stays
        return _pruned(seen, {at for at in below if seen.text_of(at)}, wanted, silent=innermost)
    return _pruned(seen, {innermost, *below}, wanted)


def _pruned(seen: Observation, gone: set[int], wording: str, silent: int | None = None) -> Observation:
    left = [node for index, node in enumerate(seen.nodes) if index not in gone and index != silent]
    rest = folded(" ".join(f"{node.text} {node.name}" for node in left))
    moved: dict[int, int] = {}
    kept: list[Node] = []
    for index, node in enumerate(seen.nodes):
        if index in gone:
            continue
        moved[index] = len(kept)
        label = folded(node.label)
        borrowed = node.attributes.get("near") and label in wording and label not in rest
        parent = moved.get(node.parent) if node.parent is not None else None
        told = replace(node, parent=parent, label="" if borrowed else node.label)
        kept.append(replace(told, text="", name="") if index == silent else told)
    return Observation(seen.url, seen.title, tuple(kept), seen.viewport)


def _going(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Open an address. The page one is already on is not opened again as the first thing."""
    value = intent.value
    address = resolved(now.goal, written(now.goal, value)) if value else ""
    if "://" not in address:
        local = address.startswith(("/", "."))
        address = (
            urljoin(now.seen.url, address)
            if local
            else f"http{'' if address.startswith('localhost') else 's'}://{address}"
        )
    first = now.outcome is None or (
        isinstance(now.outcome.decision, Act) and now.outcome.decision.action == "goto"
    )
    if first and _same(address, now.goal.start_url) and _same(address, now.seen.url):
        return now
    return (yield from do(now, Act("goto", value=address, intent=intent.part)))


def _same(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")


def _reloading(now: Moment, intent: Intent, service: Service) -> Procedure:
    return (yield from do(now, Act("goto", value=now.seen.url, intent=intent.part)))


def _history(now: Moment, intent: Intent, service: Service) -> Procedure:
    key = "Alt+ArrowLeft" if intent.verb == "back" else "Alt+ArrowRight"
    url = now.seen.url
    now = yield from do(now, Act("press", value=key, intent=intent.part))
    if now.seen.url == url:
        raise Stuck("the browser did not go back", (), "name the page to go to instead")
    return now


def _unsupported(now: Moment, intent: Intent, service: Service) -> Procedure:
    yield from ()
    remedy = "say it as a command (click, fill, select, ...) or as a check (should see ...)"
    raise Stuck(intent.reason, (), remedy)


def _form(now: Moment, intent: Intent, service: Service) -> Procedure:
    for target, value in intent.fields:
        now = yield from filling.setting(
            now, Intent("set", target=target, value=value, part=intent.part), service
        )
    return now


# What may begin anew without doing anything twice.
_REPEATABLE: Final = frozenset(
    {"set", "type", "choose", "check", "uncheck", "clear", "form", "login", "accept"}
)

PROCEDURES: Final[dict[Verb, Serve]] = {
    "goto": _going, "back": _history, "forward": _history, "reload": _reloading,
    "click": clicking.clicking, "choose": choosing.choosing, "set": filling.setting, "type": filling.typing,
    "clear": filling.clearing, "check": clicking.ticking, "uncheck": clicking.ticking,
    "toggle": clicking.ticking,
    "press": clicking.pressing, "hover": unfolding.hovering, "focus": clicking.focusing,
    "scroll": unfolding.scrolling,
    "wait": checking.waiting, "upload": filling.uploading, "login": forms.signing_in,
    "logout": forms.signing_out,
    "search": forms.searching, "submit": forms.submitting, "close": forms.closing, "accept": forms.answering,
    "cancel": forms.answering, "expand": unfolding.unfolding, "collapse": unfolding.unfolding,
    "expect": checking.expecting, "find": clicking.finding, "copy": filling.copying, "do": doing.doing,
    "form": _form, "solve": working.solving, "guess": working.guessing, "classify": working.classifying,
    "transfer": working.transferring, "command": commanding.commanding,
    "amount": ordering.amounting,
    "style": styling.styling,
    "unsupported": _unsupported,
}  # fmt: skip

__all__ = ["Ask", "PromptPlanner"]
