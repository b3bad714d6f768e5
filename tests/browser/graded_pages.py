"""Feedback pages to look at: the notebook of a part with real texts, code and formulas, graded."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook

from coursekit import course_file
from coursekit.builds.nbgrader_release import copy_settings
from coursekit.deadlines.penalties import opened, settle_course
from coursekit.insights.graded_part import GradedItem, items_of, tests_of
from coursekit.part_grades import part_grades
from coursekit.returning.feedback_pages import page_of, write_pages
from tests.feedback import active
from tests.insights.graded import printed
from toolbox.course import Part

PART = "part1_scaler"
LOST = 12.0  # points that the student with mistakes does not get
MISTAKE = "`merge` changes its first argument and returns it"
WIDE = " + ".join(f"x_{{{n}}}^2" for n in range(60))
REGRADE = {"why": "A hidden test of `merge` was too strict", "when": "2027-02-20T10:00:00"}


def make_pages(root: Path, folder: Path) -> dict[str, Path]:
    """Write the pages of a student with mistakes, one with unread answers, and a late one."""
    facts = course_file.read(root / "course.toml")
    facts["late"] = {"percent_per_day": 10, "late_days": 1}
    part = course_file.load(root).part(PART)
    due = next(datetime.fromisoformat(p["due"]) for p in facts["parts"] if p["id"] == PART)
    copy_settings(root, folder)
    (folder / "course.json").write_text(json.dumps(facts), encoding="utf-8")
    names = {"mistakes": "Ada", "unread": "Ben", "late": "Cleo"}
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        _add_items(book, items_of(part))
        for student, name in names.items():
            book.add_student(student, first_name=name)
            after = timedelta(days=2 if student == "late" else -1)
            when = due.astimezone(timezone.utc).replace(tzinfo=None) + after
            book.add_submission(PART, student, timestamp=when)
            path = folder / "autograded" / student / PART / f"{PART}.ipynb"
            path.parent.mkdir(parents=True)
            nbformat.write(_graded(root, part, mistakes=student == "mistakes"), path)
            _grade(book, student, items_of(part))
        book.db.commit()
    first = items_of(part)[0]
    changed = {"student": "late", "item": first.name, "old": 1.0, "new": first.points}
    report = folder / "regrades" / PART / "001" / "report.json"
    report.parent.mkdir(parents=True)
    report.write_text(json.dumps(REGRADE | {"changes": [changed]}), encoding="utf-8")
    settle_course(folder)
    with opened(folder) as book:
        assert write_pages(folder, PART, part_grades(book, PART), book) == {}
    return {student: page_of(folder, PART, student) for student in names}


def _add_items(book: Gradebook, items: list[GradedItem]) -> None:
    book.add_assignment(PART)
    book.add_notebook(PART, PART)
    for item in items:
        kind = "markdown" if item.kind == "answer" else "code"
        book.add_grade_cell(item.name, PART, PART, max_score=item.points, cell_type=kind)
        if item.kind == "answer":
            book.add_solution_cell(item.name, PART, PART)


def _grade(book: Gradebook, student: str, items: list[GradedItem]) -> None:
    """Give all points, except that one student lost some and another's answers wait."""
    lost = LOST if student == "mistakes" else 0.0
    for item in items:
        grade = book.find_grade(item.name, PART, PART, student)
        here = min(lost, item.points) if item.kind == "function" else 0.0
        lost -= here
        is_unread = item.kind == "answer" and student == "unread"
        grade.needs_manual_grade = is_unread
        grade.manual_score = None if is_unread else item.points - here
        if item.kind == "answer":
            comment = book.find_comment(item.name, PART, PART, student)
            comment.manual_comment = "Good: see $x^2$ and `merge`."


def _graded(root: Path, part: Part, *, mistakes: bool) -> NotebookNode:
    """Return the part's notebook as if it was graded, with everything that outputs can contain."""
    notebook = nbformat.read(root / "notebooks" / f"{part.id}.ipynb", as_version=4)
    dice = random.Random(1)
    tasks = {task.function: task for task in part.tasks}
    for cell in notebook.cells:
        task, question = cell.metadata.get("task"), cell.metadata.get("question")
        if task in tasks:
            fails = {t: dice.random() < 0.4 and mistakes for t in tests_of(root, part)}
            outcomes = {
                test: "failed" if failed else "passed"
                for test, failed in fails.items()
                if test.function == task
            }
            said = printed(outcomes, MISTAKE if mistakes else "")
            cell.outputs = [new_output("stream", name="stdout", text=said)]
            cell.metadata = _mark(task.replace(".", "-"), solution=False)
        elif question:
            cell.source = f"An answer: $\\frac{{a}}{{b}}$.\n\n$${WIDE}$$"
            cell.metadata = _mark(question, solution=True)
    trace = ["\x1b[31mZeroDivisionError\x1b[39m: \x1b[32mdivision\x1b[0m by zero"]
    failed = new_output("error", ename="ZeroDivisionError", evalue="x", traceback=trace)
    warned = new_output("stream", name="stderr", text="a warning: " + "long_" * 80)
    code = "import math  # a comment\n@cached\ndef f(x: int):\n    return x is None and 1.5 or 'x'"
    wide = "| " + " | ".join(["many_letters"] * 9) + " |\n" + "|---" * 9 + "|\n" + "| 1.234 " * 9
    notebook.cells += [*active.harmless(), new_markdown_cell(f"{wide}|")]
    notebook.cells.append(new_code_cell(code, outputs=[failed, warned]))
    return notebook


def _mark(name: str, *, solution: bool) -> NotebookNode:
    mark = {"grade": True, "solution": solution, "locked": not solution, "grade_id": name}
    return nbformat.from_dict({"nbgrader": mark | {"points": 1, "schema_version": 3}})
