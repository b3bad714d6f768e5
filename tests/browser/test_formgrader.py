"""The formgrader in a real browser. Slow, so it runs only for `make screenshots`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from coursekit import course_file
from coursekit.insights.graded_part import gather
from coursekit.insights.page import page as insights_page
from coursekit.samples import SAMPLES, hand_in
from tests.browser import browsing, formgrading, views
from tests.insights.graded import make_class
from tests.semester.instructor import Instructor

pytestmark = pytest.mark.skipif(
    not (os.environ.get("COURSE_BROWSER") and browsing.CHROMIUM),
    reason="slow: run it with `make screenshots`, which needs Chromium",
)
PART, STUDENT, QUESTION = "part1_scaler", "misconception", "why_streaming"
IMAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "images"


@pytest.fixture(scope="module")
def instructor(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Instructor:
    """Grade a student with a misconception and written answers, and return the instructor."""
    folder = tmp_path_factory.mktemp("browser") / "course"
    made = Instructor(built / "build" / "nbgrader", folder)
    part = course_file.load(built).part(PART)
    sample = next(each for each in SAMPLES if each.student == STUDENT)
    views.answer(hand_in(sample, part, built, folder) / f"{PART}.ipynb", part)
    made.grades(part)
    return made


def test_an_instructor_sees_hints_grades_an_answer_and_exports_the_score(
    instructor: Instructor,
) -> None:
    before = instructor.exports()[STUDENT, PART]
    with browsing.serving(instructor.folder) as address, browsing.browser() as page:
        formgrading.opens(page, address, PART, STUDENT)
        said = formgrading.hints(page)
        assert any("each batch overwrites the previous ones" in line for line in said)
        assert "a real failure: drift" in page.content()  # the mark scheme
        formgrading.grades(page, QUESTION, 2)
        browsing.keep(
            views.around(page, page.locator(f"input.score[id='{QUESTION}']")),
            IMAGES / "formgrader.png",
        )
    assert instructor.exports()[STUDENT, PART] == before + 2


def test_the_feedback_page_names_the_mistake(instructor: Instructor) -> None:
    with browsing.browser() as page:
        page.goto((instructor.folder / "feedback" / STUDENT / PART / f"{PART}.html").as_uri())
        hint = page.locator("text=each batch overwrites the previous ones").first
        hint.wait_for()
        browsing.keep(views.around(page, hint), IMAGES / "feedback.png")


def test_the_insights_of_a_generated_class(built: Path, tmp_path: Path) -> None:
    course = course_file.load(built)
    gradebook = tmp_path / "gradebook.db"
    with Gradebook(f"sqlite:///{gradebook}"):
        pass
    make_class(built, gradebook, tmp_path / "class", course.part(PART), 40)
    html = insights_page(gather(built, tmp_path / "class", course.part(PART)), course.title)
    (tmp_path / "insights.html").write_text(html, encoding="utf-8")
    with browsing.browser() as page:
        page.goto((tmp_path / "insights.html").as_uri())
        page.locator("#tests").wait_for()
        browsing.keep(page.screenshot(), IMAGES / "insights.png")


def test_a_student_sees_the_hint_in_the_notebook(built: Path, tmp_path: Path) -> None:
    student = views.student(built, tmp_path / "student", PART, STUDENT)
    with browsing.serving(student.folder) as address, browsing.browser() as page:
        page.goto(f"{address}/notebooks/notebooks/{PART}.ipynb?token={browsing.TOKEN}")
        page.locator(".jp-Notebook").wait_for()
        hint = page.locator("text=each batch overwrites the previous ones").first
        hint.wait_for()
        for _ in range(4):  # plots above it load late and move it
            picture = views.around(page, hint)
            page.wait_for_timeout(1000)
        assert hint.is_visible()
        browsing.keep(picture, IMAGES / "notebook.png")
        check = page.locator(".jp-Cell", has=hint).first
        box = {**check.bounding_box(), "width": 960}  # the rest of the line is empty
        browsing.keep(page.screenshot(clip=box), IMAGES / "check.png")


def test_a_page_of_the_report(built: Path, tmp_path: Path) -> None:
    student = views.student(built, tmp_path / "student", PART, "right")
    done = student.toolbox("report", PART, "--name", student.name, "--id", student.id)
    assert "Wrote report/part1_scaler/report.pdf" in done.stdout, done.stderr
    pdf = student.folder / "report" / PART / "report.pdf"
    page = ["pdftoppm", "-png", "-r", "115", "-f", "2", "-l", "2", "-singlefile"]
    subprocess.run([*page, pdf, tmp_path / "page"], check=True)
    browsing.keep((tmp_path / "page.png").read_bytes(), IMAGES / "report.png")


def test_pictures_for_the_docs_are_small() -> None:
    for path in IMAGES.glob("*.png"):
        assert path.stat().st_size < 200_000, path
