"""The reference page of what students write matches the docstrings."""

from __future__ import annotations

from pathlib import Path

from coursekit import course_file
from coursekit.generated_blocks import with_block
from tools import student_api


def test_the_page_is_up_to_date(root: Path) -> None:
    page = root / student_api.PAGE
    wanted = with_block(page, "api", student_api.listing(root))
    assert page.read_text("utf-8") == wanted, "run: python -m tools.student_api"


def test_every_graded_function_is_listed_without_its_solution(root: Path) -> None:
    text = (root / student_api.PAGE).read_text("utf-8")
    for part in course_file.load(root).parts:
        for task in part.tasks:
            assert f"### `{task.function}`\n" in text
    assert "SOLUTION" not in text
    assert "return {" not in text
