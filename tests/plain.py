"""Plain nbgrader on a built course: the sample students, and some irregular submissions."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import nbformat

from coursekit import course_file
from coursekit.builds.nbgrader_release import NBGRADER
from coursekit.samples import RIGHT, SAMPLES, hand_in
from tests.small_course import drawn_images
from toolbox.course import Part

PART = "part1_scaler"
WITH_KERNELS = {"autograde", "validate"}


def nbgrader(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run nbgrader in its course folder, its kernels without ports that others may take."""
    with tempfile.TemporaryDirectory(prefix="kernel-", ignore_cleanup_errors=True) as place:
        sockets = ("--KernelManager.transport=ipc", f"--KernelManager.ip={place}/socket")
        return subprocess.run(
            [*NBGRADER, *arguments, *(sockets if arguments[0] in WITH_KERNELS else ())],
            cwd=folder,
            capture_output=True,
            text=True,
            env={**os.environ, **drawn_images()},
            timeout=600,
            check=False,
        )


def handed_in(built: Path, folder: Path) -> Path:
    """Return a copy of the built nbgrader course with submissions and no grades."""
    shutil.copytree(built / "build" / "nbgrader", folder)
    shutil.rmtree(folder / "submitted")
    part = course_file.load(built).part(PART)
    for sample in SAMPLES:
        hand_in(sample, part, built, folder)
    _untidy(folder, part, built)
    return folder


def _untidy(folder: Path, part: Part, root: Path) -> None:
    submitted = hand_in(RIGHT, part, root, folder)
    forgetful = folder / "submitted" / "forgetful" / PART
    shutil.copytree(submitted, forgetful)
    (forgetful / "student_code" / "scaler.py").unlink()
    deleter = folder / "submitted" / "deleter" / PART
    shutil.copytree(submitted, deleter)
    path = deleter / f"{PART}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [c for c in notebook.cells if 'compute_mean_and_std")' not in c.source]
    nbformat.write(notebook, path)
    cheat = folder / "submitted" / "cheat" / PART
    shutil.copytree(folder / "release" / PART, cheat)
    (cheat / "unit_tests" / "test_scaler.py").write_text("", encoding="utf-8")
    odd = folder / "submitted" / "odd" / "Part 1 (final)"
    shutil.copytree(submitted, odd)
