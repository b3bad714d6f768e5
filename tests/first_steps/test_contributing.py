"""The recipes of CONTRIBUTING.md work as printed, in a copy of the course."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import copy_source
from tests.first_steps.page_steps import Reader, sections

ROOT = Path(__file__).resolve().parent.parent.parent
RECIPES = {
    name: steps
    for name, steps in sections(ROOT / "CONTRIBUTING.md").items()
    if name.startswith("Add ")
}


def test_there_is_a_recipe_for_each_thing_that_courses_consist_of() -> None:
    things = {
        "a misconception",
        "an alternative",
        "a function",
        "a question",
        "a data set",
        "a part",
    }
    assert set(RECIPES) == {f"Add {thing}" for thing in things}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_works_as_printed(name: str, built: Path, tmp_path: Path) -> None:
    course = copy_source(tmp_path / "course")
    shutil.copytree(built / "build" / ".cache", course / "build" / ".cache")  # saves some minutes
    (tmp_path / "programs").mkdir()
    reader = Reader(course, tmp_path / "programs", **_data(name, tmp_path))
    reader.follows(RECIPES[name])


def _data(name: str, tmp_path: Path) -> dict[str, str]:
    """Return a separate data folder for the recipe that installs a data set."""
    return {"COURSE_DATA": str(tmp_path / "data" if name == "Add a data set" else ROOT / "data")}


def test_pre_commit_runs_what_lint_runs(root: Path) -> None:
    """Except for mypy, which checks the whole course and takes too long for each commit."""
    config = yaml.safe_load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert all(hook["language"] == "system" for hook in hooks)  # nothing is downloaded
    entries = {hook["entry"].replace(" --force-exclude", "") for hook in hooks}
    lint = (root / "Makefile").read_text(encoding="utf-8").split("\nlint:")[1].split("\n\n")[0]
    commands = re.findall(r"@\$\((?:BIN\)/|RUN\) -m )(.+)", lint)
    wanted = {command.removesuffix(" .") for command in commands} - {"mypy"}
    assert {entry.removeprefix("python -m ") for entry in entries} == wanted


def test_the_issue_forms_are_well_formed(root: Path) -> None:
    forms = sorted((root / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    read = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in forms}
    del read["config"]
    assert len(read) >= 3
    for name, form in read.items():
        assert {"name", "description", "body"} <= set(form), name
        ids = [field["id"] for field in form["body"]]
        assert len(ids) == len(set(ids)), name
        for field in form["body"]:
            assert field["type"] in {"input", "textarea", "dropdown"}, name
            assert field["attributes"]["label"], name


def test_the_citation_names_the_version_of_the_project(root: Path) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"cff-version", "message", "title", "authors"} <= set(
        citation
    )  # what the format requires
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]
