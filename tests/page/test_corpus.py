"""Every case of selectors/corpus.json: through the parser, and on a real page to the element or the error."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Error as PlaywrightError

from runner.assets import folder
from runner.contract.config import Fingerprint
from runner.contract.errors import LookupFailed
from runner.page import selector as language
from runner.page.browser import Browser
from runner.page.faults import stale
from runner.page.resolve import Found, resolve
from runner.page.selector import SelectorSyntaxError
from runner.page.session import Session, SessionOptions
from runner.testing import CannedSite, Page

CASES: list[dict[str, Any]] = json.loads((folder("selectors") / "corpus.json").read_text(encoding="utf-8"))[
    "cases"
]
QUICK_FAILURE_MS = 50


def selectors_of(case: dict[str, Any]) -> list[str]:
    return case.get("selectors") or [case["selector"]]


def named(case: dict[str, Any]) -> str:
    return f"{case['about']}: {selectors_of(case)[0]}"


@pytest.fixture(scope="module")
async def shared(browser: Browser) -> AsyncIterator[tuple[Session, CannedSite, CannedSite]]:
    """One tab for all cases, and two origins to serve frames from."""
    async with CannedSite() as site, CannedSite() as other, browser.session(SessionOptions()) as session:
        yield session, site, other


def test_the_corpus_is_large_enough_and_names_each_case_once() -> None:
    assert len(CASES) >= 150
    assert len({named(case) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_parser(case: dict[str, Any]) -> None:
    for text in selectors_of(case):
        try:
            parsed = language.parse(text)
        except SelectorSyntaxError:
            assert case["expect"] == {"error": "SelectorSyntaxError"}
        else:
            assert language.parse(language.format(parsed)) == parsed


@pytest.mark.browser
@pytest.mark.parametrize("case", CASES, ids=named)
async def test_page(case: dict[str, Any], shared: tuple[Session, CannedSite, CannedSite]) -> None:
    session, site, other = shared
    await show(case, session, site, other)
    expected = case["expect"]
    if isinstance(expected, str):
        assert await id_found(case, session) == expected
        return
    with pytest.raises((LookupFailed, SelectorSyntaxError)) as failure:
        await found_by(case, session)
    assert type(failure.value).__name__ == expected["error"]
    if "reason" in expected:
        assert failure.value.details["fell_through"][0]["reason"] == expected["reason"]
        assert failure.value.remedy


async def id_found(case: dict[str, Any], session: Session) -> str:
    """The id of the element the locator points at; as `act` does, it looks again for one just replaced."""
    while True:
        found = await found_by(case, session)
        try:
            return str(await found.locator.evaluate("element => element.id"))
        except PlaywrightError as error:
            if not stale(error):
                raise


async def show(case: dict[str, Any], session: Session, site: CannedSite, other: CannedSite) -> None:
    if not case.get("frames") and not case.get("serve"):
        await session.page.set_content(case["html"])
        return

    def placed(html: str) -> str:
        return html.replace("{{site}}", site.url).replace("{{other}}", other.url)

    frames: dict[str, Page] = {path: placed(html) for path, html in case.get("frames", {}).items()}
    site.pages = {**frames, "/": placed(case["html"])}
    other.pages = frames
    await session.page.goto(site.url)


async def found_by(case: dict[str, Any], session: Session) -> Found:
    fingerprint = Fingerprint(**case["fingerprint"]) if "fingerprint" in case else None
    patient = isinstance(case["expect"], str)
    return await resolve(
        session,
        selectors_of(case),
        timeout_ms=case.get("timeout_ms", 2_000 if patient else QUICK_FAILURE_MS),
        purpose=case.get("purpose", "act"),
        fingerprint=fingerprint,
    )
