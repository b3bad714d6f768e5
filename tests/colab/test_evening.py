"""Work on Colab is never lost: not by a disconnect, a full Drive, or a new notebook."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from data_scripts.fetch import fetch
from data_scripts.landing import land
from data_scripts.manifest import measure
from data_scripts.places import real_place
from data_scripts.problems import DataProblem
from tests.colab.conftest import Colab, answers_in
from tests.data import tiny as images
from tests.report.conftest import Evening
from toolbox import colab as on_colab
from toolbox import results
from toolbox.__main__ import main
from toolbox.colab import backup, session

PART = "part1_shapes"


def prepare(evening: Evening) -> None:
    on_colab.prepare(evening.root, PART, keep_on_drive=True)


def test_edits_are_on_drive_and_survive_a_disconnect(
    evening: Evening, colab: Colab, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fresh = tmp_path_factory.mktemp("clone") / "course"
    shutil.copytree(evening.root, fresh)
    prepare(evening)
    module = evening.root / "student_code" / "shapes.py"
    module.write_text("# my evening's work\n", encoding="utf-8")
    (evening.root / "results" / "kept.txt").write_text("kept", encoding="utf-8")
    assert (colab.drive / "tiny/student_code/shapes.py").read_text() == "# my evening's work\n"
    shutil.rmtree(evening.root)  # Colab deletes the machine
    (fresh / "student_code" / "later.py").write_text("# a stub for next week\n", encoding="utf-8")
    shutil.copytree(fresh, evening.root)
    prepare(evening)
    assert module.read_text(encoding="utf-8") == "# my evening's work\n"
    assert (evening.root / "results" / "kept.txt").is_file()
    assert (colab.drive / "tiny/student_code/later.py").is_file()  # new files were added
    assert len(colab.mounts) == 1


def test_a_second_preparation_changes_nothing(
    evening: Evening, colab: Colab, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(evening)
    capsys.readouterr()
    before = {path: path.stat().st_mtime_ns for path in colab.drive.rglob("*")}
    prepare(evening)
    assert {path: path.stat().st_mtime_ns for path in colab.drive.rglob("*")} == before
    said = capsys.readouterr().out
    assert "Installed" not in said
    assert "GPU" in said
    assert "continue in tiny/notebooks/part1_shapes.ipynb on your Drive" in said


def test_work_continues_without_drive_with_a_warning(
    evening: Evening, colab: Colab, capsys: pytest.CaptureFixture[str]
) -> None:
    colab.declined = True
    prepare(evening)
    assert "Drive is not connected (mount failed)" in capsys.readouterr().out
    assert not (evening.root / "student_code").is_symlink()
    on_colab.prepare(evening.root, PART, keep_on_drive=False)
    assert "only on this machine" in capsys.readouterr().out


def test_a_full_drive_is_reported_and_nothing_is_lost(
    evening: Evening,
    colab: Colab,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {p: p.read_bytes() for p in evening.root.rglob("*") if p.is_file()}
    colab.drive.mkdir()

    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(backup, "write_whole", full)
    prepare(evening)
    said = capsys.readouterr().out
    assert "There is no space left for" in said
    assert ", which Colab deletes when it disconnects" in said
    assert {p: p.read_bytes() for p in evening.root.rglob("*") if p.is_file()} == before
    assert not [path for path in colab.drive.rglob("*") if path.is_file()]


def test_a_drive_that_truncates_files_is_detected(
    evening: Evening, colab: Colab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content[: len(content) // 2])

    monkeypatch.setattr(backup, "write_whole", half)
    with pytest.raises(backup.NotKept, match="no space"):
        backup.link(evening.root, colab.drive / "tiny")
    assert not (evening.root / "student_code").is_symlink()
    assert not list(colab.drive.rglob("shapes.py"))


def test_a_drive_without_links_does_not_change_the_course(
    evening: Evening, colab: Colab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Path, target: Path, target_is_directory: bool) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "symlink_to", refused)
    with pytest.raises(backup.NotKept, match="no links here"):
        backup.link(evening.root, colab.drive / "tiny")
    assert (evening.root / "student_code" / "shapes.py").is_file()


def test_save_writes_the_notebook_from_the_browser(evening: Evening, colab: Colab) -> None:
    prepare(evening)
    colab.shows(why="Because of the sum.", how="By looking.")
    on_colab.save()
    kept = colab.drive / "tiny" / "notebooks" / f"{PART}.ipynb"
    assert answers_in(kept) == ["Because of the sum.", "By looking."]


def test_a_new_notebook_never_replaces_answers(
    evening: Evening, colab: Colab, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(evening)
    colab.shows(why="A long evening's answer.", how="By looking.")
    on_colab.save()
    folder = colab.drive / "tiny" / "notebooks"
    before = set(folder.iterdir())
    colab.shows(why="YOUR ANSWER HERE", how="By looking.")
    on_colab.save()
    assert (
        "The open notebook has no answer to why, but the one saved before had"
        in capsys.readouterr().out
    )
    (aside,) = [path for path in set(folder.iterdir()) - before if "-before-" in path.name]
    assert answers_in(aside)[0] == "A long evening's answer."


@pytest.mark.parametrize("answer", [TimeoutError(), None, {"ipynb": {}}])
def test_where_the_browser_cannot_be_asked_a_line_says_what_to_do(
    evening: Evening,
    colab: Colab,
    answer: object,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """VS Code's kernels on Colab time out, or answer with something else."""
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    prepare(evening)
    path = evening.root / "notebooks" / f"{PART}.ipynb"
    before = path.read_bytes()
    (evening.root / "results" / "new.txt").write_text("new", encoding="utf-8")
    colab.answer = answer
    assert on_colab.save() == path
    said = capsys.readouterr().out
    assert "VS Code, for example, can't be asked for it" in said
    assert "✓ Saved" not in said
    assert path.read_bytes() == before
    assert (colab.drive / "tiny" / "results" / "new.txt").is_file()


def test_in_jupyterlab_save_points_to_the_editor(
    evening: Evening, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no google.colab; the notebook is a file already."""
    monkeypatch.setattr(session, "_open_part", [PART])
    assert on_colab.save() == evening.root / "notebooks" / f"{PART}.ipynb"
    assert "save the notebook in your editor (Ctrl+S or Cmd+S)" in capsys.readouterr().out
    assert on_colab.submit("1", name="Ada Example", id="ax17") <= 1
    assert "Download this file from your editor" in capsys.readouterr().out


def test_an_empty_notebook_changes_nothing(evening: Evening, colab: Colab) -> None:
    prepare(evening)
    path = evening.root / "notebooks" / f"{PART}.ipynb"
    before = path.read_bytes()
    colab.answer = {"ipynb": {"cells": []}}
    with pytest.raises(RuntimeError, match="sent an empty notebook"):
        on_colab.save()
    assert path.read_bytes() == before


def test_submit_saves_the_notebook_first_and_offers_the_zip(evening: Evening, colab: Colab) -> None:
    prepare(evening)
    colab.shows(why="Because of the sum.", how="")
    assert on_colab.submit("1", name="Ada Example", id="ax17") == 1  # an answer is missing
    colab.shows(why="Because of the sum.", how="By looking.")
    assert on_colab.submit("1") == 0
    assert on_colab.submit("1", partner="bb03") == 2  # this course has no pairs
    assert [Path(path).name for path in colab.downloads] == ["ax17_part1_shapes.zip"] * 2


def test_save_copies_new_files_to_any_folder(
    evening: Evening, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    stick = tmp_path_factory.mktemp("stick")
    assert main(["save", str(stick)]) == 0
    assert (stick / "student_code" / "shapes.py").is_file()
    assert (stick / "results" / "numbers" / "part1_accuracy.json").is_file()
    assert (stick / "student.json").is_file()
    results.number("part1_accuracy", 0.7)
    main(["save", str(stick)])
    assert "1 of them new or changed" in capsys.readouterr().out


def test_save_without_a_drive_asks_for_a_folder(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["save"]) == 2
    assert "There is no Drive here: name a folder" in capsys.readouterr().out


def test_photographs_are_kept_on_drive_only_if_asked(
    evening: Evening,
    colab: Colab,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """They come back in the next session, from one file and without a network."""
    home = tmp_path_factory.mktemp("machine")
    monkeypatch.setenv("COURSE_DATA", str(home / "first"))
    monkeypatch.setenv("COURSE_DATA_REGISTRY", str(home / "registry.toml"))
    monkeypatch.setenv("COURSE_DATA_MIRROR", "")
    (home / "registry.toml").write_text(images.registry(""))
    prepare(evening)
    with pytest.raises(DataProblem, match="tiny is not installed"):
        on_colab.keep_images("tiny")
    made = home / "made"
    for name, content in images.files().items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(content)
    land(made, real_place("tiny"), measure(made), name="tiny", origin="real", source="a test")
    assert not list(colab.drive.rglob("tiny.zip"))
    on_colab.keep_images("tiny")
    assert "are on your Drive, in tiny/data/tiny.zip" in capsys.readouterr().out

    monkeypatch.setenv("COURSE_DATA", str(home / "second"))
    prepare(evening)
    assert os.environ["COURSE_DATA_MIRROR"] == str(colab.drive / "tiny" / "data")
    assert fetch("tiny", network=False).files == len(images.files())


def test_without_drive_photographs_cannot_be_kept(
    evening: Evening, colab: Colab, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="Drive is not connected"):
        on_colab.keep_images("tiny")
