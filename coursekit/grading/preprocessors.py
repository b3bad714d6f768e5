"""nbgrader preprocessors that insert results from a sandbox instead of executing notebooks."""

from __future__ import annotations

import platform
import sys
from typing import Any

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades

from coursekit.grading.protocol.messages import Output

LANGUAGE = {
    "name": "python",
    "version": platform.python_version(),
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "pygments_lexer": f"ipython{sys.version_info[0]}",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}
WAITING = {
    "output_type": "stream",
    "name": "stdout",
    "text": "· Not graded yet: the course could not run its tests for this cell. "
    "This is not your fault.\n",
}


class Replay(NbGraderPreprocessor):
    """Insert the outputs from a sandbox where nbgrader would execute the notebook."""

    results: dict[int, list[Output]] = {}  # noqa: RUF012 - set for each submission

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        nb.metadata["language_info"] = nbformat.from_dict(LANGUAGE)
        count = 0
        for index, cell in enumerate(nb.cells):
            if cell.cell_type != "code":
                continue
            if not cell.source.strip():
                continue
            count += 1
            cell["execution_count"] = count
            cell["outputs"] = [nbformat.from_dict(each) for each in self.results.get(index, [])]
            for output in cell["outputs"]:
                if output.output_type == "execute_result":
                    output["execution_count"] = count
        return nb, resources


class SaveScores(SaveAutoGrades):
    """Save scores like nbgrader, with three differences.

    The cells in `waiting` are left for manual grading. An answer that a person has graded and that
    is unchanged keeps its score without waiting again. Everyone gets all points for the items in
    `full_marks`.
    """

    waiting: frozenset[str] = frozenset()  # grade ids, set for each submission
    earlier: dict[str, str] = {}  # noqa: RUF012 - sources of the graded notebook, by grade id
    full_marks: frozenset[str] = frozenset()

    def _add_score(self, cell: NotebookNode, resources: ResourcesDict) -> None:
        name = cell.metadata["nbgrader"]["grade_id"]
        place = (name, self.notebook_id, self.assignment_id, self.student_id)
        before = self.gradebook.find_grade(*place)
        settled = not before.needs_manual_grade and before.manual_score is not None
        automatic = before.auto_score
        super()._add_score(cell, resources)
        grade = self.gradebook.find_grade(*place)
        same = self.earlier.get(name) == cell.source and grade.auto_score == automatic
        if settled and same:
            grade.needs_manual_grade = False
        if name in self.full_marks:
            grade.auto_score, grade.needs_manual_grade = grade.max_score, False
        elif name in self.waiting:
            grade.auto_score, grade.needs_manual_grade = None, True
        self.gradebook.db.commit()


class Restore(NbGraderPreprocessor):
    """Restores the nbgrader metadata of graded cells from the source notebook."""

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
