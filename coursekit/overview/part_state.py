"""Find out where every student of the class is with a part, from roster to returned grade."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.collecting.summary import REFUSED
from coursekit.deadlines.penalties import lateness_by_student, opened, settle, terms_of
from coursekit.grading.jobs import Planner
from coursekit.grading.pipeline import find_pending
from coursekit.grading.run_report import Report, Wish
from coursekit.grading.sandbox.levels import Level
from coursekit.part_grades import StudentGrade, part_grades
from coursekit.roster.class_list import enrolled, load_class
from toolbox.course import Course, Part


@dataclass
class Need:
    """Students who need the same thing, and the next step."""

    what: str
    students: dict[str, str] = field(default_factory=dict)  # with a detail, or an empty text
    step: str = ""  # the command or action that is next
    urgent: bool = True  # False: for information only


@dataclass
class PartState:
    """The state of a part: its class, its grades, and what is needed."""

    part: Part
    on_roster: int
    grades: dict[str, StudentGrade]
    due: str
    needs: list[Need]


def part_state(root: Path, folder: Path, course: Course, part: Part) -> PartState:
    """Return the state of a part. Changes nothing but outdated penalties, and runs no code."""
    people = enrolled(folder)
    known = {person.id for person in load_class(folder)}
    terms = terms_of(folder)
    with opened(folder) as book:
        settle(book, terms)
        book.db.commit()
        grades = part_grades(book, part.id)
        lateness = lateness_by_student(book, terms)
    pending = _pending(root, folder, course, part)
    submitted = {path.parent.name for path in (folder / "submitted").glob(f"*/{part.id}")}
    late = {student: found[part.id] for student, found in lateness.items() if part.id in found}
    returned = _returned(folder, part)
    needs = [
        Need(
            "refused by collect",
            _refused(folder, part),
            "read the reasons, then `coursekit collect` again",
        ),
        Need(
            "nothing handed in",
            {p.id: "" for p in people if p.id not in submitted and p.id not in grades},
            "ask, or grant an extension in extensions.csv",
        ),
        Need(
            "not on the roster",
            {s: "" for s in sorted(submitted | grades.keys()) if known and s not in known},
            "correct the id, or add the student with `coursekit roster FILE --add`",
        ),
        Need("cannot be graded", pending.refused, "correct the submission"),
        Need("to grade", pending.fresh, f"`coursekit grade {part.id}`"),
        Need("to grade again", pending.stale, f"`coursekit grade {part.id}`, or regrade --why"),
        Need("with a flag", pending.flags, "read the flag: docs/grading.md explains each"),
        Need("to read", _waiting(grades), "grade the answers in the formgrader"),
        Need(
            "late",
            {s: _cost(each.days, grades, s) for s, each in sorted(late.items()) if each.late},
            "nothing: the penalty is in the gradebook",
            urgent=False,
        ),
        Need(
            "ready to return",
            {
                student: f"{grade.total:g}"
                for student, grade in grades.items()
                if not grade.waiting and returned.get(student) != grade.total
            },
            f"`coursekit return {part.id} --to csv`",
        ),
        Need(
            "returned",
            {s: "" for s, grade in grades.items() if returned.get(s) == grade.total},
            "nothing",
            urgent=False,
        ),
    ]
    due = next((terms_part.due for terms_part in terms.parts if terms_part.id == part.id), None)
    shown = f"{due.astimezone(terms.zone):%Y-%m-%d %H:%M} {terms.zone.key}" if due else ""
    return PartState(part, len(people), grades, shown, [need for need in needs if need.students])


@dataclass
class _Pending:
    """Submissions that are not graded as they are now, with the reasons."""

    refused: dict[str, str]
    fresh: dict[str, str]
    stale: dict[str, str]
    flags: dict[str, str]


def _pending(root: Path, folder: Path, course: Course, part: Part) -> _Pending:
    if not (folder / "source" / part.id).is_dir():
        return _Pending({}, {}, {}, {})
    there = (root / "course.toml").is_file()
    planner = Planner(folder, part, course, root / "student_code" if there else None)
    report = Report()
    todo = find_pending(folder, planner, Wish(part.id, least=Level.LIMITS), report)
    journal = set(_entries(folder, part))
    fresh: dict[str, str] = {}
    stale: dict[str, str] = {}
    for student in todo:
        graded = folder / "autograded" / student / part.id
        if not graded.is_dir():
            fresh[student] = ""
        elif student in journal or _newer(folder, student, part):
            stale[student] = ""
    flags = {student: "; ".join(found) for student, found in sorted(report.flags.items())}
    return _Pending(dict(sorted(report.refused.items())), fresh, stale, flags)


def _entries(folder: Path, part: Part) -> list[str]:
    """Return the students whom `coursekit grade`, and not plain nbgrader, graded."""
    path = folder / ".grading" / f"{part.id}.jsonl"
    if not path.is_file():
        return []
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            found.append(str(json.loads(line)["student"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _newer(folder: Path, student: str, part: Part) -> bool:
    """Return whether plain nbgrader graded an older submission than the present one."""
    stamps = [folder / step / student / part.id / "timestamp.txt" for step in _STEPS]
    texts = [path.read_text(encoding="utf-8") if path.is_file() else "" for path in stamps]
    return texts[0] != texts[1]


_STEPS = ("submitted", "autograded")


def _refused(folder: Path, part: Part) -> dict[str, str]:
    report = _json(folder / "collected" / f"{part.id}.json", {})
    rows: list[dict[str, Any]] = report.get("hand_ins", [])
    return {str(r["student"]): str(r.get("reason", "")) for r in rows if r["status"] == REFUSED}


def _returned(folder: Path, part: Part) -> dict[str, float]:
    """Return the points that were last returned, by student."""
    found: dict[str, float] = _json(folder / "returned" / f"{part.id}.json", {}).get("points", {})
    return found


def _json(path: Path, default: dict[str, Any]) -> dict[str, Any]:
    if not path.is_file():
        return default
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _waiting(grades: dict[str, StudentGrade]) -> dict[str, str]:
    return {s: _answers(len(grade.waiting)) for s, grade in grades.items() if grade.waiting}


def _answers(count: int) -> str:
    return f"{count} answer" + ("" if count == 1 else "s")


def _cost(days: int, grades: dict[str, StudentGrade], student: str) -> str:
    grade = grades.get(student)
    lost = f", −{grade.penalty:g} points" if grade and grade.penalty else ""
    return f"{days} day" + ("" if days == 1 else "s") + lost
