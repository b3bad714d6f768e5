"""Texts hold none of the phrases to avoid, and the check finds them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tools import prose

CASES = Path(__file__).with_name("prose_cases.toml")


def test_the_texts_hold_no_phrase_to_avoid(root: Path) -> None:
    found = prose.findings(root, prose.tracked(root))
    assert not found, "\n".join(map(str, found))


def cases(kind: str) -> list[tuple[str, str]]:
    rows = tomllib.loads(CASES.read_text(encoding="utf-8"))[kind]
    return [(row["name"], f"{row['content']}\n") for row in rows]


@pytest.mark.parametrize(("name", "content"), cases("found"))
def test_a_phrase_to_avoid_is_found(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    assert prose.findings(tmp_path, [name])


@pytest.mark.parametrize(("name", "content"), cases("code"))
def test_code_is_no_prose(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert not prose.findings(tmp_path, [name])


def test_every_exception_is_used_and_has_a_reason(root: Path) -> None:
    rows = tomllib.loads(prose.LIST.read_text(encoding="utf-8"))["allowed"]
    assert all(len(row["reason"]) > 10 for row in rows)
    phrases, allowed = prose.rules()
    for path, text in allowed:
        lines = [line for _, line in prose.texts(root / path) if text in line]
        assert any(p.pattern.search(line) for p in phrases for line in lines), (path, text)
