"""Procedures for terminals: a line is typed, and what comes back is read."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Final

from runner.page.observe import Observation
from runner.record.plan import Act, Decision
from runner.record.prompt.grounding.names import folded
from runner.record.prompt.language.intent import Intent, Target
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, attempt, do
from runner.record.prompt.serving.service import Service, focused_field

_COMMANDS: Final = {
    "delete": "rm", "remove": "rm", "create": "touch", "add": "touch", "rename": "mv", "move": "mv",
    "copy": "cp", "show": "cat", "open": "cat", "view": "cat", "print": "cat", "read": "cat",
    "display": "cat", "list": "ls", "show me": "ls",
}  # fmt: skip
_FAILED: Final = re.compile(
    r"not found|no such|unknown command|cannot|can't|invalid|error|denied|unrecognized|usage:", re.IGNORECASE
)
_READABLE: Final = 10  # px: a field lower than this is not there to be read
_FOLDERS: Final = re.compile(r"\b(folder|directory|dir)\b")


def commanding(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Run the command that the verb asks for; a file that is only described is looked up first."""
    value = intent.value
    if value is None:
        raise Stuck("it does not say what to do in the terminal")
    if value.kind == "command":
        _, now = yield from _run(now, value.text, intent)
        return now
    command = _COMMANDS.get(value.text)
    if command is None:
        raise Stuck(f"which command {value.text!r} is in a terminal is not known", (), "quote the command")
    target = intent.target or Target()
    if command == "touch" and _FOLDERS.search(folded(target.wording)):
        command = "mkdir"
    if command == "cat" and (
        not target.name or folded(target.wording) in ("files", "the files", "all files")
    ):
        command = "ls"
    if command == "ls":
        _, now = yield from _run(now, "ls", intent)
        return now
    name, now = yield from _file(now, target, intent)
    said, now = yield from _run(now, f"{command} {name}", intent)
    if complaint := next((line for line in said if _FAILED.search(line)), ""):
        raise Stuck(f"the terminal answered {complaint!r}")
    return now


def _file(now: Moment, target: Target, intent: Intent) -> Generator[Decision, Moment, tuple[str, Moment]]:
    """The name of the file that is meant: as it is said, else the one in the listing that fits."""
    described = target.starts or target.ends or target.contains
    if target.name and not described:
        return target.name, now
    listing, now = yield from _run(now, "ls", intent)
    names = [name for line in listing for name in line.split()]
    fitting = list(dict.fromkeys(name for name in names if _fits(name, target)))
    indefinite = folded(target.wording).startswith(("a ", "an ", "any ")) or target.quantifier == "any"
    if not fitting:
        raise Stuck(f"the terminal lists no file like {target.wording!r}", tuple(names[:20]))
    if len(fitting) > 1 and not indefinite:
        raise Stuck(f"{target.wording!r} could be any of {len(fitting)} files", tuple(fitting[:20]))
    return fitting[0], now


def _fits(name: str, target: Target) -> bool:
    there = folded(name)
    ending = folded(target.ends)
    return (
        there.startswith(folded(target.starts))
        and (there.endswith(f".{ending.lstrip('.')}") or (there.endswith(ending) and "." not in there))
        and folded(target.contains) in there
        and "." in there[1:]
    )


def _run(now: Moment, line: str, intent: Intent) -> Generator[Decision, Moment, tuple[list[str], Moment]]:
    """Type a line, press Enter, and tell what lines are new."""
    field = _prompt_line(now.seen)
    before = now.seen.text.splitlines()
    ref = now.node(field).ref
    if _out_of_sight(now.seen, field):
        now = yield from _typed(now, ref, line, intent)
    else:
        now = yield from do(now, Act("fill", ref=ref, value=line, intent=intent.part))
    now = yield from do(now, Act("press", ref=ref, value="Enter", intent=intent.part))
    fresh = _fresh(before, now.seen)
    for pause in (300, 900):
        if fresh:
            break
        now = yield from attempt(now, Act("wait", value=str(pause), intent=intent.part, tentative=True))
        fresh = _fresh(before, now.seen)
    return [each for each in fresh if line not in each], now


def _out_of_sight(seen: Observation, field: int) -> bool:
    """Whether the field only catches keys, and the page draws the line itself, as terminals in a page do."""
    node = seen.nodes[field]
    box = node.box
    return node.covered or box is None or box.height < _READABLE or box.right < 0 or box.bottom < 0


def _typed(now: Moment, ref: str, line: str, intent: Intent) -> Procedure:
    """Put the line in at once, and where the page does not show it, key by key."""
    now = yield from do(now, Act("fill", ref=ref, value=line, intent=intent.part, tentative=True))
    if line in now.seen.text:
        return (yield from do(now, Act("fill", ref=ref, value=line, intent=intent.part)))
    now = yield from do(now, Act("fill", ref=ref, value="", intent=intent.part, tentative=True))
    for key in line:
        press = Act("press", ref=ref, value={" ": "Space"}.get(key, key), intent=intent.part)
        now = yield from do(now, press)
    return now


def _fresh(before: list[str], seen: Observation) -> list[str]:
    left = list(before)
    fresh: list[str] = []
    for line in seen.text.splitlines():
        if line in left:
            left.remove(line)
        elif line.strip():
            fresh.append(line.strip())
    return fresh


def _prompt_line(seen: Observation) -> int:
    """The field that takes the commands: the one in focus, else the only one."""
    focused = focused_field(seen)
    fields = [index for index, node in enumerate(seen.nodes) if node.ref and node.role == "textbox"]
    if focused is None and len(fields) != 1:
        raise Stuck("there is no single field that takes commands")
    return focused if focused is not None else fields[0]
