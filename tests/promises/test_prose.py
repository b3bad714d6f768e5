"""Texts hold none of the phrases to avoid, and the check finds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import prose


def test_the_texts_hold_no_phrase_to_avoid(root: Path) -> None:
    found = prose.findings(root, prose.tracked(root))
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("README.md", "What came of it is printed.\n"),
        ("docs/page.md", "Where no file is found, it is made.\n"),
        ("module.py", '"""Nobody is told."""\n'),
        ("module.py", "x = 1  # starts anew\n"),
        ("notebooks/part.py", "# # The colour of a pixel\n"),
        ("README.md", "Your hand-in is collected.\n"),
    ],
)
def test_a_phrase_to_avoid_is_found(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    assert prose.findings(tmp_path, [name])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("README.md", "Run `anew` again.\n"),
        ("README.md", "```sh\nnobody --anew\n```\n"),
        ("module.py", "nobody = anew(as_it_is=1)\n"),
        ("module.py", 'print(f"{nobody} waits")\n'),
    ],
)
def test_code_is_no_prose(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert not prose.findings(tmp_path, [name])


def test_every_exception_is_used_and_has_a_reason(root: Path) -> None:
    rows = prose.tomllib.loads(prose.LIST.read_text(encoding="utf-8"))["allowed"]
    assert all(len(row["reason"]) > 10 for row in rows)
    for path, text in prose.allowed():
        lines = [line for _, line in prose.texts(root / path) if text in line]
        assert any(p.pattern.search(line) for p in prose.phrases() for line in lines), (path, text)
