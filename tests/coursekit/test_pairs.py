"""Notebooks and their text form stay in sync, and cell ids are stable."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from coursekit import course_file
from coursekit.builds import pairs
from tests.small_course import FIRST

PART = f"notebooks/{FIRST}"


@pytest.fixture
def small(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small course, whose setup cell this process uses as well."""
    monkeypatch.setattr(pairs, "TEMPLATES", small / "coursekit" / "templates")
    return small


def ids(folder: Path) -> list[str]:
    return [cell.id for cell in nbformat.read(folder / f"{PART}.ipynb", as_version=4).cells]


def test_the_course_is_in_step(root: Path) -> None:
    course = course_file.load(root)
    assert pairs.out_of_sync(root, course) + pairs.stale_pages(root, course) == []


def test_committed_notebooks_hold_no_outputs_and_have_ids(root: Path) -> None:
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
        assert not any(cell.get("outputs") for cell in notebook.cells)


def test_an_edit_is_noticed_and_synced_and_other_ids_stay(small: Path) -> None:
    course, before = course_file.load(small), ids(small)
    path = small / f"{PART}.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("# # Counting", "# # Pictures", 1), encoding="utf-8")
    assert pairs.out_of_sync(small, course) == [f"{PART}.py and {FIRST}.ipynb differ"]
    pairs.sync(small, course)
    assert pairs.out_of_sync(small, course) == []
    changed = [new for old, new in zip(before, ids(small), strict=True) if old != new]
    assert len(changed) == 1


def test_the_setup_cell_follows_course_toml(small: Path) -> None:
    toml = small / "course.toml"
    text = toml.read_text(encoding="utf-8").replace('branch = "main"', 'branch = "autumn"')
    toml.write_text(text, encoding="utf-8")
    course = course_file.load(small)
    assert f"{PART}.py: its setup cell or badge is out of date" in pairs.out_of_sync(small, course)
    pairs.sync(small, course)
    assert "autumn" in (small / f"{PART}.py").read_text(encoding="utf-8")


def test_badges_follow_course_toml(source: Path) -> None:
    toml = source / "course.toml"
    text = re.sub(
        r"(?m)^repository = .*",
        'repository = "https://github.com/us/ours"',
        toml.read_text("utf-8"),
    )
    toml.write_text(re.sub(r"(?m)^branch = .*", 'branch = "autumn"', text), encoding="utf-8")
    course = course_file.load(source)
    part = f"notebooks/{course.built_parts[0].id}"
    assert pairs.stale_pages(source, course) == [
        "README.md: its badges are out of date",
        "docs/student.md: its badges are out of date",
    ]
    pairs.sync(source, course)
    assert pairs.stale_pages(source, course) == []
    address = "https://colab.research.google.com/github/us/ours/blob/autumn/" + part
    for name in (f"{part}.py", f"{part}.ipynb", "README.md", "docs/student.md"):
        assert (source / name).read_text(encoding="utf-8").count(f"{address}.ipynb") == 1, name


@pytest.mark.parametrize("gone", [".py", ".ipynb"])
def test_a_missing_half_of_a_pair_is_reported(small: Path, gone: str) -> None:
    (small / f"{PART}{gone}").unlink()
    (found,) = pairs.out_of_sync(small, course_file.load(small))
    assert f"has no {gone} beside it" in found
