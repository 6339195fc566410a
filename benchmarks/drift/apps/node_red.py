"""Node-RED's editor, with dialogs and trays open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page

from benchmarks.drift.apps import App, Prepared, Version

_SETTINGS = """module.exports = {
  uiPort: %d, uiHost: "127.0.0.1", flowFile: "flows.json", telemetry: { enabled: false },
  credentialSecret: false, editorTheme: { tours: false, projects: { enabled: false } },
  logging: { console: { level: "error" } },
};
"""
_FLOWS = """[{"id":"t1","type":"tab","label":"Greenhouse"},{"id":"t2","type":"tab","label":"Alarms"},
{"id":"n1","type":"inject","z":"t1","name":"every hour","topic":"","payload":"",
 "x":140,"y":100,"wires":[["n2"]]},
{"id":"n2","type":"function","z":"t1","name":"to Celsius","func":"return msg;","outputs":1,
 "x":330,"y":100,"wires":[["n3"]]},
{"id":"n3","type":"debug","z":"t1","name":"show","active":true,"x":520,"y":100,"wires":[]}]
"""


def _prepare(place: Path, folder: Path, port: int) -> Prepared:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.js").write_text(_SETTINGS % port, encoding="utf-8")
    (folder / "flows.json").write_text(_FLOWS, encoding="utf-8")
    red = place / "node_modules" / "node-red" / "red.js"
    return Prepared(
        ["node", str(red), "--userDir", str(folder), "--settings", str(folder / "settings.js")], folder
    )


async def _visit(page: Page, url: str) -> AsyncIterator[str]:
    await page.goto(url, wait_until="networkidle")
    await page.locator(".red-ui-palette-node").first.wait_for()
    await page.wait_for_timeout(1500)
    yield "editor"
    await page.locator("#red-ui-header-button-sidemenu").click()
    await page.wait_for_timeout(400)
    yield "menu"
    await page.keyboard.press("Escape")
    for action, name in (
        ("core:show-import-dialog", "import"),
        ("core:show-export-dialog", "export"),
        ("core:show-user-settings", "settings"),
        ("core:search", "search"),
    ):
        await page.goto(url, wait_until="networkidle")
        await page.locator(".red-ui-palette-node").first.wait_for()
        await page.wait_for_timeout(800)
        await page.evaluate("action => RED.actions.invoke(action)", action)
        await page.wait_for_timeout(1000)
        yield name
    await page.goto(url, wait_until="networkidle")
    await page.locator(".red-ui-palette-node").first.wait_for()
    await page.wait_for_timeout(800)
    await page.evaluate("RED.editor.edit(RED.nodes.node('n1'))")
    await page.wait_for_timeout(1200)
    yield "edit-node"


APP = App(
    name="node-red",
    licence="Apache-2.0",
    versions=(Version("1.3", "npm", ("node-red@1.3",)), Version("4.1", "npm", ("node-red@4.1",))),
    prepare=_prepare,
    visit=_visit,
)
