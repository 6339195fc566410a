"""A page without secrets, their names instead: what planners and checks work on. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from runner.contract.masking import Mask
from runner.page.observe import Node, Observation

_SAID: Final = ("name", "text", "value", "placeholder", "url", "label")


def discreet(view: Observation, mask: Mask) -> Observation:
    """The observation with every secret by its name; the same one where it shows none."""
    if not mask.hides(
        "\n".join(text for node in view.nodes for text in _texts(node)) + view.url + view.title
    ):
        return view
    return replace(
        view,
        url=mask.text(view.url),
        title=mask.text(view.title),
        nodes=tuple(_named(node, mask) for node in view.nodes),
    )


def _texts(node: Node) -> list[str]:
    said = [str(getattr(node, field) or "") for field in _SAID]
    return [*said, repr(node.attributes)] if node.attributes else said


def _named(node: Node, mask: Mask) -> Node:
    if not mask.hides("\n".join(_texts(node))):
        return node
    changed: dict[str, Any] = {
        field: mask.text(text) for field in _SAID if isinstance(text := getattr(node, field), str)
    }
    return replace(node, **changed, attributes=mask.data(dict(node.attributes)))
