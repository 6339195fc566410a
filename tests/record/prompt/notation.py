"""Intents in one line each, for the corpus: `click Delete|button#2 in Dune|row`, `set Email = 'a@x.org'`."""

from __future__ import annotations

from runner.record.prompt.language.intent import Intent, Target, Value


def told(intent: Intent) -> str:
    """One intent in the corpus's notation."""
    pieces: list[str] = [intent.verb]
    if intent.target is not None and target_told(intent.target):
        pieces.append(target_told(intent.target))
    if intent.value is not None:
        pieces.append(f"= {_value(intent.value, chosen=intent.verb == 'choose')}")
    pieces += [f"{target_told(field)}={_value(value)}" for field, value in intent.fields]
    if intent.assertion is not None:
        pieces.append(_assertion(intent))
    pieces += [f"({key} {intent.options[key]!r})" for key in ("until", "to", "as") if intent.options.get(key)]
    if intent.joint:
        pieces.append(f"(or all of {intent.joint!r})")
    if intent.optional:
        pieces.append("(optional)")
    return " ".join(piece for piece in pieces if piece)


def target_told(target: Target) -> str:
    """A target: name, `|kind`, `#ordinal`, quantifier, and its place."""
    told = target.name + (f"|{target.kind}" if target.kind else "")
    told += f"#{target.ordinal}" if target.ordinal is not None else ""
    told += f" [{target.quantifier}]" if target.quantifier != "one" else ""
    told += f" [{target.extreme[0]} {target.extreme[1]}]" if target.extreme else ""
    for mark, text in (("starts", target.starts), ("ends", target.ends), ("contains", target.contains)):
        told += f" [{mark} {text}]" if text else ""
    told += f" [{target.compared}]" if target.compared else ""
    told += f" [first {target.count}]" if target.count else ""
    told += f" [{target.order}]" if target.order else ""
    if target.condition is not None:
        about = target.condition
        told += " [" + " ".join(part for part in (about.about, about.op, f"{about.number:g}") if part) + "]"
    if target.look is not None:
        look = target.look
        told += " [" + " ".join(part for part in (look.size, look.colour, look.shape) if part) + "]"
    if target.place is not None:
        told += f" {target.place.relation} {target_told(target.place.target)}"
    return told.strip()


def _value(value: Value, *, chosen: bool = False) -> str:
    if value.parameter:
        return f"{{{{{value.parameter}}}}}"
    source = f" from {target_told(value.source)}" if value.source is not None and not chosen else ""
    piece = f" [{value.piece.unit} {value.piece.ordinal or ''}".rstrip() + "]" if value.piece else ""
    return f"{value.text!r}{source}{piece}"


def _assertion(intent: Intent) -> str:
    assertion = intent.assertion
    assert assertion is not None
    told = f"{assertion.type}{' not' if assertion.negated else ''} {assertion.contains!r}"
    target = target_told(assertion.target) if assertion.target is not None else ""
    told += f" @ {target}" if target and target != assertion.contains else ""
    return told + (f" x{assertion.count}" if assertion.count is not None else "")
