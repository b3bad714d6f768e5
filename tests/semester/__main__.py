"""`python -m tests.semester [PART …]`: play the whole course offline with two scripted students.

One student does everything, the other leaves the last part's code unchanged and one question
unanswered. Needs a build (`make build`); works in build/semester and does not touch real grades.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

from coursekit import course_file
from coursekit.builds.builder import require_build
from coursekit.gradebook import rows
from coursekit.grading.sandbox.levels import Level
from coursekit.report_audit import opened, verify
from tests.semester.instructor import Instructor
from tests.semester.student import Student
from toolbox.course import Course, Part


def main(wanted: list[str]) -> int:
    """Play the semester. Return 0 if every grade is what the work deserves."""
    root = Path.cwd()
    course = course_file.load(root)
    parts = [part for part in course.built_parts if not wanted or part.id in wanted]
    built, place = require_build(root), root / "build" / "semester"
    data = Path(os.environ.setdefault("COURSE_DATA", str(root / "data")))
    os.environ.setdefault("COURSE_DATA_PREFER", "offline")
    began = time.perf_counter()
    inbox = place / "inbox"
    shutil.rmtree(inbox, ignore_errors=True)
    ada = Student("Ada Example", "ax17", built / "release", place / "ada", data)
    ben = Student("Ben Example", "bx42", built / "release", place / "ben", data)
    instructor = Instructor(built / "nbgrader", place / "course")
    wrong: list[str] = []
    for part in parts:
        _evening(ada, root, course, part, inbox / part.id, built / "solution")
        ben.answers(part, leaving=1)  # without writing code
        said = ben.hands_in(part, inbox / part.id)
        if said.returncode != 1 or "is not written yet" not in said.stdout:
            wrong.append(f"{part.id}: Ben's submission should say what is missing:\n{said.stdout}")
        _say(f"{part.id}: handed in", began)
    for part in parts:
        instructor.collects(inbox / part.id, part)
        wrong += _graded(instructor, part)
        wrong += _graded_alike(instructor, part)
        _say(f"{part.id}: graded", began)
    exported = instructor.exports()
    print("\n".join(f"  {who} {what}: {points:g}" for (who, what), points in exported.items()))
    for path in sorted(inbox.rglob(f"{ada.id}_*.zip")):
        for finding in verify(opened(path), root, course):
            print(f"  {finding.number}: {finding.says}")
            if not finding.holds:
                wrong.append(f"{finding.number}: {finding.says}")
    report = ada.toolbox("report")
    print(report.stdout, end="")
    print("\n".join(f"✗ {line}" for line in wrong) or "✓ Every grade is what the work deserves.")
    return 1 if wrong else 0


def _evening(
    student: Student, root: Path, course: Course, part: Part, inbox: Path, solution: Path
) -> None:
    student.writes(root, course, part)
    student.completes(part, solution)
    student.answers(part)
    student.runs(part, 3 * course.seconds_per_cell)
    said = student.hands_in(part, inbox)
    print(said.stdout.strip())


def _graded(instructor: Instructor, part: Part) -> list[str]:
    """Return a sentence for each wrong grade in a part."""
    found = {row.student: row for row in instructor.grades(part)}
    whole = sum(task.total for task in part.tasks)
    wrong = []
    if found["ax17"].score != whole:
        wrong.append(f"{part.id}: Ada has {found['ax17'].score:g} of {whole:g}")
    if found["bx42"].score != 0:
        wrong.append(f"{part.id}: Ben wrote nothing and has {found['bx42'].score:g}")
    for row, answered in ((found["ax17"], part.questions), (found["bx42"], part.questions[1:])):
        if row.to_read != len(answered):
            wrong.append(f"{part.id}: {row.student} has {row.to_read} answers to read")
    return wrong


def _graded_alike(instructor: Instructor, part: Part) -> list[str]:
    """Compare `coursekit grade` at each sandbox level with plain nbgrader, student by student."""
    expected = {row.student: (row.score, row.to_read) for row in rows(instructor.folder, part)}
    wrong = []
    for level in Level:
        found = {
            row.student: (row.score, row.to_read)
            for row in instructor.grades_in_sandboxes(part, level)
        }
        wrong += [
            f"{part.id}, {level.word}: {student} has {found.get(student)}, not {points}"
            for student, points in expected.items()
            if found.get(student) != points
        ]
    return wrong


def _say(what: str, began: float) -> None:
    print(f"{time.perf_counter() - began:6.0f} s  {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
