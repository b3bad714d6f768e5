"""Checks and commands import only what they need, so that the first answer comes soon."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

# Libraries that take longer to import than all tests of a numpy function take to run.
SLOW = {"torch", "torchvision", "sympy", "pandas", "sklearn", "scipy", "matplotlib", "cv2"}
SLOW |= {"albumentations", "IPython", "nbformat", "hypothesis", "typst", "tqdm"}
RUN = "from toolbox.checks.pytest_run import run_tests"
REPORT = "import sys, json; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"


def imported_by(code: str, folder: Path = ROOT) -> set[str]:
    """Return the top-level packages that a fresh process has imported after running `code`."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{REPORT}"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_commands_import_nothing_before_they_run() -> None:
    found = imported_by("import toolbox.__main__")
    assert found & (SLOW | {"numpy", "pytest", "PIL", "markdown_it"}) == set()


def test_the_checks_import_numpy_and_pytest_alone() -> None:
    found = imported_by("import toolbox.checks")
    assert found >= {"numpy", "pytest"}
    assert found & (SLOW | {"PIL"}) == set()


@pytest.mark.parametrize("module", ["scaler", "theory"])
def test_the_check_of_a_numpy_module_imports_no_torch(module: str) -> None:
    found = imported_by(f"{RUN}; assert run_tests(['unit_tests/test_{module}.py']).all_passed")
    assert found & SLOW == set()


def test_a_check_runs_no_plugin_of_another_package() -> None:
    """pytest would load every plugin that is installed, and import what it needs."""
    run = f"{RUN}; run_tests(['unit_tests/test_scaler.py'])"
    assert imported_by(run) & {"hypothesis", "anyio", "xdist", "typeguard"} == set()


def test_status_of_stubs_runs_no_test(tmp_path: Path) -> None:
    facts = {
        "course": {
            **{"id": "small", "title": "Small", "repository": "https://example.org/x"},
            **{"branch": "main", "seconds_per_test": 1, "seconds_per_cell": 9},
        },
        "parts": [
            {
                **{"id": "part1_shapes", "title": "Shapes", "built": True, "minutes": 5},
                "tasks": [{"function": "shapes.area", "points": 6, "hidden": 2}],
            }
        ],
    }
    (tmp_path / "course.json").write_text(json.dumps(facts), encoding="utf-8")
    (tmp_path / "student_code").mkdir()
    code = "import torch\n\ndef area(width, height):\n    raise NotImplementedError()\n"
    (tmp_path / "student_code" / "shapes.py").write_text(code, encoding="utf-8")
    run = "from toolbox.__main__ import main; assert main(['status']) == 1"
    assert imported_by(run, tmp_path) & (SLOW | {"markdown_it", "PIL"}) == set()
