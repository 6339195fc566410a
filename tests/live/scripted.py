"""Runs as an engine would tell them, made up: every state that the page has to show."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Final

from runner.contract.channel import Frame
from runner.contract.event import Event, EventKind

# What a hostile page would like to have taken for markup.
MARKUP: Final = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"

# one grey pixel
JPEG: Final = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////"
    "////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)
FRAME: Final = Frame(JPEG, 0.0, 1280, 720)


def event(kind: EventKind, message: str = "", **details: Any) -> Event:
    """An event with those details."""
    return Event(type=kind, message=message, details=details)


def begun(prompt: str = "Buy a book") -> list[Event]:
    """A replay has begun."""
    about = {"mode": "rerun_from_config", "prompt": prompt, "start_url": "http://shop.test/"}
    return [event("created", "Created", **about), event("running", "Replaying 3 steps", **about)]


def step(number: int, description: str, status: str = "passed", **more: Any) -> list[Event]:
    """A step from its start to its end; without a status it goes on."""
    details = {"step_id": f"step_{number}", "ordinal": number, "action": "click", "description": description}
    details |= {"selector": more.pop("selector", None)}
    started = event("step_started", description, **details)
    if not status:
        return [started]
    ended = {**details, "status": status, "duration_ms": 41.5, **more}
    return [started, event("step_finished", f"{description}: {status}", **ended)]


def patch(applied: bool = True) -> dict[str, Any]:
    """A repair of the second step."""
    return {
        "step_id": "step_2",
        "ops": [{"op": "replace", "path": "/steps/1/selector", "value": 'control="Buy now"'}],
        "old": 'control="Kaufen"',
        "new": 'control="Buy now"',
        "strategy": "fingerprint",
        "confidence": 0.93,
        "reason": "It stands where it stood.",
        "evidence": {
            "step": {"ordinal": 2, "description": "Click the button Kaufen"},
            "old": {"name": "Kaufen", "role": "button"},
            "new": {"name": "Buy now", "role": "button"},
            "scores": {"role": {"level": "same", "worth": 2.0}, "text": {"level": "differ", "worth": -1.0}},
            "runner_up": {"fingerprint": {"role": "button", "name": "Borrow"}, "confidence": 0.04},
            "proven": applied,
        },
        "applied": applied,
    }


def repaired() -> list[Event]:
    """A step that had drifted and was healed."""
    fell = {
        "step_id": "step_2",
        "selector": 'control="Kaufen"',
        "reason": "absent",
        "used": 'control="Buy now"',
    }
    healed = step(2, "Click the button Kaufen", selector='control="Kaufen"')
    return [
        healed[0],
        event("selector_fell_through", "It fell through", **fell),
        event("patch_proposed", "Repaired step 2", step_id="step_2", patch=patch(), applied=True),
        event("page_error", "TypeError: undefined is not a function"),
        healed[1],
    ]


def failed(message: str = "There is no button Pay.") -> list[Event]:
    """The third step fails, and the run with it."""
    failure = {
        "category": "flow",
        "step_id": "step_3",
        "message": message,
        "remedy": "Record the step again.",
        "nearest": [{"role": "button", "name": "Play", "selector": 'control="Play"'}],
    }
    return [
        *step(3, "Click the button Pay", "failed", error=message, remedy="Record the step again."),
        event("failed", f"Step 3: {message}", failure=failure, patches=[patch()]),
    ]


def completed() -> list[Event]:
    """The run passes."""
    return [event("completed", "2 steps passed, 1 of them repaired", patches=[patch()])]


def asked(question: str = "Which card?") -> list[Event]:
    """The run waits for an answer, and says what there is."""
    choices = ["the red card", "the blue one"]
    listed = "\n".join([question, *(f"  {at}. {choice}" for at, choice in enumerate(choices, 1))])
    return [event("question_asked", listed, question=listed, parameter="CARD", choices=choices)]


def hostile() -> list[Event]:
    """A run in which whatever can be somebody else's text is markup."""
    bad = MARKUP
    mend = {**patch(), "reason": bad, "old": bad, "new": bad}
    mend["evidence"] = {
        "step": {"ordinal": 2, "description": bad},
        "old": {"name": bad},
        "new": {"name": "x"},
    }
    return [
        *begun(bad),
        *step(1, bad, selector=bad),
        event("selector_fell_through", bad, step_id="step_1", selector=bad, reason=bad),
        event("patch_proposed", bad, step_id="step_1", patch=mend, applied=True),
        event("user_message", bad, role="user", content=bad),
        event("page_error", bad),
        event("dialog_opened", bad),
        event("question_asked", bad, question=bad, parameter=bad),
        *step(2, bad, "failed", error=bad, remedy=bad),
        event(
            "failed", bad, failure={"message": bad, "remedy": bad, "nearest": [{"role": bad, "name": bad}]}
        ),
    ]


STATES: Final[dict[str, Sequence[Event]]] = {
    "waiting": [],
    "running": [*begun(), *step(1, "Open the start page"), *step(2, "Click the button Buy", "")],
    "asking": [*begun(), *step(1, "Open the start page"), *asked()],
    "repaired": [*begun(), *step(1, "Open the start page"), *repaired(), *completed()],
    "failed": [*begun(), *step(1, "Open the start page"), *repaired(), *failed()],
    "hostile": hostile(),
}
