"""The table of the notebooks on photographs, made from a small notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from benchmarks import photographs

LABEL = "scene15 (photographs), validation"


def rows() -> list[str]:
    printed = "epoch 3\n✓ part3_both: 4 of 4 points. Accuracy 0.6 on held-out images (real)\n"
    output = new_output("stream", text=printed)
    notebook = new_notebook(cells=[new_code_cell("fit()", outputs=[output]), new_code_cell("1")])
    data = {"label": LABEL}
    saved: dict[str, Any] = {
        "part3_both": {"value": {"train": 0.75, "validation": 0.5}, "data": data},
        "part3_gap": {"value": 0.25, "data": data},
        "part3_study": {"value": [{"p": 0.5}], "data": data},
        "part3_epochs": {"value": 50.0, "data": None},  # as `results.number` saves a setting
    }
    return list(photographs.rows("part3_dropout_augmentation", notebook, saved, 65.4))


def test_results_and_printed_lines_are_listed() -> None:
    assert rows() == [
        "| 3 | printed | ✓ part3_both: 4 of 4 points. Accuracy 0.6 on held-out images (real) |",
        f"| 3 | both, {LABEL} | train 0.750, validation 0.500 |",
        f"| 3 | gap, {LABEL} | 0.250 |",
        "| 3 | the whole notebook, one thread | 65 s |",
    ]


def test_published_rows_of_other_parts_stay() -> None:
    text = photographs.table(
        {"part1_scaler": ["| 1 | a | b |"], "part5_segmentation": ["| 5 | c |"]}
    )
    known = photographs.published(text) | {"part3_dropout_augmentation": rows()}
    lines = photographs.table(known).splitlines()
    assert lines[:3] == [*photographs.HEAD.splitlines(), "| 1 | a | b |"]
    assert lines[3:-1] == rows()
    assert lines[-1] == "| 5 | c |"


def test_without_the_photographs_the_command_says_how_to_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert photographs.main(["--part", "part5_segmentation"]) == 2
    assert "python -m data_scripts fetch camvid" in capsys.readouterr().err
