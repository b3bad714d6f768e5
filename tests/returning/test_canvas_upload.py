"""Grades are sent to Canvas: only to the right student, and only those that are new."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from coursekit.errors import CourseProblem
from coursekit.returning import canvas_upload
from coursekit.returning.platform_sheet import CANVAS
from coursekit.returning.return_command import ReturnOptions, run
from coursekit.returning.returned_grades import ReturnRules
from coursekit.roster.class_file import Person
from coursekit.roster.class_list import save_class
from tests.returning.canvas_server import COURSE, TOKEN, FakeCanvas, serving
from toolbox.course import Part, Task

pytest.importorskip("canvasapi")
PART = Part(
    "part1_scaler", "Scaling", 60, True, (), (Task("scaler.mean", 8.0, 2.0, "part1_scaler"),), ()
)
NAMES = ("Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse")
POINTS = {f"s{n}": float(n) for n in range(len(NAMES))}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An nbgrader course with seven graded students on the roster."""
    folder = tmp_path_factory.mktemp("canvas")
    course = {"course": {"id": "vision"}, "parts": []}
    (folder / "course.json").write_text(json.dumps(course), encoding="utf-8")
    people = []
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        book.add_assignment(PART.id)
        book.add_notebook(PART.id, PART.id)
        book.add_grade_cell("scaler-mean", PART.id, PART.id, max_score=10, cell_type="code")
        for number, (student, points) in enumerate(POINTS.items()):
            book.add_student(student)
            book.add_submission(PART.id, student)
            grade = book.find_grade("scaler-mean", PART.id, PART.id, student)
            grade.auto_score, grade.needs_manual_grade = points, False
            people.append(Person(student, NAMES[number], "Ada", sis_id=f"00{number}"))
        book.db.commit()
    save_class(folder, people)
    return folder


@pytest.fixture
def canvas(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCanvas]:
    """A course on Canvas with these students, and two assignments."""
    monkeypatch.setenv(canvas_upload.TOKEN, TOKEN)
    users = [
        {"id": 100 + n, "name": f"Ada {name}", "sortable_name": f"{name}, Ada"}
        | {"sis_user_id": f"00{n}", "login_id": f"login{n}"}
        for n, name in enumerate(NAMES)
    ]
    assignments = [
        {"id": 8, "name": "Quiz", "points_possible": 5.0, "course_id": COURSE},
        {"id": 9, "name": "part1_scaler", "points_possible": 10.0, "course_id": COURSE},
    ]
    submissions = [
        {"id": 500 + n, "user_id": 100 + n, "assignment_id": 9, "score": None, "excused": False}
        for n in range(len(NAMES))
    ]
    with serving(FakeCanvas(users, assignments, {8: [], 9: submissions})) as server:
        yield server


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited, without waiting."""
    found: list[float] = []
    monkeypatch.setattr(canvas_upload, "sleep", found.append)
    return found


def options(folder: Path, canvas: FakeCanvas) -> ReturnOptions:
    rules = ReturnRules()
    return ReturnOptions(
        folder, PART, CANVAS, None, "", rules, feedback=False, dry=False, upload=canvas.course
    )


def upload(wanted: ReturnOptions) -> tuple[bool, str]:
    said = io.StringIO()
    done = run(wanted, Console(file=said, width=200))
    return done, said.getvalue()


def returned(folder: Path) -> dict[str, float]:
    path = folder / "returned" / f"{PART.id}.json"
    return dict(json.loads(path.read_text("utf-8"))["points"]) if path.is_file() else {}


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    folder.mkdir()
    for name in ("course.json", "gradebook.db", "roster.csv"):
        (folder / name).write_bytes((graded / name).read_bytes())
    return folder


def test_every_student_gets_their_own_grade_once(course: Path, canvas: FakeCanvas) -> None:
    """The lists of students and grades have several pages."""
    dry, said = upload(replace(options(course, canvas), dry=True))
    assert dry
    assert "7 grades would be returned" in said
    assert canvas.received == []
    assert upload(options(course, canvas))[0]
    assert canvas.received == [(100 + n, f"{n}.00") for n in range(7)]
    assert returned(course) == POINTS
    done, said = upload(options(course, canvas))
    assert done
    assert "7 of them unchanged" in said
    assert len(canvas.received) == 7, "nothing is sent twice"


def test_a_different_person_gets_nothing(course: Path, canvas: FakeCanvas) -> None:
    """Neither somebody with another name, nor a stranger, nor two rows of one student."""
    canvas.users[1]["sortable_name"] = "Zinnia, Zoe"
    canvas.users[2]["sis_user_id"] = "999"
    canvas.users[4]["sis_user_id"] = "003"
    done, said = upload(options(course, canvas))
    assert not done
    assert [student for student, _ in canvas.received] == [100, 105, 106]
    assert "it is named 'Zinnia, Zoe'" in said
    assert "several rows match the student s3" in said
    assert returned(course) == {"s0": 0.0, "s5": 5.0, "s6": 6.0}


def test_an_excused_student_stays_excused(course: Path, canvas: FakeCanvas) -> None:
    canvas.submissions[9][0]["excused"] = True
    del canvas.submissions[9][1]
    _, said = upload(options(course, canvas))
    assert [student for student, _ in canvas.received] == [102, 103, 104, 105, 106]
    assert "excused in Canvas" in said
    assert "not for this student" in said


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_busy_canvas_is_asked_again(
    course: Path, canvas: FakeCanvas, waits: list[float], status: int
) -> None:
    canvas.troubles = [status, status]
    assert upload(options(course, canvas))[0]
    assert len(canvas.received) == 7
    assert waits == [1, 2]


def test_an_interrupted_upload_continues(
    course: Path, canvas: FakeCanvas, waits: list[float]
) -> None:
    canvas.stops_after = 3
    with pytest.raises(CourseProblem, match="Run the same command again"):
        upload(options(course, canvas))
    assert len(canvas.received) == 3
    assert sum(waits) == sum(canvas_upload.WAITS)
    assert returned(course) == {}
    canvas.stops_after = None
    done, said = upload(options(course, canvas))
    assert done
    assert "3 of them unchanged" in said
    assert canvas.received == [(100 + n, f"{n}.00") for n in range(7)]
    assert returned(course) == POINTS


def test_an_answer_for_somebody_else_stops_the_upload(course: Path, canvas: FakeCanvas) -> None:
    canvas.mixes_up = True
    with pytest.raises(CourseProblem, match=r"was sent 1.00 for Birch, Ada \(101\), but has 0.00"):
        upload(options(course, canvas))
    assert len(canvas.received) == 2


def test_mistakes_say_what_to_do(
    course: Path, canvas: FakeCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = options(course, canvas)
    for address, said in (
        (f"{canvas.address}/courses/12", "has no course 12.*Copy the address"),
        ("http://canvas.example.org/courses/12", "is not the address of a course on Canvas"),
        ("https://canvas.example.org", "is not the address of a course on Canvas"),
        ("http://127.0.0.1:9/courses/12", "did not answer as expected"),
    ):
        with pytest.raises(CourseProblem, match=said):
            upload(replace(wanted, upload=address))
    with pytest.raises(CourseProblem, match=r"No column fits.*--column.*Quiz"):
        upload(replace(wanted, part=replace(PART, id="part2_x", title="Words")))
    canvas.assignments[1]["points_possible"] = 100.0
    with pytest.raises(CourseProblem, match=r"has 100 points, but the part has 10.*--scale"):
        upload(wanted)
    canvas.may_grade = False
    with pytest.raises(CourseProblem, match="may not do this in the course 4711"):
        upload(replace(wanted, rules=ReturnRules(scale=True)))
    for token, said in (("wrong", "does not accept the token"), ("", "CANVAS_TOKEN is empty")):
        monkeypatch.setenv(canvas_upload.TOKEN, token)
        with pytest.raises(CourseProblem, match=said) as problem:
            upload(wanted)
        assert "wrong" not in str(problem.value), "a token is never shown"
    assert canvas.received == []
    with pytest.raises(CourseProblem, match="--upload needs --to canvas"):
        upload(replace(wanted, platform="moodle"))
