"""The tested versions are defined in one place, and other versions lead to advice."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from coursekit import constraints, doctor, private_apis
from coursekit.errors import CourseProblem
from toolbox import notebook, tested_versions

FILES = ("py311.txt", "py312.txt", "py313.txt", "colab.txt")
# The tests in `tests/attacks` are student texts, which may import anything.
FOLDERS = ("coursekit", "toolbox", "data_scripts", "student_code", "unit_tests", "misconceptions")
PUBLIC = ("nbgrader.api", "IPython.display")
PRIVATE = re.compile(r"(_pytest\.|pluggy\._|nbgrader\.|IPython\.|ipykernel\.)\w[\w.]*")


@pytest.mark.parametrize("name", FILES)
def test_constraints_hold_names_and_versions_only(root: Path, name: str) -> None:
    lines = (root / "constraints" / name).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    pins = [line for line in lines if not line.startswith("#")]
    assert len(pins) > 10
    for line in pins:
        assert re.fullmatch(r"[a-z0-9.-]+==[0-9][0-9a-z.]*", line), line
        assert not re.match("nvidia|cuda|triton", line), line
    assert pins == sorted(pins, key=lambda line: line.split("==")[0])


def test_constraints_fit_what_the_project_asks_for(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = sum(project["optional-dependencies"].values(), project["dependencies"])
    for name in FILES:
        pins = tested_versions.pins(root / "constraints" / name)
        for wanted in map(Requirement, lines):
            if wanted.marker is None and (name != "colab.txt" or wanted.name in pins):
                assert wanted.specifier.contains(pins[wanted.name]), (name, str(wanted))


def test_constraints_of_this_environment_can_be_written(tmp_path: Path) -> None:
    pins = tested_versions.pins(constraints.write(tmp_path / "constraints"))
    assert {"torch", "numpy", "nbgrader", "pytest", "ruff"} <= set(pins)
    assert "vision-course" not in pins
    assert not [name for name in pins if name.startswith(("nvidia", "cuda", "triton"))]


def test_constraints_of_this_environment_fit_every_release_of_this_python() -> None:
    """Debian 12 has Python 3.11.2: a package that needs 3.11.5 could not be installed there."""
    assert constraints.too_new(constraints.pinned()) == []


def test_constraints_that_exclude_a_release_are_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = "{}.{}".format(*sys.version_info)
    package = tmp_path / "narrow-2.0.dist-info"
    package.mkdir()
    needed = f"Requires-Python: >={python}.5"
    (package / "METADATA").write_text(f"Name: narrow\nVersion: 2.0\n{needed}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(constraints, "pinned", lambda: {"narrow": "2.0"})
    said = rf"narrow 2.0 needs Python >={python}.5, .* --python-version {python}.0 narrow"
    with pytest.raises(CourseProblem, match=said):
        constraints.write(tmp_path / "constraints")
    assert not (tmp_path / "constraints").exists()


def used(root: Path) -> Iterator[str]:
    """Yield the private modules that the code imports or names in a string."""
    paths = [path for name in FOLDERS for path in (root / name).rglob("*.py")]
    for path in paths:
        if path.name == "private_apis.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[Any] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module]
            elif isinstance(node, ast.Constant):
                names = [node.value]
            yield from (n for n in names if isinstance(n, str) and PRIVATE.fullmatch(n))


def test_every_private_part_that_is_used_is_listed(root: Path) -> None:
    listed = {name for names in private_apis.PRIVATE_MODULES.values() for name in names}
    assert set(used(root)) - set(PUBLIC) == listed, "update coursekit/private_apis.py"


@pytest.fixture
def tested(root: Path) -> tested_versions.TestedVersions:
    found = tested_versions.read(root / "constraints")
    assert found is not None
    return found


def test_what_is_tested_follows_from_the_constraints(
    tested: tested_versions.TestedVersions,
) -> None:
    assert tested.pythons == ((3, 11), (3, 12), (3, 13))
    assert tested.python_range == "3.11 to 3.13"
    assert tested.covers("torch", "2.11.0+cu128")
    assert not tested.covers("torch", "2.10.9")
    assert not tested.covers_python((3, 14))


def test_the_workflow_runs_the_tested_versions(
    root: Path, tested: tested_versions.TestedVersions
) -> None:
    text = (root / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    wanted = [f"{major}.{minor}" for major, minor in tested.pythons]
    assert jobs["everything"]["strategy"]["matrix"]["python"] == wanted
    assert jobs["students"]["strategy"]["matrix"]["python"] == wanted
    assert f"REQUIRED = {tuple(wanted)!r}".replace("'", '"') in (
        root / ".ci" / "matrix.py"
    ).read_text(encoding="utf-8")


def test_tested_versions_give_no_advice(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.setattr(tested_versions, "_installed", {"torch": "2.11.0", "numpy": "2.5.9"}.get)
    assert tested_versions.advice_on_mismatch(root) == ""


def test_a_course_without_constraints_gives_no_advice(tmp_path: Path) -> None:
    assert tested_versions.advice_on_mismatch(tmp_path) == ""


def test_a_mismatch_is_one_sentence_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.setattr(tested_versions, "_installed", {"torch": "2.3.1", "numpy": "1.26.4"}.get)
    said = tested_versions.advice_on_mismatch(root)
    assert said.startswith("The course was not tested with torch 2.3.1 (tested: 2.11 to 2.")
    assert "and numpy 1.26.4 (tested: 2.1 to 2.5): if something fails, run `pip install" in said
    assert re.search(r"-c constraints/py3\d\d\.txt` and restart the kernel\.$", said)
    monkeypatch.setattr(tested_versions.sys, "version_info", (3, 15, 0))
    said = tested_versions.advice_on_mismatch(root)
    assert "Python 3.15 (tested: 3.11 to 3.13)" in said
    assert said.endswith("install Python 3.13 and create a new environment with it.")
    monkeypatch.setitem(tested_versions.sys.modules, "google.colab", tested_versions)
    assert "runtime version under Runtime" in tested_versions.advice_on_mismatch(root)


def test_the_first_cell_prints_it_and_grading_does_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.setup("part1_scaler")
    assert capsys.readouterr().out.count("\n") == 1
    monkeypatch.setattr(tested_versions, "_installed", {"torch": "1.0"}.get)
    notebook.setup("part1_scaler")
    assert capsys.readouterr().out.startswith("The course was not tested with torch 1.0")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    notebook.setup("part1_scaler")
    assert capsys.readouterr().out.count("\n") == 1


def test_the_doctor_says_what_was_tested_and_warns_outside(
    monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    findings = list(doctor.machine(root))
    assert findings[0].what.endswith("tested: 3.11 to 3.13")
    assert not any("private APIs" in finding.what for finding in findings)
    monkeypatch.setattr(private_apis, "version", lambda name: "99.1")
    wrong = [finding for finding in doctor.machine(root) if "private APIs" in finding.what]
    assert [finding.what.split()[0] for finding in wrong] == list(private_apis.PRIVATE_MODULES)
    assert not any(finding.fine for finding in wrong)
