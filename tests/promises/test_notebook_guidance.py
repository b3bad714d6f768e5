"""Each notebook says what it needs, how long it takes, and what comes next."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import jupytext
import pytest

from coursekit import course_file
from toolbox.course import Course, Part

# Parts whose notebook gives this guidance.
GUIDED = ("part1_scaler", "part6_quantization", "part7_theory", "part8_analysis", "part9_animals")
NUMBERED = re.compile(r"^## \d+\. (?P<title>.+)$", re.M)
TIME = re.compile(r"\*About (\d+) minutes\.\*")
NEEDS = "**From earlier parts**"


@pytest.fixture(scope="module", params=GUIDED)
def part(request: pytest.FixtureRequest, root: Path) -> Part:
    return course_file.load(root).part(request.param)


@pytest.fixture(scope="module")
def course(root: Path) -> Course:
    return course_file.load(root)


def cells(root: Path, part: Part, kind: str) -> list[str]:
    notebook = jupytext.read(root / "notebooks" / f"{part.id}.py")
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def sections(root: Path, part: Part) -> dict[str, str]:
    """Return the Markdown of each numbered section by its title."""
    text = "\n\n".join(cells(root, part, "markdown")).split("## Before you hand in")[0]
    found = list(NUMBERED.finditer(text))
    ends = [each.start() for each in found[1:]] + [len(text)]
    return {each["title"]: text[each.end() : end] for each, end in zip(found, ends, strict=True)}


def used(root: Path, part: Part, course: Course) -> set[str]:
    """Return the names that a notebook imports from student modules of earlier parts."""
    own = set(part.modules)
    earlier = {task.module for each in course.parts for task in each.tasks} - own
    names = set()
    for source in cells(root, part, "code"):
        for node in ast.walk(ast.parse(re.sub(r"^[%!].*$", "", source, flags=re.M))):
            if not isinstance(node, ast.ImportFrom):
                continue
            package, _, module = (node.module or "").partition(".")
            if package == "student_code" and module in earlier:
                names |= {alias.name for alias in node.names}
    return names


def test_the_top_names_the_earlier_functions(root: Path, part: Part, course: Course) -> None:
    (top,) = [text for text in cells(root, part, "markdown") if text.startswith("# Part")]
    assert NEEDS in top
    need = top.split(NEEDS)[1].split("\n\n")[0]
    named = set(re.findall(r"`(\w+)`", need))
    assert named == used(root, part, course)
    if named:
        assert "Without them" in need or "without them" in need
        assert "the course's own module replaces" in need.replace("\n", " ")


def test_the_times_of_the_sections_add_up(root: Path, part: Part) -> None:
    found = sections(root, part)
    times = {title: TIME.findall(text) for title, text in found.items()}
    assert [title for title, found in times.items() if len(found) != 1] == []
    assert sum(int(minutes) for (minutes,) in times.values()) == part.minutes


def test_each_section_says_what_comes_next(root: Path, part: Part) -> None:
    found = sections(root, part)
    *before, last = found
    assert [title for title in before if found[title].count("**What next**") != 1] == []
    assert "**What next**" not in found[last]
