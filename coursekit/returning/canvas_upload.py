"""Send grades to a course on Canvas through its REST API, one student at a time.

The list of students and their grades becomes the same sheet as an exported gradebook, so rows are
matched and filled by the same rules. A grade that is already there is not sent again; therefore an
interrupted upload continues when the command is repeated.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any, TypeVar
from warnings import catch_warnings, simplefilter

from coursekit.errors import UsageProblem
from coursekit.printable import printable
from coursekit.returning.platform_sheet import (
    CANVAS,
    PlatformSheet,
    SheetError,
    SheetRow,
    column_of,
    locked_in,
)
from toolbox.course import Part

TOKEN = "CANVAS_TOKEN"  # the environment variable
# A token must not travel unencrypted, except within this machine.
ADDRESS = re.compile(r"(https://[^/\s]+|http://127\.0\.0\.1:\d+)/courses/(\d+)/?")
WAITS = (1, 2, 4, 8, 16, 32)  # seconds before trying again, if Canvas is busy
BUSY = ("Rate Limit Exceeded", "status code 5")
AGAIN = "Run the same command again: grades that have arrived are not sent again."
GRADE = 4  # the column of the grade

Result = TypeVar("Result")


class CanvasCourse:
    """One course on Canvas, with the rights of the owner of a token."""

    def __init__(self, address: str, token: str = "") -> None:
        """Connect to the course at `address`. Raises `UsageProblem`."""
        found = ADDRESS.fullmatch(address.strip())
        if not found:
            raise UsageProblem(
                f"{address!r} is not the address of a course on Canvas. Copy it from the browser: "
                "https://canvas.example.org/courses/123"
            )
        token = (token or os.environ.get(TOKEN, "")).strip()
        if not token:
            raise UsageProblem(
                f"The environment variable {TOKEN} is empty. Create a token in Canvas (Account, "
                f"Settings, New Access Token), and set {TOKEN} to it."
            )
        try:
            from canvasapi import Canvas
        except ImportError:
            raise UsageProblem(
                "An upload needs canvasapi. Install it: pip install 'vision-course[canvas]'"
            ) from None
        self.host, self.number = found[1], int(found[2])
        with catch_warnings():
            simplefilter("ignore")  # about http, which is allowed only within this machine
            canvas = Canvas(self.host, token)
        self._course: Any = self._asked(lambda: canvas.get_course(self.number))
        self._submissions: dict[str, Any] = {}  # by Canvas's number of the student

    def sheet(self, part: Part, column: str = "") -> PlatformSheet:
        """Return the students of the course with their grades in a part, as a sheet."""
        assignments = self._asked(lambda: list(self._course.get_assignments()))
        head = [f"{each.name} ({each.id})" for each in assignments]
        chosen = assignments[column_of(Path(self._course.name), CANVAS, head, part, column)]
        students = self._asked(
            lambda: list(self._course.get_users(enrollment_type=["student"], include=["email"]))
        )
        found = self._asked(lambda: list(chosen.get_submissions()))
        self._submissions = {str(each.user_id): each for each in found}
        names = ["Student", "ID", "SIS User ID", "SIS Login ID", f"{chosen.name} ({chosen.id})"]
        place = Path(f"{self._course.name} on Canvas")
        sheet = PlatformSheet(place, CANVAS, [names], ",", GRADE, None, comma=False)
        if chosen.points_possible is not None:
            sheet.maximum = float(chosen.points_possible)
        for row, student in enumerate(students, start=1):
            self._add_row(sheet, row, student)
        return sheet

    def _add_row(self, sheet: PlatformSheet, number: int, student: Any) -> None:
        canvas_id, name = str(student.id), getattr(student, "sortable_name", student.name)
        known = {
            "canvas_id": canvas_id,
            "sis_id": getattr(student, "sis_user_id", None) or "",
            "login": getattr(student, "login_id", None) or "",
        }
        submission = self._submissions.get(canvas_id)
        score = "N/A" if submission is None else _score(submission)
        if submission is not None and getattr(submission, "excused", False):
            score = "EX"
        identity = {kind: str(value) for kind, value in known.items() if value}
        sheet.cells.append([name, *map(str, known.values()), score])
        locked = locked_in(CANVAS, score, {})
        sheet.rows.append(SheetRow(number, identity, name, score, locked))

    def send(self, sheet: PlatformSheet, rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
        """Send the grades in these rows of a filled sheet. Yield each row that has arrived.

        Raises `SheetError` if Canvas answers with another student or another grade.
        """
        for row in rows:
            canvas_id, grade = row.identity["canvas_id"], sheet.cells[row.number][sheet.column]
            submission = self._submissions[canvas_id]
            self._asked(partial(submission.edit, submission={"posted_grade": grade}))
            arrived = _score(submission)
            if str(submission.user_id) != canvas_id or sheet.value(arrived) != sheet.value(grade):
                raise SheetError(
                    f"Canvas was sent {grade} for {printable(row.name)} ({canvas_id}), but has "
                    f"{arrived or 'no grade'} for {submission.user_id}. Nothing else was sent. "
                    "Look at this student in Canvas's gradebook first."
                )
            yield row

    def _asked(self, call: Callable[[], Result]) -> Result:
        """Ask Canvas, and wait if it is busy. Raises `SheetError` with what to do."""
        from canvasapi.exceptions import CanvasException

        with self._explained():
            for wait in WAITS:
                try:
                    return call()
                except CanvasException as problem:
                    if not any(words in str(problem) for words in BUSY):
                        raise
                    sleep(wait)
            return call()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        from canvasapi import exceptions as known
        from requests import RequestException

        try:
            yield
        except known.InvalidAccessToken:
            raise SheetError(
                f"{self.host} does not accept the token in {TOKEN}. Create a new one in Canvas "
                f"(Account, Settings, New Access Token), and set {TOKEN} to it."
            ) from None
        except (known.Unauthorized, known.Forbidden) as problem:
            if any(words in str(problem) for words in BUSY):
                raise SheetError(f"{self.host} is busy: {problem}. {AGAIN}") from None
            raise SheetError(
                f"The owner of the token may not do this in the course {self.number} at "
                f"{self.host}. Use the token of somebody who may grade there."
            ) from None
        except known.ResourceDoesNotExist:
            raise SheetError(
                f"{self.host} has no course {self.number}, or the owner of the token is not in "
                "it. Copy the address of the course from the browser."
            ) from None
        except (known.CanvasException, RequestException, ValueError) as problem:
            raise SheetError(
                f"{self.host} did not answer as expected: {printable(str(problem))}. {AGAIN}"
            ) from None


def _score(submission: Any) -> str:
    """Return the grade that was entered, before Canvas's own rules for late work."""
    score = getattr(submission, "entered_score", None)
    score = getattr(submission, "score", None) if score is None else score
    return "" if score is None else f"{float(score):.2f}"
