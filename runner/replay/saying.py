"""What steps say besides what they do: where a flow starts, what is asked and asserted. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from runner.contract.config import Step, TestConfig
from runner.contract.errors import ConfigError
from runner.contract.references import names_used
from runner.page.session import DialogAnswer


def first_goto_step(config: TestConfig) -> Step | None:
    """The step that opens the start page."""
    return next((step for step in config.steps if step.action == "goto"), None)


def first_goto(config: TestConfig) -> str | None:
    """The address of the first goto."""
    step = first_goto_step(config)
    return str(step.value) if step else None


def answer_name(step: Step) -> str | None:
    """The parameter that a question's answer is for."""
    if isinstance(step.target, dict) and isinstance(step.target.get("parameter"), str):
        return str(step.target["parameter"])
    return step.parameter_refs[0] if len(step.parameter_refs) == 1 else None


def dialog_answer(step: Step) -> DialogAnswer:
    """How dialogs that open during a step are answered: accepted, unless its `dialog` says otherwise.

    `"dismiss"` refuses them, `"accept"` takes them as they are, any other text is typed into a prompt.
    """
    match step.dialog:
        case "dismiss":
            return DialogAnswer(accept=False)
        case str() as text if text != "accept":
            return DialogAnswer(text=text)
        case _:
            return DialogAnswer()


def asserting(step: Step) -> Step:
    """The assertion that another step carries, as a step of its own."""
    return Step(id=step.id, ordinal=step.ordinal, action="expect", expect=step.expect)


def asserted(step: Step) -> tuple[str, ...]:
    """An assertion on another step is about the page, unless it names an element itself."""
    if step.expect is None or step.expect.type == "url":
        return ()
    if step.expect.selector:
        return (step.expect.selector,)
    return step.selectors if step.expect.type == "visible" else ()


def beginning(config: TestConfig, start_url: str | None) -> str | None:
    """Where a run begins: as it was told, or where it was told a site only, at the recorded page there."""
    recorded = config.starting_url or first_goto(config)
    there = urlsplit(start_url or "")
    if not start_url or there.path or there.query or not recorded:
        return start_url or recorded
    return urlsplit(recorded)._replace(scheme=there.scheme, netloc=there.netloc).geturl()


def moved(address: str, config: TestConfig, start_url: str | None) -> str:
    """An address on the recorded site, on the site that the run was told to start at instead."""
    recorded = config.starting_url or first_goto(config)
    if not start_url or not recorded or urlsplit(address)[:2] != urlsplit(recorded)[:2]:
        return address
    there = urlsplit(start_url)
    return urlsplit(address)._replace(scheme=there.scheme, netloc=there.netloc).geturl()


def check_values(config: TestConfig, values: Mapping[str, str]) -> None:
    """All parameters without a value are named at once. Raises ConfigError."""
    asked = {answer_name(step) for step in config.steps if step.action == "ask_user_question"}
    used = dict.fromkeys(
        name for step in config.steps for name in names_used(step.model_dump(exclude_unset=True))
    )
    missing = [name for name in used if name not in values and name not in asked]
    if missing:
        given = " ".join(f"--param {name}=VALUE" for name in missing)
        raise ConfigError(
            f"No value was given for {', '.join(missing)}.",
            remedy=f"Give it with {given}, or in the environment if it is a secret.",
            problems=[f"{name} has no value" for name in missing],
        )


def ends_unseen(config: TestConfig) -> bool:
    """Whether nothing is looked for on the page after what the flow does last."""
    last = config.steps[-1] if config.steps else None
    return last is not None and (last.expect is None or last.expect.type == "url")
