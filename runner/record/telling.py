"""The events of a recording: pure, from what happened to what is told. Who yields them masks secrets."""

from __future__ import annotations

from typing import Any, assert_never

from runner.contract.config import TestConfig
from runner.contract.errors import DemoRunnerError, FlowError, NotUnderstood, UnansweredQuestion
from runner.contract.event import Event
from runner.contract.run import summarise
from runner.page.observe import Node
from runner.record.distil import describe_step, step_id
from runner.record.notebook import Notebook
from runner.record.plan import Act, Ask, Decision, Done, GiveUp, Goal
from runner.record.trace import Deed, Sighting, to_json


def beginnings(goal: Goal) -> tuple[Event, Event]:
    """`created` and `running`."""
    about = {"mode": "record_from_prompt", "prompt": goal.prompt, "start_url": goal.start_url}
    return (
        Event(type="created", message="Recording created", details=about),
        Event(type="running", message=f"Recording “{goal.prompt}”", details=about),
    )


def observed(sighting: Sighting) -> Event:
    """What the page showed; `details.entry` goes into the trace."""
    return Event(
        type="observed",
        message=f"{sighting.title or sighting.url}: {sighting.elements} elements",
        details={"url": sighting.url, "title": sighting.title, "entry": to_json(sighting)},
    )


def decided(decision: Decision, node: Node | None) -> Event:
    """What the planner wants next, without values."""
    details: dict[str, Any] = {"kind": type(decision).__name__.lower()}
    if isinstance(decision, Act | Ask):
        details["intent"] = decision.intent
    if isinstance(decision, Act):
        details |= {"action": decision.action, "tentative": decision.tentative}
    if node is not None:
        details |= {"role": node.role, "name": node.name}
    return Event(type="decided", message=_wants(decision), details=details)


def step_started(deed: Deed) -> Event:
    """An action begins."""
    return Event(type="step_started", message=described(deed), details=_about(deed))


def step_finished(deed: Deed, facts: dict[str, Any], error: DemoRunnerError | None) -> Event:
    """An action ended, well or not; `details.entry` goes into the trace."""
    details = {**_about(deed), **facts, "status": deed.status, "duration_ms": deed.duration_ms}
    if error is not None:
        details |= {"error": error.message, "remedy": error.remedy}
    return Event(
        type="step_finished",
        message=f"{described(deed)}: {deed.status}",
        details={**details, "entry": to_json(deed)},
    )


def user_message(text: str) -> Event:
    """Something the user said."""
    return Event(type="user_message", message=text, details={"role": "user", "content": text})


def question_asked(question: Ask, *, secret: bool = False) -> Event:
    """The flow waits for the user. `secret`: the answer must not be shown while it is typed."""
    details: dict[str, Any] = {
        "question": question.question,
        "parameter": question.parameter,
        "intent": question.intent,
    }
    if question.choices:
        details["choices"] = list(question.choices)
    return Event(
        type="question_asked",
        message=question.question,
        details=details | ({"secret": True} if secret else {}),
    )


def question_answered(question: Ask, name: str) -> Event:
    """The user answered; the answer itself is in the user's message."""
    return Event(
        type="question_answered",
        message="The answer is kept as {{" + name + "}}" if name else "Answered",
        details={"question": question.question, "parameter": name or None},
    )


def distilled(config: TestConfig, actions: int) -> Event:
    """The recording as a config."""
    return Event(
        type="distilled",
        message=f"{actions} actions became {len(config.steps)} steps",
        details={"test_config": config.dump(), "actions": actions, "steps": len(config.steps)},
    )


def completed(
    config: TestConfig, answer: str, notebook: Notebook, usage: dict[str, Any] | None = None
) -> Event:
    """The end of a recording that worked, with what a person should know about it."""
    limitations = [
        f"The password stood in {where}, so the file carries it as the parameter {name}; "
        f"give it with --secret {name} to keep it out."
        for name, where in notebook.parameters.shown_passwords.items()
    ] + notebook.limitations
    issues = [f"At the end the page shows an alert: “{alert}”" for alert in notebook.alerts()]
    answer = answer or f"Recorded {len(config.steps)} steps"
    summary = summarise(config.dump(), completed=True, answer=answer, limitations=limitations, issues=issues)
    return Event(type="completed", message=answer, details={"summary": summary | _model(usage)})


def failed(
    error: DemoRunnerError, step: str | None, evidence: dict[str, Any], usage: dict[str, Any] | None = None
) -> Event:
    """The end of a recording that did not work: what was the matter and what to try."""
    failure = {
        **error.told(step),
        **_plain(error.details),
        **evidence,
    }
    summary = summarise(None, completed=False, answer=error.message, issues=[error.message]) | _model(usage)
    return Event(type="failed", message=error.message, details={"summary": summary, "failure": failure})


def _model(usage: dict[str, Any] | None) -> dict[str, Any]:
    """What a model has cost, as a part of the summary."""
    return {} if usage is None else {"model_usage": usage}


def provisional_id(deed: Deed) -> str:
    """The step's id while it is not known which steps will stay."""
    return step_id(
        deed.number,
        {"action": deed.action, "value": deed.value, "fingerprint": deed.fingerprint, "expect": deed.expect},
    )


# -- failures ------------------------------------------------------------------------------------------


def not_understood(decision: GiveUp) -> NotUnderstood:
    """The planner could not do a part of the prompt."""
    return NotUnderstood(
        f"“{decision.part}” could not be done: {decision.reason}",
        remedy=decision.remedy or "Name what is on the page in the words it uses.",
        part=decision.part,
        saw=list(decision.saw),
    )


def unanswered(question: Ask) -> UnansweredQuestion:
    """A question without an answer."""
    name, otherwise = question.parameter or "NAME", question.otherwise
    remedy = f"Give the value with --param {name}=VALUE, or put it into the prompt."
    if otherwise is None or not question.choices:
        told = f"The flow asked and nobody answered: {question.question}"
        return UnansweredQuestion(told, remedy=remedy, question=question.question, part=question.intent)
    return UnansweredQuestion(
        f"“{otherwise.part}” could not be done: {otherwise.reason}, and nobody is there to say which.",
        remedy=otherwise.remedy,
        question=question.question,
        part=otherwise.part,
        saw=list(otherwise.saw),
    )


def endless(actions: int, intent: str) -> FlowError:
    """The planner goes round in circles."""
    working = f" It was working on: {intent}" if intent else ""
    return FlowError(
        f"{actions} actions did not get the prompt done.{working}",
        remedy="Split the prompt into shorter ones, or say more exactly what to click.",
    )


def too_slow(timeout_ms: int | None) -> FlowError:
    """The run's time is over."""
    return FlowError(
        f"The recording took longer than {timeout_ms} ms.",
        remedy="Give it more time with --timeout, or a shorter prompt.",
    )


def _wants(decision: Decision) -> str:
    match decision:
        case Act():
            return decision.description or decision.action
        case Ask():
            return f"Ask: {decision.question}"
        case Done():
            return "Every part of the prompt is done"
        case GiveUp():
            return f"Give up on “{decision.part}”"
        case _:
            assert_never(decision)


def described(deed: Deed) -> str:
    return deed.description or describe_step(deed)


def _about(deed: Deed) -> dict[str, Any]:
    about = {
        "step_id": provisional_id(deed),
        "ordinal": deed.number,
        "action": deed.action,
        "selector": deed.selector,
        "value": deed.value,
        "description": described(deed),
        "intent": deed.intent,
    }
    return {name: value for name, value in about.items() if value is not None and value != ""}


def _plain(thing: Any) -> Any:
    """Evidence as plain JSON, whatever an error carried."""
    match thing:
        case dict():
            return {str(key): _plain(value) for key, value in thing.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in thing]
        case str() | int() | float() | bool() | None:
            return thing
        case _:
            return str(thing)
