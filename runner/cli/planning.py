"""Who plans a recording: the embedded planner, or a model behind it. What the command line says of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import click

from runner.contract.errors import UsageError

if TYPE_CHECKING:
    from runner.page.hosts import Hosts
    from runner.record.plan import Planner

Command = TypeVar("Command", bound=Callable[..., Any])
PlannerKind = Literal["embedded", "model"]

_INSTALL: Final = "Install it: pip install 'demo-runner[model]'"


@dataclass(frozen=True)
class Planning:
    """What was asked for, read. `allow` are hosts besides the start URL's site."""

    kind: PlannerKind = "embedded"
    model: str | None = None
    url: str | None = None
    allow: tuple[str, ...] = ()
    max_steps: int | None = None
    max_tokens: int | None = None
    max_cost: Decimal | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def hosts(self, start_url: str) -> Hosts | None:
        """Where the run may go: anywhere, unless a model that reads pages is asked or hosts are named."""
        if self.kind == "embedded" and not self.allow:
            return None
        from runner.page.hosts import Hosts

        return Hosts.of(start_url, self.allow)

    @asynccontextmanager
    async def planner(
        self, start_url: str, first: Callable[[], Planner] | None = None
    ) -> AsyncIterator[Planner]:
        """The planner; leaving closes what it has opened. `first` makes the embedded one.

        Raises UsageError.
        """
        from runner.record.prompt import PromptPlanner

        first = first or PromptPlanner
        if self.kind == "embedded":
            yield first()
            return
        try:
            from runner.record.model import ModelPlanner, key_of, model_for, price_of
        except ImportError as error:
            raise UsageError(f"--planner model needs the extra [model]: {error}", remedy=_INSTALL) from error
        from runner.page.hosts import Hosts
        from runner.record.budget import Budget

        spec = self.model or ""
        price = None if self.url else price_of(spec)
        if self.max_cost is not None and price is None:
            raise UsageError(
                f"The price of {spec} is not known, so --max-cost cannot be kept.",
                remedy="Limit it with --max-tokens instead.",
            )
        given: dict[str, Any] = {
            "requests": self.max_steps,
            "tokens": self.max_tokens,
            "dollars": self.max_cost,
        }
        budget = Budget(**{name: limit for name, limit in given.items() if limit is not None})
        async with ModelPlanner(
            model_for(spec, url=self.url, environment=self.environment),
            Hosts.of(start_url, self.allow),
            first=first,
            budget=budget,
            price=price,
            key=key_of(spec, self.url, self.environment),
        ) as planner:
            yield planner


def planner_options(command: Command) -> Command:
    """Adds the options; the command gets `planning`."""

    @wraps(command)
    def read(
        *args: Any,
        planner: PlannerKind | None,
        model: str | None,
        model_url: str | None,
        allow_hosts: tuple[str, ...],
        max_steps: int | None,
        max_tokens: int | None,
        max_cost: str | None,
        **rest: Any,
    ) -> Any:
        kind: PlannerKind = planner or ("model" if model else "embedded")
        if kind == "model" and not model:
            raise UsageError(
                "--planner model needs --model PROVIDER:NAME.", remedy="For example --model openai:gpt-5-mini"
            )
        planning = Planning(kind, model, model_url, allow_hosts, max_steps, max_tokens, _dollars(max_cost))
        return command(*args, planning=planning, **rest)

    for option in reversed(_OPTIONS):
        read = option(read)
    return read  # type: ignore[return-value]


_OPTIONS: Final[Sequence[Callable[[Any], Any]]] = (
    click.option(
        "--planner",
        type=click.Choice(["embedded", "model"]),
        help="Who reads the prompt. [default: embedded; model if --model is given]",
    ),
    click.option(
        "--model",
        envvar="DEMO_RUNNER_MODEL",
        metavar="PROVIDER:NAME",
        help="The model to ask for what the embedded planner cannot do.",
    ),
    click.option(
        "--model-url",
        envvar="DEMO_RUNNER_MODEL_URL",
        metavar="URL",
        help="An OpenAI-compatible server to find it at, e.g. http://localhost:11434/v1.",
    ),
    click.option(
        "--allow-host",
        "allow_hosts",
        multiple=True,
        metavar="HOST",
        help="A host the flow may go to, besides the start URL's site.",
    ),
    click.option("--max-steps", type=click.IntRange(min=1), metavar="N", help="Requests to the model."),
    click.option("--max-tokens", type=click.IntRange(min=1), metavar="N", help="Tokens, in and out."),
    click.option("--max-cost", metavar="USD", help="US dollars the model may cost."),
)


def _dollars(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        dollars = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        dollars = Decimal(-1)
    if not dollars.is_finite() or dollars <= 0:
        raise UsageError(f"--max-cost {text} is no amount of dollars.", remedy="For example --max-cost 0.25")
    return dollars
