"""The submission: one zip with everything, clear messages about what is missing, no losses."""

from __future__ import annotations

import errno
import hashlib
import json
import zipfile
from pathlib import Path

import pytest
import torch

from tests.report.conftest import Evening
from toolbox import results
from toolbox.__main__ import COMPLETE, INCOMPLETE, NOTHING, main
from toolbox.training import checkpoints

ZIP = "handin/ax17_part1_shapes.zip"
WEIGHTS = "results/checkpoints/part1_run/weights.pt"


def test_a_finished_part_is_one_zip_with_a_correct_manifest(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["submit", "1"]) == COMPLETE
    assert "6 of 6 points from the public tests" in capsys.readouterr().out
    with zipfile.ZipFile(evening.root / ZIP) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert set(archive.namelist()) == {"manifest.json", *manifest["files"]}
        for name, facts in manifest["files"].items():
            content = archive.read(name)
            assert hashlib.sha256(content).hexdigest() == facts["sha256"]
            assert len(content) == facts["bytes"]
    # nbgrader's layout of a submission
    assert {"part1_shapes.ipynb", "student_code/shapes.py", WEIGHTS} <= set(manifest["files"])
    assert {"report.pdf", "report.html"} <= set(manifest["files"])
    assert manifest["missing"] == []
    assert manifest["points"] == {"shapes.area": 6}
    assert manifest["student"] == {"name": "Ada Example", "id": "ax17"}


def test_equal_work_gives_equal_files(evening: Evening) -> None:
    main(["submit", "part1"])
    before = (evening.root / ZIP).read_bytes()
    main(["submit", "part1_shapes"])
    assert (evening.root / ZIP).read_bytes() == before


def test_missing_files_are_reported_and_the_rest_is_packed(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    evening.answer(why="", how="By looking.")
    (results.folder() / "checkpoints" / "part1_run" / "weights.pt").unlink()
    (evening.root / "student_code" / "shapes.py").rename(evening.root / "student_code" / "s.py")
    assert main(["submit", "1"]) == INCOMPLETE
    said = capsys.readouterr().out
    assert "student_code/shapes.py is missing: was it renamed? It must keep its name." in said
    assert f"{WEIGHTS} (4 points) is missing: run the training cells" in said
    assert "The answer to “Why is it so?” (2 points): no answer yet in notebooks/" in said
    with zipfile.ZipFile(evening.root / ZIP) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["missing"]
    assert all(line in said for line in manifest["missing"])
    assert "student_code/s.py" in manifest["files"]


def test_a_huge_checkpoint_is_left_out_and_explained(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    path = results.folder() / "checkpoints" / "part1_run" / "weights.pt"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert main(["submit", "1"]) == INCOMPLETE
    said = capsys.readouterr().out
    assert (
        f"{WEIGHTS} (4 points) is left out: it has 200 MB, and a submission may have 50 MB" in said
    )
    assert (evening.root / ZIP).stat().st_size < 2_000_000
    assert path.is_file()


def test_a_checkpoint_that_contains_code_is_left_out(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.save(torch.nn.Linear(2, 2), results.folder() / "checkpoints/part1_run/weights.pt")
    assert main(["submit", "1"]) == INCOMPLETE
    assert "contains more than weights" in capsys.readouterr().out


def test_an_edited_result_is_reported(evening: Evening, capsys: pytest.CaptureFixture[str]) -> None:
    path = results.folder() / "numbers" / "part1_accuracy.json"
    path.write_text(path.read_text(encoding="utf-8").replace("0.6382", "0.9382"), encoding="utf-8")
    assert main(["submit", "1"]) == INCOMPLETE
    said = capsys.readouterr().out
    assert "The number part1_accuracy was changed by hand after the notebook wrote it" in said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "There is no space left for"),
        (errno.EDQUOT, "There is no space left for"),
        (errno.EACCES, "can't be written to (Permission denied)"),
    ],
)
def test_no_space_is_reported_and_the_last_submission_stays(
    evening: Evening,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    said: str,
) -> None:
    assert main(["submit", "1"]) == COMPLETE
    before = (evening.root / ZIP).read_bytes()
    evening.answer(why="Another answer.", how="By looking.")

    def full(self: Path, target: Path) -> None:
        raise OSError(number, "Permission denied" if number == errno.EACCES else "no space")

    monkeypatch.setattr(Path, "replace", full)
    assert main(["submit", "1"]) == NOTHING
    out = capsys.readouterr().out
    assert said in out
    assert "Traceback" not in out
    monkeypatch.undo()
    assert (evening.root / ZIP).read_bytes() == before
    assert not [path for path in (evening.root / "handin").iterdir() if path.suffix != ".zip"]


def test_an_empty_folder_gives_no_submission(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    (evening.root / "notebooks" / "part1_shapes.ipynb").unlink()
    for path in (evening.root / "student_code").glob("*.py"):
        path.unlink()
    assert main(["submit", "1"]) == NOTHING
    assert "Nothing to hand in" in capsys.readouterr().out
    assert not (evening.root / "handin").exists()


def test_name_and_id_are_remembered(evening: Evening, capsys: pytest.CaptureFixture[str]) -> None:
    (evening.root / "student.json").unlink()
    assert main(["submit", "1"]) == INCOMPLETE
    assert "Run this once: python -m toolbox report --name" in capsys.readouterr().out
    assert (evening.root / "handin" / "somebody_part1_shapes.zip").is_file()
    assert main(["submit", "1", "--name", "Åsa Ünal", "--id", "å/b ..17"]) == COMPLETE
    assert main(["submit", "1"]) == COMPLETE
    assert (evening.root / "handin" / "a-b-..17_part1_shapes.zip").is_file()


def test_status_shows_points_and_what_is_left(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status"]) == COMPLETE
    out = capsys.readouterr().out
    assert "6 of 6" in out
    assert "2 of 2" in out
    assert "1 of 1" in out
    (evening.root / "student_code" / "shapes.py").write_text(
        '"""Shapes."""\n\n\ndef area(width, height):\n    return width * height\n', encoding="utf-8"
    )
    evening.answer(why="YOUR ANSWER HERE", how="By looking.")
    assert main(["status", "1"]) == INCOMPLETE
    out = capsys.readouterr().out
    assert "4 of 6" in out
    assert "shapes.area (4 of 6 points): fails “A negative side raises ValueError”." in out
    assert "The answer to “Why is it so?” (2 points): no answer yet" in out


def test_status_distinguishes_a_stub_from_a_mistake(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    (evening.root / "student_code" / "shapes.py").write_text(
        '"""Shapes."""\n\n\ndef area(width, height):\n    raise NotImplementedError()\n',
        encoding="utf-8",
    )
    assert main(["status", "1"]) == INCOMPLETE
    assert "shapes.area (6 points) is not written yet." in capsys.readouterr().out


def test_check_prints_the_same_feedback_as_the_notebook(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "1"]) == COMPLETE
    assert "✓ The area is width times height" in capsys.readouterr().out
    (evening.root / "student_code" / "shapes.py").write_text("def area(:", encoding="utf-8")
    assert main(["check", "part1"]) == INCOMPLETE
    assert "is not valid Python" in capsys.readouterr().out


def test_a_file_that_is_not_text_is_named(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    (evening.root / "student_code" / "shapes.py").write_bytes("x = 1\n".encode("utf-16"))
    assert main(["check", "1"]) == INCOMPLETE
    said = "student_code/shapes.py cannot be read as text, because it contains null bytes"
    assert said in capsys.readouterr().out
    assert main(["status", "1"]) == INCOMPLETE
    assert said in capsys.readouterr().out


def test_an_unknown_part_is_reported(evening: Evening, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "7"]) == NOTHING
    assert "unknown part '7'; the parts are part1_shapes" in capsys.readouterr().out


def test_a_report_without_topics_is_reported(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    (evening.root / "report_template" / "topics.toml").write_text("[[topics", encoding="utf-8")
    assert main(["report"]) == NOTHING
    assert "topics.toml is not valid TOML" in capsys.readouterr().out
    assert main(["submit", "1"]) == NOTHING


def test_files_from_save_weights_are_accepted(evening: Evening) -> None:
    path = results.folder() / "checkpoints" / "part1_run" / "weights.pt"
    checkpoints.save_weights(path, torch.nn.Linear(2, 2))
    assert main(["submit", "1"]) == COMPLETE


def test_a_missing_package_is_named(
    evening: Evening, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*arguments: object, **named: object) -> None:
        raise ModuleNotFoundError("No module named 'typst'", name="typst")

    monkeypatch.setattr("toolbox.report.build", lacking)
    assert main(["report"]) == NOTHING
    assert "typst is not installed: pip install -r requirements.txt" in capsys.readouterr().out
