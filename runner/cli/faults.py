"""What went wrong becomes an exit code and a few lines on stderr; a user never sees a traceback unasked."""

from __future__ import annotations

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from runner.cli.root import root
from runner.cli.settings import Settings
from runner.contract.errors import DemoRunnerError

FLOW_FAILED: Final = 1
BAD_INPUT: Final = 2
NOT_DONE: Final = 3


def guarded(arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit code."""
    settings = Settings(debug=bool(os.environ.get("DEMO_RUNNER_DEBUG")))
    try:
        code = root.main(list(arguments), prog_name="demo-runner", standalone_mode=False, obj=settings)
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return NOT_DONE
    except DemoRunnerError as error:
        _explain(error, settings)
        return error.exit_code
    except BrokenPipeError:
        _abandon_stdout()
        return NOT_DONE
    except Exception as error:  # noqa: BLE001  the outermost face: whatever it is, the user gets a sentence
        _crashed(error, settings)
        return NOT_DONE
    return code if isinstance(code, int) else 0


def _explain(error: DemoRunnerError, settings: Settings) -> None:
    if settings.debug:
        traceback.print_exc()
    click.echo(f"Error: {settings.mask.text(error.message)}", err=True)
    if error.remedy:
        click.echo(settings.mask.text(error.remedy), err=True)


def _crashed(error: Exception, settings: Settings) -> None:
    text = settings.mask.text("".join(traceback.format_exception(error)))
    if settings.debug:
        click.echo(text, err=True)
    log = (
        Path(tempfile.gettempdir()) / f"demo-runner-crash-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
    )
    try:
        log.write_text(text, encoding="utf-8")
        where = f"The details are in {log}."
    except OSError:
        where = "Run it again with --debug to see the details."
    cause = settings.mask.text("".join(traceback.format_exception_only(_innermost(error))).strip())
    click.echo(f"Error: demo-runner broke: {cause}\nThis is a defect of ours. {where}", err=True)


def _innermost(error: BaseException) -> BaseException:
    """The first real error in groups of errors."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _abandon_stdout() -> None:
    """The reader of our output has gone; keep Python from complaining about it once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
