"""Text from students can be stored in a file and printed on a terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from coursekit.printable import TOO_DEEP, printable, storable, storable_data


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words, ümläuts and ✓", "plain words, ümläuts and ✓"),
        ("x\n✓ 9 graded", "x\\n✓ 9 graded"),
        ("\x1b[2J\x1b[1A", "\\x1b[2J\\x1b[1A"),
        ("caf\udce9.txt", "caf\\udce9.txt"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("a\u2028b\u200bc", "a\\u2028b\\u200bc"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_a_printable_text_is_one_visible_line(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_printable_text_is_bounded() -> None:
    assert printable("x" * 301) == "x" * 300 + "…"
    assert len(printable("\n" * 10_000_000)) == 301


@pytest.mark.parametrize("text", ["plain", "ümläut \U0001f600", "line\nline\x1b[0m"])
def test_storable_text_is_stored_unchanged(text: str) -> None:
    assert storable(text) == text


def test_lone_surrogates_are_stored_as_visible_escapes() -> None:
    assert storable("caf\udce9.txt") == "caf\\udce9.txt"
    found = storable_data({"a\ud800": ["\udcff", {"b": "\udc80"}]})
    assert found == {"a\\ud800": ["\\udcff", {"b": "\\udc80"}]}


def test_nested_data_is_cut_and_can_be_written() -> None:
    nested: Any = []
    for _ in range(600):
        nested = [nested]
    assert TOO_DEEP in json.dumps(storable_data(nested))


def test_numbers_that_are_not_finite_become_text() -> None:
    assert storable_data([float("nan"), float("-inf"), 1.5, True]) == ["nan", "-inf", 1.5, True]
