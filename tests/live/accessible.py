"""What axe-core says of a page."""

from __future__ import annotations

from typing import Any, Final

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

SERIOUS: Final = frozenset({"serious", "critical"})
_SCRIPT: Final[str] = Axe().axe_script
_RUN: Final = "(options) => axe.run(document, {resultTypes: ['violations'], ...options})"


async def broken_rules(page: Page, only: str | None = None) -> list[str]:
    """The rules (or the one) that are broken in a way that keeps people out, and the elements that do it."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_SCRIPT)
    found: dict[str, Any] = await page.evaluate(_RUN, {"runOnly": [only]} if only else {})
    return [
        f"{each['id']}: {[node['html'] for node in each['nodes']][:3]}"
        for each in found["violations"]
        if each["impact"] in SERIOUS
    ]
