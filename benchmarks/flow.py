"""One 30-step flow, by hand and as a TestConfig, over the same three pages."""

from __future__ import annotations

from playwright.async_api import Page, expect

from runner.contract.config import Step, TestConfig
from runner.page.act import perform
from runner.page.describe import survey
from runner.page.probe import Purpose
from runner.page.resolve import resolve
from runner.page.session import Session

TASKS = ("Milk", "Bread", "Coffee", "Apples")

_SHELL = """<!doctype html><meta charset=utf-8><title>{title}</title>
<style>body{{font:16px sans-serif;max-width:60em;margin:2em auto}}label{{display:block;margin:.5em 0}}</style>
<nav><a href="/">Home</a> <a href="/tasks">Tasks</a> <a href="/profile">Profile</a></nav>{body}"""

_SIGN_IN = """<h1>Welcome</h1><form action="/tasks">
<label>E-mail <input type=email name=email></label><label>Password <input type=password name=password></label>
<button>Sign in</button></form>"""

_TASK_LIST = """<h1>Tasks</h1><form id=add>
<label>New task <input name=task></label><button>Add task</button></form>
<label>Show <select id=show><option>All</option><option>Open</option><option>Done</option></select></label>
<ul id=list></ul><p id=count>0 tasks</p><script>
const list = document.getElementById('list');
document.getElementById('add').addEventListener('submit', event => {
  event.preventDefault();
  const name = event.target.task.value, item = document.createElement('li');
  item.innerHTML = '<label><input type=checkbox> <span></span></label> <button type=button>Delete</button>';
  item.querySelector('span').textContent = name;
  item.querySelector('input').setAttribute('aria-label', 'Done: ' + name);
  item.querySelector('button').setAttribute('aria-label', 'Delete ' + name);
  item.querySelector('button').onclick = () => { item.remove(); count(); };
  list.append(item); event.target.reset(); count();
});
function count() { document.getElementById('count').textContent = list.children.length + ' tasks'; }
</script>"""

_PROFILE = """<h1>Profile</h1><form id=profile>
<label>Full name <input name=name></label><label>City <input name=city placeholder=Town></label>
<label>Age <input type=number name=age></label><label>Born on <input type=date name=born></label>
<label>Plan <select name=plan><option>Free</option><option>Pro</option><option>Team</option></select></label>
<label>About you <textarea name=about></textarea></label>
<label><input type=checkbox name=news> Send me news</label>
<fieldset><legend>Contact by</legend><label><input type=radio name=by value=mail> Mail</label>
<label><input type=radio name=by value=phone> Phone</label></fieldset><button>Save profile</button></form>
<p id=saved role=status></p><script>
document.getElementById('profile').addEventListener('submit', event => {
  event.preventDefault();
  document.getElementById('saved').textContent = 'Saved ' + event.target.name.value;
});</script>"""

PAGES = {
    "/": _SHELL.format(title="Sign in", body=_SIGN_IN),
    "/tasks": _SHELL.format(title="Tasks", body=_TASK_LIST),
    "/profile": _SHELL.format(title="Profile", body=_PROFILE),
}


def config(url: str) -> TestConfig:
    """The flow as a person would find it recorded."""
    adding = [
        step
        for task in TASKS
        for step in (
            {"action": "fill", "selector": 'field="New task"', "value": task},
            {"action": "click", "selector": 'control="Add task"'},
        )
    ]
    steps = [
        {"action": "goto", "value": url},
        {"action": "fill", "selector": 'field="E-mail"', "value": "ada@example.com"},
        {"action": "fill", "selector": 'field="Password"', "value": "lovelace"},
        {"action": "click", "selector": 'control="Sign in"'},
        *adding,
        {"action": "fill", "selector": 'field="Done: Bread"', "value": True},
        {"action": "select", "selector": 'field="Show"', "value": "Open"},
        {"action": "hover", "selector": 'control="Delete Milk"'},
        {"action": "click", "selector": 'control="Delete Milk"'},
        {"action": "expect", "expect": {"type": "text", "contains": "3 tasks"}},
        {"action": "expect", "selector": 'text="Coffee"', "expect": {"type": "visible"}},
        {"action": "click", "selector": 'role=link[name="Profile"]'},
        {"action": "fill", "selector": 'field="Full name"', "value": "Ada Lovelace"},
        {"action": "fill", "selector": 'field="City"', "value": "London"},
        {"action": "fill", "selector": 'field="Age"', "value": "36"},
        {"action": "fill", "selector": 'field="Born on"', "value": "1815-12-10"},
        {"action": "select", "selector": 'field="Plan"', "value": "Pro"},
        {"action": "fill", "selector": 'field="About you"', "value": "Notes on the Analytical Engine"},
        {"action": "fill", "selector": 'field="Send me news"', "value": True},
        {"action": "fill", "selector": 'field="Phone"', "value": True},
        {"action": "click", "selector": 'control="Save profile"'},
        {"action": "expect", "expect": {"type": "text", "contains": "Saved Ada Lovelace"}},
        {"action": "expect", "expect": {"type": "url", "contains": "/profile"}},
    ]
    return TestConfig.model_validate({"starting_url": url, "steps": steps})


async def recorded(session: Session, flow: TestConfig) -> TestConfig:
    """The flow with the fingerprints that a recording keeps, taken while it is walked through once."""
    steps = []
    for step in flow.steps:
        kept = step
        if step.selector and step.action != "expect":
            found = await resolve(session, step.selectors, timeout_ms=5_000, purpose=_purpose(step))
            told = await survey(session, found.locator, _purpose(step))
            kept = step.model_copy(update={"fingerprint": told.fingerprint})
        await perform(session, step, step.selectors, step.value, 5_000)
        steps.append(kept)
    return flow.model_copy(update={"steps": steps})


def _purpose(step: Step) -> Purpose:
    return "fill" if step.action in ("fill", "select") else "act"


async def by_hand(page: Page, url: str) -> None:
    """The same flow as an engineer would write it with async Playwright."""
    await page.goto(url)
    await page.get_by_label("E-mail").fill("ada@example.com")
    await page.get_by_label("Password").fill("lovelace")
    await page.get_by_role("button", name="Sign in").click()
    for task in TASKS:
        await page.get_by_label("New task").fill(task)
        await page.get_by_role("button", name="Add task").click()
    await page.get_by_label("Done: Bread").check()
    await page.get_by_label("Show").select_option("Open")
    await page.get_by_role("button", name="Delete Milk").hover()
    await page.get_by_role("button", name="Delete Milk").click()
    await expect(page.locator("body")).to_contain_text("3 tasks")
    await expect(page.get_by_text("Coffee", exact=True)).to_be_visible()
    await page.get_by_role("link", name="Profile").click()
    await page.get_by_label("Full name").fill("Ada Lovelace")
    await page.get_by_label("City").fill("London")
    await page.get_by_label("Age").fill("36")
    await page.get_by_label("Born on").fill("1815-12-10")
    await page.get_by_label("Plan").select_option("Pro")
    await page.get_by_label("About you").fill("Notes on the Analytical Engine")
    await page.get_by_label("Send me news").check()
    await page.get_by_label("Phone").check()
    await page.get_by_role("button", name="Save profile").click()
    await expect(page.locator("body")).to_contain_text("Saved Ada Lovelace")
    await expect(page).to_have_url(f"{url.rstrip('/')}/profile")
