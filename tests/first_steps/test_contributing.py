"""The recipes of CONTRIBUTING.md work as printed, in a copy of the course.

A daily run follows a few recipes, and makes the edits of the others, without the commands that take
long; `make tutorials` follows all.
"""

from __future__ import annotations

import ast
import re
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml

from coursekit import course_file
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


# The others also measure tests with mutants, or build a part from nothing.
DAILY = ("Add a question", "Add a data set")
OTHERS = [name for name in RECIPES if name not in DAILY]


@pytest.mark.parametrize(
    "name", [*DAILY, *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)]
)
def test_a_recipe_works_as_printed(name: str, built: Path, tmp_path: Path) -> None:
    reader = reader_of(name, tmp_path)
    if name in DAILY:  # what was built with these settings is not built again
        shutil.copyfile(built / "course.toml", reader.folder / "course.toml")
    shutil.copytree(built / "build" / ".cache", reader.folder / "build" / ".cache")  # saves minutes
    reader.follows(RECIPES[name])


@pytest.mark.parametrize("name", OTHERS)
def test_the_edits_of_a_recipe_can_be_made(name: str, tmp_path: Path) -> None:
    reader = reader_of(name, tmp_path)
    reader.edits(RECIPES[name], "coursekit new-part", "coursekit sync")
    course_file.read(reader.folder / "course.toml")
    for path in reader.edited:
        text = path.read_text(encoding="utf-8")
        ast.parse(text) if path.suffix == ".py" else tomllib.loads(text)
    assert reader.edited


def reader_of(name: str, folder: Path) -> Reader:
    """Return a reader of a recipe with a copy of the course."""
    (folder / "programs").mkdir()
    return Reader(copy_source(folder / "course"), folder / "programs", **_data(name, folder))


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
