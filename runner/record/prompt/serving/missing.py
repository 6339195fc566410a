"""The procedure that asserts that something is not there (any more)."""

from __future__ import annotations

from runner.record.absence import absent, can_tell_absence
from runner.record.plan import Act
from runner.record.prompt.grounding.names import folded
from runner.record.prompt.language.intent import Assertion, Intent, Target
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, attempt, resolved
from runner.record.prompt.serving.service import Service

_QUOTE = "put the text that must not be there in quotes"


def missing(now: Moment, assertion: Assertion, intent: Intent, service: Service) -> Procedure:
    """Assert that no element says what is named; where one said just that before, that none says just that.

    So "Dune is not listed any more" holds while Dune Messiah is.
    """
    target = assertion.target or Target()
    text = resolved(now.goal, assertion.contains or target.name)
    if not text:
        raise Stuck("it does not say which text must not be there", (), _QUOTE)
    if target.place is not None:
        raise Stuck("that something is not there can be asserted of the whole page only", (), _QUOTE)
    if not can_tell_absence(now.seen):
        raise Stuck("that something is not there cannot be asserted of a page with frames")
    known = service.shown.get(folded(text))
    if known is None and not (assertion.contains or target.kind or _names(target.name, service)):
        raise Stuck(f"nothing on the pages so far is called {text!r}", (), _QUOTE)
    expect = absent(known or text, whole=known is not None or bool(target.kind))
    act = Act("expect", expect=expect, intent=intent.part, description=f'Do not see the text "{text}"')
    after = yield from attempt(now, act)
    if after.outcome is not None and after.outcome.status == "failed":
        raise Stuck(f"{text!r} is still shown")
    return after


def _names(words: str, service: Service) -> bool:
    """Whether words that are not quoted are a name: a proper one, an error, or part of what was shown."""
    proper = any(word[:1].isupper() or word[:1].isdigit() for word in words.split())
    failing = folded(words).removesuffix(" message").rstrip("s") in ("error", "warning", "exception")
    return proper or failing or any(folded(words) in text for text in service.shown)
