"""From a Selenium IDE project to TestConfigs: one for each test, command by command."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from runner.contract.errors import ConfigError
from runner.contract.references import reference
from runner.exchange.chrome.locating import numbered_frames
from runner.exchange.draft import CannotSay, Draft, Imported
from runner.exchange.playwright.asserting import in_state
from runner.exchange.selenium.selecting import frame_named, selectors_of

Data = Mapping[str, Any]

_VARIABLE: Final = re.compile(r"\$\{(\w+)\}")
_KEY: Final = re.compile(r"\$\{KEY_(\w+)\}")
_KEYS: Final = {
    "ENTER": "Enter",
    "RETURN": "Enter",
    "TAB": "Tab",
    "ESC": "Escape",
    "ESCAPE": "Escape",
    "BACKSPACE": "Backspace",
    "BKSP": "Backspace",
    "DELETE": "Delete",
    "DEL": "Delete",
    "SPACE": "Space",
    "UP": "ArrowUp",
    "DOWN": "ArrowDown",
    "LEFT": "ArrowLeft",
    "RIGHT": "ArrowRight",
    "HOME": "Home",
    "END": "End",
    "PAGE_UP": "PageUp",
    "PGUP": "PageUp",
    "PAGE_DOWN": "PageDown",
    "PGDN": "PageDown",
}
# Blocks run or not as the page is, or again and again: a TestConfig is a plain list.
_OPENS: Final = frozenset({"if", "while", "times", "forEach", "do"})
_CLOSES: Final = frozenset({"end", "repeatIf"})
_ASSERTS: Final = re.compile("assert|verify")
_NEEDLESS: Final = {
    "setWindowSize": "the window's size is not part of a TestConfig",
    "selectWindow": "tabs are not named: a replay follows the newest one",
    "storeWindowHandle": "tabs are not named: a replay follows the newest one",
    "mouseOut": "the pointer leaves an element when it goes to another one",
    "setSpeed": "a replay waits for the page, not for a clock",
}


def import_selenium(data: Data, base_url: str | None) -> list[Imported]:
    """Every test of a project. Raises ConfigError for what is no project, or a test without any step."""
    tests = data.get("tests")
    if not isinstance(tests, list) or not all(isinstance(test, dict) for test in tests):
        raise ConfigError(
            "This is no Selenium IDE project: it has no list of tests.", remedy="Save it as .side."
        )
    return [
        _Importing(test, tests, base_url or str(data.get("url") or "") or None).imported() for test in tests
    ]


class _Importing:
    """One test: its variables, how the next dialog is answered, and the steps so far."""

    def __init__(self, test: Data, tests: Sequence[Data], base_url: str | None) -> None:
        self.draft = Draft(str(test.get("name") or "recorded"), base_url)
        self._test = test
        self._tests = {str(each.get("name")): each for each in tests}
        self._unknown: set[str] = set()
        self._answer: str | None = None
        self._running: list[str] = []
        self._frames: list[str] = []

    def imported(self) -> Imported:
        """The config and what is to be told about it."""
        self.run(self._test)
        return self.draft.imported()

    def run(self, test: Data) -> None:
        """The commands of a test, one after the other."""
        self._running.append(str(test.get("name")))
        listed = test.get("commands")
        commands = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        depth, block, inside = 0, "", 0
        for at, command in enumerate(commands, 1):
            name = str(command.get("command") or "")
            place = f"{self._running[-1]}, command {at}"
            if name in _OPENS:
                depth, block, inside = depth + 1, block or place, inside if depth else 0
            elif name in _CLOSES and depth:
                depth -= 1
                if not depth:
                    self.draft.find(
                        block,
                        "left out",
                        f"control flow, and the {inside} commands in it: steps are a plain list",
                    )
                    block = ""
            elif depth:
                inside += 1
            else:
                self._take(command, name, place)
        self._running.pop()

    def _take(self, command: Data, name: str, place: str) -> None:
        if not name:
            return
        if name.startswith("//"):
            self.draft.find(place, "left out", f"{name[2:]}: it is switched off")
            return
        handler = _HANDLERS.get(name)
        try:
            if name in _NEEDLESS:
                self.draft.find(place, "left out", f"{name}: {_NEEDLESS[name]}")
            elif handler is None:
                raise CannotSay("a TestConfig has no such step")
            else:
                handler(self, command, place)
        except CannotSay as reason:
            self.draft.find(place, "left out", f"{name}: {reason.message}")

    # -- what commands are made of ------------------------------------------------------------------------

    def text(self, command: Data, key: str) -> str:
        """A field of a command with its variables named; raises CannotSay for one only the page knows."""
        raw = str(command.get(key) or "")
        names = [name for name in _VARIABLE.findall(raw) if not name.startswith("KEY_")]
        for name in names:
            if name in self._unknown or name not in self.draft.parameters:
                raise CannotSay(f"the value of ${{{name}}} is not known before it runs")
        return _VARIABLE.sub(
            lambda found: found[0] if found[1].startswith("KEY_") else reference(found[1]), raw
        )

    def element(self, command: Data) -> list[str]:
        """The selectors of a command's element, in the frame that was selected.

        What is not asserted may be found in any other, too: a frame's number is soon another.
        """
        targets = command.get("targets")
        found = selectors_of(self.text(command, "target"), targets if isinstance(targets, list) else [])
        framed = [" >> ".join((*self._frames, selector)) for selector in found] if self._frames else []
        return framed if framed and _ASSERTS.match(str(command.get("command"))) else [*framed, *found]

    def enter(self, target: str) -> None:
        """Go into a frame, named or numbered, or out of it; raises CannotSay for one that nothing names."""
        kind, _, value = target.partition("=")
        if kind == "relative":
            self._frames = self._frames[:-1] if value == "parent" else []
        elif kind == "index" and value.isdecimal():
            self._frames.append(numbered_frames([int(value)]))
        else:
            self._frames.append(frame_named(target))

    def leave_frames(self) -> None:
        """Another page is opened: its frames are others."""
        self._frames = []

    def act(self, *given: Any, **more: Any) -> None:
        """Add a step; it answers the dialog that it opens as was said before it."""
        self.draft.add(*given, **more)
        if self._answer is not None and self._answer != "accept":
            self.draft.steps[-1]["dialog"] = self._answer
        self._answer = None

    def answer(self, answer: str) -> None:
        """How the next dialog is answered."""
        self._answer = answer

    def answered(self, answer: str) -> None:
        """How the dialog that is open was answered: by the step before."""
        if self.draft.steps and answer != "accept":
            self.draft.steps[-1]["dialog"] = answer

    def store(self, name: str, value: str | None) -> None:
        """A variable; one whose value only the page knows has none."""
        if value is None:
            self._unknown.add(name)
        elif name in self.draft.parameters and self.draft.parameters[name].value != value:
            self._unknown.add(name)
            raise CannotSay(f"${{{name}}} is given another value: a parameter has one")
        else:
            self.draft.parameter(name, value)

    def run_other(self, name: str) -> None:
        """The commands of another test of the project, here."""
        if name not in self._tests:
            raise CannotSay(f"there is no test {name!r}")
        if name in self._running:
            raise CannotSay(f"{name!r} runs itself")
        self.run(self._tests[name])


# -- actions ------------------------------------------------------------------------------------------------


def _select_frame(importing: _Importing, command: Data, _: str) -> None:
    importing.enter(importing.text(command, "target"))


def _open(importing: _Importing, command: Data, place: str) -> None:
    importing.leave_frames()
    importing.draft.goto(place, importing.text(command, "target") or "/")


def _click(importing: _Importing, command: Data, _: str) -> None:
    importing.act("click", importing.element(command))


def _type(importing: _Importing, command: Data, place: str) -> None:
    importing.draft.fill(place, importing.element(command), importing.text(command, "value"))


def _send_keys(importing: _Importing, command: Data, place: str) -> None:
    """Text and keys in turn: `ada@x.org${KEY_ENTER}`."""
    selectors, value = importing.element(command), importing.text(command, "value")
    at = 0
    for found in (*_KEY.finditer(value), None):
        typed = value[at : found.start() if found else len(value)]
        if typed:
            importing.draft.find(
                place, "changed", "typing became setting the field: what was in it is replaced"
            )
            importing.draft.fill(place, selectors, typed)
        if found:
            importing.act("press", selectors, _key(found[1]))
            at = found.end()


def _key(name: str) -> str:
    if name in _KEYS:
        return _KEYS[name]
    if re.fullmatch(r"F\d{1,2}", name):
        return name
    raise CannotSay(f"there is no key {name}")


def _select(importing: _Importing, command: Data, _: str) -> None:
    importing.act("select", importing.element(command), _option(importing.text(command, "value")))


def _option(value: str) -> str:
    kind, equals, option = value.partition("=")
    match kind if equals else "label":
        case "label" if not option.startswith(("regexp:", "glob:", "mostly-equals:")):
            return (option if equals else value).removeprefix("exact:")
        case "value":
            return option
        case "id" | "index":
            raise CannotSay(f"the option {value!r} is chosen by its {kind}: name it by its label")
        case _:
            raise CannotSay(f"the option {value!r} is a pattern")


def _tick(state: str) -> Callable[[_Importing, Data, str], None]:
    def tick(importing: _Importing, command: Data, _: str) -> None:
        importing.act("fill", importing.element(command), state)

    return tick


def _hover(importing: _Importing, command: Data, _: str) -> None:
    importing.act("hover", importing.element(command))


def _pause(importing: _Importing, command: Data, _: str) -> None:
    value = importing.text(command, "target") or importing.text(command, "value")
    if not value.isdecimal():
        raise CannotSay("how long it waits is not a number")
    importing.draft.add("wait", value=int(value))


# -- what is waited for and asserted ----------------------------------------------------------------------


def _wait(importing: _Importing, command: Data, _: str) -> None:
    value = importing.text(command, "value")
    timeout = int(value) if value.isdecimal() else None
    importing.draft.wait_for(importing.element(command), timeout_ms=timeout)


def _wait_text(importing: _Importing, command: Data, _: str) -> None:
    importing.draft.see_text(importing.element(command), importing.text(command, "value"))


def _see(importing: _Importing, command: Data, place: str) -> None:
    _soft(importing, command, place)
    importing.draft.see(importing.element(command))


def _see_text(importing: _Importing, command: Data, place: str) -> None:
    text, selectors = importing.text(command, "value"), importing.element(command)
    if re.match(r"(regexp|glob):", text):
        raise CannotSay("a text that is given as a pattern cannot be asserted")
    _soft(importing, command, place)
    importing.draft.find(place, "changed", f"it must contain {text!r}, not be exactly that")
    importing.draft.see_text(selectors, text.removeprefix("exact:"))


def _see_ticked(state: bool) -> Callable[[_Importing, Data, str], None]:
    def see(importing: _Importing, command: Data, place: str) -> None:
        selectors = list(in_state(importing.element(command), state=state))
        if not selectors:
            raise CannotSay("whether it is checked cannot be asserted of an element named so")
        _soft(importing, command, place)
        importing.draft.see(selectors)

    return see


def _soft(importing: _Importing, command: Data, place: str) -> None:
    if str(command.get("command")).startswith("verify"):
        importing.draft.find(place, "changed", "verify: here the test ends where it does not hold")


# -- dialogs and variables ----------------------------------------------------------------------------------


def _answer(answer: str) -> Callable[[_Importing, Data, str], None]:
    return lambda importing, _command, _place: importing.answer(answer)


def _answered(answer: str) -> Callable[[_Importing, Data, str], None]:
    return lambda importing, _command, _place: importing.answered(answer)


def _answer_prompt(importing: _Importing, command: Data, _: str) -> None:
    importing.answer(importing.text(command, "target"))


def _answered_prompt(importing: _Importing, command: Data, _: str) -> None:
    importing.answered(importing.text(command, "value") or importing.text(command, "target"))


def _store(importing: _Importing, command: Data, _: str) -> None:
    importing.store(str(command.get("value") or ""), importing.text(command, "target"))


def _store_from_page(importing: _Importing, command: Data, _: str) -> None:
    importing.store(str(command.get("value") or ""), None)
    raise CannotSay("what the page says is not kept in a variable")


def _run(importing: _Importing, command: Data, _: str) -> None:
    importing.run_other(str(command.get("target") or ""))


_HANDLERS: Final[Mapping[str, Callable[[_Importing, Data, str], None]]] = {
    "open": _open,
    "selectFrame": _select_frame,
    "click": _click,
    "clickAt": _click,
    "type": _type,
    "sendKeys": _send_keys,
    "editContent": _type,
    "select": _select,
    "addSelection": _select,
    "check": _tick("true"),
    "uncheck": _tick("false"),
    "mouseOver": _hover,
    "pause": _pause,
    "run": _run,
    "store": _store,
    **dict.fromkeys(
        ("storeText", "storeValue", "storeTitle", "storeAttribute", "storeJson", "storeXpathCount"),
        _store_from_page,
    ),
    **dict.fromkeys(("waitForElementVisible", "waitForElementPresent", "waitForElementEditable"), _wait),
    "waitForText": _wait_text,
    **dict.fromkeys(
        ("assertElementPresent", "verifyElementPresent", "assertEditable", "verifyEditable"), _see
    ),
    **dict.fromkeys(("assertText", "verifyText", "assertValue", "verifyValue"), _see_text),
    **dict.fromkeys(("assertSelectedLabel", "verifySelectedLabel"), _see_text),
    **dict.fromkeys(("assertChecked", "verifyChecked"), _see_ticked(True)),
    **dict.fromkeys(("assertNotChecked", "verifyNotChecked"), _see_ticked(False)),
    "chooseOkOnNextConfirmation": _answer("accept"),
    "chooseCancelOnNextConfirmation": _answer("dismiss"),
    "chooseCancelOnNextPrompt": _answer("dismiss"),
    "answerOnNextPrompt": _answer_prompt,
    "webdriverChooseOkOnVisibleConfirmation": _answered("accept"),
    "webdriverChooseCancelOnVisibleConfirmation": _answered("dismiss"),
    "webdriverChooseCancelOnVisiblePrompt": _answered("dismiss"),
    "webdriverAnswerOnVisiblePrompt": _answered_prompt,
}
