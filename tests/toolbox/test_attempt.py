"""`%%attempt` explains errors, and lets the notebook continue."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from tests.toolbox.conftest import TinyCourse
from toolbox import checks, notebook


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


LATE = "\n\n# a comment that moves the code down\n"


def test_an_edited_file_is_quoted_as_it_is_now(
    tiny: TinyCourse, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.student_writes("def area(w, h):\n    return w / 0\n")
    cell = "from student_code.shapes import area\narea(1, 2)"
    assert "shapes.py, line 2: return w / 0" in said(shell, capsys, cell)
    tiny.student_writes(LATE + "def area(w, h):\n    return h / (w - 1)\n")
    assert "shapes.py, line 5: return h / (w - 1)" in said(shell, capsys, "area(1, 2)")
    checks.verify("shapes.area")
    tiny.student_writes("def area(w, h):\n    return [][w]\n")
    capsys.readouterr()
    checks.verify("shapes.area")
    assert "shapes.py, line 2: return [][w]" in capsys.readouterr().out


def test_yesterdays_code_never_runs_in_place_of_a_broken_file(
    tiny: TinyCourse, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.student_writes("def area(w, h):\n    return 'yesterday'\n")
    said(shell, capsys, "from student_code.shapes import area\nprint(area(1, 2))")
    tiny.student_writes("def area(w, h)\n    return 'today'\n")
    for _ in range(2):
        out = said(shell, capsys, "result = area(1, 2)\nprint(result)")
        assert out.startswith("✗ student_code/shapes.py, line 1 is not valid Python")
        assert out.endswith("    This cell was not run.\n")
        assert "yesterday" not in out
    out = said(shell, capsys, "print(1)\nresult")
    assert "This cell was not run." in out
    tiny.student_writes("def area(w, h):\n    return 'today'\n")
    assert said(shell, capsys, "print(area(1, 2))") == "today\n"


def test_an_ordinary_cell_warns_once_that_a_file_is_broken(
    tiny: TinyCourse, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.student_writes("def area(w, h):\n    return 1\n")
    said(shell, capsys, "from student_code.shapes import area")
    tiny.student_writes("def area(w, h:\n    return 1\n")
    shell.run_cell("6 * 7")
    captured = capsys.readouterr()
    assert captured.out.count("is not valid Python") == 1
    assert "still uses the code from before" in captured.out
    assert "Traceback" not in captured.out + captured.err
    shell.run_cell("6 * 7")
    assert "is not valid Python" not in capsys.readouterr().out


def test_a_missing_name_is_traced_to_the_cell_that_stopped(
    tiny: TinyCourse, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.student_writes("def area(w, h):\n    raise NotImplementedError()\n")
    said(shell, capsys, "from student_code.shapes import area\nloader = area(1, 2)")
    out = said(shell, capsys, "count = len(loader)")
    assert out == (
        "· loader is missing, because the cell above that sets it stopped: "
        "area is not implemented yet.\n"
    )
    out = said(shell, capsys, "print(count)")
    assert "count is missing" in out
    assert "area is not implemented yet" in out
    tiny.student_writes("def area(w, h):\n    return [w, h]\n")
    said(shell, capsys, "loader = area(1, 2)")
    assert said(shell, capsys, "print(len(loader))") == "2\n"


def test_a_name_of_an_unwritten_cell_is_traced_to_it(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    unwritten = '# configuration = {"lr": ...}\n# YOUR CODE HERE\nraise NotImplementedError()'
    said(shell, capsys, unwritten)
    because = "the cell above that sets it stopped: configuration is not written yet.\n"
    assert said(shell, capsys, "history = len(configuration)") == (
        f"· configuration is missing, because {because}"
    )
    assert said(shell, capsys, "print(history)") == f"· history is missing, because {because}"
    said(shell, capsys, "configuration = [1]")
    assert said(shell, capsys, "print(len(configuration))") == "1\n"


def test_ctrl_c_is_one_line(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    result = shell.run_cell("%%attempt\nraise KeyboardInterrupt")
    assert isinstance(result.error_in_exec, KeyboardInterrupt)
    captured = capsys.readouterr()
    assert (captured.out + captured.err).strip() == "Interrupted."
