"""Setting a field to a value, whatever the field is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator
from playwright.async_api import TimeoutError as PlaywrightTimeout

from runner.assets import script
from runner.contract.config import StepValue
from runner.contract.errors import ActionFailed, ConfigError
from runner.page.choose import choose
from runner.page.clock import Deadline
from runner.page.resolve import Found
from runner.page.session import Session
from runner.page.values import SHAPES, as_list, as_state, as_text, for_type

# What covers a custom checkbox may go away; after this long its label is clicked instead.
COVERED_CHECKBOX_MS: Final = 600

_STATES: Final = frozenset({"checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"})
_FIELDS: Final = (
    "input:not([type=hidden]), textarea, select, [contenteditable=''], [contenteditable=true], "
    "[contenteditable=plaintext-only], [role=textbox], [role=searchbox], [role=combobox], [role=checkbox], "
    "[role=switch], [role=spinbutton], [role=slider]"
)
_STEPPED: Final = frozenset({"slider", "spinbutton"})
_TYPED_ROLES: Final = frozenset({"textbox", "searchbox", "spinbutton"})
_MAX_ARROWS: Final = 400
# Placeholders that show a mask: `__/__`, `MM/YY`, `0000 0000`, `(555) 555-5555`.
_MASK: Final = re.compile(r"(?=.*[\d_#]|.*(MM|DD|YY|HH))(MM|DD|YY|HH|[\d_#xX()+/.:\- ])+")


async def fill(session: Session, found: Found, value: StepValue | None, deadline: Deadline) -> dict[str, Any]:
    """Set the field to `value`; returns facts for the event.

    Raises ActionFailed when it is no field or does not take the value, ConfigError for a missing file.
    """
    facts = await facts_of(found, deadline)
    if isinstance(value, str):
        await session.curtain.before_typing(found.locator, value, deadline.try_ms)
    tag, kind = facts.get("tag"), str(facts.get("type") or "")
    role = str(facts.get("role") or "")
    match (tag, kind):
        case ("input", "checkbox" | "radio"):
            await _set_state(found, facts, value, deadline)
        case ("input", "file"):
            await found.locator.set_input_files(_files(session, value), timeout=deadline.try_ms)
        case ("input", "range"):
            await _set_range(found.locator, value, deadline)
        case ("input", _) if kind in SHAPES:
            await found.locator.fill(for_type(kind, value), timeout=deadline.try_ms)
        case ("input" | "textarea", _):
            await _type(found.locator, facts, value, deadline)
        case ("select", _):
            return await choose(session, found, value, deadline)
        case _ if facts.get("contenteditable"):
            await found.locator.fill(as_text(value), timeout=deadline.try_ms)
        case _ if role in _STATES:
            await _set_state(found, facts, value, deadline)
        case _:
            return await _fill_widget(session, found, role, value, deadline)
    return {}


async def facts_of(found: Found, deadline: Deadline) -> Mapping[str, Any]:
    """What the probe told about the element, or a look at it where nothing was told."""
    if "tag" in found.facts:
        return found.facts
    told: Mapping[str, Any] = await found.locator.evaluate(script("field_state"), timeout=deadline.try_ms)
    return told


async def _type(
    field: Locator, facts: Mapping[str, Any], value: StepValue | None, deadline: Deadline
) -> None:
    text = as_text(value)
    await field.fill(text, timeout=deadline.try_ms)
    if not text or not _may_refuse(facts):
        return
    if (await field.evaluate(script("typed"), text))["taken"]:
        return
    # A mask that listens to keys only: type as a person does.
    await field.fill("", timeout=deadline.try_ms)
    await field.press_sequentially(text, timeout=deadline.try_ms)
    told = await field.evaluate(script("typed"), text)
    if told["empty"] or (told["length"] and not told["taken"]):
        limit = f" It takes at most {told['length']} characters." if told["length"] else ""
        raise ActionFailed(
            f"The field does not take the value.{limit}",
            remedy="Give a value in the form the field asks for.",
        )


def _may_refuse(facts: Mapping[str, Any]) -> bool:
    """Whether a field shows signs of a mask or a limit, so that what was filled in is looked at again."""
    return facts.get("type") == "tel" or bool(_MASK.fullmatch(str(facts.get("placeholder") or "")))


async def _set_state(
    found: Found, facts: Mapping[str, Any], value: StepValue | None, deadline: Deadline
) -> None:
    wanted = as_state(value)
    is_radio = "radio" in (facts.get("type"), facts.get("role")) or facts.get("role") == "menuitemradio"
    if wanted is None:
        raise ActionFailed(
            f"{as_text(value)!r} says neither on nor off for a {'radio button' if is_radio else 'checkbox'}.",
            remedy="Give true or false.",
        )
    if is_radio and not wanted:
        raise ActionFailed(
            "A radio button cannot be switched off.", remedy="Choose another one of its group instead."
        )
    reachable = facts.get("visible") is not False and not facts.get("under_label")
    if reachable and await _checked(found.locator, wanted, min(COVERED_CHECKBOX_MS, deadline.try_ms)):
        return
    if await _by_label(found.locator, wanted, deadline):
        return
    await found.locator.set_checked(wanted, timeout=deadline.try_ms)


async def _checked(box: Locator, wanted: bool, timeout_ms: float) -> bool:
    try:
        await box.set_checked(wanted, timeout=timeout_ms)
    except PlaywrightTimeout:
        return False
    return True


async def _by_label(box: Locator, wanted: bool, deadline: Deadline) -> bool:
    """Click the label of a box that is hidden or covered; whether it then is as wanted."""
    if not await box.evaluate("box => 'checked' in box"):
        return False
    if await box.is_checked(timeout=deadline.try_ms) is wanted:
        return True
    label = (
        await box.evaluate_handle("box => (box.labels && box.labels[0]) || box.closest('label')")
    ).as_element()
    if label is None:
        return False
    await label.click(timeout=deadline.try_ms)
    return await box.is_checked(timeout=deadline.try_ms) is wanted


async def _set_range(slider: Locator, value: StepValue | None, deadline: Deadline) -> None:
    text = as_text(value)
    try:
        wanted = float(text)
    except ValueError:
        raise ActionFailed(f"{text!r} is no number.", remedy="A slider takes a number.") from None
    # A slider moves what it is given to a position it has; being elsewhere than asked is a failure.
    limits = await slider.evaluate("s => `${s.min || 0} to ${s.max || 100} in steps of ${s.step || 1}`")
    try:
        await slider.fill(text, timeout=deadline.try_ms)
        stands = float(await slider.input_value(timeout=deadline.try_ms))
    except PlaywrightError as error:
        if "Malformed value" not in error.message:
            raise
        stands = float("nan")
    if stands != wanted:
        raise ActionFailed(
            f"The slider has no position {text!r}.", remedy=f"It goes from {limits}.", allowed=limits
        )


def _files(session: Session, value: StepValue | None) -> Sequence[Path]:
    within = session.options.files_within
    named = [text for text in as_list(value) if text]
    paths = [_base(session) / (Path(text) if within else Path(text).expanduser()) for text in named]
    if within is not None:
        outside = [text for text, path in zip(named, paths, strict=True) if not _is_in(path, within)]
        if outside:
            raise ConfigError(
                f"No file outside of the folder for uploads is used: {', '.join(outside)}.",
                remedy="Name a file in that folder, relative to it.",
                problems=outside,
            )
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise ConfigError(
            f"The file to upload is not there: {', '.join(missing)}.",
            remedy="Paths are taken relative to the TestConfig's folder.",
            problems=missing,
        )
    return paths


def _base(session: Session) -> Path:
    """The folder that files are named relative to."""
    return session.options.files_within or session.options.files_from or Path()


def _is_in(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


async def _fill_widget(
    session: Session, found: Found, role: str, value: StepValue | None, deadline: Deadline
) -> dict[str, Any]:
    """Fill what is no field by its tag: an ARIA widget, a wrapper, a button that opens a file chooser."""
    if role in ("combobox", "listbox", "radiogroup"):
        return await choose(session, found, value, deadline)
    if (
        role in _STEPPED
        and await found.locator.get_attribute("aria-valuenow", timeout=deadline.try_ms) is not None
    ):
        await _step_to(found.locator, value, deadline)
        return {}
    if role in _TYPED_ROLES:
        await _type_over(session, found.locator, value, deadline)
        return {}
    if inner := await _field_inside(found):
        return await fill(session, inner, value, deadline)
    if found.facts.get("pressed") is not None and as_state(value) is not None:
        await _press_toggle(found.locator, bool(as_state(value)), deadline)
        return {}
    return await _upload_by_button(session, found, value, deadline)


async def _field_inside(found: Found) -> Found | None:
    inside = found.locator.locator(_FIELDS)
    handle = None
    if await inside.count() == 1:
        handle = inside
    elif await found.locator.evaluate("element => Boolean(element.closest('label')?.control)"):
        # A label, or text in one: the field it belongs to may stand anywhere.
        labelled = await found.locator.evaluate_handle("element => element.closest('label').control")
        element = labelled.as_element()
        identifier = await element.get_attribute("id") if element else None
        handle = found.frame.locator(f"[id={_quoted(identifier)}]") if identifier else None
    if handle is None:
        return None
    return Found(found.selector, found.rank, handle, found.frame, {}, found.fell_through)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


async def _press_toggle(button: Locator, wanted: bool, deadline: Deadline) -> None:
    if (await button.get_attribute("aria-pressed", timeout=deadline.try_ms) == "true") is not wanted:
        await button.click(timeout=deadline.try_ms)


async def _type_over(session: Session, widget: Locator, value: StepValue | None, deadline: Deadline) -> None:
    await widget.click(timeout=deadline.try_ms)
    await session.page.keyboard.press("ControlOrMeta+A")
    await session.page.keyboard.press("Delete")
    await session.page.keyboard.insert_text(as_text(value))


async def _step_to(widget: Locator, value: StepValue | None, deadline: Deadline) -> None:
    """Move an ARIA slider or spinbutton with the arrow keys until it stands at the value."""
    try:
        wanted = float(as_text(value))
    except ValueError:
        raise ActionFailed(f"{as_text(value)!r} is no number.", remedy="A slider takes a number.") from None
    now = await _value_now(widget, deadline)
    for _ in range(_MAX_ARROWS):
        if now == wanted:
            return
        await widget.press("ArrowRight" if now < wanted else "ArrowLeft", timeout=deadline.try_ms)
        before, now = now, await _value_now(widget, deadline)
        if before == now or (before < wanted) is not (now <= wanted):
            break
    if now != wanted:
        raise ActionFailed(f"The slider has no position {as_text(value)!r}; it stopped at {now:g}.")


async def _value_now(widget: Locator, deadline: Deadline) -> float:
    return float(await widget.get_attribute("aria-valuenow", timeout=deadline.try_ms) or "nan")


async def _upload_by_button(
    session: Session, found: Found, value: StepValue | None, deadline: Deadline
) -> dict[str, Any]:
    named = [text for text in as_list(value) if text]
    base = _base(session)
    if not named or not await asyncio.to_thread(lambda: all((base / text).is_file() for text in named)):
        raise ActionFailed(
            f"{found.selector} is not a field that can be filled.",
            remedy="Name the field itself, e.g. by its label; use `click` for buttons, `select` for menus.",
        )
    async with session.page.expect_file_chooser(timeout=deadline.try_ms) as opened:
        await found.locator.click(timeout=deadline.try_ms)
    chooser = await opened.value
    await chooser.set_files(_files(session, value), timeout=deadline.try_ms)
    return {"files": len(named)}
