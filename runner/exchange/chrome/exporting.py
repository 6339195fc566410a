"""From a TestConfig to a recording that Chrome's Recorder and Puppeteer replay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, assert_never
from urllib.parse import urljoin

from runner.contract.config import Step, TestConfig
from runner.contract.references import fill_step, names_used, reference
from runner.exchange.chrome.expressions import Shown, written
from runner.exchange.chrome.keys import pressed
from runner.exchange.chrome.locating import (
    css_for,
    frame_path,
    is_framed,
    plain_ways,
    selectors_for,
    without_state,
)
from runner.exchange.finding import Effect, Finding
from runner.exchange.unfolding import unfolded
from runner.page.absence import absent_in
from runner.page.awaited import kind_of
from runner.page.selector import Control, Field, names_frame, parse
from runner.page.values import SHAPES, as_key, as_list, as_state, as_text, for_type

MAX_TIMEOUT_MS: Final = 30_000
# Where the box of an element is not known: near its corner, which even a checkbox has.
NEAR_CORNER: Final = 4
_VIEWPORT: Final = {
    "type": "setViewport",
    "width": 1280,
    "height": 720,
    "deviceScaleFactor": 1,
    "isMobile": False,
    "hasTouch": False,
    "isLandscape": False,
}
# Puppeteer sets a <select> by its options' values, which nobody sees; this goes by their labels, too.
CHOOSE: Final = (
    "(select => {{ const option = select && [...select.options]"
    ".find(each => each.label === {option} || each.value === {option}); "
    "if (!option) return false; select.value = option.value; "
    'select.dispatchEvent(new Event("input", {{ bubbles: true }})); '
    'select.dispatchEvent(new Event("change", {{ bubbles: true }})); '
    "return true; }})({select})"
)
NAMED: Final = "document.querySelector({css})"
# Where no CSS names the list, its row does: it must be the only one there.
ONLY: Final = (
    '(scope => {{ const all = scope ? scope.querySelectorAll("select") : []; '
    "return all.length === 1 ? all[0] : null; }})"
    "(document.evaluate({xpath}, document, null, 9, null).singleNodeValue)"
)
FRAMED: Final = "window.frames.length > {at}"
# What Puppeteer sets by its state; on what else can be ticked it fails.
_TICKED: Final = frozenset({"checkbox", "radio", "switch"})
_TICKED_ITEMS: Final = frozenset({"menuitemcheckbox", "menuitemradio"})
Recorded = dict[str, Any]


def recording_of(config: TestConfig, name: str) -> tuple[str, list[Finding]]:
    """The recording's JSON, and what is not in it or not quite the same."""
    exporting = _Exporting(config)
    steps = [_VIEWPORT, *exporting.steps()]
    timeout = min(config.defaults.timeout_ms, MAX_TIMEOUT_MS)
    title = name.replace("_", " ")
    text = json.dumps({"title": title, "timeout": timeout, "steps": steps}, indent=2, ensure_ascii=False)
    return text + "\n", exporting.findings


class _Exporting:
    """The steps of one recording."""

    def __init__(self, config: TestConfig) -> None:
        self.config = config
        self.findings: list[Finding] = []
        self._values = {each.name: each.value or reference(each.name) for each in config.parameters}
        self._focused: str | None = None
        self._framed = self._in_frame = False
        self._tabs: list[str | None] = ["main"]

    def steps(self) -> Iterator[Recorded]:
        """All steps; each of a config becomes none, one or several."""
        self._about_parameters()
        for step in unfolded(self.config.steps):
            live = fill_step(step, self._values) if names_used(step.model_dump()) else step
            if self._tabs[-1] is None or (len(self._tabs) > 1 and live.action in ("goto", "press")):
                self._lost(live)
                continue
            yield from self._until_framed(live)
            self._in_frame = self._framed if live.sought else self._in_frame
            for recorded in self._of(live):
                yield {**recorded, **self._target(), **self._timeout(step)}
            self._turn(live)
            self._focused = live.sought if live.action in ("fill", "click") else None
            if step.optional:
                self._find(step, "changed", "the step is optional; here it must succeed")
            if step.dialog:
                self._find(step, "left out", "the answer to a dialog: a recording answers none")
        self._general()

    def _target(self) -> Recorded:
        return {"target": self._tabs[-1]} if len(self._tabs) > 1 else {}

    def _turn(self, step: Step) -> None:
        """To the tab that a step opened, or back from the one that it closed."""
        if step.tab == "opens":
            href = step.fingerprint.href if step.fingerprint else None
            start = self.config.starting_url
            self._tabs.append(urljoin(start, href) if start and href else None)
        elif step.tab == "closes" and len(self._tabs) > 1:
            self._tabs.pop()

    def _lost(self, step: Step) -> None:
        if self._tabs[-1] is None:
            why = "it is in a tab that a recording would name by its address, and nothing tells that"
        else:
            why = f"{step.action} in a tab that was opened: a recording has keys and addresses for the first"
        self._find(step, "left out", why)
        self._turn(step)

    def _timeout(self, step: Step) -> Recorded:
        """A longer timeout. A shorter one would only fail sooner, and Puppeteer's clock starts earlier."""
        if step.timeout_ms is None:
            return {}
        if step.timeout_ms <= self.config.defaults.timeout_ms:
            self._once("left out", "shorter timeouts of single steps")
            return {}
        return {"timeout": min(step.timeout_ms, MAX_TIMEOUT_MS)}

    def _about_parameters(self) -> None:
        for parameter in self.config.parameters:
            if parameter.value is None:
                self._find(
                    f"the parameter {parameter.name}",
                    "left out",
                    f"its value: replace {reference(parameter.name)} in the file before it is replayed",
                )
            else:
                self._find(f"the parameter {parameter.name}", "changed", "its value stands in the steps")

    def _general(self) -> None:
        if self.config.tags:
            self._find("the whole file", "left out", f"its tags: {', '.join(self.config.tags)}")
        if any(step.fingerprint or step.candidates for step in self.config.steps):
            self._find("the whole file", "left out", "fingerprints, and with them repair")
        if any(step.action in ("click", "press") and not step.dialog for step in self.config.steps):
            self._once("note", "a dialog is answered by whoever replays it: a recording answers none")
        if any(step.expect and step.expect.type == "text" for step in self.config.steps):
            self._find(
                "the whole file",
                "changed",
                "a text that must be shown is sought without regard to case, a page's not in its frames",
            )

    def _find(self, where: Step | str, effect: Effect, message: str) -> None:
        place = where if isinstance(where, str) else f"step {where.ordinal}"
        self.findings.append(Finding(place, effect, message))

    def _once(self, effect: Effect, message: str) -> None:
        """Something to tell once for the whole file."""
        finding = Finding("the whole file", effect, message)
        if finding not in self.findings:
            self.findings.append(finding)

    # -- steps -------------------------------------------------------------------------------------------

    def _of(self, step: Step) -> Iterator[Recorded]:
        match step.action:
            case "goto":
                url = as_text(step.value)
                yield {
                    "type": "navigate",
                    "url": url,
                    "assertedEvents": [{"type": "navigation", "url": url, "title": ""}],
                }
            case "fill":
                yield from self._fill(step)
            case "click":
                yield from self._on(step, "click", **_offsets(step))
            case "hover":
                yield from self._on(step, "hover")
            case "press":
                yield from self._press(step)
            case "select":
                yield from self._select(step)
            case "expect":
                yield from self._expect(step)
            case "wait":
                yield from self._wait(step)
            case "ask_user_question":
                self._find(
                    step, "left out", f"the question {as_text(step.value)!r}: nobody is there to answer"
                )
            case _:
                assert_never(step.action)

    def _on(self, step: Step, kind: str, **more: Any) -> Iterator[Recorded]:
        """A step on an element, in the first frame of the page where it was in one."""
        selectors = selectors_for(step)
        if not selectors:
            self._find(step, "left out", f"{kind} on {step.sought}: none of its selectors has a counterpart")
            return
        if step.fingerprint is None and isinstance(parse(step.sought or "").parts[-1], Control | Field):
            self._find(
                step, "changed", f"{step.sought} has no fingerprint: taken for what is usually called so"
            )
        frame: Recorded = {}
        if is_framed(step):
            frame = {"frame": self._frame(step)}
        yield {"type": kind, "selectors": [_listed(each) for each in selectors], **frame, **more}

    def _frame(self, step: Step) -> list[int]:
        """Where a step's frame stands among those of the page, as far as the step says."""
        path = frame_path(step)
        if path is None:
            self._find(step, "changed", "taken for the page's first frame: a recording counts them")
        return path or [0]

    def _until_framed(self, step: Step) -> Iterator[Recorded]:
        """A recording finds a frame by its number, at once: it must be there."""
        before, self._framed = self._framed, step.sought is not None and is_framed(step)
        if self._framed and not before:
            first, *_ = frame_path(step) or [0]
            yield {"type": "waitForExpression", "expression": FRAMED.format(at=first)}

    def _fill(self, step: Step) -> Iterator[Recorded]:
        known = step.fingerprint
        if known.type == "file" if known else isinstance(step.value, list):
            self._find(step, "left out", "the upload of a file: a recording cannot hold one")
        elif known is not None and (known.tag == "select" or known.role in ("listbox", "radiogroup")):
            yield from self._select(step)
        elif known is not None and known.role in _TICKED_ITEMS:
            self._find(step, "left out", "the tick of a menu item: a recording ticks boxes only")
        elif known is not None and (known.type in _TICKED or known.role in _TICKED):
            yield from self._tick(step)
        elif known is None and as_text(step.value) in ("true", "false"):
            self._find(step, "changed", "taken for a checkbox: nothing but its value tells what it is")
            yield from self._tick(step)
        else:
            yield from self._type(step, known.type if known else None)

    def _type(self, step: Step, kind: str | None) -> Iterator[Recorded]:
        value = as_text(step.value)
        shaped = for_type(kind or "", value) if kind in SHAPES and "{{" not in value else value
        if not shaped:
            self._find(step, "changed", "Puppeteer empties a field without an event that the page could hear")
        yield from self._on(step, "change", value=shaped)

    def _tick(self, step: Step) -> Iterator[Recorded]:
        """Puppeteer takes any text for a tick, `false`, too, and an empty one for none."""
        state = as_state(step.value)
        if state is None:
            self._find(step, "changed", "any value ticks it but an empty one, which takes the tick away")
        self._once("note", "boxes are ticked by `change`: Puppeteer can do that since 24.43 (May 2026)")
        yield from self._on(
            step, "change", value=as_text(step.value) if state is None else "true" if state else ""
        )

    def _select(self, step: Step) -> Iterator[Recorded]:
        known, options = (
            step.fingerprint,
            [json.dumps(option, ensure_ascii=False) for option in as_list(step.value)],
        )
        select = _select_of(step)
        if len(options) > 1 or select is None or (known is not None and known.tag not in ("select", None)):
            self._find(
                step,
                "left out",
                "the choice from a list: it is no <select> that CSS can name, or it is several",
            )
            return
        self._find(
            step, "changed", "the option is chosen by a script: a recording goes by values that nobody sees"
        )
        script = CHOOSE.format(option=options[0], select=select)
        yield {
            "type": "waitForExpression",
            "expression": script,
            **({"frame": self._frame(step)} if is_framed(step) else {}),
        }

    def _press(self, step: Step) -> Iterator[Recorded]:
        if step.sought and step.sought != self._focused:
            self._find(step, "changed", "its element is clicked first, to give it the focus")
            yield from self._on(step, "click", **_offsets(step))
        for kind, key in pressed(as_key(step.value)):
            yield {"type": kind, "key": key}

    # -- what is waited for and asserted ------------------------------------------------------------------

    def _expect(self, step: Step) -> Iterator[Recorded]:
        contains = (step.expect.contains if step.expect else None) or ""
        match step.expect.type if step.expect else "visible":
            case "url":
                yield _expression(_located(contains))
            case "visible" if absent := absent_in(step.sought or ""):
                yield _expression(written(absent))
            case "visible":
                yield from self._visible(step)
            case _ if step.sought and names_frame(parse(step.sought)):
                yield {**_expression(written(Shown(contains))), "frame": self._frame(step)}
            case _ if step.sought:
                yield from self._shown(step, contains)
            case _:
                if self._in_frame:
                    message = "the text is sought in the page; the step before it was in a frame"
                    self._find(step, "changed", f"{message}, and so may it be")
                yield _expression(written(Shown(contains)))

    def _shown(self, step: Step, contains: str) -> Iterator[Recorded]:
        """A text of an element, as far as CSS or XPath names it: an expression knows nothing of names."""
        frame: Recorded = {"frame": self._frame(step)} if is_framed(step) else {}
        way = next(plain_ways(step), None)
        if way is None:
            message = "the text may be anywhere on the page: neither CSS nor XPath tells its element"
            self._find(step, "changed", message)
            yield {**_expression(written(Shown(contains))), **frame}
            return
        filled = step.fingerprint is not None and step.fingerprint.tag in ("input", "textarea")
        yield {**_expression(written(Shown(contains, way), filled=filled)), **frame}

    def _visible(self, step: Step) -> Iterator[Recorded]:
        bare, state = without_state(step)
        if state is None:
            yield from self._on(step, "waitForElement", visible=True)
            return
        if step.fingerprint is None:
            self._find(step, "changed", "taken for an <input>, which says of itself whether it is checked")
        yield from self._on(bare, "waitForElement", visible=True, properties={"checked": state})

    def _wait(self, step: Step) -> Iterator[Recorded]:
        if step.value is not None:
            pause = as_text(step.value)
            yield {
                "type": "waitForExpression",
                "expression": f"new Promise(resolve => setTimeout(() => resolve(true), {pause}))",
            }
        if sought := step.wait_for or step.selector:
            yield from self._awaited(step, sought)

    def _awaited(self, step: Step, sought: str) -> Iterator[Recorded]:
        match kind_of(sought):
            case "selector":
                parse(sought)
                bare = Step(id=step.id, ordinal=step.ordinal, action="wait", selector=sought)
                yield from self._on(bare, "waitForElement", visible=True)
            case "url":
                yield _expression(_located(sought.replace("**/", "/").strip("*")))
            case "text":
                yield _expression(written(Shown(sought)))


def _listed(selector: str | list[str]) -> list[str]:
    return selector if isinstance(selector, list) else [selector]


def _expression(expression: str) -> Recorded:
    return {"type": "waitForExpression", "expression": expression}


def _located(part: str) -> str:
    return f"location.href.includes({_said(part)})"


def _said(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _select_of(step: Step) -> str | None:
    """The `<select>` of a step, for a script: by CSS, or as the only one of its row."""
    if css := css_for(step):
        return NAMED.format(css=json.dumps(css))
    if step.fingerprint is None or step.fingerprint.tag != "select":
        return None
    xpath = next((xpath for each in selectors_for(step) if (xpath := _row(each))), None)
    return ONLY.format(xpath=json.dumps(xpath, ensure_ascii=False)) if xpath else None


def _row(selector: str | list[str]) -> str | None:
    match selector:
        case [str(scope), str()] if scope.startswith("xpath/"):
            return scope.removeprefix("xpath/")
        case _:
            return None


def _offsets(step: Step) -> dict[str, float]:
    """The middle of the element, as far as its box is known."""
    box = step.fingerprint.box if step.fingerprint else None
    if box is None:
        return {"offsetX": NEAR_CORNER, "offsetY": NEAR_CORNER}
    return {"offsetX": max(1, box[2] // 2), "offsetY": max(1, box[3] // 2)}
