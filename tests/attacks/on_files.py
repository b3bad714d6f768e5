"""Attacks with files beside the notebook: additional files, links, malformed notebooks."""

from __future__ import annotations

import os
import py_compile
from collections.abc import Callable
from pathlib import Path

from tests.attacks.on_modules import WRONG

PATCH = """
from toolbox.checks import expect
expect._check = lambda *a, **k: None
"""
Change = Callable[[Path], None]


def _text(name: str, text: str) -> Change:
    def write(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return write


def _link(name: str, target: str) -> Change:
    def make(folder: Path) -> None:
        path = folder / name
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    return make


def _bytecode(folder: Path) -> None:
    """Add a .pyc that claims to belong to a harmless source of the same time and size."""
    path = folder / "student_code" / "scaler.py"
    innocent = path.read_text(encoding="utf-8")
    path.write_text((WRONG + PATCH).ljust(len(innocent))[: max(len(innocent), 1)])
    path.write_text(WRONG + PATCH, encoding="utf-8")
    compiled = py_compile.compile(str(path), doraise=True)
    path.write_text(WRONG + " " * len(PATCH), encoding="utf-8")
    stat = Path(str(compiled)).stat()
    os.utime(path, (stat.st_mtime, stat.st_mtime))


def _notebook(content: bytes) -> Change:
    def write(folder: Path) -> None:
        (folder / f"{folder.name}.ipynb").write_bytes(content)

    return write


def _many(folder: Path) -> None:
    for number in range(2500):
        (folder / f"note{number}.txt").touch()


def _deep(folder: Path) -> None:
    path = folder
    for _ in range(60):
        path = path / "deeper"
        path.mkdir()
    (path / "end.txt").touch()


CHANGES: dict[str, Change] = {
    "a_numpy_of_its_own": _text("numpy.py", "allclose = all = lambda *a, **k: True\n"),
    "a_pytest_of_its_own": _text("pytest.py", "main = lambda *a, **k: 0\n"),
    "a_sitecustomize": _text("sitecustomize.py", PATCH),
    "a_conftest": _text("conftest.py", PATCH),
    "a_conftest_of_students": _text("student_code/conftest.py", PATCH),
    "a_pytest_ini": _text("pytest.ini", "[pytest]\naddopts = --collect-only\n"),
    "a_pyproject": _text("pyproject.toml", '[tool.pytest.ini_options]\naddopts = "-k nothing"\n'),
    "an_init_that_patches": _text("student_code/__init__.py", PATCH),
    "tests_that_are_empty": _text("unit_tests/test_scaler.py", ""),
    "tests_that_pass": _text("unit_tests/test_scaler.py", "def test_all():\n    pass\n"),
    "expect_that_agrees": _text("toolbox/checks/expect.py", "close = equal = true = print\n"),
    "scoring_of_its_own": _text("toolbox/checks/scores.py", "earned = lambda o: 14.0\n"),
    "more_points_in_the_facts": _text("course.json", '{"course": {}, "parts": []}'),
    "a_link_to_the_gradebook": _link("notes.txt", "../../../gradebook.db"),
    "a_link_to_hidden_tests": _link("notes.txt", "../../../source/part1_scaler/part1_scaler.ipynb"),
    "a_link_to_another_student": _link(
        "student_code/scaler.py", "../../../right/part1_scaler/student_code/scaler.py"
    ),
    "a_link_out": _link("home", "/root"),
    "a_notebook_that_is_a_link": _link(
        "part1_scaler.ipynb", "../../right/part1_scaler/part1_scaler.ipynb"
    ),
    "bytecode_in_disguise": _bytecode,
    "a_library": _text("student_code/fast.so", "no library at all"),
    "many_files": _many,
    "deep_folders": _deep,
    "a_notebook_of_noise": _notebook(bytes(range(256)) * 20),
    "a_notebook_of_nothing": _notebook(b""),
    "a_notebook_of_brackets": _notebook(b"[" * 100_000),
    "a_notebook_of_another_kind": _notebook(b'{"cells": "none", "nbformat": 4}'),
}
