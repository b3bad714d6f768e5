"""A generated class of graded students: its gradebook through nbgrader's API, its notebooks as
the checks print them."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.api import Gradebook

from coursekit.builds.nbgrader_source import grade_id
from coursekit.insights.graded_part import GradedItem, KnownTest, items_of, tests_of
from toolbox.checks.diagnosis import AS_ABOVE
from toolbox.course import Part

MISTAKE = "each batch overwrites the previous ones"
SAID_BY_STUDENT = "✗ Print this line, and it isn't a test"


def printed(outcomes: dict[KnownTest, str], mistake: str) -> str:
    """Return what the checks print for one function."""
    lines = []
    for test, status in outcomes.items():
        if status == "passed":
            lines.append(f"✓ {test.promise}")
        elif status == "not written":
            lines.append(f"· {test.promise}: it is not implemented yet")
        elif status == "failed":
            lines += [f"✗ {test.promise}", "    got           7"]
            if mistake:
                lines += [f"    likely cause  {mistake}", "    hint          Look again."]
                mistake = AS_ABOVE
    return "\n".join([*lines, SAID_BY_STUDENT, f"    likely cause  {SAID_BY_STUDENT}", ""])


def make_class(
    root: Path, gradebook: Path, folder: Path, part: Part, size: int, seed: int = 1
) -> None:
    """Grade `size` generated students on `part` in the course folder `folder`.

    Copies the empty `gradebook`, which nbgrader creates slowly. Some students are strong, some
    weak, and one in eight submits nothing. The last question awaits manual grading."""
    dice = random.Random(seed)
    tests, items = list(tests_of(root, part)), items_of(part)
    hard = {test: dice.uniform(-1.5, 1.5) for test in tests}
    folder.mkdir(parents=True)
    shutil.copyfile(gradebook, folder / "gradebook.db")
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        _enter(book, part, items)
        for number in range(size):
            skill = dice.gauss(0.6, 1.0)
            outcomes = {}
            for test in tests:
                good = dice.gauss(skill, 0.7) > hard[test]
                outcomes[test] = "passed" if good else "failed"
            if number % 8 == 7:
                outcomes = dict.fromkeys(tests, "not written")
            name = f"student-{number:02}"
            _hand_in(folder, name, part, outcomes)
            _grade(book, name, part, items, outcomes, dice)
        book.db.commit()


def _enter(book: Gradebook, part: Part, items: list[GradedItem]) -> None:
    book.add_assignment(part.id)
    book.add_notebook(part.id, part.id)
    for item in items:
        kind = "markdown" if item.kind == "answer" else "code"
        book.add_grade_cell(item.name, part.id, part.id, max_score=item.points, cell_type=kind)


def _hand_in(folder: Path, name: str, part: Part, outcomes: dict[KnownTest, str]) -> None:
    cells = []
    for task in part.tasks:
        mine = {test: status for test, status in outcomes.items() if test.function == task.function}
        text = printed(mine, MISTAKE if task.name == "StreamingScaler" else "")
        cell = new_code_cell("", outputs=[new_output("stream", name="stdout", text=text)])
        cell.metadata["nbgrader"] = {"grade": True, "grade_id": grade_id(task)}
        cells.append(cell)
    path = folder / "autograded" / name / part.id / f"{part.id}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), path)


def _grade(
    book: Gradebook,
    name: str,
    part: Part,
    items: list[GradedItem],
    outcomes: dict[KnownTest, str],
    dice: random.Random,
) -> None:
    book.add_student(name)
    book.add_submission(part.id, name)
    for item in items:
        grade = book.find_grade(item.name, part.id, part.id, name)
        mine = [status for test, status in outcomes.items() if test.function == item.title]
        if item.kind == "answer":
            last = item is items[-1]
            grade.manual_score = None if last else float(dice.randrange(int(item.points) + 1))
            grade.needs_manual_grade = last
        else:
            share = mine.count("passed") / len(mine) if mine else 0.0
            grade.auto_score = round(item.points * share, 2)
            grade.needs_manual_grade = False
