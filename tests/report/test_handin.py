"""The submission: one zip with everything, clear messages about what is missing, no losses."""

from __future__ import annotations

import errno
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import torch

from tests.report.conftest import Evening
from toolbox import course as courses
from toolbox import results
from toolbox.__main__ import COMPLETE, INCOMPLETE, NOTHING, main
from toolbox.checks.outcome import Run
from toolbox.submission import remembered, watching
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
    assert main(["submit", "1"]) == NOTHING
    said = capsys.readouterr().out
    assert 'Give it once: python -m toolbox submit 1 --name "Your Name" --id YOUR_ID' in said
    assert not (evening.root / "handin").exists()
    assert main(["submit", "1", "--name", "Åsa Ünal", "--id", "å/b ..17"]) == COMPLETE
    assert main(["submit", "1"]) == COMPLETE
    assert (evening.root / "handin" / "a-b-..17_part1_shapes.zip").is_file()


def test_status_shows_points_and_what_is_left(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status"]) == COMPLETE
    out = capsys.readouterr().out
    assert "part1_shapes 6 of 6 2 5 (2 of 2) 4 (1 of 1)" in " ".join(out.split())
    assert "All public tests pass." in out
    assert "The other 11 points are given\nwhen your work is graded" in out
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


def test_status_of_many_parts_fits_a_screen(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    path = evening.root / "course.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    first, later = facts["parts"]
    facts["parts"] = [
        {**first, "questions": [{"id": f"q{n}", "title": "?", "points": 2} for n in range(18)]},
        *(
            {**later, "id": f"part{n}_with_a_long_name_{n}", "built": True}
            | {"questions": [{"id": f"q{n}{k}", "title": f"Why {k}?", "points": 12} for k in "abc"]}
            | {"trained": [{**first["trained"][0], "run": f"part{n}_run"}]}
            for n in range(2, 10)
        ),
    ]
    path.write_text(json.dumps(facts), encoding="utf-8")
    courses._read.cache_clear()
    assert main(["status"]) == INCOMPLETE
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 24
    table = [line for line in lines if line.startswith("part")]
    assert len(table) == 9
    assert all(len(line) <= 80 for line in [*table, lines[0]])
    assert "All public tests pass in part1" in "\n".join(lines)
    assert sum(line.startswith("  · ") for line in lines) == 3
    assert "python -m toolbox status 1" in lines[-1]
    assert main(["status", "2"]) == INCOMPLETE
    whole = capsys.readouterr().out
    assert whole.count("The answer to “Why") == 3
    courses._read.cache_clear()


def test_a_deleted_check_cell_is_noticed(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = evening.root / "notebooks" / "part1_shapes.ipynb"
    content = json.loads(notebook.read_text(encoding="utf-8"))
    content["cells"] = [c for c in content["cells"] if "checks.grade(" not in "".join(c["source"])]
    notebook.write_text(json.dumps(content), encoding="utf-8")
    for command in ("status", "submit"):
        assert main([command, "1"]) == INCOMPLETE
        said = capsys.readouterr().out
        assert said.count('checks.grade("shapes.area") is no longer in notebooks/part1_shapes') == 1
        assert "grade_trained" not in said


def test_what_is_missing_is_said_once(evening: Evening, capsys: pytest.CaptureFixture[str]) -> None:
    evening.answer(why="", how="By looking.")
    (results.folder() / "checkpoints" / "part1_run" / "weights.pt").unlink()
    assert main(["submit", "1"]) == INCOMPLETE
    said = capsys.readouterr().out
    assert said.count("Why is it so?") == 1
    assert said.count("part1_run") == 1
    assert "Answers:\n  · The answer to “Why is it so?” (2 points)" in said
    assert "Files and networks:\n  · results/checkpoints/part1_run/weights.pt (4 points)" in said


def test_unchanged_code_is_not_tested_again(
    evening: Evening, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["status", "1"]) == COMPLETE

    def never(*_: object) -> object:
        raise AssertionError("tested again")

    with monkeypatch.context() as patch:
        patch.setattr(remembered, "_run", never)
        assert main(["status", "1"]) == COMPLETE
        assert main(["submit", "1"]) == COMPLETE
        path = evening.root / "student_code" / "shapes.py"
        path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
        with pytest.raises(AssertionError, match="tested again"):
            main(["status", "1"])
    path.write_text(path.read_text(encoding="utf-8").replace("width *", "width +"), "utf-8")
    assert main(["status", "1"]) == INCOMPLETE
    tests = evening.root / "unit_tests" / "test_shapes.py"
    tests.write_text(tests.read_text(encoding="utf-8").replace("12, ", "7, "), encoding="utf-8")
    capsys.readouterr()
    main(["status", "1"])
    assert "6 of 6" in capsys.readouterr().out


def test_status_and_submit_reuse_what_check_has_found_out(
    evening: Evening, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = evening.root / "student_code" / "shapes.py"
    path.write_text(path.read_text(encoding="utf-8").replace("width *", "width +"), "utf-8")
    assert main(["check", "1"]) == INCOMPLETE

    def never(*_: object) -> object:
        raise AssertionError("tested again")

    monkeypatch.setattr(remembered, "_run", never)
    capsys.readouterr()
    assert main(["status", "1"]) == INCOMPLETE
    assert "shapes.area (2 of 6 points): fails “The area is width times height”." in (
        capsys.readouterr().out
    )
    assert main(["submit", "1"]) == INCOMPLETE
    toolbox_file = evening.root / "toolbox" / "changed.py"
    toolbox_file.parent.mkdir()
    toolbox_file.write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="tested again"):
        main(["status", "1"])


def test_the_tests_of_a_stub_do_not_run(
    evening: Evening, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = evening.root / "student_code" / "shapes.py"
    path.write_text("def area(width, height):\n    raise NotImplementedError()\n", "utf-8")

    def never(*_: object) -> object:
        raise AssertionError("tested")

    monkeypatch.setattr(remembered, "_run", never)
    assert main(["status", "1"]) == INCOMPLETE
    assert "shapes.area (6 points) is not written yet." in capsys.readouterr().out


def test_a_test_that_ran_out_of_time_is_not_remembered(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = evening.root / "student_code" / "shapes.py"
    path.write_text("def area(width, height):\n    while True:\n        pass\n", encoding="utf-8")
    assert main(["status", "1"]) == INCOMPLETE
    runs: list[str] = []

    def noted(file: str, function: str | None) -> Run:
        runs.append(file)
        return Run([], [])

    monkeypatch.setattr(remembered, "_run", noted)
    assert main(["status", "1"]) == INCOMPLETE
    assert runs == ["unit_tests/test_shapes.py"]


def test_one_point_is_singular(evening: Evening, capsys: pytest.CaptureFixture[str]) -> None:
    path = evening.root / "course.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    facts["parts"][0]["questions"][0]["points"] = 1
    path.write_text(json.dumps(facts), encoding="utf-8")
    courses._read.cache_clear()
    evening.answer(why="", how="By looking.")
    main(["status", "1"])
    assert "“Why is it so?” (1 point)" in capsys.readouterr().out
    courses._read.cache_clear()


def test_check_prints_the_same_feedback_as_the_notebook(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "1"]) == COMPLETE
    assert "✓ The area is width times height" in capsys.readouterr().out
    (evening.root / "student_code" / "shapes.py").write_text("def area(:", encoding="utf-8")
    assert main(["check", "part1"]) == INCOMPLETE
    assert "is not valid Python" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["shapes.area", "area", "shapes"])
def test_one_function_is_checked_by_its_name(
    evening: Evening, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["check", name]) == COMPLETE
    assert capsys.readouterr().out.startswith("shapes.area: 6 of 6 points")


def test_a_misspelled_function_is_answered_with_the_one_that_was_meant(
    evening: Evening, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "shapes.aera"]) == NOTHING
    said = capsys.readouterr().out
    assert said == "✗ Unknown function 'shapes.aera'. Did you mean 'shapes.area'?\n"
    assert main(["check", "shapes.volume_of_a_cube"]) == NOTHING
    assert "Unknown part 'shapes.volume_of_a_cube'. The parts are" in capsys.readouterr().out


def test_ctrl_c_reaches_the_command_while_packages_are_imported(root: Path) -> None:
    # What the module itself imports cannot be interrupted without a traceback.
    heavy = "{'numpy', 'torch', 'sympy', 'matplotlib', 'PIL'} & set(sys.modules)"
    code = f"import sys, toolbox.__main__; print({heavy} or 'nothing')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout == "nothing\n"


def test_watching_checks_again_what_was_edited(
    evening: Evening, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = evening.root / "student_code" / "shapes.py"
    right = path.read_text(encoding="utf-8")
    looks = 0

    def pause(_: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            path.write_text(right.replace("width * height", "width + height"), encoding="utf-8")
        if looks == 3:  # the editor is still writing
            path.write_text(right.replace("width * height", "width - height"), encoding="utf-8")
        if looks == 8:
            raise KeyboardInterrupt

    monkeypatch.setattr(watching.changes, "__defaults__", (pause,))
    assert main(["check", "1", "--watch"]) == 130
    said = capsys.readouterr().out
    assert said.count("shapes.area: ") == 2
    assert said.index("6 of 6 points") < said.index("    got           -1")
    assert said.count("Waiting for changes. Press Ctrl-C to stop.") == 2


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
    assert "Unknown part '7'. The parts are part1_shapes" in capsys.readouterr().out


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
