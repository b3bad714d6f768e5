"""The partner of a student who hands in as a pair, and the partner's answers in their zip file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolbox.course import Course, Part
from toolbox.questions.variant import same_student
from toolbox.report.student import Student
from toolbox.report.written_answers import Answer, answers_in

FOLDER = "partner"
MANIFEST = "manifest.json"
LARGEST = 50_000_000  # bytes of a file in the partner's zip file


@dataclass(frozen=True)
class Partner:
    """The other member of a pair: their id, their name once it is known, and their answers.

    answers: by question, for the parts for which their zip file is here.
    """

    id: str
    name: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        return self.name or self.id

    def missing(self, question: str) -> str:
        """Return what to do, in a sentence, if the partner's answer to a question is not here."""
        answer = self.answers.get(question)
        if answer is None:
            return (
                f"The answers of your partner {self.shown} to the individual questions: copy the "
                f"zip file that {self.shown} hands in to {FOLDER}/, and run this again."
            )
        return f"Your partner's answer to “{answer.question.title}”: {answer.problem}."


def partner_from(course: Course, student_id: str, ids: Sequence[str]) -> str:
    """Return the partner that a student names. Raises `ValueError` if it can't be one."""
    if course.group_size < 2:
        raise ValueError("This course has no pairs: everybody hands in alone. Leave out --partner.")
    if len(ids) >= course.group_size:
        raise ValueError(
            f"You named {len(ids)} partners, but a pair has two members. Name one partner."
        )
    partner = ids[0].strip()
    if not partner or (student_id and same_student(partner, student_id)):
        raise ValueError(f"{partner!r} can't be your partner: give the student id of your partner.")
    return partner


def partner_of(root: Path, course: Course, student: Student) -> Partner | None:
    """Return the student's partner, or None for a student who works alone."""
    if not student.partner or course.group_size < 2:
        return None
    name = ""
    answers: dict[str, Answer] = {}
    for part in course.built_parts:
        found = _newest(root, part, student.partner) if part.individual else None
        if found is not None:
            name = found.name or name
            answers |= found.answers
    return Partner(student.partner, name, answers)


def _newest(root: Path, part: Part, partner: str) -> Partner | None:
    """Return what the newest zip file of the partner for a part says, under any file name."""
    paths = sorted((root / FOLDER).glob("*.zip"), key=lambda path: path.stat().st_mtime)
    for path in reversed(paths):
        try:
            with zipfile.ZipFile(path) as archive:
                manifest = json.loads(_read(archive, MANIFEST))
                who = manifest["student"]
                if manifest["part"] != part.id or not same_student(who["id"], partner):
                    continue
                cells = json.loads(_read(archive, f"{part.id}.ipynb"))["cells"]
            answers = answers_in(cells, part, path.relative_to(root).as_posix())
            return Partner(partner, str(who.get("name", "")).strip(), answers)
        except Exception:  # a file that the course did not write, or a damaged one, may raise any
            continue
    return None


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LARGEST:
        raise ValueError(f"{name} is too large")
    return archive.read(name)
