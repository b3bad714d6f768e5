"""`coursekit grade` grades every part like plain nbgrader, at every sandbox level.

The first part with a trained network is compared in each run; all parts, students and levels with
`make parity`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.grading.fork_server.data_sets import prepare
from coursekit.grading.jobs import trained_run
from coursekit.grading.pipeline import grade
from coursekit.grading.protocol.messages import ImagesNeeded
from coursekit.grading.run_report import Report, Wish
from coursekit.grading.sandbox.levels import Level
from coursekit.grading.term_key import SETTING
from tests.conftest import ROOT
from tests.daily import some
from tests.grading import comparing
from tests.grading.at_level import at_most
from tests.grading.nine_parts import NineParts, environment
from tests.plain import nbgrader
from toolbox.course import Part

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sandboxes need Linux")

PARTS = [part.id for part in course_file.load(ROOT).built_parts]
TRAINED = [part.id for part in course_file.load(ROOT).built_parts if part.trained]
LEVELS = [Level.LIMITS, Level.NAMESPACES, Level.SEALED]
PART_WITH_A_NETWORK = "part2_simplenet"
Plain = Callable[[str], Path]


@pytest.fixture(scope="module")
def nine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NineParts:
    """The course with only those parts that the tests of this run use."""
    runs = [item for item in request.session.items if "nine" in getattr(item, "fixturenames", ())]
    named = [item.callspec.params["name"] for item in runs if hasattr(item, "callspec")]
    return NineParts(tmp_path_factory.mktemp("nine"), {PART_WITH_A_NETWORK, *named})


@pytest.fixture(scope="session")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> NineParts:
    """The course with submissions of all students for all parts."""
    found = NineParts(tmp_path_factory.mktemp("everybody"))
    for part in found.course.built_parts:
        found.hand_in(part)
        found.hand_in_samples(part)
    return found


@pytest.fixture(scope="session")
def everybody_by_nbgrader(everybody: NineParts, tmp_path_factory: pytest.TempPathFactory) -> Plain:
    """Grade a part with plain nbgrader, once for all levels."""
    graded: dict[str, Path] = {}

    def course(part: str) -> Path:
        if part not in graded:
            folder = everybody.copy(tmp_path_factory.mktemp("plain") / "course")
            graded[part] = by_nbgrader(folder, everybody.course.part(part))
        return graded[part]

    return course


def by_nbgrader(course: Path, part: Part) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(course / "data").items():
            patch.setenv(name, value)
        done = nbgrader(course, "autograde", part.id)
    assert done.returncode == 0, done.stderr[-3000:]
    return course


def by_coursekit(
    course: Path, part: Part, level: Level, *, data: str = "", students: tuple[str, ...] = ()
) -> Report:
    """Grade a part at a level, without replacing earlier modules by the reference."""
    with at_most(level), pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", data or str(course / "data"))
        patch.setenv("COURSE_DATA_PREFER", "offline")
        patch.setenv(SETTING, "public")  # the only seeds that plain nbgrader supports
        wish = Wish(part.id, students, least=Level.LIMITS)
        report = grade(course, wish, None, lambda done, of: None)
    if report.level < level:
        pytest.skip(f"this machine offers no more than {report.level.word}")
    return report


def compare(mine: Path, theirs: Path, part: Part) -> None:
    """Compare scores, comments, files and notebooks of two graded courses."""
    assert comparing.gradebook(mine) == comparing.gradebook(theirs)
    kept = comparing.files(theirs, part.id)
    for name in made_while_grading(theirs, part):
        del kept[name]
    assert comparing.files(mine, part.id) == kept
    found, expected = (comparing.notebooks(each, part.id) for each in (mine, theirs))
    assert found.keys() == expected.keys()
    for student, notebook in expected.items():
        assert found[student] == notebook, student


def made_while_grading(course: Path, part: Part) -> list[str]:
    """Return the files that a notebook wrote while plain nbgrader ran it.

    They stay beside the notebook; in a sandbox, such files are removed with the sandbox.
    """
    names = [name.split("/", 1) for name in comparing.files(course, part.id)]
    return [
        f"{student}/{name}"
        for student, name in names
        if name.startswith("results/")
        and not (course / "submitted" / student / part.id / name).exists()
    ]


def trained_points(course: Path, student: str) -> list[float]:
    grades = comparing.gradebook(course)["grades"]
    return [g[2] for g in grades if g[0] == student and g[1].startswith("trained-")]


@pytest.mark.parametrize("name", some({name: name for name in TRAINED}, one_in=4))
def test_trained_networks_are_graded_as_by_plain_nbgrader(
    name: str, nine: NineParts, tmp_path: Path
) -> None:
    part = nine.course.part(name)
    nine.hand_in(part)
    course = nine.copy(tmp_path / "ours")
    report = by_coursekit(course, part, Level.SEALED)
    assert (report.refused, report.incomplete, report.flags) == ({}, {}, {})
    theirs = by_nbgrader(nine.copy(tmp_path / "plain"), part)
    assert min(trained_points(theirs, "right")) > 0
    compare(course, theirs, part)


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.word)
@pytest.mark.parametrize("name", PARTS)
def test_everybody_is_graded_as_by_plain_nbgrader(
    name: str, level: Level, everybody: NineParts, everybody_by_nbgrader: Plain, tmp_path: Path
) -> None:
    part = everybody.course.part(name)
    course = everybody.copy(tmp_path / "ours")
    report = by_coursekit(course, part, level)
    assert (report.refused, report.incomplete) == ({}, {})
    compare(course, everybody_by_nbgrader(name), part)


def test_failures_of_the_course_are_not_graded_as_zero(nine: NineParts, tmp_path: Path) -> None:
    """Try hidden tests that cannot be loaded, and a measurement that crashes."""
    part = nine.course.part(PART_WITH_A_NETWORK)
    nine.hand_in(part)
    course = nine.copy(tmp_path / "course")
    measuring = course / "source" / part.id / "toolbox" / "checks" / "trained.py"
    crash = '\n\ndef grade_trained(run: str) -> float:\n    raise RuntimeError("out of order")\n'
    measuring.write_text(measuring.read_text(encoding="utf-8") + crash, encoding="utf-8")
    notebook = course / "source" / part.id / f"{part.id}.ipynb"
    content = json.loads(notebook.read_text(encoding="utf-8"))
    name = part.tasks[0].function
    begin = f"checks.add_hidden_tests(\"{name}\", r'''"
    broken = 0
    for cell in content["cells"]:
        source = "".join(cell["source"])
        if begin in source:
            cell["source"] = source.replace(begin, f"{begin}import no_such_module\n")
            broken += 1
    assert broken == 1
    notebook.write_text(json.dumps(content), encoding="utf-8")
    report = by_coursekit(course, part, Level.SEALED, students=("right",))
    assert report.graded == []
    assert "RuntimeError: out of order" in report.incomplete["right"]
    assert f"{name}: the course's own test failed, run again" in report.incomplete["right"]
    waiting = {g[1] for g in comparing.gradebook(course)["grades"] if g[0] == "right" and g[5]}
    assert {f"trained-{part.trained[0].run}", name.replace(".", "-")} <= waiting


def test_a_network_without_images_to_measure_on_is_not_graded(
    nine: NineParts, tmp_path: Path
) -> None:
    part = nine.course.part(PART_WITH_A_NETWORK)
    nine.hand_in(part)
    course = nine.copy(tmp_path / "course")
    (tmp_path / "file").write_text("", encoding="utf-8")
    data = str(tmp_path / "file" / "data")
    report = by_coursekit(course, part, Level.SEALED, data=data, students=("right",))
    assert report.graded == []
    assert "no images to measure on: NotADirectoryError" in report.incomplete["right"]


def test_only_a_cell_that_measures_a_network_names_its_run() -> None:
    assert trained_run('checks.grade_trained("part2_simplenet")\n') == "part2_simplenet"
    for other in ('checks.grade("a.b")', 'checks.grade_trained("a"); x', "checks.grade_trained(a)"):
        assert trained_run(other) == ""
    assert trained_run("def") == ""


def test_preparing_names_unavailable_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    settings = {"COURSE_DATA": str(tmp_path / "file" / "data"), "COURSE_DATA_PREFER": "offline"}
    for name, value in {**settings, "COURSE_STEADY": "1"}.items():
        monkeypatch.setenv(name, value)  # restored after the test
    monkeypatch.chdir(ROOT)
    said: list[str] = []
    wish: ImagesNeeded = {
        "datasets": ["scene15"],
        "runs": ["part2_simplenet"],
        "environment": settings,
    }
    problems = prepare(wish, said.append)
    assert problems["part2_simplenet"].startswith("NotADirectoryError: ")
    assert any(line.startswith("Cannot prepare the images of scene15: ") for line in said)
