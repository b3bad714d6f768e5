"""After two failed attempts at a test, a notebook and a shell show a worked example."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.toolbox.conftest import TinyCourse
from toolbox import __main__ as shell
from toolbox import checks
from toolbox.checks import attempts, worked_examples
from toolbox.checks.arranged_feedback import arrange
from toolbox.checks.attempts import failed_again
from toolbox.checks.outcome import Outcome, Run
from toolbox.checks.pytest_run import run_tests

SUM = "def area(width, height):\n    return width + height\n"
NEGATIVE = "def area(width, height):\n    return -width * height\n"
ONLY_ERRORS = "def area(width, height):\n    return width * height\n"
RIGHT = (
    "def area(width, height):\n    if width < 0:\n        raise ValueError\n"
    "    return width * height\n"
)
EXAMPLE = "area(2, 3)\n2 · 3 = 6\ngives 6"
SHOWN = "    example       area(2, 3)\n                  2 · 3 = 6\n                  gives 6\n"


@pytest.fixture(autouse=True)
def an_example(tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the tiny course one example."""
    monkeypatch.setattr(worked_examples, "table", lambda: {"shapes.area": EXAMPLE.splitlines()})


@pytest.fixture
def checked(tiny: TinyCourse, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that checks some code in a notebook's way, and returns the output."""

    def check(code: str) -> str:
        tiny.student_writes(code)
        checks.grade("shapes.area")
        return capsys.readouterr().out

    return check


def test_the_example_is_shown_at_the_second_failed_attempt(checked: Any) -> None:
    assert "example" not in checked(SUM)
    said = checked(NEGATIVE)
    assert said.count(SHOWN) == 1
    first, _, rest = said.partition(SHOWN)
    assert "✗ The area is width times height" in first
    assert "✗ A negative side raises ValueError" in rest  # the first failure has the example


def test_checking_the_same_code_again_is_no_attempt(checked: Any) -> None:
    checked(SUM)
    assert "example" not in checked(SUM)
    assert "example" not in checked(f'"""A comment."""\n{SUM}    # and one more\n')


def test_a_test_that_passes_starts_again(checked: Any) -> None:
    checked(SUM)
    checked(RIGHT)
    assert "example" not in checked(NEGATIVE)
    assert SHOWN in checked(SUM)


def test_each_test_counts_its_own_attempts(checked: Any) -> None:
    assert "example" not in checked(ONLY_ERRORS)
    said = checked(SUM)
    # The first failure was passed before; only the second one failed twice.
    first, _, rest = said.partition("✗ A negative side raises ValueError")
    assert "example" not in first
    assert SHOWN in rest


def test_a_stub_is_no_attempt(checked: Any) -> None:
    for text in ("raise NotImplementedError", "x = 1; raise NotImplementedError"):
        assert "example" not in checked(f"def area(width, height):\n    {text}\n")
    assert "example" not in checked(SUM)


def test_grading_shows_no_example_and_counts_nothing(
    checked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert "example" not in checked(SUM)
    assert "example" not in checked(NEGATIVE)
    monkeypatch.delenv("NBGRADER_EXECUTION")
    assert "example" not in checked(SUM)


def test_a_shell_shows_the_same_example(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    for code in (SUM, NEGATIVE):
        tiny.student_writes(code)
        assert shell.main(["check", "1"]) == shell.INCOMPLETE
    assert SHOWN in capsys.readouterr().out


def test_attempts_are_kept_for_each_course_folder(
    tiny: TinyCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tried() -> set[tuple[str, str]]:
        tiny.student_writes(SUM)
        return failed_again(run_tests(["unit_tests/test_shapes.py"]))

    tried()
    (file,) = (tmp_path / "data" / "cache" / "attempts").iterdir()
    assert str(tmp_path) not in file.read_text(encoding="utf-8")
    monkeypatch.setattr(attempts.course, "find_root", lambda: Path("/elsewhere"))
    assert attempts._place() != file


@pytest.mark.parametrize("content", ["", "[]", '{"shapes.area test": 3}', "{"])
def test_a_damaged_memory_is_replaced(tiny: TinyCourse, checked: Any, content: str) -> None:
    place = attempts._place()
    place.parent.mkdir(parents=True)
    place.write_text(content, encoding="utf-8")
    checked(SUM)
    assert SHOWN in checked(NEGATIVE)


def test_without_a_place_to_write_the_session_remembers(
    checked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(attempts, "write_whole", full)
    monkeypatch.setattr(attempts, "_session", {})
    checked(SUM)
    assert SHOWN in checked(NEGATIVE)


def test_old_course_folders_are_forgotten(
    checked: Any, tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "KEPT", 2)
    folder = attempts._place().parent
    folder.mkdir(parents=True)
    for name in "abc":
        (folder / f"{name}.json").write_text("{}", encoding="utf-8")
    checked(SUM)
    assert len(list(folder.glob("*.json"))) == 2
    assert attempts._place().is_file()


def test_hidden_tests_are_not_counted(tiny: TinyCourse) -> None:
    tiny.student_writes(SUM)
    hidden = Outcome("test_x", "x", "shapes.area", 1.0, hidden=True, status="failed")
    run = Run([hidden], [])
    assert failed_again(run) == set()
    tiny.student_writes(NEGATIVE)
    assert failed_again(run) == set()


def test_the_page_shows_the_example_without_a_click(tiny: TinyCourse) -> None:
    tiny.student_writes(SUM)
    failed = Outcome("test_x", "x", "shapes.area", 1.0, status="failed", got="<b>")
    (found,) = arrange(Run([failed], []), repeated={("shapes.area", "test_x")})
    assert dict(found.groups[0].details)["example"] == EXAMPLE
    from toolbox.checks.feedback_html import as_html

    page = as_html([], [found])
    assert f">{EXAMPLE}</pre>" in page
    assert "<details open>" in page


CALLED = """
def area(width, height):
    return width + height


def volume(width, height, depth):
    return {} * depth
"""
TEST_OF_VOLUME = '''

@task("shapes.volume")
def test_volume_is_area_times_depth() -> None:
    """The volume is the area times the depth."""
    expect.equal(shapes.volume(2, 3, 4), 24, "volume(2, 3, 4)")
'''
FIRST = "Next: correct shapes.area, which volume uses and which fails its own check"


@pytest.fixture
def with_volume(tiny: TinyCourse) -> TinyCourse:
    facts = json.loads((tiny.folder / "course.json").read_text(encoding="utf-8"))
    task = {"function": "shapes.volume", "points": 2, "hidden": 0}
    facts["parts"][0]["tasks"].append(task)
    (tiny.folder / "course.json").write_text(json.dumps(facts), encoding="utf-8")
    tests = tiny.folder / "unit_tests" / "test_shapes.py"
    tests.write_text(tests.read_text(encoding="utf-8") + TEST_OF_VOLUME, encoding="utf-8")
    return tiny


def test_a_wrong_function_that_is_called_comes_first(
    with_volume: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    with_volume.student_writes(CALLED.format("area(width, height)"))
    checks.grade("shapes.volume")
    assert "Next: The volume" in capsys.readouterr().out  # nothing is known of area yet
    checks.grade("shapes.area")
    assert "which fails its own check" not in capsys.readouterr().out
    checks.grade("shapes.volume")
    assert FIRST in capsys.readouterr().out
    assert shell.main(["check", "shapes.volume"]) == shell.INCOMPLETE
    assert FIRST in capsys.readouterr().out


@pytest.mark.parametrize(
    "volume", ["width + height", "area(width, height)"], ids=["not called", "changed since"]
)
def test_a_function_that_is_not_called_or_was_edited_is_not_named(
    with_volume: TinyCourse, capsys: pytest.CaptureFixture[str], volume: str
) -> None:
    code = CALLED.format(volume)
    with_volume.student_writes(code)
    checks.grade("shapes.area")
    if volume.startswith("area"):
        with_volume.student_writes(code.replace("    return width + height", "    return width", 1))
    checks.grade("shapes.volume")
    assert "which fails its own check" not in capsys.readouterr().out
