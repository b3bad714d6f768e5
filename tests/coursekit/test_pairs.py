"""Notebooks and their text stay in step, with cell ids that last."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from coursekit import facts, pairs

PART = "notebooks/part1_scaler"


def ids(folder: Path) -> list[str]:
    return [cell.id for cell in nbformat.read(folder / f"{PART}.ipynb", as_version=4).cells]


def test_the_course_is_in_step(root: Path) -> None:
    course = facts.load(root)
    assert pairs.out_of_sync(root, course) + pairs.stale_pages(root, course) == []


def test_committed_notebooks_hold_no_outputs_and_have_ids(root: Path) -> None:
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
        assert not any(cell.get("outputs") for cell in notebook.cells)


def test_an_edit_is_noticed_and_synced_and_other_ids_stay(source: Path) -> None:
    course, before = facts.load(source), ids(source)
    path = source / f"{PART}.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("## 1. The images", "## 1. Pictures", 1), encoding="utf-8")
    assert pairs.out_of_sync(source, course) == [
        "notebooks/part1_scaler.py and part1_scaler.ipynb differ"
    ]
    pairs.sync(source, course)
    assert pairs.out_of_sync(source, course) == []
    changed = [new for old, new in zip(before, ids(source), strict=True) if old != new]
    assert len(changed) == 1


def test_the_setup_cell_follows_course_toml(source: Path) -> None:
    toml = source / "course.toml"
    text = toml.read_text(encoding="utf-8").replace('branch = "main"', 'branch = "autumn"')
    toml.write_text(text, encoding="utf-8")
    course = facts.load(source)
    assert "notebooks/part1_scaler.py: its setup cell or badge is out of date" in pairs.out_of_sync(
        source, course
    )
    pairs.sync(source, course)
    assert '"autumn"' in (source / f"{PART}.py").read_text(encoding="utf-8")


def test_badges_follow_course_toml(source: Path) -> None:
    toml = source / "course.toml"
    text = toml.read_text(encoding="utf-8").replace("your-organisation/vision-course", "us/ours")
    toml.write_text(text.replace('branch = "main"', 'branch = "autumn"'), encoding="utf-8")
    course = facts.load(source)
    assert pairs.stale_pages(source, course) == [
        "README.md: its badges are out of date",
        "docs/student.md: its badges are out of date",
    ]
    pairs.sync(source, course)
    assert pairs.stale_pages(source, course) == []
    address = "https://colab.research.google.com/github/us/ours/blob/autumn/" + PART
    for name in (f"{PART}.py", f"{PART}.ipynb", "README.md", "docs/student.md"):
        assert (source / name).read_text(encoding="utf-8").count(f"{address}.ipynb") == 1, name


@pytest.mark.parametrize("gone", [".py", ".ipynb"])
def test_half_a_pair_is_noticed(source: Path, gone: str) -> None:
    (source / f"{PART}{gone}").unlink()
    (found,) = pairs.out_of_sync(source, facts.load(source))
    assert f"has no {gone} beside it" in found
