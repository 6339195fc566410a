"""From a TestConfig to a Playwright test: what each step is in Playwright's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, assert_never
from typing import Literal as OneOf
from urllib.parse import urlsplit

from runner.contract.config import Defaults, Expect, Parameter, Step, TestConfig
from runner.contract.references import REFERENCE
from runner.exchange.finding import Effect, Finding
from runner.exchange.playwright.locating import PAGE, awaited, locate
from runner.exchange.playwright.program import (
    Brings,
    Call,
    Containing,
    Environment,
    Expression,
    Items,
    Lambda,
    Literal,
    Member,
    Name,
    Routine,
    Script,
    Statement,
    Text,
    at_page,
    text,
)
from runner.exchange.playwright.values import constants_for, with_names
from runner.exchange.unfolding import unfolded
from runner.page.absence import Absent, absent_in
from runner.page.awaited import kind_of
from runner.page.selector import names_frame, parse
from runner.page.values import SHAPES, as_key, as_list, as_state, as_text, for_type

_TICKED: Final = frozenset({"checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio"})
_MAY_OPEN_DIALOG: Final = frozenset({"click", "press", "fill", "select"})
_WORD: Final = re.compile(r'"([^"]+)"')


def script_of(config: TestConfig, name: str) -> tuple[Script, list[Finding]]:
    """The test that does what the config does, and what is not quite the same about it."""
    exporting = _Exporting(config)
    statements = tuple(exporting.statements())
    routine = Routine(name, statements, description=config.prompt, tags=tuple(config.tags))
    timeout = config.defaults.timeout_ms
    script = Script(
        routine=routine,
        base_url=exporting.origin,
        parameters=tuple((exporting.constants[each.name], _read(each)) for each in config.parameters),
        timeout_ms=None if timeout == Defaults().timeout_ms else timeout,
    )
    return script, exporting.findings


def _read(parameter: Parameter) -> Environment:
    return Environment(parameter.name, None if parameter.value is None else text(parameter.value))


class _Exporting:
    """The lines of one test, step by step."""

    def __init__(self, config: TestConfig) -> None:
        self.config = config
        self.constants = constants_for([parameter.name for parameter in config.parameters])
        self.origin = _origin(config)
        self.findings: list[Finding] = []
        self._framed = False
        self._texts_of: set[OneOf["page", "frame", "element"]] = set()
        self._pages = ["page"]
        self._opened = 0

    def statements(self) -> Iterator[Statement]:
        answers = {step.dialog for step in self.config.steps if step.dialog}
        acts = any(step.action in _MAY_OPEN_DIALOG for step in self.config.steps)
        if acts and not answers - {"accept"}:
            yield self._dialog("on", "accept", "A replay accepts dialogs, Playwright dismisses them.")
        elif acts and "accept" not in answers:
            self._find(
                "the whole file", "changed", "dialogs that no step speaks of are dismissed, not accepted"
            )
        for step in unfolded(self.config.steps):
            if step.fingerprint:
                self._framed = step.fingerprint.frame is not None or step.fingerprint.tag == "iframe"
            if step.dialog and answers - {"accept"}:
                yield self._here(self._dialog("once", step.dialog))
            yield from self._lines(step)
            if step.tab == "opens" and self._acts_after(step) and not answers - {"accept"}:
                yield self._here(self._dialog("on", "accept"))
        self._general()

    def _lines(self, step: Step) -> Iterator[Statement]:
        """A step's lines, in its tab; the last one brings about what becomes of that."""
        expressions = list(self._of(step))
        for at, expression in enumerate(expressions):
            comment = self._comment(step, expression) if at == 0 else None
            line = self._here(Statement(expression, comment=comment, suppressed=step.optional))
            last = at == len(expressions) - 1
            yield replace(line, brings=self._brings(step)) if last and step.tab else line

    def _acts_after(self, step: Step) -> bool:
        return any(each.action in _MAY_OPEN_DIALOG for each in self.config.steps[step.ordinal :])

    def _here(self, statement: Statement) -> Statement:
        return replace(statement, expression=at_page(statement.expression, self._pages[-1]))

    def _brings(self, step: Step) -> Brings | None:
        page = self._pages[-1]
        if step.tab == "opens":
            self._opened += 1
            if step.optional:
                self._find(step, "changed", "the step is optional, the tab that it opens is not")
            self._pages.append("popup" if self._opened == 1 else f"popup{self._opened}")
            return Brings(page, self._pages[-1])
        if len(self._pages) > 1:
            return Brings(self._pages.pop())
        self._find(step, "changed", "it closed its tab, the only one that the test knows")
        return None

    def _dialog(self, when: str, answer: str, comment: str | None = None) -> Statement:
        dialog = Name("dialog")
        match answer:
            case "dismiss":
                done = Call(dialog, "dismiss")
            case "accept":
                done = Call(dialog, "accept")
            case words:
                done = Call(dialog, "accept", (self._text(words),))
        return Statement(Call(PAGE, when, (text("dialog"), Lambda("dialog", done))), comment=comment)

    def _general(self) -> None:
        if self._texts_of:
            self._find(
                "the whole file", "changed", "a text that must be shown is sought without regard to case"
            )
        if "page" in self._texts_of:
            self._find("the whole file", "changed", "a text that the page must show is not sought in frames")
        if any(step.candidates or step.fingerprint for step in self.config.steps):
            self._find(
                "the whole file",
                "left out",
                "alternative selectors and fingerprints, and with them repair: an exported test has one "
                "locator a step",
            )

    def _find(self, where: Step | str, effect: Effect, message: str) -> None:
        place = where if isinstance(where, str) else f"step {where.ordinal}"
        self.findings.append(Finding(place, effect, message))

    def _text(self, value: str) -> Text:
        return with_names(value, self.constants)

    # -- steps ---------------------------------------------------------------------------------------------

    def _of(self, step: Step) -> Iterator[Expression]:
        match step.action:
            case "goto":
                yield self._call(step, PAGE, "goto", self._address(as_text(step.value)))
            case "fill":
                yield from self._fill(step)
            case "click":
                yield self._call(step, self._element(step), "click")
            case "press":
                on = self._element(step) if step.sought else Member(PAGE, "keyboard")
                pressed = Call(on, "press", (self._text(as_key(step.value)),))
                yield pressed if not step.sought else self._call(step, on, "press", *pressed.arguments)
            case "select":
                yield from self._select(step)
            case "hover":
                yield self._call(step, self._element(step), "hover")
            case "expect":
                yield self._expect(step, step.expect)
            case "wait":
                yield from self._wait(step)
            case "ask_user_question":
                self._find(
                    step, "left out", f"the question {as_text(step.value)!r}: nobody is there to answer"
                )
            case _:
                assert_never(step.action)

    def _call(self, step: Step, on: Expression, name: str, *arguments: Expression) -> Call:
        timeout = {"timeout": Literal(step.timeout_ms)} if step.timeout_ms else {}
        return Call(on, name, arguments, timeout)

    def _element(self, step: Step, *, inside: bool = False) -> Expression:
        located = locate(step, self.constants, inside=inside)
        for doubt in located.doubts:
            self._find(step, "changed", doubt)
        return located.expression

    def _address(self, url: str) -> Text:
        """The URL, without what it shares with the start."""
        if self.origin and (url == self.origin or url.startswith((f"{self.origin}/", f"{self.origin}?"))):
            url = url.removeprefix(self.origin)
            url = url if url.startswith("/") else f"/{url}"
        return self._text(url)

    def _fill(self, step: Step) -> Iterator[Expression]:
        element, known = self._element(step), step.fingerprint
        kind, role, tag = (known.type, known.role, known.tag) if known else (None, None, None)
        if kind == "file" or (known is None and isinstance(step.value, list)):
            yield self._upload(step, element)
            return
        state = as_state(step.value) if not isinstance(step.value, list) else None
        if (kind in ("checkbox", "radio") or role in _TICKED) and state is not None:
            yield self._call(step, element, "check" if state else "uncheck")
        elif tag == "select":
            yield self._call(step, element, "selectOption", self._options(step))
        elif role in ("listbox", "radiogroup"):
            yield from self._choose(step, element)
        elif role is None and kind is None and as_text(step.value) in ("true", "false"):
            self._find(step, "changed", "taken for a checkbox: nothing but its value tells what it is")
            yield self._call(step, element, "check" if state else "uncheck")
        else:
            yield self._call(step, element, "fill", self._text(_typed(kind, as_text(step.value))))

    def _upload(self, step: Step, element: Expression) -> Expression:
        if step.fingerprint is None:
            self._find(step, "changed", "taken for files: nothing but its several values tells what it is")
        paths = [self._text(path) for path in as_list(step.value) if path]
        return self._call(
            step, element, "setInputFiles", paths[0] if len(paths) == 1 else Items(tuple(paths))
        )

    def _select(self, step: Step) -> Iterator[Expression]:
        element, known = self._element(step), step.fingerprint
        if known is None or known.tag in ("select", None):
            if known is None:
                self._find(step, "changed", "exported for a native <select>: nothing tells what the list is")
            yield self._call(step, element, "selectOption", self._options(step))
        else:
            yield from self._choose(step, element)

    def _options(self, step: Step) -> Expression:
        """An option's label or value, which is what Playwright takes it for, too."""
        options = [self._text(option) for option in as_list(step.value)]
        return options[0] if len(options) == 1 else Items(tuple(options))

    def _choose(self, step: Step, element: Expression) -> Iterator[Expression]:
        """Options of a list that is no `<select>`: open it, click the option."""
        role = step.fingerprint.role if step.fingerprint else None
        self._find(
            step, "changed", "the list is no <select>: exported as a click on it and one on the option"
        )
        for option in as_list(step.value):
            if role == "radiogroup":
                radio = Call(element, "getByRole", (text("radio"),), {"name": self._text(option)})
                yield self._call(step, radio, "check")
                continue
            if role != "listbox":
                yield self._call(step, element, "click")
            scope = element if role == "listbox" else PAGE
            chosen = Call(
                scope, "getByRole", (text("option"),), {"name": self._text(option), "exact": Literal(True)}
            )
            yield self._call(step, chosen, "click")

    # -- what is waited for and asserted -----------------------------------------------------------------

    def _expect(self, step: Step, expect: Expect | None) -> Expression:
        contains = (expect.contains if expect else None) or ""
        match expect.type if expect else "visible":
            case "url":
                return self._call(step, _expecting(PAGE), "toHaveURL", Containing(self._text(contains)))
            case "visible" if absent := absent_in(step.sought or ""):
                return self._call(step, _expecting(self._showing_all(absent)), "toHaveCount", Literal(0))
            case "visible":
                return self._call(step, _expecting(self._element(step)), "toBeVisible")
            case _ if not step.sought:
                if self._framed:
                    message = (
                        "the text is sought in the page; the step before it was in a frame, and so may it be"
                    )
                    self._find(step, "changed", message)
                return self._call(step, _expecting(self._showing(contains)), "toBeVisible")
            case _ if names_frame(parse(step.sought)):
                inside = self._element(step, inside=True)
                return self._call(step, _expecting(self._showing(contains, inside)), "toBeVisible")
            case _ if step.fingerprint and step.fingerprint.tag in ("input", "textarea"):
                return self._holds(step, self._text(contains))
            case _:
                return self._shows(step, self._element(step), contains)

    def _holds(self, step: Step, contains: Text) -> Expression:
        """What a field has been filled with. A value that differs from run to run is taken for all of it."""
        sought = Containing(contains) if contains.is_plain else contains
        return self._call(step, _expecting(self._element(step)), "toHaveValue", sought)

    def _showing(self, contains: str, where: Expression = PAGE) -> Expression:
        """What shows a text: some visible element that has it, in a shadow root or not."""
        self._texts_of.add("page" if where == PAGE else "frame")
        showing = Call(where, "getByText", (self._text(contains),))
        return Call(Call(showing, "filter", (), {"visible": Literal(True)}), "first")

    def _showing_all(self, absent: Absent) -> Expression:
        """All visible elements that say something."""
        said, exact = self._text(absent.text), {"exact": Literal(True)}
        if not absent.whole:
            return Call(Call(PAGE, "getByText", (said,)), "filter", (), {"visible": Literal(True)})
        named = Call(PAGE, "getByLabel", (said,), exact)
        either = Call(Call(PAGE, "getByText", (said,), exact), "or", (named,))
        return Call(either, "filter", (), {"visible": Literal(True)})

    def _shows(self, step: Step, element: Expression, contains: str) -> Expression:
        """What a person sees there, which an element's text content is not: that has hidden text in it, and
        not the capitals that a style makes.
        """
        self._texts_of.add("element")
        shown = self._call(step, _expecting(element), "toContainText", self._text(contains))
        seen = {"useInnerText": Literal(True), "ignoreCase": Literal(True)}
        return Call(shown.owner, shown.name, shown.arguments, {**seen, **shown.options})

    def _wait(self, step: Step) -> Iterator[Expression]:
        pause = as_text(step.value)
        if pause:
            duration = Literal(float(pause) if "." in pause else int(pause)) if _is_number(pause) else None
            yield Call(PAGE, "waitForTimeout", (duration or self._text(pause),))
        sought = step.wait_for or step.selector
        if sought:
            yield self._awaited(step, sought)

    def _awaited(self, step: Step, sought: str) -> Expression:
        match kind_of(sought):
            case "selector":
                located = awaited(sought, self.constants)
                for doubt in located.doubts:
                    self._find(step, "changed", doubt)
                return self._call(step, located.expression, "waitFor")
            case "url":
                part = sought.replace("**/", "/").strip("*")
                return self._call(step, PAGE, "waitForURL", Containing(self._text(part)))
            case "text":
                return self._call(step, self._showing(sought), "waitFor")

    def _comment(self, step: Step, expression: Expression) -> str | None:
        """The step's description, where the line does not say by itself which element it is about."""
        described = step.description
        if not described:
            return None
        said = " ".join(_strings(expression))
        words = [word for word in _WORD.findall(described) if not REFERENCE.search(word)]
        return None if all(word in said for word in words) else described


def _expecting(what: Expression) -> Call:
    return Call(None, "expect", (what,))


def _typed(kind: str | None, value: str) -> str:
    """A value in the shape its field takes; one with a parameter in it is left to the parameter."""
    return value if kind not in SHAPES or "{{" in value else for_type(kind or "", value)


def _is_number(value: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", value) is not None


def _origin(config: TestConfig) -> str | None:
    first = next((as_text(step.value) for step in config.steps if step.action == "goto"), None)
    url = urlsplit(config.starting_url or first or "")
    return (
        f"{url.scheme}://{url.netloc}" if url.scheme in ("http", "https") and "{{" not in url.netloc else None
    )


def _strings(expression: Expression) -> Iterator[str]:
    """All words that a line says."""
    match expression:
        case Text(parts):
            yield "".join(part if isinstance(part, str) else "" for part in parts)
        case Containing(inner):
            yield from _strings(inner)
        case Items(items):
            for item in items:
                yield from _strings(item)
        case Call(owner, name, arguments, options):
            yield name
            for each in (*([owner] if owner else []), *arguments, *options.values()):
                yield from _strings(each)
        case _:
            return
