"""A TestConfig in the making: its steps, what has become a parameter, and what could not be taken over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin

from runner.contract.config import (
    ActionKind,
    Expect,
    Fallback,
    Fingerprint,
    Parameter,
    Step,
    StepValue,
    TestConfig,
)
from runner.contract.errors import ConfigError
from runner.contract.references import names_used, reference
from runner.exchange.finding import Effect, Finding
from runner.page.awaited import kind_of

MAX_TIMEOUT_MS: Final = 3_600_000

_SITE: Final = re.compile(r"https?://[^/?#]+", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# How a password field is called, in the languages that many forms are in.
_PASSWORD: Final = re.compile(
    r"pass(word|wd|code|phrase|wort)|kennwort|contraseña|mot de passe|senha|wachtwoord|has[łl]o\b|парол",
    re.IGNORECASE,
)


class CannotSay(ConfigError):
    """A part of a recording that a TestConfig has no words for; its message says which and why."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A recording as a TestConfig: what it is called, and what is not in it or not quite the same."""

    name: str
    config: TestConfig
    findings: tuple[Finding, ...]


@dataclass
class Draft:
    """Collects steps in order. `base_url` is what relative addresses are relative to."""

    name: str
    base_url: str | None = None
    prompt: str | None = None
    tags: tuple[str, ...] = ()
    steps: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    _secrets: dict[str, str] = field(default_factory=dict)

    def find(self, place: str, effect: Effect, message: str) -> None:
        """Something to tell."""
        self.findings.append(Finding(place, effect, message))

    def note(self, message: str) -> None:
        """Something to tell once for the whole file."""
        finding = Finding("the whole file", "note", message)
        if finding not in self.findings:
            self.findings.append(finding)

    def add(
        self,
        action: ActionKind,
        selectors: Sequence[str] = (),
        value: StepValue | None = None,
        *,
        expect: Expect | None = None,
        wait_for: str | None = None,
        timeout_ms: float | None = None,
        optional: bool = False,
        known: Fingerprint | None = None,
    ) -> None:
        """The next step; `selectors` best first, `known` what the recording says of the element."""
        if action == "press" and not value:
            raise CannotSay("it names no key")
        step: dict[str, Any] = {"action": action}
        ranked = list(dict.fromkeys(selectors))
        if ranked:
            step["selector"] = ranked[0]
        given = {"value": value, "expect": expect, "wait_for": wait_for, "timeout_ms": _timeout(timeout_ms)}
        step |= {name: item for name, item in given.items() if item is not None}
        if ranked[1:]:
            step["candidates"] = ranked[1:]
        if known is not None:
            step["fingerprint"] = known
        if optional:
            step["optional"] = True
        self.steps.append(step)

    def goto(self, place: str, url: str, timeout_ms: float | None = None) -> None:
        """Open an address, relative ones on the base URL. Raises ConfigError where there is none."""
        if "://" not in url and not url.startswith(("about:", "data:", "{{")):
            if not self.base_url:
                raise ConfigError(
                    f"{place}: the address {url!r} is relative, and nothing says to what.",
                    remedy="Give the application's address with --url.",
                )
            url = _joined(self.base_url, url)
        self.base_url = self.base_url or url
        self.add("goto", value=url, timeout_ms=timeout_ms)

    def fill(self, place: str, selectors: Sequence[str], value: StepValue, **more: Any) -> None:
        """Set a field; what is typed into one that is called a password becomes a secret parameter."""
        if isinstance(value, str) and value and "{{" not in value and _secret(selectors):
            value = reference(self._hidden(place, value))
        self.add("fill", selectors, value, **more)

    def see_text(self, selectors: Sequence[str], contains: str, **more: Any) -> None:
        """Assert a text of an element, or without selectors of the page. An empty one cannot be asserted."""
        if not contains.strip():
            raise CannotSay("an empty text cannot be asserted")
        self.add("expect", selectors, expect=Expect(type="text", contains=contains), **more)

    def see_url(self, part: str, **more: Any) -> None:
        """Assert what the URL contains."""
        self.add("expect", expect=Expect(type="url", contains=self.local(part)), **more)

    def see(self, selectors: Sequence[str], **more: Any) -> None:
        """Assert that an element is visible."""
        self.add("expect", selectors, expect=Expect(type="visible"), **more)

    def wait_for(self, selectors: Sequence[str], **more: Any) -> None:
        """Wait for an element."""
        sought = selectors[0]
        self.add("wait", wait_for=sought if kind_of(sought) == "selector" else f"css={sought}", **more)

    def local(self, url: str) -> str:
        """A URL without the site it is on, if that is the one under test: a test runs on others, too."""
        found = _SITE.match(self.base_url or "")
        rest = url.removeprefix(found[0]) if found else url
        return rest if rest[:1] in ("/", "?", "#") and rest != "/" else url

    def is_local(self, url: str) -> bool:
        """Whether a URL is on the site under test."""
        found = _SITE.match(self.base_url or "")
        return found is not None and url.startswith(f"{found[0]}/")

    def parameter(self, name: str, value: str | None) -> str:
        """A parameter of the recording's own, and how it is referred to. One without a value is secret."""
        if not _NAME.fullmatch(name):
            raise CannotSay(f"{name!r} cannot be the name of a parameter")
        self.parameters.setdefault(name, Parameter(name=name, value=value, secret=value is None))
        return reference(name)

    def imported(self, fallback: Fallback = "agent") -> Imported:
        """The config. Raises ConfigError where no step is left."""
        if not self.steps:
            told = "\n".join(f"  {finding}" for finding in self.findings[:10])
            raise ConfigError(
                f"{self.name} has no step that could be taken over." + (f"\n{told}" if told else ""),
                remedy="Is it a recording, or a test, of a page?",
            )
        self._declare()
        used = {name for step in self.steps for name in _references(step).get("parameter_refs", [])}
        config = TestConfig(
            prompt=self.prompt,
            starting_url=self._start(),
            fallback=fallback,
            tags=list(self.tags),
            parameters=[each for each in self.parameters.values() if each.name in used],
            steps=[
                Step.model_validate({**step, "id": f"step_{at}", "ordinal": at, **_references(step)})
                for at, step in enumerate(self.steps, 1)
            ],
        )
        return Imported(self.name, config, tuple(self.findings))

    def _declare(self) -> None:
        """A name that a recording refers to, as our own exports do, is a parameter without a value."""
        for step in self.steps:
            for name in _references(step).get("parameter_refs", []):
                if name not in self.parameters:
                    self.parameter(name, None)

    def _start(self) -> str | None:
        first = (
            next((step["value"] for step in self.steps if step["action"] == "goto"), None) or self.base_url
        )
        return first if first and first.lower().startswith(("http://", "https://")) else None

    def _hidden(self, place: str, value: str) -> str:
        if value not in self._secrets:
            taken = len(self._secrets)
            name = "PASSWORD" if not taken else f"PASSWORD_{taken + 1}"
            while name in self.parameters:
                name += "_"
            self._secrets[value] = name
            self.parameters[name] = Parameter(name=name, secret=True)
            self.find(
                place,
                "changed",
                f"the password became the secret parameter {name}; its value is not in the file",
            )
        return self._secrets[value]


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError as error:
        raise CannotSay(f"{url!r} is no address") from error


def _secret(selectors: Sequence[str]) -> bool:
    return any(_PASSWORD.search(selector) for selector in selectors)


def _references(step: dict[str, Any]) -> dict[str, list[str]]:
    plain = {**step, "expect": step["expect"].model_dump()} if "expect" in step else step
    names = names_used(plain)
    return {"parameter_refs": names} if names else {}


def _timeout(timeout_ms: object) -> int | None:
    """A timeout as a recording gives it, where it is one."""
    if isinstance(timeout_ms, bool) or not isinstance(timeout_ms, int | float) or not timeout_ms >= 1:
        return None
    return round(min(timeout_ms, MAX_TIMEOUT_MS))
