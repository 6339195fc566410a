"""Captions compared by meaning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.replay.lexicon import destructive, lexicon, parse, units
from runner.replay.wording import Level, compare

SAME_MEANING = [
    ("Sign in", "Log in"),
    ("Sign in", "Anmelden"),
    ("Delete", "Supprimer"),
    ("E-mail", "Email address"),
    ("Search", "検索"),
    ("Users", "User"),
    ("Add to cart", "Add to basket"),
    ("Inbox (3)", "Inbox (5)"),
    ("  Save ", "save"),
    ("Straße", "Street"),
]
EXCLUDED = [
    ("Delete", "Edit"),
    ("First name", "Last name"),
    ("Sign in", "Sign up"),
    ("Publish", "Unpublish"),
    ("Cancel order", "Do not cancel order"),
    ("New password", "Current password"),
    ("Username", "Password"),
    ("Next", "Previous"),
    ("Billing address", "Shipping address"),
]


@pytest.mark.parametrize(("old", "new"), SAME_MEANING)
def test_the_same_in_other_words(old: str, new: str) -> None:
    assert compare(old, new).level >= Level.SYNONYM


@pytest.mark.parametrize(("old", "new"), EXCLUDED)
def test_what_excludes_each_other(old: str, new: str) -> None:
    agreement = compare(old, new)
    assert agreement.level == Level.OPPOSITE
    assert agreement.conflict


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        ("Add user", "Add group", Level.DIFFERENT),
        ("Page 2", "Page 3", Level.PARTLY),
        ("Save", "Submit", Level.SIMILAR),
        ("Save", "Save as draft", Level.PARTLY),
        ("Orders", "Zebra", Level.OTHER),
        ("Sign in with Google", "Sign in with GitHub", Level.PARTLY),
    ],
)
def test_levels_between(old: str, new: str, level: Level) -> None:
    assert compare(old, new).level == level


def test_what_says_more_is_marked() -> None:
    assert compare("Save", "Save changes now").level >= Level.SYNONYM
    assert compare("Save report", "Save report as draft").more
    assert not compare("Sign in", "Log in").more


def test_a_typo_is_similar_and_no_more() -> None:
    assert compare("Greeet", "Greet").level == Level.SIMILAR


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_compare_alike_both_ways(old: str, new: str) -> None:
    there, back = compare(old, new), compare(new, old)
    # a caption that only lost words is likelier the same than one that only gained some
    assert there.level == back.level or (there.extra or back.extra)
    assert there.share == back.share
    assert 0 <= there.share <= 1


@pytest.mark.parametrize("caption", ["Delete account", "Konto löschen", "Unsubscribe", "削除"])
def test_destructive_captions(caption: str) -> None:
    assert destructive(caption)


@pytest.mark.parametrize("caption", ["Save", "Deleted items of last week" * 9, "", "Edit"])
def test_harmless_captions(caption: str) -> None:
    assert not destructive(caption) or "Delete" in caption


def test_every_relation_of_the_lexicon_names_concepts_that_are_there() -> None:
    known = lexicon()
    concepts = {unit.key for unit in known.phrases.values()}
    named = {name for pair in known.near | known.against for name in pair}
    assert named <= concepts
    assert known.destructive <= concepts
    assert not known.near & known.against


def test_the_lexicon_format() -> None:
    small = parse(
        "[verbs]\nzap! = zap, blow up\nfix = fix\nagainst = zap fix\nfiller = the\n# no = comment\n"
    )
    assert small.phrases["blow", "up"].key == "zap"
    assert small.destructive == {"zap"}
    assert small.against == {frozenset({"zap", "fix"})}
    assert [unit.key for unit in units("please the")] == ["pleas", "the"]


def test_the_beginning_of_a_caption_is_a_part_of_it_whatever_it_means_alone() -> None:
    for old, new in (("Log in", "Log"), ("Give feedback", "Give"), ("Send us feedback", "Send us")):
        cut = compare(old, new)
        assert (cut.level, cut.more, cut.less) == (Level.SIMILAR, True, True)
    assert compare("Do not save", "Save").level == Level.OPPOSITE
