"""What a model may answer: one of the nine actions, that a part is done, or that it cannot be done.

A move is plain data until it has been judged here: the element must be one that was shown, an address must be
on an allowed host, a secret may only go into a field. Whatever the page talks a model into, nothing else
leaves this module. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, get_args
from urllib.parse import urljoin

from pydantic import BaseModel, ConfigDict, Field

from runner.contract.config import ActionKind, Expect, ExpectKind, StepValue
from runner.contract.references import names_in
from runner.page.hosts import Hosts
from runner.page.observe import Node, Observation
from runner.page.values import as_state
from runner.record.plan import Act, Ask, Decision, Done, GiveUp, Goal

Ending = Literal["part_done", "all_done", "cannot"]
ENDINGS: Final[frozenset[str]] = frozenset(get_args(Ending))
_ON_ELEMENT: Final = frozenset({"fill", "click", "select", "hover"})
_VALUED: Final = frozenset({"goto", "fill", "press", "select", "ask_user_question"})
_LONGEST_WAIT_MS: Final = 30_000


class Move(BaseModel):
    """The next move on the page."""

    model_config = ConfigDict(extra="forbid")

    why: Annotated[str, Field(max_length=300, description="One short sentence: what this is for.")] = ""
    do: ActionKind | Ending = Field(
        description="An action; or part_done when the current part is done, all_done when the whole task is, "
        "cannot when it cannot be done on this site (say why)."
    )
    element: Annotated[str | None, Field(max_length=8)] = Field(
        default=None, description="The number in brackets of the element to act on."
    )
    value: Annotated[str | None, Field(max_length=4_000)] = Field(
        default=None,
        description="goto: address; fill: text, or true/false for a box; select: option; press: key, such as "
        "Enter; wait: milliseconds; expect: the text or part of the URL; ask_user_question: the question.",
    )
    opens: bool = Field(
        default=False, description="True for a move that only opens the way: a menu, a tab, a closed section."
    )
    expect: ExpectKind | None = Field(default=None, description="For expect: text, url or visible.")
    parameter: Annotated[str | None, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=40)] = Field(
        default=None, description="For ask_user_question: a name for the answer, such as ACCOUNT."
    )


class Refused(Exception):
    """A move that may not be made; the words tell the model why and what it can do instead."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What holds for the moves of one moment. `said` is all that the user has said: prompt and messages."""

    goal: Goal
    page: Observation
    refs: Mapping[str, str]
    hosts: Hosts
    said: str
    part: str

    def decision(self, move: Move) -> Decision | None:
        """The move as a decision; None when the part is done. Raises Refused."""
        match move.do:
            case "part_done":
                return None
            case "all_done":
                return Done(answer=move.why or "The model says that all is done.")
            case "cannot":
                return GiveUp(self.part, move.why or "the model sees no way to do it")
            case "ask_user_question":
                return Ask(self._value(move), parameter=move.parameter, intent=self.part)
            case _:
                return self._act(move)

    def _act(self, move: Move) -> Act:
        node = self._node(move)
        self._check_secrets(move, node)
        match move.do:
            case "goto":
                return self._made(move, value=self._address(move))
            case "fill":
                return self._made(move, node, value=self._filling(move, node))
            case "click":
                self._check_link(node)
                return self._made(move, node)
            case "expect":
                return self._made(move, node, expect=self._expectation(move, node))
            case "wait":
                return self._made(move, value=_milliseconds(move), tentative=True)
            case "press" | "select":
                return self._made(move, node, value=self._value(move))
            case _:
                return self._made(move, node)

    def _made(self, move: Move, node: Node | None = None, **more: Any) -> Act:
        action: Any = move.do
        more.setdefault("tentative", move.opens)
        return Act(action, ref=node.ref if node else None, intent=self.part, **more)

    def _node(self, move: Move) -> Node | None:
        """The element that is meant. Raises Refused for one that was not shown, or is missing."""
        if move.element is None:
            if move.do in _ON_ELEMENT or (move.do == "expect" and move.expect == "visible"):
                raise Refused(f"{move.do} needs `element`: the number of a line on the page.")
            return None
        ref = self.refs.get(move.element.strip("[] "))
        at = self.page.by_ref.get(ref) if ref else None
        if at is None:
            raise Refused(f"There is no element {move.element!r} on the page; take a number from the page.")
        return self.page.nodes[at]

    def _value(self, move: Move) -> str:
        if move.value is None or (not move.value.strip() and move.do in _VALUED - {"fill"}):
            raise Refused(f"{move.do} needs `value`.")
        return move.value

    def _filling(self, move: Move, node: Node | None) -> StepValue:
        value = self._value(move)
        if node is not None and node.type == "file" and value not in self.said:
            raise Refused("Only a file that the user has named may be uploaded.")
        boxed = node is not None and (
            node.type in ("checkbox", "radio") or node.role in ("checkbox", "radio", "switch")
        )
        state = as_state(value) if boxed else None
        return value if state is None else state

    def _address(self, move: Move) -> str:
        address = urljoin(self.page.url, self._value(move).strip())
        if not address.startswith(("http://", "https://")) or not self.hosts.allow(address):
            raise Refused(f"Only these hosts may be visited: {self.hosts}. Stay on the site.")
        return address

    def _check_link(self, node: Node | None) -> None:
        target = urljoin(self.page.url, node.url) if node is not None and node.url else self.page.url
        if not self.hosts.allow(target):
            raise Refused(f"That link leaves the site. Only these hosts may be visited: {self.hosts}.")

    def _check_secrets(self, move: Move, node: Node | None) -> None:
        """A secret goes into a field that the user meant it for, and nowhere else."""
        secret = [name for name in names_in(move.value) if name in self.goal.secrets]
        if not secret:
            return
        if move.do != "fill":
            raise Refused(f"{{{{{secret[0]}}}}} is a secret: it may only be filled into a field.")
        password = node is not None and node.type == "password"
        unasked = [name for name in secret if f"{{{{{name}}}}}" not in self.said.replace(" ", "")]
        if unasked and not password:
            raise Refused(f"The user did not ask to put {{{{{unasked[0]}}}}} there.")

    def _expectation(self, move: Move, node: Node | None) -> Expect:
        if move.expect == "visible" or (move.expect is None and node is not None and not move.value):
            return Expect(type="visible")
        if not move.value or not move.value.strip():
            raise Refused("expect needs `value`: the text, or the part of the URL, that must be there.")
        return Expect(type="url" if move.expect == "url" else "text", contains=move.value.strip())


def _milliseconds(move: Move) -> int:
    try:
        return min(_LONGEST_WAIT_MS, max(1, int(float(move.value or "1000"))))
    except ValueError:
        raise Refused("wait needs `value`: milliseconds.") from None
