"""Where a run begins, and how it ends."""

from __future__ import annotations

from typing import Any

import pytest

from runner.contract.config import TestConfig
from runner.replay.saying import beginning, ends_unseen


@pytest.mark.parametrize(
    ("told", "begins"),
    [
        (None, "https://app.test/shop?tab=new"),
        ("http://localhost:3000", "http://localhost:3000/shop?tab=new"),
        ("http://localhost:3000/", "http://localhost:3000/"),
        ("http://localhost:3000/login", "http://localhost:3000/login"),
    ],
)
def test_a_site_alone_keeps_the_recorded_page(told: str | None, begins: str) -> None:
    config = TestConfig.model_validate(
        {"starting_url": "https://app.test/shop?tab=new", "steps": [{"action": "wait", "value": 1}]}
    )
    assert beginning(config, told) == begins


def test_without_a_recorded_page_it_begins_where_it_is_told() -> None:
    config = TestConfig.model_validate({"steps": [{"action": "wait", "value": 1}]})
    assert beginning(config, "http://localhost:3000") == "http://localhost:3000"
    assert beginning(config, None) is None


@pytest.mark.parametrize(
    ("last", "unseen"),
    [
        ({"action": "hover", "selector": 'text="News"'}, True),
        ({"action": "expect", "expect": {"type": "url", "contains": "/done"}}, True),
        ({"action": "expect", "expect": {"type": "text", "contains": "Done"}}, False),
    ],
)
def test_what_is_done_last_may_have_been_looked_at_by_nobody(last: dict[str, Any], unseen: bool) -> None:
    config = TestConfig.model_validate({"steps": [{"action": "goto", "value": "https://app.test"}, last]})
    assert ends_unseen(config) is unseen
