"""What a model may cost, and what it has cost. Pure.

The stop is a hard one: a request that might go over what is left is not sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from runner.contract.errors import BudgetSpent

# What the cheapest tokenizers make of plain English and JSON; rather too many than too few.
CHARACTERS_A_TOKEN: Final = 3
ANSWER_TOKENS: Final = 2_000
# What goes along with each question unseen: the shape that an answer must have.
SHAPE_TOKENS: Final = 500


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens, in and out."""

    input: Decimal
    output: Decimal

    def of(self, input_tokens: int, output_tokens: int) -> Decimal:
        """What so many tokens cost."""
        return (self.input * input_tokens + self.output * output_tokens) / 1_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """What a recording may use of a model: requests, tokens in and out together, US dollars."""

    requests: int = 40
    tokens: int = 200_000
    dollars: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What a recording has used so far. `estimated`: a server told no figures, they are ours."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    dollars: Decimal | None = None
    retries: int = 0
    estimated: bool = False

    def plus(self, input_tokens: int, output_tokens: int, price: Price | None, **more: Any) -> Spent:
        """After one more answer."""
        cost = price.of(input_tokens, output_tokens) if price else None
        return replace(
            self,
            input_tokens=self.input_tokens + input_tokens,
            output_tokens=self.output_tokens + output_tokens,
            dollars=self.dollars if cost is None else (self.dollars or Decimal(0)) + cost,
            **more,
        )

    def told(self) -> dict[str, Any]:
        """For the summary; dollars only where the price is known."""
        return {
            "requests": self.requests,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "retries": self.retries,
            **({"estimated": True} if self.estimated else {}),
            **({} if self.dollars is None else {"dollars": float(round(self.dollars, 6))}),
        }


def check(budget: Budget, spent: Spent, question: int, price: Price | None) -> None:
    """Whether a request of `question` characters may still be sent. Raises BudgetSpent."""
    asked = question // CHARACTERS_A_TOKEN + SHAPE_TOKENS
    tokens = spent.input_tokens + spent.output_tokens + asked + ANSWER_TOKENS
    if spent.requests >= budget.requests:
        raise _spent(f"{budget.requests} requests", "--max-steps", spent)
    if tokens > budget.tokens:
        raise _spent(f"{budget.tokens} tokens", "--max-tokens", spent)
    if budget.dollars is not None and price is not None:
        cost = (spent.dollars or Decimal(0)) + price.of(asked, ANSWER_TOKENS)
        if cost > budget.dollars:
            raise _spent(f"{budget.dollars} dollars", "--max-cost", spent)


def _spent(limit: str, option: str, spent: Spent) -> BudgetSpent:
    return BudgetSpent(
        f"The model's budget of {limit} is spent: the next request would go over it.",
        remedy=f"Give it more with {option}, or split the prompt into shorter ones.",
        spent=spent.told(),
    )
