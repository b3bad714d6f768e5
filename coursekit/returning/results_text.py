"""A student's result as plain text, for platforms that show no page."""

from __future__ import annotations

from pathlib import Path

import nbformat

from coursekit.part_grades import StudentGrade
from coursekit.returning.gradescope_results import ShownItem, ShownResult
from coursekit.settings.feedback_summary import Requirement, changes_for, requirements
from toolbox.course import Part


def shown_result(
    course_folder: Path, part: Part, grade: StudentGrade, late: list[str]
) -> ShownResult:
    """Return what a student sees: the total, late work, each item, and what failed."""
    printed = _printed(course_folder, part, grade.student)
    titles = {question.id: question.title for question in part.questions}
    titles |= {task.function.replace(".", "-"): task.function for task in part.tasks}
    titles |= {f"trained-{each.run}": f"trained network {each.run}" for each in part.trained}
    items = []
    for name in [*titles, *(set(grade.items) - set(titles))]:
        if name not in grade.items:
            continue
        item = grade.items[name]
        score = None if item.waiting else item.score
        text = "\n".join(_lines(requirements(printed.get(name, []))))
        items.append(ShownItem(titles.get(name, name), score, item.maximum, text))
    head = _head(course_folder, part, grade, late)
    return ShownResult(grade.total, grade.maximum, head, items)


def _head(course_folder: Path, part: Part, grade: StudentGrade, late: list[str]) -> str:
    so_far = ", so far" if grade.waiting else ""
    lines = [f"{grade.total:g} of {grade.maximum:g} points{so_far}", *late]
    for change in changes_for(course_folder, part.id, grade.student):
        lines.append(f"Changed on {change['when']}: {change['why']}")
    return "\n".join(lines)


def _lines(found: list[Requirement]) -> list[str]:
    lines = []
    for each in found:
        lines.append(each.text)
        if each.cause:
            lines.append(f"    likely cause: {each.cause}")
        lines += [f"    hint: {hint}" for hint in each.hints]
    return lines


def _printed(course_folder: Path, part: Part, student: str) -> dict[str, list[str]]:
    """Return the lines that each graded cell printed, by the name of the item."""
    path = course_folder / "autograded" / student / part.id / f"{part.id}.ipynb"
    if not path.is_file():
        return {}
    found: dict[str, list[str]] = {}
    for cell in nbformat.read(path, as_version=4).cells:
        mark = cell.metadata.get("nbgrader", {})
        if not mark.get("grade"):
            continue
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stdout":
                found.setdefault(mark["grade_id"], []).extend(output.text.splitlines())
    return found
