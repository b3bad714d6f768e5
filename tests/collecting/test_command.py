"""The command `collect`: its output, its files, and its exit status."""

from __future__ import annotations

import json
from pathlib import Path
from unittest import mock

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from coursekit import cli
from coursekit.collecting import storage
from tests.collecting.course import PART, answered, as_bytes, packed, put, work


@pytest.fixture(autouse=True)
def _at_the_root(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "160")


def typed(course: Path, *arguments: str) -> Result:
    words = ["collect", "--part", PART, "--course", str(course), *arguments]
    wide = Console(highlight=False, soft_wrap=True, width=160)
    with mock.patch.object(cli, "console", wide):
        return CliRunner().invoke(cli.app, words)


def test_a_class_is_collected_and_reported(course: Path, tmp_path: Path) -> None:
    bulk = {f"Jane Doe_1_assignsubmission_file/{k}": v for k, v in work(course).items()}
    bulk[f"[bold]_2_assignsubmission_file/{PART}.ipynb"] = as_bytes(answered(course))
    bulk["Ann Other_3_assignsubmission_file/essay.docx"] = b"PK"
    done = typed(course, str(put(tmp_path / "moodle.zip", packed(bulk))))
    assert done.exit_code == 1  # one submission was refused
    assert "1 collected, 1 collected: look, 1 refused" in done.output
    assert "contains no work on part1_scaler, only essay.docx" in " ".join(done.output.split())
    saved = json.loads((course / "collected" / f"{PART}.json").read_text(encoding="utf-8"))
    rows = {row["student"]: row for row in saved["hand_ins"]}
    assert set(rows) == {"jane-doe", "bold", "ann-other"}
    assert rows["jane-doe"]["status"] == "collected"
    assert rows["ann-other"]["left_out"] == []
    assert not (course / "submitted" / "ann-other").exists()


def test_a_clean_run_ends_well_and_a_dry_one_writes_no_report(course: Path, tmp_path: Path) -> None:
    archive = str(put(tmp_path / "jane.zip", packed(work(course))))
    dry = typed(course, archive, "--dry-run")
    assert (dry.exit_code, "what would be collected" in dry.output) == (0, True)
    assert not (course / "collected").exists()
    assert typed(course, archive).exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing-here.zip"], "nothing-here.zip does not exist"),
        ([".", "--zone", "Mars/Olympus"], "Unknown time zone 'Mars/Olympus'"),
        ([".", "--student", "../x"], "'../x' is not a valid student id"),
        ([".", "--roster", "[/]none.csv"], "Cannot read the roster [/]none.csv"),
        ([".", "--course", "tests"], "tests has no release of 'part1_scaler'"),
        ([".", "--part", "part0_none"], "Unknown part 'part0_none'. The parts are part1_"),
    ],
)
def test_errors_are_reported_without_a_traceback(course: Path, words: list[str], said: str) -> None:
    done = typed(course, *words)
    assert done.exit_code == 1
    assert said in done.output
    assert "Traceback" not in done.output


def test_ctrl_c_says_how_far_it_came(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, added = storage.Shelf.add, []

    def add(shelf: storage.Shelf, *args: object) -> bool:
        added.append(shelf)
        if len(added) == 2:
            raise KeyboardInterrupt
        return real(shelf, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(storage.Shelf, "add", add)
    for name in ("jane", "bob", "zoe"):
        put(tmp_path / "box" / f"{name}.zip", packed(work(course)))
    done = typed(course, str(tmp_path / "box"))
    assert done.exit_code == 130
    assert "1 collected. Run it again to collect the rest." in done.output
    monkeypatch.undo()
    monkeypatch.chdir(Path(cli.__file__).parent.parent)
    again = typed(course, str(tmp_path / "box"))
    assert "2 collected, 1 there already" in again.output
