"""Writing `autograded/` and the gradebook: nbgrader's own converter, without its kernel.

Everything here runs in the parent, for one submission at a time. `begin` does what nbgrader does
before it executes a notebook, `finish` what it does afterwards.
"""

from __future__ import annotations

import logging
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jsonschema
import nbformat
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.writers import FilesWriter
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.converters import base
from nbgrader.converters.autograde import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets.config import Config, PyFileConfigLoader

LANGUAGE = {
    "name": "python",
    "version": platform.python_version(),
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "pygments_lexer": f"ipython{sys.version_info[0]}",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}
LARGEST = 50 << 20  # bytes of a notebook
NO_RESULT = {
    "output_type": "error",
    "ename": "NotRun",
    "evalue": "the grader has no result for this cell",
    "traceback": ["The grader has no result for this cell."],
}


class Replay(NbGraderPreprocessor):
    """Stands where nbgrader executes: puts the outputs in that came from a sandbox."""

    results: dict[int, list[dict[str, Any]]] = {}  # noqa: RUF012 - set for each submission

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        nb.metadata["language_info"] = nbformat.from_dict(LANGUAGE)
        count = 0
        for index, cell in enumerate(nb.cells):
            if cell.cell_type != "code":
                continue
            graded = cell.metadata.get("nbgrader", {}).get("grade", False)
            if not cell.source.strip():
                continue
            count += 1
            cell["execution_count"] = count
            # A graded cell without outputs has full points with nbgrader.
            shown = self.results.get(index, [NO_RESULT] if graded else [])
            cell["outputs"] = [nbformat.from_dict(each) for each in shown]
        return nb, resources


class Restore(NbGraderPreprocessor):
    """Gives graded cells the metadata of the source back, whatever was done to it."""

    known: dict[str, dict[str, Any]] = {}  # noqa: RUF012

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        for cell in nb.cells:
            mine = cell.metadata.get("nbgrader")
            if mine is None:
                continue
            name = mine.get("grade_id") if isinstance(mine, dict) else None
            if isinstance(name, str) and name in self.known:
                cell.metadata["nbgrader"] = nbformat.from_dict(dict(self.known[name]))
            else:
                cell.metadata["nbgrader"] = NotebookNode()
        return nb, resources


class Writer(Autograde):
    """nbgrader's autograder, in two halves with the execution between them left out."""

    def __init__(self, folder: Path, part: str) -> None:
        config: Config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
        coursedir = CourseDirectory(config=config)
        coursedir.assignment_id = part
        super().__init__(coursedir=coursedir, config=config)
        self.log.setLevel(logging.CRITICAL)
        self.force, self.part = True, part
        self.folder = folder
        first, *others = list[Any](self.sanitize_preprocessors)  # type: ignore[has-type]
        self.sanitize_preprocessors = [first, Restore, *others]
        known = list[Any](self.autograde_preprocessors)  # type: ignore[has-type]
        self.autograde_preprocessors = [Replay if each is Execute else each for each in known]
        self.released = folder / "release" / part / f"{part}.ipynb"

    def prepare(self) -> None:
        """Set up nbgrader's machinery once for all submissions."""
        kept = set(self.exclude_overwriting.get(self.part, []))
        source = self.folder / "source" / self.part
        names = set(self._names(source)) - kept
        self.ours = {name: (source / name).read_bytes() for name in sorted(names)}
        self.writer = FilesWriter(parent=self, config=self.config)
        # Notebooks are validated once they are converted, not after each of a dozen steps.
        self.exporter = NotebookExporter(
            parent=self, config=self.config, optimistic_validation=True
        )
        marked = nbformat.read(self.released, as_version=4)
        Restore.known = {
            cell.metadata["nbgrader"]["grade_id"]: dict(cell.metadata["nbgrader"])
            for cell in marked.cells
            if cell.metadata.get("nbgrader", {}).get("grade_id")
        }

    def begin(self, student: str) -> tuple[NotebookNode, str]:
        """Copy and sanitise a submission; returns its notebook, and what was odd about it."""
        with self._for(student):
            self.init_destination(self.part, student)
            self.init_assignment(self.part, student)
            odd = ""
            try:
                self._sanitise(self._submitted(student))
            except Exception as problem:  # whatever a broken notebook does to nbgrader
                odd = f"the notebook was out of order, and put together anew ({_brief(problem)})"
                self._sanitise(self._rebuilt(student))
        path = self.folder / "autograded" / student / self.part / f"{self.part}.ipynb"
        return nbformat.read(path, as_version=4), odd

    def finish(self, student: str, results: dict[str, Any]) -> None:
        """Put a submission's results into its notebook, the gradebook and `autograded/`."""
        Replay.results = {int(index): shown for index, shown in results["cells"].items()}
        path = self.folder / "autograded" / student / self.part / f"{self.part}.ipynb"
        with self._for(student):
            self._sanitizing = False
            self._init_preprocessors()
            try:
                self._convert(nbformat.read(path, as_version=4), results["how"])
            finally:
                self._sanitizing = True
            self.set_permissions(self.part, student)

    def _submitted(self, student: str) -> NotebookNode:
        path = self.folder / "submitted" / student / self.part / f"{self.part}.ipynb"
        if path.is_symlink():
            raise ValueError("the notebook is a link to somewhere else")
        if path.stat().st_size > LARGEST:
            raise ValueError(f"the notebook is larger than {LARGEST >> 20} MB")
        return nbformat.read(path, as_version=4)

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """As nbgrader's, but each file is copied once, and what a link points to never is: it
        may be another student's work."""
        submitted = self.folder / "submitted" / student_id / assignment_id
        target = self.folder / "autograded" / student_id / assignment_id
        for name in self._names(submitted):
            if name not in self.ours and not (submitted / name).is_symlink():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(submitted / name, target / name)
        for folder in {os.path.dirname(name) for name in self.ours}:  # noqa: PTH120
            (target / folder).mkdir(parents=True, exist_ok=True)
        for name, content in self.ours.items():
            with open(f"{target}/{name}", "wb", buffering=0) as file:  # noqa: PTH123
                file.write(content)
        with (
            patch.object(base, "find_all_files", _nothing),
            patch.object(utils, "find_all_files", _nothing),
        ):
            super().init_assignment(assignment_id, student_id)

    def _names(self, folder: Path) -> list[str]:
        """The files below `folder` that nbgrader would copy, as it finds them but sooner."""
        found = []
        for place, folders, files in os.walk(folder):
            folders[:] = [name for name in folders if not self._ignored(name)]
            within = place[len(str(folder)) + 1 :]
            found += [os.path.join(within, n) for n in files if not self._ignored(n)]  # noqa: PTH118
        return found

    def _ignored(self, name: str) -> bool:
        patterns = (*self.coursedir.ignore, "*.ipynb")
        return any(fnmatch(name, p) for p in patterns if p[0] == "." or name[0] != ".")

    def _rebuilt(self, student: str) -> NotebookNode:
        """The release notebook, with the student's answers where they can be told."""
        notebook = nbformat.read(self.released, as_version=4)
        try:
            submitted = self._submitted(student)
        except Exception:
            return notebook
        answers = {
            c.metadata["nbgrader"]["grade_id"]: c.source
            for c in submitted.get("cells", [])
            if isinstance(c.get("metadata", {}).get("nbgrader"), dict)
            and isinstance(c.get("source"), str)
            and isinstance(c.metadata["nbgrader"].get("grade_id"), str)
        }
        for cell in notebook.cells:
            mine = cell.metadata.get("nbgrader", {})
            if mine.get("solution") and mine.get("grade_id") in answers:
                cell.source = answers[mine["grade_id"]]
        return notebook

    def _sanitise(self, notebook: NotebookNode) -> None:
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


def _validate(instance: Any, schema: dict[str, Any]) -> None:
    """`jsonschema.validate`, without validating nbgrader's own schema each time as well."""
    errors = validator_for(schema)(schema).iter_errors(instance)
    if problem := best_match(errors):
        raise problem


def _nothing(*arguments: Any) -> list[str]:
    """No files: they are copied already."""
    return []


def _brief(problem: BaseException) -> str:
    text = str(problem).strip().splitlines()
    return f"{type(problem).__name__}: {text[0][:120] if text else ''}"
