"""A gradebook that finds all cells of a notebook with one query instead of one per cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    SourceCell,
    SubmittedNotebook,
    TaskCell,
)

Place = tuple[str, ...]


class FoundCells(Gradebook):
    """Answers nbgrader's questions for a single cell from the rows of its whole notebook.

    nbgrader's preprocessors ask several times for each cell, with a join of six tables each time.
    Rows are kept until `forget`, which is necessary before rows are added or the session drops
    its objects. What was not found is left to nbgrader, with its error messages.
    """

    def __init__(self, db_url: str, course_id: str) -> None:
        super().__init__(db_url, course_id)
        self._found: dict[Place, dict[str, Any]] = {}

    def forget(self) -> None:
        """Ask the database again for everything."""
        self._found.clear()

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> SourceCell:
        """Return a cell of the source notebook, like nbgrader."""

        def rows() -> dict[str, SourceCell]:
            cells = self.find_notebook(notebook, assignment).source_cells
            return {cell.name: cell for cell in cells}

        found = self._once(("source", notebook, assignment), rows).get(name)
        return found or super().find_source_cell(name, notebook, assignment)

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> GradeCell | TaskCell:
        """Return a graded cell or a task of the source notebook, like nbgrader."""

        def rows() -> dict[str, GradeCell | TaskCell]:
            source = self.find_notebook(notebook, assignment)
            return {cell.name: cell for cell in (*source.task_cells, *source.grade_cells)}

        found = self._once(("graded", notebook, assignment), rows).get(name)
        return found or super().find_graded_cell(name, notebook, assignment)

    def find_grade(self, grade_cell: str, notebook: str, assignment: str, student: str) -> Grade:
        """Return the grade of a cell or of a task, like nbgrader."""
        place = (notebook, assignment, student)
        found = self._once(("grades", *place), lambda: self._of(Grade, *place)).get(grade_cell)
        return found or super().find_grade(grade_cell, *place)

    def find_comment(
        self, solution_cell: str, notebook: str, assignment: str, student: str
    ) -> Comment:
        """Return the comment on a solution or on a task, like nbgrader."""
        place = (notebook, assignment, student)
        found = self._once(("comments", *place), lambda: self._of(Comment, *place))
        return found.get(solution_cell) or super().find_comment(solution_cell, *place)

    def _of(self, kind: Any, notebook: str, assignment: str, student: str) -> dict[str, Any]:
        submitted: SubmittedNotebook = self.find_submission_notebook(notebook, assignment, student)
        rows = self.db.query(BaseCell.name, kind).join(BaseCell, BaseCell.id == kind.cell_id)
        return dict(map(tuple, rows.filter(kind.notebook_id == submitted.id)))

    def _once(self, place: Place, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        if place not in self._found:
            self._found[place] = ask()
        return self._found[place]
