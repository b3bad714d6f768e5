"""A course with the release of Part 1, created without a build, and work to submit."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from nbgrader.utils import parse_utc
from rich.console import Console

from coursekit import course_file
from coursekit.builds.nbgrader_source import for_nbgrader
from coursekit.builds.trees import student_code, write
from coursekit.collecting.collect import Collected, CollectSettings, collect

PART = "part1_scaler"
ANSWERS = {
    "why_streaming": "Because the images don't fit into memory.",
    "what_breaks_in_production": "The statistics are those of another camera.",
    "why_standardise": "So that σ(w·x) starts where it is steep.",
    "learned_scaler": "That a mean can be computed in a stream.",
}
SCALER = "class StreamingScaler:\n    '''Written by a student.'''\n"


def make_course(root: Path, folder: Path) -> Path:
    """Create an nbgrader course folder with the release of Part 1, as nbgrader would."""
    course = course_file.load(root)
    part = course.part(PART)
    notebook = for_nbgrader(
        root / "notebooks" / f"{PART}.ipynb", part, course, root / "unit_tests" / "hidden"
    )
    for step in (ClearSolutions, LockCells, ClearOutput, ClearHiddenTests, ClearMarkScheme):
        preprocessor = step(enforce_metadata=False) if step is ClearMarkScheme else step()
        notebook, _ = preprocessor.preprocess(notebook, {})
    notebook, _ = ComputeChecksums().preprocess(notebook, {})
    tree = student_code(root, part.modules, solved=False)
    tree[f"{PART}.ipynb"] = nbformat.writes(notebook).encode()
    write(tree, folder / "release" / PART)
    return folder


def release_notebook(course: Path) -> NotebookNode:
    return nbformat.read(course / "release" / PART / f"{PART}.ipynb", as_version=4)


def answered(course: Path) -> NotebookNode:
    """Return the release notebook with every written question answered."""
    notebook = release_notebook(course)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in ANSWERS:
            cell.source = ANSWERS[name]
    return notebook


def as_bytes(notebook: NotebookNode) -> bytes:
    """Return the notebook as a file, even if it is invalid."""
    return json.dumps(notebook).encode()


def work(course: Path) -> dict[str, bytes]:
    """Return the files of a complete submission: notebook, modules, results."""
    modules = sorted((course / "release" / PART / "student_code").glob("*.py"))
    files = {f"student_code/{path.name}": path.read_bytes() for path in modules}
    return files | {
        f"notebooks/{PART}.ipynb": as_bytes(answered(course)),
        "student_code/scaler.py": SCALER.encode(),
        "results/numbers.json": b"{}",
        "results/checkpoints/run/weights.pt": b"\x80\x02 not loaded by anybody",
    }


def packed(files: Mapping[str, bytes], when: tuple[int, ...] = (2027, 2, 1, 12, 0, 0)) -> bytes:
    """Return a zip of `files`, all with the time `when`."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, when), content)  # type: ignore[arg-type]
    return memory.getvalue()


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def run(course: Path, *sources: Path, **options: object) -> Collected:
    """Collect Part 1 from `sources` into `course`."""
    settings = CollectSettings(course, PART, frozenset({"vision-course"}), **options)  # type: ignore[arg-type]
    result = Collected()
    collect(list(sources), settings, Console(quiet=True), result)
    return result


def submitted(course: Path, student: str) -> NotebookNode:
    """Return the notebook of a student that nbgrader would grade."""
    return nbformat.read(
        course / "submitted" / student / PART / f"{PART}.ipynb", as_version=nbformat.NO_CONVERT
    )


def answers(notebook: NotebookNode) -> dict[str, str]:
    """Return the text of each cell that is graded by hand."""
    marks = {c.metadata.get("nbgrader", {}).get("grade_id"): c.source for c in notebook.cells}
    return {name: marks[name] for name in ANSWERS}


def tree(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder except the lock of collecting."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files if p.suffix != ".lock"}


def assert_ready(course: Path, student: str) -> None:
    """Check what nbgrader needs: valid, every graded cell once, locked cells unchanged."""
    notebook = submitted(course, student)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    wanted = [c for c in release_notebook(course).cells if "nbgrader" in c.metadata]
    found = [c for c in notebook.cells if "nbgrader" in c.metadata]
    assert [c.metadata for c in found] == [c.metadata for c in wanted]
    for cell, mine in zip(wanted, found, strict=True):
        assert mine.id == cell.id
        assert mine.metadata.nbgrader.solution or mine.source == cell.source
    code = [c for c in notebook.cells if c.cell_type == "code" and not c.id.startswith("own-")]
    assert code[0].id == "setup"
    stamp = course / "submitted" / student / PART / "timestamp.txt"
    assert parse_utc(stamp.read_text(encoding="utf-8"))
