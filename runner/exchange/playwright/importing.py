"""From a Playwright test to a TestConfig, line by line. What a line cannot become is told with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from runner.contract.config import Tab
from runner.exchange.draft import CannotSay, Draft, Imported
from runner.exchange.playwright.actions import ON_ELEMENT, one, timeout
from runner.exchange.playwright.asserting import assertion, shown_text, url_part
from runner.exchange.playwright.program import (
    Call,
    Environment,
    Expression,
    Items,
    Lambda,
    Literal,
    Member,
    Name,
    Program,
    Record,
    Routine,
    Statement,
    Text,
    Unread,
)
from runner.exchange.playwright.selecting import Selected, first, items, parts_of, select, words
from runner.page.awaited import kind_of

# What a script does around its test; a replay does its own.
_AROUND: Final = frozenset(
    {
        *("launch", "launchPersistentContext", "newPage", "connect", "connectOverCdp", "setDefaultTimeout"),
        *("setDefaultNavigationTimeout", "syncPlaywright", "asyncPlaywright", "run", "main", "stop", "start"),
        *(
            "print",
            "log",
            "waitForLoadState",
            "screenshot",
            "pause",
            "bringToFront",
            "setOptions",
            "configure",
        ),
        *("isVisible", "title", "require", "suppress"),
    }
)
_SILENT: Final = _AROUND - {"screenshot", "pause", "bringToFront", "waitForLoadState"}
_EVENTS: Final = frozenset({"popup", "page", "download", "filechooser", "dialog", "response", "request"})
_EXPECTED: Final = re.compile(
    r"expect(Popup|Page|Download|FileChooser|Event|Response|Request|Navigation)$|waitForEvent$|waitForResponse$"
)
# Where a click or key differs from a plain one, what a replay would do is something else.
_CHANGING: Final = frozenset({"button", "modifiers", "clickCount", "position"})
_IGNORED: Final = frozenset({"timeout", "delay", "force", "noWaitAfter", "strict", "waitUntil", "trial"})


def import_program(program: Program, name: str, base_url: str | None) -> list[Imported]:
    """Each test of a program as a TestConfig. Raises ConfigError where one has no step at all."""
    return [_Importing(program, routine, name, base_url).imported() for routine in program.routines]


class _Importing:
    """One test: what its names stand for, and what its lines do."""

    def __init__(self, program: Program, routine: Routine, name: str, base_url: str | None) -> None:
        title = routine.name.removeprefix("test_").strip() or name
        self._routine = routine
        self._names: dict[str, Expression] = {}
        self._opened = ["page"]
        self._pages: dict[str, object] = {"page": None, "self.page": None}
        self._answers: dict[str, str] = {}
        self._always: str | None = None
        self._last_click: int | None = None
        self.draft = Draft(title, base_url, prompt=routine.description, tags=routine.tags)
        for statement in program.statements:
            self._outside(statement)
        if isinstance(url := self._names.pop("base_url", None), Text):
            self.draft.base_url = base_url or url.plain

    def imported(self) -> Imported:
        """The config and what is to be told about it."""
        for statement in self._routine.statements:
            before = len(self.draft.steps)
            try:
                self._take(statement)
            except CannotSay as reason:
                self.draft.find(f"line {statement.line}", "left out", reason.message)
            if statement.suppressed:
                self.draft.steps[before:] = [{**step, "optional": True} for step in self.draft.steps[before:]]
            self._answer(before)
        return self.draft.imported()

    # -- what stands around the test ---------------------------------------------------------------------

    def _outside(self, statement: Statement) -> None:
        match statement.expression:
            case Call(Name("test"), "use", _, options):
                self._use(options, statement.line)
            case expression if statement.binds:
                self._names[statement.binds] = expression
            case Call(_, name) if name in _AROUND:
                return
            case Call(_, "beforeEach" | "beforeAll" | "afterEach" | "afterAll" as hook):
                self.draft.find(
                    f"line {statement.line}", "left out", f"{hook}: what it does is not part of the test"
                )
            case _:
                return

    def _use(self, options: Mapping[str, Expression], line: int) -> None:
        for name, value in options.items():
            match name, value:
                case "baseURL", Environment(_, Text() as url) | (Text() as url):
                    self.draft.base_url = self.draft.base_url or url.plain
                case "actionTimeout" | "navigationTimeout", _:
                    self.draft.note("timeouts of the whole file are left at the default of a TestConfig")
                case _:
                    self.draft.find(
                        f"line {line}", "left out", f"test.use({name}): a TestConfig does not say it"
                    )

    # -- lines -------------------------------------------------------------------------------------------

    def _take(self, statement: Statement) -> None:
        if isinstance(statement.expression, Unread):
            raise CannotSay(f"`{_excerpt(statement.expression.source)}`: only calls in a row are taken over")
        expression = self._meant(statement.expression)
        match expression:
            case Call(Call(_, expected, given), "value") if _EXPECTED.search(expected):
                self._happened(statement.binds or "", expected, given)
                return
        if statement.binds:
            self._bind(statement.binds, expression, statement.line)
        elif isinstance(expression, Call) and not self._expected(expression):
            self._call(expression, statement.line)

    def _bind(self, name: str, expression: Expression, line: int) -> None:
        match expression:
            case Call(_, "newPage" | "newContext" | "launch" as made, _, options):
                self._pages |= {name: None} if made == "newPage" else {}
                for option in options:
                    if made != "launch":
                        self.draft.find(
                            f"line {line}", "left out", f"{made}({option}): a TestConfig does not say it"
                        )
            case Call(_, expected) if _EXPECTED.search(expected):
                self._names[name] = expression
            case Name(other) if other in self._pages:
                self._pages[name] = None
            case _:
                self._names[name] = expression

    def _happened(self, name: str, expected: str, given: tuple[Expression, ...]) -> None:
        kind = words(given[0]) if expected in ("waitForEvent", "expectEvent") and given else expected
        if kind in ("popup", "page", "expectPopup", "expectPage"):
            self._pages[name] = None
            self._opened.append(name)
            self._mark("opens")
        elif kind == "close":
            self._closes()
        elif "file" in kind.lower():
            self._names[name] = Member(Name("page"), "fileChooser")
        else:
            self._names[name] = Member(Name("page"), kind)

    def _mark(self, tab: Tab) -> None:
        """What the newest step that does something does to its tab."""
        for step in reversed(self.draft.steps):
            if step["action"] not in ("expect", "wait"):
                step["tab"] = tab
                return

    def _closes(self) -> None:
        """The tab of the newest step closed: the one before it is active again."""
        self._mark("closes")
        if len(self._opened) > 1:
            self._opened.pop()

    def _expected(self, call: Call) -> bool:
        """Whether the line only waits for what another one brings about; a replay follows that by itself."""
        return bool(_EXPECTED.search(call.name)) and call.owner is not None

    def _meant(self, expression: Expression) -> Expression:
        """An expression with what its names stand for put in."""
        match expression:
            case Name(name) if name in self._names and name not in self._pages:
                named = self._names[name]
                return Call(named, "value") if self._promised(name) else self._meant(named)
            case Text(parts):
                return Text(("".join(self._part(part) for part in parts),))
            case Environment(name, default):
                return Text((self._parameter(name, default),))
            case Items(given):
                return Items(tuple(self._meant(item) for item in given))
            case Record(fields):
                return Record({key: self._meant(value) for key, value in fields.items()})
            case Member(Name(name), "value") if self._promised(name):
                return Call(self._names[name], "value")
            case Member(Name("self"), "page"):
                return Name("page")
            case Member(owner, name):
                return Member(self._meant(owner), name)
            case Call(owner, name, arguments, options):
                return Call(
                    self._meant(owner) if owner else None,
                    name,
                    tuple(self._meant(argument) for argument in arguments),
                    {key: self._meant(value) for key, value in options.items()},
                )
            case _:
                return expression

    def _promised(self, name: str) -> bool:
        """Whether a name stands for an event that is still to come."""
        named = self._names.get(name)
        return isinstance(named, Call) and _EXPECTED.search(named.name) is not None

    def _part(self, part: str | Name) -> str:
        if isinstance(part, str):
            return part
        meant = self._meant(part)
        if isinstance(meant, Text) and meant.plain is not None:
            return meant.plain
        raise CannotSay(f"the value of {part.id} is not known before it runs")

    def _parameter(self, name: str, default: Expression | None) -> str:
        value = self._meant(default) if default else None
        plain = value.plain if isinstance(value, Text) else None
        if plain and re.match("https?://", plain):
            self.draft.note(
                f"the address in {name} is in the file; a replay takes another one with --start-url"
            )
            return plain
        return self.draft.parameter(name, plain)

    # -- what is done ------------------------------------------------------------------------------------

    def _call(self, call: Call, line: int) -> None:
        place = f"line {line}"
        match call:
            case Call(Call(None, "expect") as expecting, name, arguments, options):
                assertion(self.draft, place, expecting.arguments, name, arguments, options, self._pages)
            case Call(Call(Name("expect"), "soft") as expecting, name, arguments, options):
                self.draft.find(
                    place, "changed", "a soft assertion: here the test ends where it does not hold"
                )
                assertion(self.draft, place, expecting.arguments, name, arguments, options, self._pages)
            case Call(Name(page), name) if page in self._pages:
                self._at(page, place)
                self._on_page(call, place)
            case Call(Member(Name(page), "keyboard"), name) if page in self._pages:
                self._at(page, place)
                self._keyboard(call)
            case Call(Member(Name(), "fileChooser"), "setFiles", (files, *_)):
                self._choose_files(items(files))
            case Call(Member(Name(), _), name):
                self.draft.find(place, "left out", f"{_said(call)}: a TestConfig does not say it")
            case Call(Name("browser" | "context" | "playwright"), "close" | "stop"):
                return
            case Call(_, name) if name in _SILENT or call.owner in (Name("context"), Name("browser")):
                if name not in _SILENT:
                    self.draft.find(place, "left out", f"{_said(call)}: a TestConfig does not say it")
            case Call(None, "step", (_, Unread())) | Call(Name("test"), "step"):
                raise CannotSay("test.step with a function: write its lines into the test")
            case _:
                self._on_element(call, place)

    def _at(self, page: str, place: str) -> None:
        """A replay is always on the newest tab that is open."""
        if page in self._opened and page != self._opened[-1]:
            self._opened.remove(page)
            self._opened.append(page)
            self.draft.find(
                place,
                "changed",
                "it goes back to an earlier tab; a replay stays on the newest one that is open",
            )

    def _on_page(self, call: Call, place: str) -> None:
        handler = _ON_PAGE.get(call.name)
        if handler is not None:
            handler(self, call, place)
        elif call.name in _SILENT:
            return
        elif call.name in _AROUND:
            self.draft.find(place, "left out", f"{call.name}(): a replay does it by itself, or needs it not")
        elif call.name in ON_ELEMENT and call.arguments:
            # the old spelling: page.click("#save")
            element = Selected((parts_of(words(first(call.arguments))),))
            ON_ELEMENT[call.name](
                self.draft, element, Call(call.owner, call.name, call.arguments[1:], call.options), place
            )
        else:
            raise CannotSay(f"{_said(call)}: there is no such action")

    def _on_element(self, call: Call, place: str) -> None:
        if call.owner is None or call.name not in ON_ELEMENT:
            raise CannotSay(f"{_said(call)}: there is no such action")
        if changing := sorted(_CHANGING & set(call.options)):
            raise CannotSay(f"{call.name} with {', '.join(changing)}: there is only the plain one")
        self._at(_root(call.owner), place)
        shown = shown_text(call.owner, self._pages) if isinstance(call.owner, Call) else None
        if call.name == "waitFor" and shown and not shown[0] and kind_of(shown[1]) == "text":
            self.draft.add("wait", wait_for=shown[1], timeout_ms=timeout(call.options))
            return
        element = select(call.owner, self._pages)
        for doubt in element.doubts:
            self.draft.find(place, "changed", doubt)
        for option in sorted(set(call.options) - _IGNORED - {"label", "value", "index"}):
            self.draft.find(place, "changed", f"the option {option} of {call.name} is left out")
        before = len(self.draft.steps)
        ON_ELEMENT[call.name](self.draft, element, call, place)
        if call.name == "click":
            self._last_click = before

    def _keyboard(self, call: Call) -> None:
        if call.name != "press":
            raise CannotSay(f"keyboard.{call.name}: only keys that are pressed are taken over")
        self.draft.add("press", value=words(first(call.arguments)))

    def _choose_files(self, paths: list[str]) -> None:
        """The click that opened the file chooser and the files given to it are one step."""
        if self._last_click is None:
            raise CannotSay("files are chosen, but nothing was clicked that asks for them")
        step = self.draft.steps[self._last_click]
        self.draft.steps[self._last_click] = {**step, "action": "fill", "value": one(paths)}

    # -- dialogs -----------------------------------------------------------------------------------------

    def on_dialog(self, call: Call, place: str) -> None:
        """`page.on("dialog", handler)`: how the dialogs after it are answered."""
        event = words(first(call.arguments)) if call.arguments else ""
        if event != "dialog":
            raise CannotSay(f"{call.name}({event!r}): events are followed by a replay itself")
        match call.arguments[1:]:
            case (Lambda(_, Call(_, "dismiss")),):
                answer = "dismiss"
            case (Lambda(_, Call(_, "accept", ())),):
                answer = "accept"
            case (Lambda(_, Call(_, "accept", (words_typed, *_))),):
                answer = words(self._meant(words_typed))
            case _:
                raise CannotSay("how the dialog is answered is not plain")
        if call.name == "once":
            self._answers["next"] = answer
        else:
            self._always = answer

    def _answer(self, before: int) -> None:
        """The step that was just added answers the dialogs it opens as the test said."""
        acting = [
            at for at in range(before, len(self.draft.steps)) if self.draft.steps[at]["action"] != "expect"
        ]
        if not acting:
            return
        answer = self._answers.pop("next", self._always)
        if answer is not None and answer != "accept":
            self.draft.steps[acting[-1]]["dialog"] = answer


# -- page ---------------------------------------------------------------------------------------------------


def _goto(importing: _Importing, call: Call, place: str) -> None:
    importing.draft.goto(place, words(first(call.arguments)), timeout(call.options))


def _wait_for_url(importing: _Importing, call: Call, _: str) -> None:
    part, _exactly = url_part(first(call.arguments))
    importing.draft.add("wait", wait_for=importing.draft.local(part), timeout_ms=timeout(call.options))


def _pause(importing: _Importing, call: Call, _: str) -> None:
    match call.arguments:
        case (Literal(int() | float() as pause),):
            importing.draft.add("wait", value=pause)
        case _:
            raise CannotSay("how long it waits is computed")


def _wait_for_selector(importing: _Importing, call: Call, _: str) -> None:
    element = Selected((parts_of(words(first(call.arguments))),))
    ON_ELEMENT["waitFor"](importing.draft, element, call, "")


def _close(importing: _Importing, call: Call, place: str) -> None:
    if len(importing._opened) > 1:
        importing.draft.find(
            place, "left out", "closing a tab: a replay goes back when the page closes it itself"
        )


_ON_PAGE: Final[Mapping[str, Callable[[_Importing, Call, str], None]]] = {
    "goto": _goto,
    "waitForURL": _wait_for_url,
    "waitForUrl": _wait_for_url,
    "waitForTimeout": _pause,
    "waitForSelector": _wait_for_selector,
    "on": _Importing.on_dialog,
    "once": _Importing.on_dialog,
    "close": _close,
}


def _root(expression: Expression) -> str:
    """The page that a locator begins at."""
    while isinstance(expression, Call | Member) and expression.owner is not None:
        expression = expression.owner
    return expression.id if isinstance(expression, Name) else ""


def _excerpt(source: str) -> str:
    first = source.strip().splitlines()[0]
    return first if len(first) <= 60 else f"{first[:57]}..."


def _said(call: Call) -> str:
    return f"{call.name}()"
