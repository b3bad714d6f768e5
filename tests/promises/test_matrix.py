"""The matrix finds interpreters, parses pytest's last line, and is green only if all runs are."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture(scope="module")
def matrix() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / ".ci" / "matrix.py"
    spec = importlib.util.spec_from_file_location("matrix", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any Python, neither on the path nor from pyenv."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return tmp_path


def test_an_interpreter_is_found_on_the_path_and_in_pyenv(
    matrix: ModuleType, empty_machine: Path
) -> None:
    assert matrix.interpreter(HERE) is None
    below = empty_machine / "pyenv" / "versions" / f"{HERE}.1" / "bin"
    below.mkdir(parents=True)
    (below / f"python{HERE}").symlink_to(sys.executable)
    assert matrix.interpreter(HERE) == str(below / f"python{HERE}")
    (empty_machine / "bin" / f"python{HERE}").symlink_to(sys.executable)
    assert matrix.interpreter(HERE) == str(empty_machine / "bin" / f"python{HERE}")


@pytest.mark.parametrize("body", ["exit 127", "echo 2.7"])
def test_a_python_that_does_not_run_is_skipped(
    matrix: ModuleType, empty_machine: Path, body: str
) -> None:
    shim = empty_machine / "bin" / f"python{HERE}"
    shim.write_text(f"#!/bin/sh\n{body}\n")
    shim.chmod(0o755)
    assert matrix.interpreter(HERE) is None


def test_the_closing_line_of_pytest_is_read(matrix: ModuleType) -> None:
    log = "5 passed in 0.10s of something else\n...\n3 failed, 1500 passed, 9 skipped in 600.12s\n"
    assert matrix.counts(log) == {"failed": 3, "passed": 1500, "skipped": 9}
    assert matrix.counts("1 passed, 1 error in 1.00s") == {"passed": 1, "errors": 1}
    assert matrix.counts("2 failed, 3 passed in 62.01s (0:01:02)") == {"failed": 2, "passed": 3}
    assert matrix.counts("Found 34 errors in 18 files (checked 527 source files)") == {}


def test_a_run_keeps_its_log_and_a_green_one_is_not_run_again(
    matrix: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = tmp_path / "bin" / "make"
    make.parent.mkdir()
    make.write_text('#!/bin/sh\necho "$@"\necho "4 passed, 1 skipped in 2.00s"\nexit $CODE\n')
    make.chmod(0o755)
    monkeypatch.setenv("PATH", f"{make.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CODE", "1")
    red = matrix.run("3.12", "python3.12", tmp_path, ["LATEST=1"], "source")
    assert (red["status"], red["passed"], red["skipped"]) == (1, 4, 1)
    assert matrix.earlier("3.12", tmp_path, "source") is None
    monkeypatch.setenv("CODE", "0")
    green = matrix.run("3.12", "python3.12", tmp_path, [], "source")
    log = tmp_path / "build" / "matrix" / "python-3.12.log"
    assert log.read_text().startswith("test PYTHON=python3.12 VENV=.venv-3.12")
    assert matrix.earlier("3.12", tmp_path, "source") == {**green, "kept": True}
    assert matrix.earlier("3.12", tmp_path, "other source") is None
    assert matrix.earlier("3.13", tmp_path, "source") is None


def test_the_table_names_each_python_and_a_missing_required_one_is_not_green(
    matrix: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    green = {"status": 0, "seconds": 90.0, "passed": 7}
    kept = {"3.11": green, "3.12": green, "3.13": green}
    monkeypatch.setattr(matrix, "interpreter", lambda version: None)
    monkeypatch.setattr(matrix, "earlier", lambda version, root, now: kept.get(version))
    assert matrix.main([]) == 0  # 3.14 is not required
    said = capsys.readouterr().out.splitlines()
    assert said[-5].split() == ["Python", "result", *matrix.COUNTS, "minutes"]
    assert said[-4].split() == ["3.11", "passed", "7", "0", "0", "0", "1.5"]
    assert said[-1].split() == ["3.14", "not", "installed"]
    del kept["3.12"]
    assert matrix.main([]) == 1
