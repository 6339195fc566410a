"""Logs go to stderr: for people on a terminal, as JSON lines for machines. Bound with run and step ids.

Secrets are masked and a feed's token never gets here. Nothing is logged before `configure` is called.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, TextIO, cast

import structlog

from runner.contract.event import Event
from runner.contract.masking import Mask

_QUIET, _TALKATIVE = logging.WARNING, logging.INFO


def configure(*, as_json: bool, verbose: bool, mask: Mask, stream: TextIO | None = None) -> None:
    """Set up logging for the process. Without `verbose`, only warnings and worse are logged."""
    stream = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _masking(mask),
            structlog.processors.JSONRenderer()
            if as_json
            else structlog.dev.ConsoleRenderer(colors=stream.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_TALKATIVE if verbose else _QUIET),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )


@contextmanager
def run_bound(run_id: str) -> Iterator[None]:
    """Everything logged inside, by this task and those it starts, carries the run's id."""
    with structlog.contextvars.bound_contextvars(run_id=run_id):
        yield


def log_event(event: Event) -> None:
    """Log that something happened in a run, with the step it belongs to."""
    logger = cast(structlog.typing.FilteringBoundLogger, structlog.get_logger())
    step = {"step_id": event.details["step_id"]} if "step_id" in event.details else {}
    logger.info(event.type, message=event.message, **step)


def _masking(mask: Mask) -> structlog.typing.Processor:
    def masked(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return cast(MutableMapping[str, Any], mask.data(dict(entry)))

    return masked
