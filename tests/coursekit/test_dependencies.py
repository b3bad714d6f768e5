"""The hash of a result's dependencies follows imports, and nothing else changes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit import dependencies
from coursekit.builds.hint_table import _files
from coursekit.dependencies import closure, digest, imported, with_data_files


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        "student_code/__init__.py": "",
        "student_code/net.py": "from student_code import layers\n",
        "student_code/layers.py": "def f():\n    from toolbox.metrics import accuracy\n",
        "student_code/other.py": "",
        "toolbox/__init__.py": "",
        "toolbox/metrics.py": "from .numbers import mean\n",
        "toolbox/numbers.py": "import importlib\nimportlib.import_module('data_scripts.draw')\n",
        "toolbox/table.json": "{}",
        "data_scripts/__init__.py": "",
        "data_scripts/draw.py": "import torch\n",
        "data_scripts/splits/scene.txt": "a",
        "notebooks/part1.ipynb": '{"cells": [{"cell_type": "code", "source": '
        '["%%attempt\\n", "from student_code.net import Net"]}]}',
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def names(root: Path, paths: frozenset[Path]) -> set[str]:
    return {path.relative_to(root).as_posix() for path in paths}


def test_imports_are_followed_from_a_notebook_into_functions_and_packages(tree: Path) -> None:
    assert names(tree, closure(tree, [tree / "notebooks" / "part1.ipynb"])) == {
        "notebooks/part1.ipynb",
        "student_code/__init__.py",
        "student_code/net.py",
        "student_code/layers.py",
        "toolbox/__init__.py",
        "toolbox/metrics.py",
        "toolbox/numbers.py",  # a relative import
        "data_scripts/__init__.py",
        "data_scripts/draw.py",  # by name
    }


def test_files_beside_a_module_of_the_toolbox_count(tree: Path) -> None:
    paths = with_data_files(tree, closure(tree, [tree / "student_code" / "net.py"]))
    assert {"toolbox/table.json", "data_scripts/splits/scene.txt"} <= names(tree, paths)


@pytest.mark.parametrize(
    ("changed", "matters"),
    [
        ("student_code/layers.py", True),
        ("toolbox/numbers.py", True),
        ("data_scripts/draw.py", True),
        ("student_code/other.py", False),
    ],
)
def test_the_hash_changes_with_what_is_imported_alone(
    tree: Path, changed: str, matters: bool
) -> None:
    def state() -> str:
        return digest(tree, closure(tree, [tree / "student_code" / "net.py"]))

    before = state()
    path = tree / changed
    path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert (state() != before) == matters


def test_a_name_is_part_of_the_hash_and_facts_are(tree: Path) -> None:
    paths = [tree / "toolbox" / "table.json"]
    assert digest(tree, paths, 1) != digest(tree, paths, 2)
    moved = paths[0].rename(tree / "toolbox" / "plate.json")
    assert digest(tree, paths[:0]) != digest(tree, [moved])


def test_what_comes_from_outside_the_course_is_named(tree: Path) -> None:
    assert dependencies.outside(tree, closure(tree, [tree / "student_code" / "net.py"])) == {
        "importlib",
        "torch",
    }


def test_code_that_is_not_python_imports_nothing() -> None:
    assert imported(".py", b"import (\n") == ()
    assert imported(".toml", b"import torch") == ()


def test_modules_that_catalogues_and_tests_share_count_for_this_course(root: Path) -> None:
    """These modules change the observations of misconceptions, so hints would become stale."""
    assert root / "misconceptions" / "quantization" / "networks.py" in _files(root, "quantization")
    assert root / "student_code" / "ppm.py" in closure(root, [root / "student_code" / "pspnet.py"])


def test_imports_are_found_in_every_kind_of_block() -> None:
    text = """
import a
try:
    import b
except OSError:
    import c
else:
    import d
finally:
    import e
with open("x") as y:
    import f
class C:
    async def g(self):
        for x in y:
            while x:
                import g
        else:
            import h
match x:
    case 1:
        if y:
            pass
        elif z:
            import i
"""
    assert set(imported(".py", text.encode())) == set("abcdefghi")
