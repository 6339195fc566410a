"""How the values of options are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.artifacts import default_folder, unused
from runner.cli.options import start_url
from runner.contract.errors import UsageError
from runner.environment import parameters_from, secrets_from


def test_parameters_keep_everything_behind_the_first_equals_sign() -> None:
    assert parameters_from(["A=1", "B=x=y", "C="]) == {"A": "1", "B": "x=y", "C": ""}


@pytest.mark.parametrize("pair", ["A", "=x", "1A=x", "A B=x", ""])
def test_what_is_no_pair_is_refused_without_its_value(pair: str) -> None:
    with pytest.raises(UsageError, match="NAME=VALUE"):
        parameters_from([pair])


def test_secrets_come_from_the_environment() -> None:
    assert secrets_from(["P"], {"P": "hush"}) == {"P": "hush"}
    with pytest.raises(UsageError, match="has P"):
        secrets_from(["P"], {})
    with pytest.raises(UsageError) as caught:
        secrets_from(["P=hush"], {})
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "url, prompt, expected",
    [
        ("http://localhost:3000", "", "http://localhost:3000"),
        (None, "Open https://a.test/x?y=1, then https://b.test", "https://a.test/x?y=1"),
        (None, 'Go to "HTTP://A.test/" and (see http://b.test).', "HTTP://A.test/"),
        ("http://c.test", "Open http://a.test", "http://c.test"),
    ],
)
def test_where_to_begin(url: str | None, prompt: str, expected: str) -> None:
    assert start_url(url, prompt) == expected


@pytest.mark.parametrize("url", ["localhost:3000", "ftp://x", "http://", "/login", "http://x/" + "a" * 1024])
def test_what_is_no_start_url(url: str) -> None:
    with pytest.raises(UsageError, match="absolute"):
        start_url(url)


def test_a_start_url_is_needed() -> None:
    with pytest.raises(UsageError, match="Provide a start URL or include one in the prompt"):
        start_url(None, "Click Save")


def test_folders_do_not_collide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = default_folder("Sign in: Ada's / ../ flow")
    assert folder.parent == Path("runs")
    assert folder.name.endswith("-sign-in-ada-s-flow")
    (tmp_path / "a").mkdir()
    assert unused(Path("a"), [Path("a-2")]) == Path("a-3")
