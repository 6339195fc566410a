"""The measure itself: what it counts, and that its right answers are right."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from benchmarks.drift.cases import HELD_APPS, HELD_KINDS, plans, split_of
from benchmarks.drift.curve import Point, curve, drawn
from benchmarks.drift.measure import Verdict
from benchmarks.drift.report import figures
from benchmarks.drift.saved import SavedPage, manifest
from benchmarks.drift.similo import MOST, most_similar, shared_words, similarity
from benchmarks.drift.stage import Stage, Target, open_stage
from runner.page.browser import Browser

PAGES = {page.label: page for page in manifest()}
LOGIN = PAGES["django-admin-5.2/login"]


def _verdict(
    outcome: str, *, gone: bool = False, confidence: float = 0.5, right: bool | None = None
) -> Verdict:
    return Verdict("us", LOGIN, 1, ("wrap",), "dev", gone, outcome, confidence, right, 5.0)  # type: ignore[arg-type]


def test_figures_count_wrong_ones_over_all_cases_and_refusals_of_what_was_removed() -> None:
    told = figures(
        [
            *(_verdict("right"), _verdict("wrong"), _verdict("refused")),
            *(_verdict("refused", gone=True), _verdict("wrong", gone=True)),
        ]
    )
    assert (told.cases, told.healable, told.right, told.removed) == (5, 3, 1, 2)
    assert told.wrong_rate == pytest.approx(2 / 5)
    assert told.removed_rate == pytest.approx(1 / 2)


def test_the_curve_goes_from_the_surest_case_to_the_least_sure() -> None:
    verdicts = [
        _verdict("right", confidence=0.9, right=True),
        _verdict("wrong", confidence=0.4, right=False),
        _verdict("right", confidence=0.9, right=True),
        _verdict("refused", confidence=0.0),
    ]
    assert curve(verdicts) == [Point(0.9, 0.5, 0.0), Point(0.4, 0.5, 0.25)]
    assert drawn({"us": curve(verdicts)}, "A title").startswith("<svg")


def test_similo_scores_an_element_against_itself_with_all_its_weights() -> None:
    element = {
        "tag": "a", "class": "b", "name": "n", "id": "i", "href": "/h", "alt": "t", "xpath": "/a[1]",
        "idxpath": "/a[1]",
        "is_button": "no", "x": 1, "y": 2, "area": 50, "shape": 200, "visible_text": "Save",
        "neighbor_text": "save now",
    }  # fmt: skip
    other = {**element, "tag": "button", "x": 400, "visible_text": "Cancel"}
    assert similarity(element, element) == pytest.approx(MOST) == pytest.approx(12.0)
    lead = (12 - similarity(element, other)) / 12
    assert most_similar(element, [other, element]) == (1, lead)
    assert shared_words("first name", "first names here") < 1


def test_the_same_seed_plans_the_same_cases() -> None:
    targets = [Target((1, place), "push", f"Button {place}", "", "button") for place in range(9)]
    assert list(plans(LOGIN, targets, 7, 4, 3)) == list(plans(LOGIN, targets, 7, 4, 3))
    assert list(plans(LOGIN, targets, 7, 4, 3)) != list(plans(LOGIN, targets, 8, 4, 3))


def test_an_application_or_a_kind_that_is_held_back_holds_the_case_back() -> None:
    held = next(page for page in PAGES.values() if page.app in HELD_APPS)
    assert split_of(held, ["wrap"]) == "held"
    assert split_of(LOGIN, ["wrap", next(iter(HELD_KINDS))]) == "held"
    assert split_of(LOGIN, ["wrap"]) == "dev"


@pytest.fixture
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    async with open_stage(browser) as opened:
        yield opened


def _named(targets: list[Target], name: str) -> Target:
    return next(target for target in targets if target.name == name)


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["retag", "wrap", "hash-ids", "hide-and-replace", "into-component"])
async def test_the_right_answer_follows_the_element_through_the_change(stage: Stage, kind: str) -> None:
    targets = await stage.load(LOGIN)
    field = _named(targets, "username")
    target = field if kind == "hash-ids" else _named(targets, "log in")
    drift = await stage.drift(target, [kind], 1, 3)
    assert drift.kinds == (kind,)
    assert not drift.gone
    page = stage.page
    push = page.get_by_role("button", name="Log in").or_(page.get_by_role("link", name="Log in"))
    shown = page.locator("input[name^=username]:visible") if target is field else push
    assert await stage.judge(await shown.first.element_handle())
    other = stage.page.locator("[type=password]")
    assert not await stage.judge(await other.element_handle())


@pytest.mark.browser
async def test_what_was_removed_is_never_found_right(stage: Stage) -> None:
    targets = await stage.load(LOGIN)
    drift = await stage.drift(_named(targets, "log in"), ["remove"], 1, 3)
    assert drift.gone
    assert drift.dropped is None
    assert not await stage.judge(await stage.page.locator("[name=username]").element_handle())


@pytest.mark.browser
@pytest.mark.parametrize(
    "label", ["django-admin-5.2/book-add", "jupyterlab-4.4/notebook", "bookshop-second/books"]
)
async def test_a_page_is_put_back_exactly(stage: Stage, label: str) -> None:
    page: SavedPage = PAGES[label]
    targets = await stage.load(page)
    await stage.restore()
    before = await stage.page.evaluate("document.documentElement.outerHTML")
    for plan in plans(page, targets, 1, 3, 2):
        await stage.drift(plan.target, plan.kinds, plan.count, plan.seed)
    await stage.restore()
    assert await stage.page.evaluate("document.documentElement.outerHTML") == before
