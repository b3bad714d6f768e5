"""The repository matches its layout: folders, imports in one direction, facts in one place."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tools.architecture import imports

ROOMS = ("student_code", "unit_tests", "toolbox", "data_scripts", "coursekit", "misconceptions")
# The allowed imports between folders; all others are forbidden.
ALLOWED = {
    "student_code": {"student_code", "toolbox"},
    "unit_tests": {"student_code", "toolbox", "unit_tests"},
    "toolbox": {"toolbox", "data_scripts"},
    "data_scripts": {"data_scripts", "toolbox"},
    "misconceptions": {"misconceptions", "student_code", "toolbox"},
    "coursekit": set(ROOMS),
}
STUDENTS = ("student_code", "unit_tests", "toolbox", "data_scripts")


def modules(root: Path, room: str) -> Iterator[Path]:
    yield from sorted(path for path in (root / room).rglob("*.py"))


def imported(path: Path, *, at_load: bool) -> set[str]:
    """Return the packages that a module imports, or only those that it is loaded with."""
    return {name.split(".")[0] for name, loaded in imports(path) if loaded or not at_load}


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_imports_run_one_way(root: Path, room: str) -> None:
    for path in modules(root, room):
        assert imported(path, at_load=True) & set(ROOMS) <= ALLOWED[room], path
        # The toolbox may call the student's functions, but must work without them.
        called = ALLOWED[room] | ({"student_code"} if room == "toolbox" else set())
        assert imported(path, at_load=False) & set(ROOMS) <= called, path


@pytest.mark.parametrize("room", STUDENTS)
def test_what_students_import_is_python_3_10(root: Path, room: str) -> None:
    for path in modules(root, room):
        tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 10))
        for node in tree.body:  # functions may import newer modules
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                assert "tomllib" not in ast.unparse(node), path


def test_conda_gets_what_pip_gets(root: Path) -> None:
    conda = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    python, pip, packages = conda["dependencies"]
    assert python.startswith(f"python{project['requires-python']}")
    assert pip == "pip"
    extras = [name for name in project["optional-dependencies"] if name != "site"]
    assert packages["pip"] == [f"-e .[{','.join(extras)}]"]


def test_python_floor_is_nbgraders(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11"


def tracked(root: Path) -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("this copy of the course is not a git checkout")
    return [path for name in done.stdout.splitlines() if (path := root / name).is_file()]


def test_no_file_is_large_and_no_data_is_tracked(root: Path) -> None:
    for path in tracked(root):
        assert path.stat().st_size < 10_000_000, path
        assert path.suffix not in {".jpg", ".jpeg", ".zip"}, path


def test_modules_stay_one_idea_long(root: Path) -> None:
    lengths = [
        len(path.read_text(encoding="utf-8").splitlines())
        for room in ("toolbox", "coursekit", "data_scripts")
        for path in modules(root, room)
    ]
    assert max(lengths) < 500
    assert sum(length > 250 for length in lengths) / len(lengths) <= 0.1


def test_every_module_and_public_function_says_what_it_is(root: Path) -> None:
    for room in ("toolbox", "coursekit", "data_scripts", "student_code"):
        for path in modules(root, room):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            assert ast.get_docstring(tree), path
            for node in tree.body:
                if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name[0] == "_":
                    continue
                if not path.name.startswith("__"):
                    assert ast.get_docstring(node), f"{path}: {node.name}"
