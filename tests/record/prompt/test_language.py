"""Sentences as people write them, typos included, and the intents they mean (sentences.json)."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.record.prompt.language.phrase import Phrase
from runner.record.prompt.language.reading import read
from runner.record.prompt.language.tokens import tokenize
from tests.record.prompt.notation import told

HERE = Path(__file__).parent
SENTENCES = json.loads((HERE / "sentences.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", SENTENCES, ids=[case["sentence"][:60] for case in SENTENCES])
def test_a_sentence_means_its_intents(case: dict[str, object]) -> None:
    assert [told(intent) for intent in read(str(case["sentence"]))] == case["intents"]


def test_the_corpus_is_large_and_says_nothing_twice() -> None:
    sentences = [case["sentence"] for case in SENTENCES]
    assert len(sentences) >= 400
    assert len(set(sentences)) == len(sentences)


def test_every_intent_quotes_the_sentence() -> None:
    for sentence in (str(case["sentence"]) for case in SENTENCES):
        for intent in read(sentence):
            assert intent.part
            assert intent.part in sentence


def test_what_no_intent_takes_up_is_not_passed_over() -> None:
    (found,) = read("check A and in the box B")
    assert (found.verb, found.part) == ("unsupported", "check A and in the box B")
    assert "'A'" in found.reason


def test_every_quoted_text_of_the_corpus_is_taken_up() -> None:
    for sentence in (str(case["sentence"]) for case in SENTENCES):
        intents = read(sentence)
        said = " ".join(told(intent) for intent in intents).casefold()
        quoted = [token.text.strip().casefold() for token in tokenize(sentence) if token.kind == "quoted"]
        refused = any(intent.verb == "unsupported" for intent in intents)
        assert refused or all(text in said for text in quoted), sentence


@pytest.mark.parametrize(
    ("sentence", "intents"),
    [
        ("delete the task {{TASK}}", ["do Buy milk|item = 'delete'"]),
        ("add a task called {{TASK}}", ["do Buy milk|item = 'add'"]),
        ("click Edit in the row for {{TASK}}", ["click Edit in Buy milk|row"]),
        ("check that {{TASK}} is shown", ["expect text 'Buy milk'"]),
        ("type {{TASK}} into Title", ["set Title = {{TASK}}"]),
        ("go to {{PAGE}}", ["goto = {{PAGE}}"]),
        ("log in as ada@x.org with {{PASSWORD}}", ["login username='ada@x.org' password={{PASSWORD}}"]),
        ("log in as ada@x.org ({{PASSWORD}})", ["login username='ada@x.org' password={{PASSWORD}}"]),
    ],
)
def test_a_parameter_names_what_its_value_names(sentence: str, intents: list[str]) -> None:
    values = {"TASK": "Buy milk", "PAGE": "https://x.org/a"}
    assert [told(intent) for intent in read(sentence, values)] == intents


def test_a_secret_is_a_value_and_no_name() -> None:
    (intent,) = read("set Password to {{PASSWORD}}", {})
    assert intent.value is not None
    assert (intent.value.parameter, intent.value.quoted) == ("PASSWORD", False)


@given(st.text(max_size=80))
def test_whatever_is_written_is_read_without_error(text: str) -> None:
    for intent in read(text):
        assert intent.part in text


@given(st.text(max_size=80))
def test_tokens_keep_their_place(text: str) -> None:
    tokens = tokenize(text)
    assert all(before.end <= after.start for before, after in pairwise(tokens))
    assert Phrase(tuple(tokens), text).text in text


@pytest.mark.parametrize(
    ("text", "kind", "meaning"),
    [
        ('"a b"', "quoted", "a b"),
        ("“a b”", "quoted", "a b"),
        ("„a“", "quoted", "a"),
        ("«a»", "quoted", "a"),
        ("'a b'", "quoted", "a b"),
        ("`a`", "quoted", "a"),
        ("https://x.test/a?b=1#c", "url", "https://x.test/a?b=1#c"),
        ("localhost:3000/a", "url", "localhost:3000/a"),
        ("ada@x.org", "email", "ada@x.org"),
        ("/orders?page=2", "path", "/orders?page=2"),
        ("2026-05-04", "date", "2026-05-04"),
        ("08/14/2016", "date", "08/14/2016"),
        ("19:30", "time", "19:30"),
        ("7:30 pm", "time", "7:30 pm"),
        ("$15.50", "money", "$15.50"),
        ("-9", "number", "-9"),
        ("{{ NAME }}", "parameter", "NAME"),
        ("{{DIR}}/a.txt", "path", "{{DIR}}/a.txt"),
        ("Don't", "word", "Don't"),
        ("opening-hours.txt", "word", "opening-hours.txt"),
    ],
)
def test_a_literal_stays_whole(text: str, kind: str, meaning: str) -> None:
    (token,) = tokenize(text)
    assert (token.kind, token.text) == (kind, meaning)
