"""The first cell, run as on Colab: on an empty machine, and again on the same one."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.builds import pairs
from tests.colab.machine import Machine, build
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return build(tmp_path_factory.mktemp("colab"))


def run_cell(machine: Machine) -> str:
    script = machine.content.parent / "cell.py"
    cell = machine.setup_cell("part1_scaler")
    script.write_text(f"import google.colab.drive\n{cell}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script],
        cwd=machine.content,
        capture_output=True,
        text=True,
        env=machine.environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_first_cell_fetches_the_course_and_keeps_files_on_drive(machine: Machine) -> None:
    content, drive = machine.content, machine.drive
    (content / "course").mkdir()  # left by an interrupted download
    (content / "course" / "half").touch()
    said = run_cell(machine)
    module = content / "course" / "student_code" / "scaler.py"
    assert f"Your files are on your Drive, in {course_file.load(ROOT).id}/" in said
    assert "Ready." in said
    assert module.resolve() == (drive / "student_code" / "scaler.py").resolve()
    module.write_text(f"{module.read_text(encoding='utf-8')}# mine\n", encoding="utf-8")
    said = run_cell(machine)
    assert (drive / "student_code" / "scaler.py").read_text(encoding="utf-8").endswith("# mine\n")
    assert "added" not in said


def test_outside_colab_the_cell_fetches_nothing(tmp_path: Path) -> None:
    cell = pairs.setup_cell(course_file.load(ROOT), "part1_scaler")
    before_imports = cell.partition("import matplotlib")[0]
    script = textwrap.dedent(before_imports) + "\nprint(root, 'toolbox.colab' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT / "notebooks", capture_output=True, text=True
    )
    assert done.stdout.strip() == f"{ROOT} False"


def test_outside_a_course_folder_the_first_cell_reports_it(tmp_path: Path) -> None:
    script = tmp_path / "cell.py"
    script.write_text(pairs.setup_cell(course_file.load(ROOT), "part1_scaler"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(f"FileNotFoundError: {tmp_path.resolve()} is in no course folder")
    assert "Open the notebook from inside" in last
