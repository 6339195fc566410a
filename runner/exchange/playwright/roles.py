"""The body of a `role=` selector, taken apart and put together: `button[name="Save"][pressed=true]`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from runner.page.selector import quoted

Operator = Literal["=", "*=", "/"]
State = bool | int

# How the attributes are called in a selector and as an option of `getByRole`.
_OPTIONS: Final = {"include-hidden": "includeHidden"}
_ATTRIBUTES: Final = {option: attribute for attribute, option in _OPTIONS.items()}
_ATTRIBUTE: Final = re.compile(
    r"""\s*\[\s*([\w-]+)\s*
        (?:(\*?=|\^=|\$=|~=|\|=)\s*
           ("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|/(?:[^/\\]|\\.)*/\w*|[\w.-]+)\s*([is]?)\s*)?\]""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RoleSelector:
    """A role, the name it must have and in which sense, and its states."""

    role: str
    name: str | None = None
    operator: Operator = "="
    flags: str = ""
    states: dict[str, State] = field(default_factory=dict)

    def __str__(self) -> str:
        """The body as Playwright's role engine reads it."""
        states = "".join(
            f"[{_ATTRIBUTES.get(name, name)}={str(value).lower()}]" for name, value in self.states.items()
        )
        return f"{self.role}{self._named()}{states}"

    def _named(self) -> str:
        if self.name is None:
            return ""
        if self.operator == "/":
            return f"[name=/{self.name}/{self.flags}]"
        return f"[name{self.operator}{quoted(self.name)}{' i' if self.flags else ''}]"


def parse_role(body: str) -> RoleSelector:
    """A role selector's parts; what Playwright would refuse is read as far as it can be."""
    role = re.match(r"\w+", body)
    name: str | None = None
    operator: Operator = "="
    flags = ""
    states: dict[str, State] = {}
    for attribute, sign, raw, flag in _ATTRIBUTE.findall(body):
        if attribute != "name":
            states[_OPTIONS.get(attribute, attribute)] = _state(raw)
        elif raw[:1] == "/":
            name, operator = raw[1 : raw.rindex("/")], "/"
            flags = raw[raw.rindex("/") + 1 :]
        else:
            name = _ESCAPED.sub(r"\1", raw[1:-1]) if raw[:1] in "\"'" else raw
            operator, flags = ("*=" if sign == "*=" else "="), ("i" if flag == "i" else "")
    return RoleSelector(role[0] if role else "", name, operator, flags, states)


def _state(raw: str) -> State:
    return int(raw) if raw.isdecimal() else raw != "false"
