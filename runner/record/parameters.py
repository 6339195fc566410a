"""Values between a prompt, the page and the file: `{{NAME}}` in the file, the value on the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from runner.contract.config import Parameter, StepValue
from runner.contract.masking import Mask
from runner.contract.references import REFERENCE, filled, named, named_selector, names_in, reference
from runner.record.plan import Goal

PASSWORD: Final = "PASSWORD"

_SOUNDS_SECRET: Final = re.compile(
    r"pass(word|wd|code|phrase)|secret|token|\bpin\b|\botp\b|one-time|\bcv[cv]\b|api.?key", re.IGNORECASE
)


# Where an element stood among others, which says nothing of where its like stands in another row.
_PLACE: Final = frozenset({"ordinal", "of", "between", "siblings", "lookalikes", "box"})


class Parameters:
    """The parameters of one recording.

    What is found in password fields and in answers joins as it turns up.
    """

    def __init__(self, goal: Goal) -> None:
        self._values: dict[str, str] = dict(goal.parameters)
        self._secret: set[str] = set(goal.secrets)
        self._descriptions: dict[str, str] = {}
        self._prompt = goal.prompt
        self._given_up = {name: goal.parameters[name] for name in goal.secrets if name in goal.parameters}
        self._hidden = dict(self._given_up)
        self.shown_passwords: dict[str, str] = {}  # by name, where each is to be read

    @property
    def values(self) -> dict[str, str]:
        """All values by name, as they are now."""
        return dict(self._values)

    @property
    def mask(self) -> Mask:
        """Hides secrets and passwords: for whatever is shown."""
        return Mask(self._hidden)

    @property
    def file_mask(self) -> Mask:
        """Hides secrets only: for the file, which repeats the prompt with whatever password it shows."""
        return Mask(self._given_up)

    def live(self, value: StepValue | None) -> StepValue | None:
        """The value as it goes to the page. A name that is not known stays as it is written."""
        live: StepValue | None = filled(value, self._values, strict=False)
        return live

    def stored(self, value: Any) -> Any:
        """The value as it goes into the file: what belongs to a parameter is named instead.

        Works on plain data.
        """
        return named(self.mask.data(value), self._open)

    def free_of_parameters(self, facts: Mapping[str, Any], selectors: Sequence[str] = ()) -> dict[str, Any]:
        """Facts without those that repeat a parameter's value: with another value they would not hold.

        A row that the selectors name by a parameter is kept by that name; the element stands where it stands.
        """
        lasting = {
            key: [item for item in fact if self.stored(item) == item] if isinstance(fact, list) else fact
            for key, fact in facts.items()
            if isinstance(fact, list) or self.stored(fact) == fact
        }
        row = self.stored(facts.get("row"))
        if "row" in facts and "row" not in lasting:
            lasting = {key: fact for key, fact in lasting.items() if key not in _PLACE}
            if names_in(row) and set(names_in(row)) <= set(names_in(list(selectors))):
                lasting["row"] = row
        return {key: fact for key, fact in lasting.items() if fact != []}

    def stored_selector(self, selector: str) -> str:
        """A selector with parameters named, in quoted words only: a value may look like grammar."""
        return named_selector(selector, self.stored)

    def password(self, value: str, page: str = "") -> str:
        """The reference that stands in for a password; a parameter is made where there is none.

        One that stands in the prompt, or that the `page` shows to whoever comes, is no secret.
        """
        known = self.stored(value)
        if REFERENCE.search(known):
            return str(known)
        name = self._free_name(PASSWORD)
        where = "the prompt" if value in self._prompt else "the page" if value in page.split() else ""
        self.add(name, value, secret=not where, description="Typed into a password field")
        if where:
            self.shown_passwords[name] = where
            self._hidden[name] = value
        return reference(name)

    def answer(self, question: str, text: str, name: str | None) -> str:
        """Keep the answer to a question as a parameter; returns its name."""
        name = self._free_name(name or "ANSWER") if name not in self._values else str(name)
        secret = self.asks_secret(question, name)
        self.add(name, text, secret=secret, description=question)
        return name

    def asks_secret(self, question: str, name: str) -> bool:
        """Whether the answer to a question is a secret, by the words it is asked with."""
        return name in self._secret or bool(_SOUNDS_SECRET.search(f"{name.replace('_', ' ')} {question}"))

    def add(self, name: str, value: str, *, secret: bool = False, description: str = "") -> None:
        """Take in a parameter."""
        self._values[name] = value
        self._descriptions[name] = description
        if secret:
            self._secret.add(name)
            self._given_up[name] = self._hidden[name] = value

    def declared(self) -> list[Parameter]:
        """The parameters as the file lists them; a secret's value is not among it."""
        return [
            Parameter(
                name=name,
                value=None if name in self._secret else value,
                secret=name in self._secret,
                description=self._descriptions.get(name) or None,
            )
            for name, value in self._values.items()
        ]

    @property
    def _open(self) -> dict[str, str]:
        """The parameters whose values may be seen."""
        return {name: value for name, value in self._values.items() if name not in self._secret}

    def _free_name(self, name: str) -> str:
        wanted, number = re.sub(r"\W+", "_", name).strip("_") or PASSWORD, 1
        name = wanted
        while name in self._values:
            number += 1
            name = f"{wanted}_{number}"
        return name
