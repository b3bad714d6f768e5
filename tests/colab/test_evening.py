"""Work on Colab is never lost: not by a disconnect, a full Drive, or a new notebook."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from tests.colab.conftest import Colab, answers_in
from tests.report.conftest import Evening
from toolbox import colab as on_colab
from toolbox import results
from toolbox.__main__ import main
from toolbox.colab import backup

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


@pytest.mark.parametrize("answer", [TimeoutError(), None, {"ipynb": {}}, {"ipynb": {"cells": []}}])
def test_a_browser_that_sends_nothing_changes_nothing(
    evening: Evening, colab: Colab, answer: object
) -> None:
    prepare(evening)
    path = evening.root / "notebooks" / f"{PART}.ipynb"
    before = path.read_bytes()
    colab.answer = answer
    with pytest.raises(RuntimeError, match=r"did not send the notebook|sent an empty notebook"):
        on_colab.save()
    assert path.read_bytes() == before


def test_submit_saves_the_notebook_first_and_offers_the_zip(evening: Evening, colab: Colab) -> None:
    prepare(evening)
    colab.shows(why="Because of the sum.", how="")
    assert on_colab.submit("1", name="Ada Example", id="ax17") == 1  # an answer is missing
    colab.shows(why="Because of the sum.", how="By looking.")
    assert on_colab.submit("1") == 0
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
