"""Write `autograded/` and the gradebook with nbgrader's own converter, but without its kernel.

Everything here runs in the parent process, for one submission at a time. `begin` does what
nbgrader does before it executes a notebook, `finish` what it does afterwards.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jsonschema
import nbformat
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from nbconvert.exporters import NotebookExporter
from nbconvert.writers.files import FilesWriter
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.converters import base
from nbgrader.converters.autograde import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, SaveAutoGrades
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from coursekit.grading.preprocessors import WAITING, Replay, Restore, SaveScores
from coursekit.grading.protocol.messages import Output
from coursekit.grading.submissions import kept_files, walk
from coursekit.grading.submitted_notebook import (
    brief,
    check_answers,
    check_timestamp,
    read,
    rebuilt,
)
from toolbox.course import Part

MOST_NOTES = 5  # about repairs in a notebook
LOST_ANSWERS = "grade the written answers by hand: read them in the submitted notebook"


@dataclass(frozen=True)
class Begun:
    """A sanitized submission: its notebook, and notes on anything unusual about it."""

    notebook: NotebookNode
    odd: tuple[str, ...] = ()
    lost_answers: bool = False  # written answers could not be read


@dataclass(frozen=True)
class SubmissionResults:
    """Outputs of a submission's cells by index, and the cells that a person has to grade."""

    outputs: dict[int, list[Output]]
    waiting: frozenset[int] = frozenset()
    how: dict[str, Any] = field(default_factory=dict)  # noted in the notebook


class Writer(Autograde):
    """nbgrader's autograder, split in two around the execution, which it leaves out."""

    def __init__(self, folder: Path, part: str, full_marks: frozenset[str] = frozenset()) -> None:
        self.full_marks = full_marks  # grade ids of items for which everyone gets all points
        config: Config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
        coursedir = CourseDirectory(config=config)
        coursedir.assignment_id = part
        super().__init__(coursedir=coursedir, config=config)
        self.log.setLevel(logging.CRITICAL)
        self.force, self.part = True, part
        self.folder = folder
        self.unfinished = folder / ".grading" / f"{part}.unfinished"
        first, *others = list[Any](self.sanitize_preprocessors)  # type: ignore[has-type]
        self.sanitize_preprocessors = [first, Restore, *others]
        known = list[Any](self.autograde_preprocessors)  # type: ignore[has-type]
        instead = {Execute: Replay, SaveAutoGrades: SaveScores}
        self.autograde_preprocessors = [instead.get(each, each) for each in known]
        self.released = folder / "release" / part / f"{part}.ipynb"

    def prepare(self) -> None:
        """Set up nbgrader's converter once for all submissions."""
        kept = set(self.exclude_overwriting.get(self.part, []))
        source = self.folder / "source" / self.part
        self.ours = {entry.name for entry in walk(source) if self._copied(entry.name)} - kept
        self.writer = FilesWriter(parent=self, config=self.config)
        # Validate each notebook once after conversion, not after each of a dozen preprocessors.
        self.exporter = NotebookExporter(
            parent=self, config=self.config, optimistic_validation=True
        )
        marked = nbformat.read(self.released, as_version=4)
        Restore.known = {
            cell.metadata["nbgrader"]["grade_id"]: dict(cell.metadata["nbgrader"])
            for cell in marked.cells
            if cell.metadata.get("nbgrader", {}).get("grade_id")
        }
        self.answers = [
            name for name, mark in Restore.known.items() if mark["grade"] and mark["solution"]
        ]

    def begin(self, student: str) -> Begun:
        """Copy and sanitize a submission in a folder outside `autograded/`, until `publish`."""
        submitted = self.folder / "submitted" / student / self.part
        with self._for(student):
            check_timestamp(submitted)
            self.init_destination(self.part, student)
            self.init_assignment(self.part, student)
            path, odd, lost_answers = submitted / f"{self.part}.ipynb", list[str](), False
            try:
                notebook = read(path)
                check_answers(notebook, self.answers)
                self._sanitize(notebook)
            except Exception as problem:  # a malformed notebook can make nbgrader raise anything
                instead = rebuilt(path, self.folder, self.part)
                lost_answers = instead.lost_answers
                odd = [
                    f"the notebook was malformed and rebuilt from the release ({brief(problem)})"
                ]
                odd += [f"in the notebook, {note}" for note in instead.notes[:MOST_NOTES]]
                odd += [LOST_ANSWERS] * lost_answers
                self._sanitize(instead.notebook)
        return Begun(nbformat.read(self._notebook(student), as_version=4), tuple(odd), lost_answers)

    def finish(self, student: str, notebook: NotebookNode, verdict: SubmissionResults) -> None:
        """Write the results into the notebook and the gradebook, but do not publish them yet.

        notebook: the one that `begin` returned; its metadata is changed.
        """
        shown = {index: outputs for index, outputs in verdict.outputs.items() if outputs}
        Replay.results = {index: [WAITING] for index in verdict.waiting} | shown
        SaveScores.waiting = frozenset(
            notebook.cells[index].metadata["nbgrader"]["grade_id"] for index in verdict.waiting
        )
        SaveScores.earlier = self._graded_sources(student)
        SaveScores.full_marks = self.full_marks
        with self._for(student):
            self._sanitizing = False
            self._init_preprocessors()
            try:
                self._convert(notebook, verdict.how)
            finally:
                self._sanitizing = True
            self.set_permissions(self.part, student)

    def _graded_sources(self, student: str) -> dict[str, str]:
        """Return the sources of the cells that were graded the last time, by grade id."""
        path = self._published(student) / f"{self.part}.ipynb"
        if not path.is_file():
            return {}
        return {
            cell.metadata["nbgrader"]["grade_id"]: cell.source
            for cell in nbformat.read(path, as_version=4).cells
            if cell.metadata.get("nbgrader", {}).get("grade")
        }

    def publish(self, student: str) -> None:
        """Move a finished submission into `autograded/`. Call it after its scores are committed."""
        target = self._published(student)
        if target.exists():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(self._format_dest(self.part, student), target)

    def discard(self, student: str) -> None:
        """Remove all files of a submission that could not be graded, as nbgrader does."""
        for folder in (self._format_dest(self.part, student), self._published(student)):
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Remove submissions that were begun but not published."""
        shutil.rmtree(self.unfinished, ignore_errors=True)

    def _published(self, student: str) -> Path:
        return self.folder / "autograded" / student / self.part

    def _notebook(self, student: str) -> Path:
        return Path(self._format_dest(self.part, student), f"{self.part}.ipynb")

    def _format_dest(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        return str(self.unfinished / student_id)

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy the student's files and record the submission in the gradebook.

        Symbolic links are not followed: they may lead to another student's work. The course's
        files are the same for everybody and stay in `source/`.
        """
        submitted = self.folder / "submitted" / student_id / assignment_id
        target = Path(self._format_dest(assignment_id, student_id))
        target.mkdir(parents=True)
        for entry in kept_files(submitted, self.ours):
            if self._copied(entry.name):
                (target / entry.name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(submitted / entry.name, target / entry.name)
        with (
            patch.object(base, "find_all_files", _nothing),
            patch.object(utils, "find_all_files", _nothing),
        ):
            super().init_assignment(assignment_id, student_id)

    def _copied(self, name: str) -> bool:
        """Return whether nbgrader would copy a file with this path."""
        return not any(map(self._ignored, name.split("/")))

    def _ignored(self, name: str) -> bool:
        patterns = (*self.coursedir.ignore, "*.ipynb")
        return any(fnmatch(name, p) for p in patterns if p[0] == "." or name[0] != ".")

    def _sanitize(self, notebook: NotebookNode) -> None:
        self._sanitizing = True
        self._init_preprocessors()
        self._convert(notebook, None)

    def _convert(self, notebook: NotebookNode, how: dict[str, Any] | None) -> None:
        name = f"{self.part}.ipynb"
        filename = str(Path(self._format_source(self.part, self.coursedir.student_id)) / name)
        resources = self.init_single_notebook_resources(filename)
        if how is not None:
            notebook.metadata["coursekit"] = nbformat.from_dict(how)
        output, resources = self.exporter.from_notebook_node(notebook, resources=resources)
        self.write_single_notebook(output, resources)

    @contextmanager
    def _for(self, student: str) -> Iterator[None]:
        here = os.getcwd()  # noqa: PTH109
        os.chdir(self.coursedir.root)
        self.coursedir.student_id = student
        submitted = Path(self.coursedir.root, "submitted", student, self.part)
        self.notebooks = [str(submitted / f"{self.part}.ipynb")]
        try:
            with patch.object(jsonschema, "validate", _validate):
                yield
        finally:
            os.chdir(here)

    @property
    def _input_directory(self) -> str:
        return str(self.coursedir.submitted_directory)


def full_marks_of(part: Part) -> frozenset[str]:
    """Return the grade ids of the items for which everyone gets all points."""
    runs = {each.run for each in part.trained}
    return frozenset(
        f"trained-{item}" if item in runs else item.replace(".", "-") for item in part.full_marks
    )


def _validate(instance: object, schema: dict[str, Any]) -> None:
    """Validate like `jsonschema.validate`, but don't also validate nbgrader's schema each time."""
    errors = validator_for(schema)(schema).iter_errors(instance)
    if problem := best_match(errors):
        raise problem


def _nothing(*arguments: object) -> list[str]:
    """Return no files, because `init_assignment` has already copied them."""
    return []
