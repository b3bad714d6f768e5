"""`make release`: one command dates the changelog, tags the commit and writes both files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from coursekit.errors import CourseProblem
from tools import release

DAY = "2031-05-06"


def git(folder: Path, *arguments: str) -> str:
    names = ("-c", "user.name=Ada Example", "-c", "user.email=ada@example.org")
    done = subprocess.run(
        ["git", *names, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(small: Path, root: Path) -> Path:
    """The small course with its build, committed to a git repository."""
    for name in ("CITATION.cff", "README.md"):
        shutil.copyfile(root / name, small / name)
    changelog = "# Changelog\n\n## Unreleased\n\n- Words are counted.\n\n## 0.0.1 (2030-01-01)\n"
    (small / "CHANGELOG.md").write_text(changelog)
    (small / ".gitignore").write_text("/build/\n__pycache__/\n")
    git(small, "init", "--quiet", "--initial-branch", "main")
    git(small, "config", "user.name", "Ada Example")
    git(small, "config", "user.email", "ada@example.org")
    git(small, "add", ".")
    git(small, "commit", "--quiet", "--message", "Start")
    return small


def test_a_release_is_tagged_and_written(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    assert release.main(["7.8.9", "--date", DAY]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "wrote build/dist/vision_course-7.8.9-py3-none-any.whl",
        "wrote build/dist/course-7.8.9.zip",
        "Tagged v7.8.9. To publish it: git push --follow-tags",
    ]
    assert (
        git(repository, "show", "--no-patch", "--format=%s", "v7.8.9^{commit}") == "Release 7.8.9"
    )
    assert git(repository, "cat-file", "-t", "v7.8.9") == "tag"
    assert git(repository, "status", "--porcelain") == ""
    changelog = (repository / "CHANGELOG.md").read_text()
    assert f"## Unreleased\n\n## 7.8.9 ({DAY})\n\n- Words are counted.\n\n## 0.0.1" in changelog
    citation = yaml.safe_load((repository / "CITATION.cff").read_text())
    assert (citation["version"], str(citation["date-released"])) == ("7.8.9", DAY)
    assert release.current_version(repository) == "7.8.9"
    with zipfile.ZipFile(
        repository / "build" / "dist" / "vision_course-7.8.9-py3-none-any.whl"
    ) as w:
        names = w.namelist()
        assert "coursekit/cli.py" in names
        assert not [name for name in names if name.startswith(("student_code", "misconceptions"))]
    with zipfile.ZipFile(repository / "build" / "dist" / "course-7.8.9.zip") as course:
        inside = {name.removeprefix("course-7.8.9/") for name in course.namelist()}
    folder = repository / "build" / "release"
    assert inside == {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert "student_code/counting.py" in inside


def test_the_same_source_gives_the_same_archive(small_once: Path, tmp_path: Path) -> None:
    folder = small_once / "build" / "release"
    copy = shutil.copytree(folder, tmp_path / "copy", copy_function=shutil.copyfile)
    release.archive(folder, tmp_path / "one.zip", "course")
    release.archive(copy, tmp_path / "two.zip", "course")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("next", "'next' is not a version"),
        ("0.0.1", "is older than"),
        ("7.0.0", "The tag v7.0.0 exists already"),
        ("8.0.0", "not committed"),
    ],
)
def test_a_release_that_cannot_work_changes_nothing(
    repository: Path,
    version: str,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    git(repository, "tag", "v7.0.0")
    if version == "8.0.0":
        (repository / "README.md").write_text("changed")
    before = git(repository, "status", "--porcelain")
    monkeypatch.chdir(repository)
    assert release.main([version]) == 1
    assert message in capsys.readouterr().out
    assert git(repository, "status", "--porcelain") == before
    assert git(repository, "rev-list", "--count", "HEAD") == "1"


def test_a_failure_on_the_way_restores_the_source(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(root: Path) -> list[Path]:
        raise CourseProblem("hatchling cannot build the wheel")

    monkeypatch.setattr(release, "artifacts", fails)
    with pytest.raises(CourseProblem):
        release.release(repository, "7.8.9", DAY)
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "tag") == ""


def test_a_changelog_without_changes_is_not_released() -> None:
    with pytest.raises(CourseProblem, match="no changes"):
        release.dated("# Changelog\n\n## Unreleased\n\n## 0.1.0 (2030-01-01)\n", "0.2.0", DAY)


def test_make_release_needs_a_version(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.release"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "make release VERSION=0.2.0" in done.stderr
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"(?m)^release:.*\n((?:\t.*\n)+)", makefile)
    assert recipe is not None
    lines = [line.strip().removeprefix("@$(RUN) -m tools.") for line in recipe[1].splitlines()]
    assert lines == ["release --check $(VERSION)", "@$(MAKE) build", "release $(VERSION)"]


def test_the_workflow_builds_what_the_command_builds(root: Path) -> None:
    text = (root / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    steps = [step.get("run", "") for step in jobs["build"]["steps"]]
    assert any("tools.release --artifacts" in step for step in steps)
    assert any("make build" in step for step in steps)
    # Only the job that needs it may write to the repository.
    assert {name for name, job in jobs.items() if "permissions" in job} == {"attach"}
