"""Code boxes in the report, and the closing page that belongs to no part."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typst
from PIL import Image

from coursekit import course_file
from tests.report.conftest import TOPICS, Evening
from tests.report.test_report import words_of
from toolbox import report
from toolbox.report import topics
from toolbox.report.student_code_text import NoCode, code_of

CODE = """
[[topics]]
title = "In code"
part = "part1_shapes"
show = [{ code = "shapes.area" }]
"""
CLOSING = """
[[topics]]
title = "What I learned"
show = [{ answer = ["how", "of_another_part"] }]
"""


def ask_for(evening: Evening, more: str) -> None:
    path = evening.root / "report_template" / "topics.toml"
    path.write_text(TOPICS + more, encoding="utf-8")


def test_the_code_of_a_function_is_shown(evening: Evening) -> None:
    ask_for(evening, CODE)
    built = report.build()
    assert built.missing == []
    html = built.html.read_text(encoding="utf-8")
    for text in (words_of(built.pdf), html):
        assert "In code" in text
        assert "return width * height" in text
        assert "The area." not in text  # the docstring is the course's, not the student's


def test_code_is_shown_and_never_interpreted(evening: Evening) -> None:
    evil = 'def area():\n    return "<script>alert(1)</script>", "#panic()"\n'
    (evening.root / "student_code" / "shapes.py").write_text(evil, encoding="utf-8")
    ask_for(evening, CODE)
    built = report.build()
    assert "<script>alert" not in built.html.read_text(encoding="utf-8")
    assert "#panic()" in words_of(built.pdf)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def area():\n    raise NotImplementedError()\n", "it is not written yet"),
        ("def volume():\n    return 1\n", "student_code/shapes.py contains no area"),
        ("def area(:\n", "student_code/shapes.py is not valid Python"),
        (None, "student_code/shapes.py is missing"),
    ],
)
def test_code_that_cannot_be_shown_is_listed(evening: Evening, text: str | None, said: str) -> None:
    path = evening.root / "student_code" / "shapes.py"
    if text is None:
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")
    ask_for(evening, CODE)
    assert report.build().missing == [f"The code of shapes.area: {said}."]


class Pictures:
    """The pages of the next report, as gray pictures with a given number of dots per centimeter."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, dots: int = 40) -> None:
        self.dots = dots
        self.pages: list[np.ndarray] = []
        compiled = typst.compile

        def as_pictures(source: Path, **options: Any) -> bytes:
            made = compiled(source, root=options["root"], format="png", ppi=2.54 * dots)
            for page in made if isinstance(made, list) else [made]:
                self.pages.append(np.asarray(Image.open(io.BytesIO(page)).convert("L")))
            return b""

        monkeypatch.setattr(typst, "compile", as_pictures)

    def area(self, page: int, left: float, right: float, top: float, bottom: float) -> np.ndarray:
        """Return a part of a page, with its sides in centimeters from the upper left corner."""
        rows, columns = (
            (int(a * self.dots), int(b * self.dots)) for a, b in ((top, bottom), (left, right))
        )
        return self.pages[page][slice(*rows), slice(*columns)]


def test_long_names_stay_in_their_column(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "a_module_with_a_name_that_needs_more_than_its_column"
    code = "def first():\n    return 1\n\ndef second():\n    return 2\n"
    (evening.root / "student_code" / f"{module}.py").write_text(code, encoding="utf-8")
    both = f'{{ code = ["{module}.first", "{module}.second"] }}'
    ask_for(evening, CODE.replace('{ code = "shapes.area" }', both))
    pictures = Pictures(monkeypatch)
    report.build()
    assert pictures.area(3, 1.3, 12, 2.4, 12.5).min() < 100  # there is text in both columns
    assert pictures.area(3, 13.3, 24, 2.4, 12.5).min() < 100
    assert pictures.area(3, 12.3, 13.1, 2.4, 12.5).min() == 255


def test_lines_of_code_keep_their_length(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that continues at the left margin would look like wrong Python."""
    line = f"    total = total {'+ height * width ' * 4}"
    lines = ["def area():", *[line] * 4, "    return total"]
    code = "\n".join([*lines, "", "def other():", "    return 1"])
    (evening.root / "student_code" / "shapes.py").write_text(code, encoding="utf-8")
    both = '{ code = "shapes.area" }, { code = "shapes.other" }'
    ask_for(evening, CODE.replace('{ code = "shapes.area" }', both))
    pictures = Pictures(monkeypatch, dots=100)
    report.build()
    is_dark = (pictures.area(3, 1.3, 24, 2.4, 12.5) < 160).any(axis=1)
    shown = int((np.diff(is_dark.astype(int)) == 1).sum())
    assert shown == len(["the name", *lines, "the other name", "def", "return"])


def test_a_few_lines_too_many_do_not_start_a_new_page(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening.answer(why="Several words in a row. " * 136, how="A few words.")
    pictures = Pictures(monkeypatch, dots=10)
    report.build()
    assert len(pictures.pages) == len(["the first page", "Words", "Plots and numbers"])


def test_the_marks_of_a_solution_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "student_code"
    folder.mkdir()
    body = ['"""Say."""', "### BEGIN SOLUTION", "return x", "### END SOLUTION"]
    text = "@twice\ndef f(x):\n" + "".join(f"    {line}\n" for line in body)
    (folder / "m.py").write_text(text, encoding="utf-8")
    assert code_of(tmp_path, "m.f") == "@twice\ndef f(x):\n    return x"
    with pytest.raises(NoCode, match="contains no g"):
        code_of(tmp_path, "m.g")


def test_a_closing_page_shows_only_the_answers_of_its_parts(evening: Evening) -> None:
    ask_for(evening, CLOSING)
    for part in ("", "part1_shapes"):
        built = report.build(part=part)
        assert built.missing == []
        assert "What I learned" in words_of(built.pdf)


def test_a_closing_page_without_answers_is_left_out(evening: Evening) -> None:
    ask_for(evening, CLOSING.replace('"how", ', ""))
    built = report.build()
    assert built.missing == []
    assert "What I learned" not in words_of(built.pdf)


def test_every_answer_and_function_in_the_topics_exists(root: Path) -> None:
    """In a closing page, a misspelled question would only be left out."""
    course = course_file.load(root)
    questions = {question.id for part in course.parts for question in part.questions}
    functions = {task.function for part in course.parts for task in part.tasks}
    for topic in topics.read(root / "report_template" / "topics.toml"):
        for item in topic.show:
            known = {"answer": questions, "code": functions}.get(item.kind)
            assert known is None or set(item.names) <= known, (topic.title, item.names)


def test_each_reflection_is_on_the_closing_page(root: Path) -> None:
    facts = tomllib.loads((root / "course.toml").read_text(encoding="utf-8"))
    questions = [question["id"] for part in facts["parts"] for question in part["questions"]]
    asked = [question for question in questions if question.startswith("learned_")]
    closing = topics.read(root / "report_template" / "topics.toml")[-1]
    assert closing.title == "What I learned"
    assert list(closing.show[0].names) == asked
