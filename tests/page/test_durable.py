"""What of a page outlives its next version."""

from __future__ import annotations

import pytest

from runner.page.durable import generated, lasting_classes, volatile


@pytest.mark.parametrize(
    "word",
    [
        "css-1q2w3e",
        "sc-bdVaJa",
        "jss42",
        "ember1234",
        ":r3:",
        "«r1»",
        "radix-42",
        "mui-17",
        "headlessui-menu-button-3",
        "input-8f3a2b1c",
        "Button_primary__3xY2z",
        "550e8400-e29b-41d4-a716-446655440000",
        "id-20240117",
        "a8Kx9Pq",
        "svelte-1hyperz",
        "_ngcontent-xkq-c42a",
        "",
    ],
)
def test_made_by_a_machine(word: str) -> None:
    assert generated(word)


@pytest.mark.parametrize(
    "word",
    ["email", "sign-in", "user_name", "firstName", "btn-primary", "new-task-title", "step2", "h1-title", "q",
     "NavBar", "passwordConfirmation", "address.line1", "übersicht"],
)  # fmt: skip
def test_named_by_a_person(word: str) -> None:
    assert not generated(word)


def test_classes_that_say_what_it_is() -> None:
    classes = [
        "btn",
        "btn-primary",
        "css-1ab2cd",
        "is-active",
        "mt-4",
        "md:flex",
        "card",
        "hover:bg-red",
        "hidden",
    ]
    assert lasting_classes(classes) == ["btn", "btn-primary", "card"]


@pytest.mark.parametrize("text", ["Order 4711", "12:04", "3 items", "2 days ago", "Jan 5", "Yesterday", "$9"])
def test_another_tomorrow(text: str) -> None:
    assert volatile(text)


def test_what_was_typed_is_another_with_other_values() -> None:
    assert volatile("Delete Buy milk", ["buy milk"])
    assert not volatile("Delete", ["milk"])
    assert not volatile("A task", ["a"])
