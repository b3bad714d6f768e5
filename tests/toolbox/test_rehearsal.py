"""The rehearsal of a demo: a cell that runs alone, and messages if it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.toolbox.conftest import TinyCourse
from tests.toolbox.conftest import tiny as tiny
from toolbox import course as courses
from toolbox.__main__ import COMPLETE, INCOMPLETE, NOTHING, main
from toolbox.rehearsal import RehearsalError, demo_cell, rehearse

GOOD = f"""%%attempt
import sys
sys.path.append({str(ROOT)!r})
import matplotlib.pyplot as plt
from toolbox import results
print("three shapes")
results.figure("part1_demo", plt.figure(), alt="Three shapes.")
"""


@pytest.fixture(autouse=True)
def _results(tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_RESULTS", str(tiny.folder / "results"))


def write(folder: Path, source: str, grade_id: str = "part1_demo") -> None:
    above = {"cell_type": "code", "id": "a", "metadata": {}, "source": "from_above = 1"}
    demo = {
        "cell_type": "code",
        "id": "b",
        "metadata": {"nbgrader": {"grade_id": grade_id}},
        "source": source.splitlines(keepends=True),
    }
    path = folder / "notebooks" / "part1_shapes.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"cells": [above, demo]}), encoding="utf-8")


def test_a_good_demo_shows_its_figure(tiny: TinyCourse, capsys: pytest.CaptureFixture[str]) -> None:
    write(tiny.folder, GOOD)
    assert main(["demo", "1"]) == COMPLETE
    said = capsys.readouterr().out
    assert "three shapes" in said
    assert "of 600 s. It shows results/figures/part1_demo.png." in said
    assert (tiny.folder / "results" / "figures" / "part1_demo.png").is_file()


def test_a_variable_from_above_is_missing(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tiny.folder, GOOD + "print(from_above)\n")
    assert main(["demo", "part1"]) == INCOMPLETE
    said = capsys.readouterr().out
    assert "line 8 of the cell (print(from_above)): NameError" in said
    assert "The demo starts with nothing" in said


def test_an_old_figure_does_not_count(tiny: TinyCourse) -> None:
    part = courses.load(tiny.folder).parts[0]
    write(tiny.folder, GOOD)
    assert rehearse(tiny.folder, part).figure
    write(tiny.folder, "print('no figure')\n")
    found = rehearse(tiny.folder, part)
    assert found.figure is None
    assert 'end the cell with results.figure("part1_demo", ...)' in found.problem


def test_a_demo_that_never_ends_is_stopped(tiny: TinyCourse) -> None:
    write(tiny.folder, "while True: pass\n")
    found = rehearse(tiny.folder, courses.load(tiny.folder).parts[0], seconds=1)
    assert found.problem == "it was still running after 1 s"


@pytest.mark.parametrize(
    ("source", "grade_id", "said"),
    [
        ("# YOUR CODE HERE\nraise NotImplementedError()\n", "part1_demo", "is not written yet"),
        (GOOD, "part1_other", "contains no cell part1_demo"),
    ],
)
def test_without_a_demo_it_says_what_to_do(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str], source: str, grade_id: str, said: str
) -> None:
    write(tiny.folder, source, grade_id)
    assert main(["demo", "1"]) == NOTHING
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"), [(None, "is missing"), ("not json", "is damaged"), ("[]", "is damaged")]
)
def test_a_missing_or_damaged_notebook(tiny: TinyCourse, content: str | None, said: str) -> None:
    path = tiny.folder / "notebooks" / "part1_shapes.ipynb"
    path.parent.mkdir(exist_ok=True)
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(RehearsalError, match=said):
        demo_cell(tiny.folder, courses.load(tiny.folder).parts[0])
