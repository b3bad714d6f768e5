"""Feedback and points of the checks for right, wrong, broken and missing code."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.toolbox.conftest import TinyCourse
from toolbox import checks
from toolbox.checks.deadline import TooSlow
from toolbox.checks.plugin import CourseChecks
from toolbox.checks.pytest_run import run_tests

RIGHT = """
def area(width, height):
    if width < 0 or height < 0:
        raise ValueError("sides are not negative")
    return width * height
"""


def test_right_code_earns_all_public_points(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.student_writes(RIGHT)
    assert checks.grade("shapes.area") == 6
    assert capsys.readouterr().out == (
        "shapes.area: 6 of 6 points, 2 of 2 tests passed\n"
        "✓ The area is width times height\n"
        "✓ A negative side raises ValueError\n"
        "    The hidden tests are worth 2 points more.\n"
    )


def test_a_wrong_value_is_reported_with_call_and_expectation(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.student_writes(RIGHT.replace("width * height", "print('hm') or width + height"))
    assert checks.grade("shapes.area") == 2
    assert capsys.readouterr().out.startswith(
        "shapes.area: 2 of 6 points, 1 of 2 tests passed. Next: The area is width times height\n"
        "✗ The area is width times height\n"
        "    called        area(3, 4)\n"
        "    expected      12\n"
        "    got           7\n"
        "    printed       hm\n"
        "✓ A negative side"
    )


def test_an_error_is_reported_with_its_place_and_meaning(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.student_writes("def area(width, height):\n    return widht * height\n")
    assert not checks.verify("shapes.area")
    said = capsys.readouterr().out
    assert "got           NameError: name 'widht' is not defined" in said
    assert "where         student_code/shapes.py, line 2: return widht * height" in said
    assert "meaning       A name is used before it is defined, or it is misspelled." in said
    assert "Traceback" not in said


SHARED = '''"""Checks of a network, which several tests share."""


def check_size(network, name):
    scores = network(3)(4)
    return scores
'''
SHARED_TEST = '''from student_code import shapes
from toolbox.checks import task
from unit_tests import shared


@task("shapes.area")
def test_size() -> None:
    """It has a size."""
    shared.check_size(shapes.Net, "Net")
'''


def test_an_error_in_a_shared_check_shows_the_call_of_the_students_class(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    (tiny.folder / "unit_tests" / "shared.py").write_text(SHARED, encoding="utf-8")
    (tiny.folder / "unit_tests" / "test_shapes.py").write_text(SHARED_TEST, encoding="utf-8")
    tiny.student_writes(
        "class Net:\n    def __init__(self, width):\n        self.width = width\n"
        "    def __call__(self, x):\n        return x / 0\n"
    )
    assert not checks.verify("shapes.area")
    said = capsys.readouterr().out
    assert "    called        Net(3)(4)\n" in said
    assert "where         student_code/shapes.py, line 5: return x / 0" in said


NESTED_TEST = '''from student_code import shapes
from toolbox.checks import expect, task

SIDES = [3, 4]


@task("shapes.area")
def test_area() -> None:
    """It has an area."""
    found = []
    found.append(
        expect.equal(shapes.area(SIDES, 4) + 0, 12, f"area{SIDES}")
    )
'''


def test_an_error_shows_only_the_call_that_raised_it_with_the_values_of_its_names(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    (tiny.folder / "unit_tests" / "test_shapes.py").write_text(NESTED_TEST, encoding="utf-8")
    tiny.student_writes("def area(width, height):\n    return width / height\n")
    assert not checks.verify("shapes.area")
    said = capsys.readouterr().out
    assert "    called        area(SIDES, 4), with SIDES = [3, 4]\n" in said


def test_a_stub_is_reported_as_not_implemented(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny.student_writes("def area(width, height):\n    raise NotImplementedError()\n")
    assert checks.grade("shapes.area") == 0
    assert capsys.readouterr().out.startswith(
        "shapes.area: 0 of 6 points, 0 of 2 tests passed. "
        "Next: write area in student_code/shapes.py\n"
        "· The area is width times height: area is not implemented yet\n"
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (RIGHT.encode("utf-16"), "because it contains null bytes"),
        (RIGHT.encode("utf-16-le"), "because it contains null bytes"),
        (RIGHT.encode() + b"\0", "because it contains null bytes"),
        (b"# coding: none-such\n" + RIGHT.encode(), "unknown encoding"),
        ("# Gr\u00f6\u00dfe\nname = '\u00e9'\n".encode("latin-1"), "can't decode byte"),
    ],
    ids=["UTF-16", "UTF-16 without a BOM", "null byte", "unknown encoding", "Latin-1"],
)
def test_a_file_that_is_not_text_is_named_with_advice(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str], content: bytes, reason: str
) -> None:
    (tiny.folder / "student_code" / "shapes.py").write_bytes(content)
    assert not checks.verify("shapes.area")
    said = capsys.readouterr().out
    assert said.startswith("✗ student_code/shapes.py cannot be read as text")
    assert reason in said
    assert "Save it as UTF-8." in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def area(width, height)\n    pass\n", "shapes.py, line 1 is not valid Python"),
        ("import torhc\n", "ModuleNotFoundError: No module named 'torhc'"),
        ("raise SystemExit(3)\n", "SystemExit"),
        ("while True:\n    pass\n", "Is there a loop outside a function?"),
        ("x = 1\n", "has no attribute 'area'"),
    ],
)
def test_an_unusable_module_is_explained_in_a_sentence(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    tiny.student_writes(text)
    assert checks.grade("shapes.area") == 0
    out = capsys.readouterr().out
    assert said in out
    assert "Traceback" not in out


def test_a_missing_module_is_named(tiny: TinyCourse, capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.grade("shapes.area") == 0
    assert "✗ student_code/shapes.py is missing" in capsys.readouterr().out


def test_an_endless_loop_is_stopped(tiny: TinyCourse, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.student_writes("def area(width, height):\n    while True:\n        pass\n")
    start = time.process_time()
    assert checks.grade("shapes.area") == 0
    assert time.process_time() - start < 5
    assert "still running after 0.5 s" in capsys.readouterr().out


def test_an_endless_loop_that_catches_everything_is_stopped(tiny: TinyCourse) -> None:
    tiny.student_writes(
        "def area(w, h):\n    for _ in range(3):\n        try:\n"
        "            while True:\n                pass\n"
        "        except BaseException:\n            pass\n    return w * h\n"
    )
    assert checks.grade("shapes.area") <= 4


@pytest.mark.parametrize("way_out", ["exit()", "__import__('pytest').skip('no')"])
def test_exiting_early_does_not_pass(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str], way_out: str
) -> None:
    tiny.student_writes(f"def area(width, height):\n    {way_out}\n")
    assert checks.grade("shapes.area") == 0
    assert "✓" not in capsys.readouterr().out


def test_ending_pytest_does_not_pass(tiny: TinyCourse) -> None:
    tiny.student_writes("import pytest\ndef area(w, h):\n    pytest.exit('enough')\n")
    assert checks.grade("shapes.area") == 0


def test_nothing_reaches_stderr(tiny: TinyCourse, capsys: pytest.CaptureFixture[str]) -> None:
    noisy = "import sys, warnings\n" + RIGHT.replace(
        "    if width", "    warnings.warn('w'); print('e', file=sys.stderr)\n    if width"
    )
    tiny.student_writes(noisy)
    assert checks.grade("shapes.area") == 6
    assert capsys.readouterr().err == ""


def test_edits_apply_at_once_and_imports_are_restored(tiny: TinyCourse) -> None:
    tiny.student_writes(RIGHT.replace("width * height", "width + height"))
    assert checks.grade("shapes.area") == 2
    before = {name for name in sys.modules if name.startswith("student_code")}
    tiny.student_writes(RIGHT)
    assert checks.grade("shapes.area") == 6
    assert {name for name in sys.modules if name.startswith("student_code")} == before


HIDDEN = '''"""More."""
from student_code import shapes
from toolbox.checks import expect, task

@task("shapes.area")
def test_secret() -> None:
    """Fractions are areas too."""
    expect.close(shapes.area(0.5, 0.25), 0.125, "the secret call", atol=1e-12)
'''


def test_hidden_tests_add_their_points_and_keep_their_inputs(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from toolbox.checks import notebook_calls

    monkeypatch.setattr(notebook_calls, "_hidden", {})
    checks.add_hidden_tests("shapes.area", HIDDEN)
    tiny.student_writes(RIGHT)
    assert checks.grade("shapes.area") == 8
    tiny.student_writes(RIGHT.replace("width * height", "int(width * height)"))
    assert checks.grade("shapes.area") == 6
    said = capsys.readouterr().out
    assert "✗ Fractions are areas too" in said
    assert "secret" not in said
    assert not list(tiny.folder.rglob("*hidden*"))


def test_validate_gives_all_points_for_public_tests(
    tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    tiny.student_writes(RIGHT)
    assert checks.grade("shapes.area") == 8


def test_one_test_can_be_verified(tiny: TinyCourse, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.student_writes(RIGHT)

    @checks.task("shapes.area")
    def test_negative_sides_are_an_error() -> None:
        """A negative side raises ValueError."""

    assert checks.verify(test_negative_sides_are_an_error)
    assert "1 of 1 tests passed" in capsys.readouterr().out


def test_invalid_arguments_of_verify_are_rejected(tiny: TinyCourse) -> None:
    with pytest.raises(ValueError, match="verify takes the name of a function"):
        checks.verify(len)
    with pytest.raises(KeyError, match=r"unknown task 'shapes\.volume'"):
        checks.verify("shapes.volume")


def test_the_checks_plugin_is_registered_once(tiny: TinyCourse) -> None:
    conftest = Path(__file__).parent.parent.parent / "unit_tests" / "conftest.py"
    shutil.copyfile(conftest, tiny.folder / "unit_tests" / "conftest.py")
    tiny.student_writes(RIGHT)
    found: list[object] = []

    class Counting:
        def pytest_collection_finish(self, session: pytest.Session) -> None:
            found.extend(session.config.pluginmanager.get_plugins())

    run = run_tests(["unit_tests/test_shapes.py"], plugins=[Counting()])
    assert [outcome.passed for outcome in run.outcomes] == [True, True]
    assert sum(isinstance(each, CourseChecks) for each in found) == 1


def test_a_folder_outside_a_course_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from toolbox import course

    monkeypatch.setattr(course, "__file__", str(tmp_path / "x" / "course.py"))
    with pytest.raises(FileNotFoundError, match="is in no course folder"):
        course.find_root(tmp_path)


ENDLESS_TEXT = """
class Endless(Exception):
    def __str__(self):
        while True: pass

def area(width, height):
    raise Endless
"""
ENDLESS_VALUE = """
class Endless:
    def __repr__(self): return "Endless"
    def __array__(self, dtype=None, copy=None):
        while True: pass

def area(width, height):
    return Endless()
"""
ENDLESS_NAME = """
class Nameless(type):
    @property
    def __name__(cls):
        while True: pass

def area(width, height):
    raise Nameless("Endless", (Exception,), {})
"""


@pytest.mark.parametrize("text", [ENDLESS_TEXT, ENDLESS_VALUE, ENDLESS_NAME])
def test_describing_a_failure_has_a_time_limit(
    tiny: TinyCourse, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    tiny.student_writes(text)
    assert checks.grade("shapes.area") == 0
    assert "✗ The area is width times height" in capsys.readouterr().out


def test_a_module_that_never_loads_is_reported_without_a_traceback(
    tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine, the time limit could ring again while pytest formatted a traceback."""

    def interrupted(*_: object, **__: object) -> None:
        raise TooSlow("still running")

    monkeypatch.setattr("_pytest._code.code.ExceptionInfo.getrepr", interrupted)
    tiny.student_writes("while True:\n    pass\n")
    run = run_tests(["unit_tests/test_shapes.py"], seconds=0.1)
    assert len(run.broken) == 1


WITH_A_FILE = '''

@task("shapes.area")
def test_area_with_a_file(tmp_path) -> None:
    """A file may lie beside it"""
    (tmp_path / "file").write_text("")
'''


def test_what_other_runs_of_pytest_have_left_is_not_touched(
    tiny: TinyCourse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a run, pytest deletes the folders of earlier runs, and fails on some of them."""
    monkeypatch.setenv("PYTEST_DEBUG_TEMPROOT", str(tmp_path))
    shared = tmp_path / f"pytest-of-{getpass.getuser()}"
    shared.mkdir(mode=0o700)
    inner = str(shared / "garbage-of-an-earlier-run")
    for _ in range(1500):
        os.mkdir(inner)  # noqa: PTH102 - a Path as long as this is beyond pathlib
        inner += "/d"
    tiny.student_writes(RIGHT)
    tests = tiny.folder / "unit_tests" / "test_shapes.py"
    tests.write_text(tests.read_text(encoding="utf-8") + WITH_A_FILE, encoding="utf-8")
    run = run_tests(["unit_tests/test_shapes.py"])
    subprocess.run(["rm", "-rf", str(shared / "garbage-of-an-earlier-run")], check=True)
    assert [outcome.status for outcome in run.outcomes] == ["passed"] * 3
    assert list(shared.iterdir()) == []
