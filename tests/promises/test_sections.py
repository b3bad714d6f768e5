"""Each section of a notebook states its time and what comes next; the top states what it needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolbox import course
from toolbox.report.written_answers import answers

NOTEBOOKS = (
    "part1_scaler",
    "part2_simplenet",
    "part3_dropout_augmentation",
    "part4_alexnet",
    "part5_segmentation",
    "part6_quantization",
    "part8_analysis",
    "part9_animals",
)
IMPORT = re.compile(r"^from student_code\.(\w+) import (?:\(([^)]*)\)|([^\n(]+))", re.MULTILINE)
TIME = re.compile(r"\*About (\d+) minutes\b[^*]*\.\*")
each_notebook = pytest.mark.parametrize("part_id", NOTEBOOKS)


def source(root: Path, part_id: str) -> str:
    return (root / "notebooks" / f"{part_id}.py").read_text(encoding="utf-8")


def prose(text: str) -> str:
    """Return a part of a notebook without the marks of its cells and comments."""
    text = re.sub(r"^# %%.*$", "", text, flags=re.MULTILINE)
    return re.sub(r"^# ?", "", text, flags=re.MULTILINE)


def sections(root: Path, part_id: str) -> dict[str, str]:
    """Return the sections of a notebook by heading."""
    _, *parts = re.split(r"^(?=# ## )", source(root, part_id), flags=re.MULTILINE)
    return {part.partition("\n")[0].removeprefix("# ## "): prose(part) for part in parts}


@each_notebook
def test_times_of_the_sections_add_up(root: Path, part_id: str) -> None:
    times = []
    for heading, text in sections(root, part_id).items():
        if heading[0].isdigit():
            first = text.partition("\n")[2].strip().partition("\n\n")[0]
            assert TIME.fullmatch(first), heading
            times.append(int(TIME.fullmatch(first).group(1)))  # type: ignore[union-attr]
    assert len(times) > 3
    assert sum(times) == course.load(root).part(part_id).minutes


@each_notebook
def test_each_section_ends_with_what_comes_next(root: Path, part_id: str) -> None:
    for heading, text in sections(root, part_id).items():
        if heading[0].isdigit():
            last = text.strip().rpartition("\n\n")[2]
            assert re.fullmatch(r"\*\*Next\*\*: [^\n]+\.", last), heading


@each_notebook
def test_the_top_names_the_earlier_functions_it_needs(root: Path, part_id: str) -> None:
    facts = course.load(root)
    text = source(root, part_id)
    used = {
        f"{module}.{name.strip()}"
        for module, several, few in IMPORT.findall(text)
        for name in (several or few).split(",")
        if name.strip()
    }
    if re.search(r"\bfit\(", text):
        used |= {"training.train_epoch", "training.evaluate"}
    earlier: dict[str, str] = {}
    for part in facts.parts[: [part.id for part in facts.parts].index(part_id)]:
        earlier |= {task.function: part.id for task in part.tasks}
    wanted = {name.split(".")[1]: earlier[name] for name in used & set(earlier)}
    need = re.search(r"\*\*You need\*\*.*?(?=\n\n)", prose(text), re.DOTALL)
    assert need is not None
    for name, its_part in wanted.items():
        assert f"`{name}`" in need.group(), name
        assert f"Part {its_part[4]}" in need.group(), name
    known = {name.split(".")[1] for name in earlier}
    named = {name for name in re.findall(r"`(\w+)`", need.group()) if name in known}
    called = {"get_fundamental_transforms"}  # by a function of Part 3, as its text says
    assert named - called == set(wanted)


def test_the_report_can_quote_every_question(root: Path) -> None:
    """It quotes the cell above an answer, if that cell starts with the question."""
    asked = [each for part in course.load(root).parts for each in answers(root, part).values()]
    assert len(asked) > 50
    assert [each.question.id for each in asked if not each.asked] == []


def test_notebooks_refer_only_to_files_that_students_get(root: Path) -> None:
    """The release contains no docs/ folder; its README.md is docs/student.md."""
    notebooks = sorted((root / "notebooks").glob("*.py"))
    assert len(notebooks) == 9
    found = [path.name for path in notebooks if "docs/" in path.read_text(encoding="utf-8")]
    assert found == []
