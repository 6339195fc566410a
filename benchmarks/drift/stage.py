"""A saved page on a browser's page: loaded once, drifted and put back as often as asked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import ElementHandle, JSHandle, Locator, Page, Route

from benchmarks.drift.saved import SavedPage
from runner.page.browser import Browser
from runner.page.session import Session
from runner.page.settle import settle

_HERE: Final = Path(__file__).parent
_PARTS: Final = ("core", "identifiers", "wording", "structure", "rivals", "engine")
_LEXICON: Final = json.loads((_HERE / "lexicon.json").read_text(encoding="utf-8"))

SETTLE_MS: Final = 2_000

Purpose = Literal["act", "fill"]
Left = Literal["own", "part", "nothing"]


def _engine() -> str:
    parts = [(_HERE / "engine" / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS]
    return "lexicon => {\n" + "\n".join(parts) + "\nreturn engine(lexicon);\n}"


_ENGINE: Final = _engine()


@dataclass(frozen=True, slots=True)
class Target:
    """An element a test could be about, as the undrifted page shows it; `path` leads to it child by child."""

    path: tuple[int | str, ...]
    kind: str
    name: str
    row: str
    tag: str

    @property
    def purpose(self) -> Purpose:
        """What a step would do to it."""
        return "fill" if self.kind in ("field", "tick") else "act"

    @property
    def selector(self) -> str:
        """A selector that leads to it on the undrifted page, and says nothing of it."""
        css, parts = "html", []
        for step in self.path:
            if step == "shadow":
                parts.append(css)
                css = ""
            else:
                own = f":nth-child({int(step) + 1})"
                css = f"{css} > {own}" if css else own
        return " >> ".join([*parts, css])


@dataclass(frozen=True, slots=True)
class Drift:
    """What was done. `gone`: the right answer is to refuse. `dropped`: why the case counts for nothing.

    `left`: what the element, or what came in its place, has of its own: "own", "part" of its words or
    "nothing"; None where nothing came in its place.
    """

    kinds: tuple[str, ...]
    notes: tuple[str, ...]
    gone: bool
    dropped: str | None
    left: Left | None = None


class Stage:
    """One browser page that plays saved pages; nothing ever goes out to a network."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._saved: SavedPage | None = None
        self._html = ""
        self._engine: JSHandle | None = None

    @property
    def page(self) -> Page:
        """The browser's page."""
        return self.session.page

    async def load(self, saved: SavedPage) -> list[Target]:
        """Show a saved page; gives the elements that a test could be about, in document order."""
        self._saved, self._html = saved, saved.html()
        await self.page.goto(saved.url, wait_until="load")
        self._engine = await self.page.evaluate_handle(_ENGINE, _LEXICON)
        told = await self._engine.evaluate("engine => engine.targets()")
        return [Target(**{**each, "path": tuple(each["path"])}) for each in told]

    async def serve(self, route: Route) -> None:
        """Answer for the application that is not there."""
        if self._saved and route.request.url == self._saved.url:
            await route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
        else:
            await route.abort()

    async def restore(self) -> None:
        """Put the page back as it was saved."""
        await self._drifter.evaluate("engine => engine.restore()")

    async def drift(self, target: Target, kinds: Sequence[str], count: int, seed: int) -> Drift:
        """Drift the page around `target`, taking the first `count` of `kinds` that fit, and let it rest."""
        told = await self._drifter.evaluate(
            "(engine, [path, kinds, count, seed]) => engine.drift(path, kinds, count, seed)",
            [list(target.path), list(kinds), count, seed],
        )
        if not told["dropped"]:
            await settle(self.page, self.session.activity, SETTLE_MS)
        applied: list[dict[str, str]] = told["applied"]
        return Drift(
            tuple(each["kind"] for each in applied),
            tuple(each["note"] for each in applied),
            told["gone"],
            told["dropped"],
            told.get("left"),
        )

    async def judge(self, picked: ElementHandle) -> bool:
        """Whether `picked` does what the target did."""
        return bool(
            await self._drifter.evaluate("(engine, picked) => engine.judge(picked) === 'right'", picked)
        )

    async def judge_all(self, census: JSHandle) -> list[bool]:
        """The same for each of a census's elements."""
        told: list[bool] = await self._drifter.evaluate(
            "(engine, census) => census.elements.map(picked => engine.judge(picked) === 'right')", census
        )
        return told

    async def tell(self, picked: ElementHandle | None) -> tuple[str, str]:
        """In words: the right answer, and what was picked."""
        truth: str = await self._drifter.evaluate("engine => engine.truth()")
        if picked is None:
            return truth, "nothing"
        return truth, str(await self._drifter.evaluate("(engine, picked) => engine.told(picked)", picked))

    async def locate(self, target: Target) -> tuple[Locator, ElementHandle] | None:
        """The target on the undrifted page; None if its selector does not lead to it alone."""
        locator = self.page.locator(target.selector)
        handle = await self._drifter.evaluate_handle(
            "(engine, path) => engine.element(path)", list(target.path)
        )
        element = handle.as_element()
        if element is None or await locator.count() != 1:
            return None
        same = await locator.evaluate("(found, sought) => found === sought", element)
        return (locator, element) if same else None

    @property
    def _drifter(self) -> JSHandle:
        assert self._engine is not None, "load a page first"
        return self._engine


@asynccontextmanager
async def open_stage(browser: Browser) -> AsyncIterator[Stage]:
    """A stage of its own in `browser`, closed on leaving."""
    async with browser.session() as session:
        stage = Stage(session)
        await session.context.route("**/*", stage.serve)
        yield stage
