"""Acting at a glance: what plainly is the recorded element is acted on at once; all else is looked at."""

from __future__ import annotations

import pytest
from playwright.async_api import Error as PlaywrightError

from runner.contract.config import ActionKind, StepValue
from runner.page.describe import survey
from runner.page.faults import Undecided, mapped
from runner.page.glance import glance
from runner.page.probe import Purpose
from runner.page.resolve import probe
from runner.page.session import Session
from runner.replay.identity import from_facts, identity, recorded

pytestmark = pytest.mark.browser

FORM = """<h1>Your account</h1><nav><a id=home href="http://site.test/home?tab=1#top">Home</a></nav>
<form aria-label="Sign in">
<label>E-mail <input id=mail type=email name=mail placeholder="you@example.org"></label>
<label for=word>Password</label> <input id=word type=password name=word>
<span id=said>Town</span> <input id=town aria-labelledby=said placeholder="Where you live">
<label>Plan <select id=plan name=plan><option>Free</option><option>Pro</option></select></label>
<label><input id=news type=checkbox name=news> Send me news</label>
<label>About <textarea id=about name=about></textarea></label>
<label>Born on <input id=born type=date name=born></label>
<button id=go data-testid=go>Sign <b>in</b></button>
<button id=close type=button aria-label=Close title="Close it"><img alt=""></button></form>
<ul><li>Dune <button id=dune type=button>Delete</button></li>
<li>Emma <button id=emma type=button>Delete</button></li></ul>
<div id=shout style="text-transform:uppercase;cursor:pointer" onclick="0">Log out</div>"""

# What is done to which element, found by which selector.
DOINGS: list[tuple[str, str, ActionKind, StepValue | None]] = [
    ("#home", 'control="Home"', "click", None),
    ("#mail", 'field="E-mail"', "fill", "ada@example.org"),
    ("#word", 'field="Password"', "fill", "lovelace"),
    ("#town", 'field="Town"', "fill", "London"),
    ("#plan", 'field="Plan"', "select", "Pro"),
    ("#news", 'field="Send me news"', "fill", True),
    ("#about", 'field="About"', "fill", "Notes"),
    ("#born", 'field="Born on"', "fill", "1815-12-10"),
    ("#go", 'control="Sign in"', "click", None),
    ("#close", 'control="Close"', "hover", None),
    ("#dune", 'li:has-text("Dune") >> control="Delete"', "click", None),
    ("#shout", "#shout", "click", None),
]


def purpose_of(action: ActionKind) -> Purpose:
    return "fill" if action in ("fill", "select") else "act"


async def glanced(
    session: Session,
    doing: tuple[str, str, ActionKind, StepValue | None],
    was: str = FORM,
    now: str | None = None,
) -> str | None:
    """The id of the element that is acted on at a glance where `was` is now `now`; None where it is not."""
    path, selector, action, value = doing
    page = session.page
    await page.set_content(was)
    old = (await survey(session, page.locator(path), purpose_of(action))).fingerprint
    if now is not None:
        await page.set_content(now)
    must_be = recorded(old)
    assert must_be is not None
    found = glance(session, action, selector, value, purpose_of(action), must_be)
    assert found is not None
    try:
        identifier = await found.locator.get_attribute("id", timeout=5_000)
    except PlaywrightError as error:
        if not isinstance(mapped(error, "act"), Undecided):
            raise
        return None
    # Who acts at a glance must never do what a closer look would refuse.
    [match] = await probe(session, selector, purpose_of(action))
    judged = identity(old, from_facts(match.facts), action)
    assert judged.status == "same", judged
    return identifier


@pytest.mark.parametrize("doing", DOINGS, ids=lambda doing: doing[0])
async def test_what_is_as_it_was_is_acted_on_at_a_glance(
    session: Session, doing: tuple[str, str, ActionKind, StepValue | None]
) -> None:
    assert await glanced(session, doing) == doing[0].removeprefix("#")


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("#home", 'href="http://site.test/home?tab=1#top"', 'href="/elsewhere"'),
        ("#mail", "type=email", "type=text"),
        ("#mail", "name=mail", "name=friend"),
        ("#mail", "you@example.org", "your friend's"),
        ("#word", "id=word", "id=other"),
        ("#plan", "<option>Pro", "<option disabled>Pro"),
        ("#plan", "<option>Free", "<option>Pro"),
        ("#news", "type=checkbox", "type=radio"),
        ("#about", "<textarea", "<textarea readonly"),
        ("#go", "data-testid=go", "data-testid=stop"),
        ("#go", "Sign <b>in</b></button>", "Sign in</button><button>Sign in</button>"),
        ("#go", "<button id=go", "<button id=go role=link"),
        ("#close", "Close it", "Close the account"),
        ("#dune", "<li>Dune", "<li>Copy of Dune"),
        ("#shout", "Log out", "Log out everybody"),
        ("#shout", "<div id=shout", "<p id=shout"),
    ],
)
async def test_what_is_not_just_as_it_was_is_looked_at_first(
    session: Session, path: str, before: str, after: str
) -> None:
    doing = next(each for each in DOINGS if each[0] == path)
    assert before in FORM
    now = FORM.replace(before, after)
    assert await glanced(session, doing, now=now) is None


async def test_another_row_is_not_the_row(session: Session) -> None:
    page = session.page
    await page.set_content(FORM)
    old = (await survey(session, page.locator("#dune"))).fingerprint
    must_be = recorded(old)
    assert must_be is not None
    found = glance(session, "click", 'li >> nth=1 >> control="Delete"', None, "act", must_be)
    assert found is not None
    with pytest.raises(PlaywrightError, match="Not decided"):
        await found.locator.click(timeout=5_000)


async def test_a_mask_is_not_filled_at_a_glance(session: Session) -> None:
    masked = "<label>Card <input id=card placeholder='0000 0000'></label>"
    assert await glanced(session, ("#card", 'field="Card"', "fill", "12345678"), was=masked) is None
    words = masked.replace("0000 0000", "Number")
    assert await glanced(session, ("#card", 'field="Card"', "fill", "12345678"), was=words) == "card"


async def test_with_frames_every_frame_is_looked_at(session: Session) -> None:
    await session.page.set_content("<button>Go</button><iframe srcdoc='<button>Go</button>'></iframe>")
    assert glance(session, "click", 'control="Go"', None, "act", {}) is None


def test_a_fingerprint_that_says_nothing_is_no_reason_to_act() -> None:
    from runner.contract.config import Fingerprint

    assert recorded(Fingerprint(tag="div")) is None
    assert recorded(Fingerprint(text="Go")) is None
    assert recorded(Fingerprint(tag="button", text="Delete", ordinal=2, of=3)) is None
    assert recorded(Fingerprint(tag="button", text="Delete", ordinal=2, of=3, row="Dune")) is not None
    assert recorded(None) == {}
