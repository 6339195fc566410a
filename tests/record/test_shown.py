"""What a model is shown of a page."""

from __future__ import annotations

from runner.page.observe import Node, Observation
from runner.record.shown import shown


def page(*nodes: Node) -> Observation:
    return Observation("http://x.test/", "X", nodes)


def test_what_says_nothing_is_left_out() -> None:
    seen = shown(
        page(
            Node("e1", "generic"),
            Node("e2", "heading", "Basket", depth=1),
            Node("", "text", text="Code", depth=1),
            Node("e3", "textbox", "Code", value="TEN", tag="input", states={"required": "true"}, depth=1),
            Node("e4", "combobox", "Size", attributes={"options": ["S", "M"]}, depth=1),
            Node("e5", "option", "S", parent=4, depth=2),
            Node("e6", "button", "Pay", states={"disabled": "", "expanded": "false"}),
            Node("e7", "generic", pointer=True),
        ),
        "pay",
    )
    assert seen.text.splitlines() == [
        '  [1] heading "Basket"',
        '  [2] textbox "Code" required value="TEN"',
        "  [3] combobox \"Size\" options=['S', 'M']",
        '[4] button "Pay" disabled',
        "[5] generic",
    ]
    assert seen.refs == {"1": "e2", "2": "e3", "3": "e4", "4": "e6", "5": "e7"}


def test_of_a_long_page_what_the_task_is_about_stays_in_its_order() -> None:
    filler = [Node(f"p{at}", "paragraph", text=f"filler number {at} " * 5) for at in range(300)]
    nodes = [*filler[:150], Node("e1", "cell", "Dune by Herbert"), *filler[150:], Node("e2", "button", "Buy")]
    seen = shown(page(*nodes), "buy Dune", limit=2_000)
    assert len(seen.text) <= 2_000
    assert 'cell "Dune by Herbert"' in seen.text
    assert seen.text.index("Dune") < seen.text.index("Buy")
    assert set(seen.refs.values()) >= {"e1", "e2"}
    assert seen.left_out == 302 - len(seen.text.splitlines())
    assert all(f"[{number}] " in seen.text for number in seen.refs)
