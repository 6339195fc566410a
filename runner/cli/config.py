"""`demo-runner config`: look at a TestConfig without running it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runner.cli.settings import debug_option

if TYPE_CHECKING:
    from runner.contract.config import TestConfig
    from runner.contract.problem import Problem

file_argument = click.argument("file", type=click.Path(path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("config")
def config_group() -> None:
    """Validate, summarize or normalize a TestConfig."""


@config_group.command("validate")
@file_argument
@json_option
@debug_option
def validate_command(file: Path, *, as_json: bool) -> int:
    """Say whether FILE is a valid TestConfig, and everything that is wrong with it."""
    from runner.contract.errors import ConfigError
    from runner.replay.reading import read_flow

    try:
        config, warnings = read_flow(file)
    except ConfigError as error:
        if not as_json:
            raise
        click.echo(json.dumps(_refused(error), indent=2, ensure_ascii=False))
        return error.exit_code
    if as_json:
        listed = [warning.as_data() for warning in warnings]
        click.echo(
            json.dumps({"valid": True, "problems": [], "warnings": listed}, indent=2, ensure_ascii=False)
        )
        return 0
    _warn(warnings)
    click.echo(
        f"{file} is valid: {_counted(len(config.steps), 'step')}, {_counted(len(warnings), 'warning')}."
    )
    return 0


@config_group.command("summarize")
@file_argument
@json_option
@debug_option
def summarize_command(file: Path, *, as_json: bool) -> None:
    """Show what FILE does, step by step."""
    from runner.replay.reading import read_flow
    from runner.replay.telling import sentence

    config, warnings = read_flow(file)
    _warn(warnings)
    if as_json:
        click.echo(json.dumps(_summary(config), indent=2, ensure_ascii=False))
        return
    click.echo(f"Prompt:       {config.prompt or '-'}")
    click.echo(f"Starting URL: {config.starting_url or '-'}")
    click.echo(f"Fallback:     {config.fallback}")
    click.echo(f"Parameters:   {', '.join(_parameter(item) for item in config.parameters) or '-'}")
    click.echo(f"Steps:        {len(config.steps)}, {_assertions(config)} of them assertions")
    for step in config.steps:
        click.echo(f"{step.ordinal:>4}  {step.action:<8} {sentence(step)}")


@config_group.command("normalize")
@file_argument
@json_option
@click.option("--out", type=click.Path(path_type=Path), help="Write it to a file instead of stdout.")
@debug_option
def normalize_command(file: Path, *, as_json: bool, out: Path | None) -> None:
    """Print FILE in full: ids, ordinals and defaults filled in. The output is JSON with or without --json."""
    from runner.artifacts import write_json
    from runner.contract.normal import normalized
    from runner.replay.reading import read_flow

    config, warnings = read_flow(file)
    _warn(warnings)
    data = normalized(config).dump()
    if out is None:
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    write_json(out, data)
    click.echo(f"Wrote {out}.", err=True)


def _summary(config: TestConfig) -> dict[str, Any]:
    from runner.replay.telling import sentence

    return {
        "prompt": config.prompt,
        "starting_url": config.starting_url,
        "fallback": config.fallback,
        "parameters": [item.model_dump(exclude_none=True) for item in config.parameters],
        "steps": len(config.steps),
        "assertions": _assertions(config),
        "actions": [
            {"id": step.id, "ordinal": step.ordinal, "action": step.action, "text": sentence(step)}
            for step in config.steps
        ],
    }


def _assertions(config: TestConfig) -> int:
    return sum(step.action == "expect" for step in config.steps)


def _parameter(item: Any) -> str:
    return (
        f"{item.name} (secret)"
        if item.secret
        else item.name
        if item.value is None
        else f"{item.name}={item.value}"
    )


def _refused(error: Any) -> dict[str, Any]:
    problems = error.details.get("problems") or [{"path": "$", "message": error.message, "nearest": None}]
    return {"valid": False, "problems": problems, "warnings": error.details.get("warnings", [])}


def _warn(warnings: list[Problem]) -> None:
    for warning in warnings:
        click.echo(f"Warning: {warning}", err=True)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
