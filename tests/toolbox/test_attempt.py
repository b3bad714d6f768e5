"""`%%attempt` explains errors, and lets the notebook continue."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from tests.toolbox.conftest import TinyCourse
from toolbox import notebook


@pytest.fixture
def shell(tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.syspath_prepend(str(tiny.folder))
    shell = InteractiveShell.instance()
    notebook.setup("part1_shapes")
    yield shell
    InteractiveShell.clear_instance()


def said(shell: InteractiveShell, capsys: pytest.CaptureFixture[str], cell: str) -> str:
    capsys.readouterr()
    result = shell.run_cell(f"%%attempt\n{cell}")
    assert result.success
    out = capsys.readouterr().out
    assert "Traceback" not in out
    return out


def test_setup_prints_a_summary_of_the_part(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str], shell: InteractiveShell
) -> None:
    assert "Shapes: 8 points, about 5 minutes. Ready." in capsys.readouterr().out


def test_a_cell_without_errors_runs_normally(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(shell, capsys, "answer = 6 * 7\nprint(answer)") == "42\n"
    assert shell.user_ns["answer"] == 42


def test_a_stub_is_reported_as_not_implemented(
    tiny: TinyCourse, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.student_writes("def area(w, h):\n    raise NotImplementedError()\n")
    out = said(shell, capsys, "from student_code.shapes import area\narea(1, 2)")
    assert out == "· area is not implemented yet. Come back to this cell when it is.\n"


def test_a_name_from_a_cell_above_is_explained(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    out = said(shell, capsys, "len(loader)")
    assert out == (
        "· name 'loader' is not defined: run the cells above this one first, "
        "starting from the top.\n"
    )


def test_an_error_is_reported_with_its_line(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    out = said(shell, capsys, "x = 1\nx / 0")
    assert "✗ ZeroDivisionError: division by zero" in out
    assert "this cell, line 2: x / 0" in out


def test_a_syntax_error_is_reported(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "is not valid Python" in said(shell, capsys, "for x in (1, 2\n    pass")


def test_the_cell_is_skipped_while_grading(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert said(shell, capsys, "print('trained for an hour')") == "Skipped while grading.\n"


def test_an_unwritten_cell_is_reported(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    out = said(shell, capsys, "# YOUR CODE HERE\nraise NotImplementedError()")
    assert out == "· This cell is not written yet: replace the line that raises the error.\n"
