"""The workflows use only targets, paths, versions and inputs of actions that exist.

Nothing here runs a workflow; the inputs are those that the actions document.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from coursekit import course_file
from coursekit.builds import trees
from coursekit.sandbox_check import FORBIDDING

ROOT = Path(__file__).resolve().parent.parent.parent
PATHS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NAMES = [path.stem for path in PATHS]
INPUTS = {
    "actions/checkout@v4": {"repository", "ref", "ssh-key", "path", "fetch-depth"},
    "actions/setup-python@v5": {"python-version", "cache"},
    "actions/upload-artifact@v4": {"name", "path", "include-hidden-files", "retention-days"},
    "actions/download-artifact@v4": {"name", "path", "pattern", "merge-multiple"},
    "actions/upload-pages-artifact@v3": {"name", "path", "retention-days"},
    "actions/deploy-pages@v4": {"artifact_name", "timeout"},
}
# What a step before creates, by path: the command that does it.
CREATED = {
    "build/release": "make build",
    "build/solution": "make build",
    "build/site/html": "make site",
    "build/dist": "tools.release --artifacts",
    ".venv/bin/python": "make build",
}


def jobs() -> list[tuple[str, dict[str, Any]]]:
    """Return every job with the name of its workflow."""
    return [
        (f"{path.stem}: {name}", job)
        for path in PATHS
        for name, job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].items()
    ]


JOBS = jobs()
EACH_JOB = pytest.mark.parametrize("job", [job for _, job in JOBS], ids=[name for name, _ in JOBS])


def commands(job: dict[str, Any]) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


def matrix(job: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = job.get("strategy", {}).get("matrix", {})
    return found


@EACH_JOB
def test_the_inputs_of_the_actions_exist(job: dict[str, Any]) -> None:
    for step in job["steps"]:
        assert ("uses" in step) != ("run" in step), step
        if "uses" in step:
            assert set(step.get("with", {})) <= INPUTS[step["uses"]], step


@EACH_JOB
def test_the_targets_modules_and_variables_of_make_exist(job: dict[str, Any]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = re.findall(r"(?m)^make ([\w-]+)(.*)$", commands(job))
    for target, arguments in [*named, *((each, "") for each in matrix(job).get("target", ()))]:
        assert re.search(rf"(?m)^{target}:", makefile), target
        for variable in re.findall(r"(\w+)=", arguments):
            assert re.search(rf"(?m)^{variable} \?=", makefile), variable
    for module in re.findall(r"python -m ([\w.]+)", commands(job)):
        assert find_spec(module), module


@EACH_JOB
def test_the_versions_of_python_are_tested_ones(job: dict[str, Any]) -> None:
    tested = {f"3.{path.stem[3:]}" for path in (ROOT / "constraints").glob("py3*.txt")}
    if "python" in matrix(job):
        assert set(matrix(job)["python"]) == tested
    for step in job["steps"]:
        version = step.get("with", {}).get("python-version")
        assert version is None or version in tested | {"${{ matrix.python }}"}, version


@EACH_JOB
def test_uploaded_paths_are_created_by_an_earlier_step(job: dict[str, Any]) -> None:
    before = ""
    for step in job["steps"]:
        if "upload" in step.get("uses", ""):
            for path in step["with"]["path"].split():
                assert CREATED[path] in before, path
        for program in re.findall(r"(?m)^\.venv/\S+", step.get("run", "")):
            assert CREATED[program] in before, program
        before += step.get("run", "")


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_downloads_are_uploaded_by_a_job_that_ran_before(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    for name, job in workflow.items():
        for step in job["steps"]:
            if "download-artifact" not in step.get("uses", ""):
                continue
            uploads = [
                other["with"]["name"]
                for other in workflow[job["needs"]]["steps"]
                if "upload-artifact" in other.get("uses", "")
            ]
            assert step["with"]["name"] in uploads, (name, step)


def test_students_get_the_files_that_their_job_uses() -> None:
    job = dict(JOBS)["tests: students"]
    known, course = course_file.read(ROOT / "course.toml"), course_file.load(ROOT)
    release = trees.students_course(ROOT, known, course, b"{}\n", solved=False)
    versions = matrix(job)["python"]
    assert "-r requirements.txt" in commands(job)
    assert '"constraints/py${PYTHON//./}.txt"' in commands(job)
    used = {
        "requirements.txt",
        *(f"constraints/py{each.replace('.', '')}.txt" for each in versions),
    }
    assert used <= set(release)
    assert any(name.startswith("unit_tests/test_") for name in release)
    for notebook in re.findall(r"\w+\.ipynb", commands(job)):
        assert course.part(notebook.removesuffix(".ipynb"))


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_the_docs_describe_every_variable_and_secret(path: Path) -> None:
    page = (ROOT / "docs" / "adopt.md").read_text(encoding="utf-8")
    for name in re.findall(r"\b(?:vars|secrets)\.(\w+)", path.read_text(encoding="utf-8")):
        assert f"`{name}`" in page, name


def test_the_job_with_all_tests_allows_the_sandbox() -> None:
    """Otherwise, tests of the stronger levels would be skipped on Ubuntu."""
    name, _, remedy = FORBIDDING[0]
    assert f"sysctl -w {name}={remedy}\nmake test" in commands(dict(JOBS)["tests: everything"])


def test_every_slow_test_is_run_each_week() -> None:
    """Except those that need a GPU, which `make gpu` runs."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    run: set[str] = set()
    for target in matrix(dict(JOBS)["weekly: slow"])["target"]:
        recipe = re.search(rf"(?m)^{target}:.*\n\t(.+)$", makefile)
        assert recipe, target
        paths, _, options = recipe[1].partition("pytest ")[2].partition(" -")
        assert "m slow" in options or "slow or not slow" in options, target
        run.update(paths.split())
    slow = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if re.search(r"mark\.slow\b|\bsome\(", path.read_text(encoding="utf-8"))
    }
    slow -= {path for path in slow if path.startswith("tests/gpu/")} | {
        "tests/promises/test_workflows.py"
    }
    assert len(slow) > 10
    assert not {path for path in slow if not any(path.startswith(each) for each in run)}


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_a_workflow_has_few_permissions_and_jobs_that_exist(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert set(job.get("needs", "").split()) <= set(workflow["jobs"])
