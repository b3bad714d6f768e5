"""The doctor finds problems and says what to do about them."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from coursekit import sandbox_check
from coursekit.grading.sandbox.levels import Level
from tests.conftest import Coursekit
from tests.coursekit.test_incremental import edit
from tests.small_course import FIRST, SECOND


def said(folder: Path, coursekit: Coursekit, *options: str) -> str:
    done = coursekit(folder, "doctor", *options)
    assert "Traceback" not in done.stdout + done.stderr
    return f"{done.returncode} " + " ".join(done.stdout.split())


def test_the_course_is_in_order(root: Path, coursekit: Coursekit) -> None:
    done = coursekit(root, "doctor")
    # Whether this machine's disk has room is no property of the course.
    wrong = [line for line in done.stdout.splitlines() if "✗" in line]
    assert [line for line in wrong if "of free disk" not in line] == [], done.stdout
    assert f", {len(wrong)} need attention." in done.stdout


def test_missing_points_coverage_and_odd_submissions_are_found(
    small: Path, coursekit: Coursekit
) -> None:
    edit(small / "notebooks" / f"{FIRST}.py", 'question="why_count"', "")
    catalogue = small / "misconceptions" / "words.py"
    head, *_ = catalogue.read_text(encoding="utf-8").partition("def counts_words")
    catalogue.write_text(head.rsplit("@wrong", 1)[0], encoding="utf-8")
    odd = small / "build" / "nbgrader" / "submitted" / "somebody" / "Part1-final(2)"
    odd.mkdir(parents=True)
    found = said(small, coursekit)
    assert found.startswith("1 ")
    assert f"{FIRST}.py and {FIRST}.ipynb differ run `coursekit sync`" in found
    assert "12 points in course.toml, 10 in its notebook" in found
    assert (
        "2 misconceptions, 2 alternatives at least 1 test of each kind, 5 misconceptions" in found
    )
    assert "submitted/somebody/Part1-final(2) is not an assignment" in found
    assert f"rename it to one of {FIRST}" in found


def test_functions_without_a_worked_example_are_named(small: Path, coursekit: Coursekit) -> None:
    examples = small / "misconceptions" / "examples"
    edit(examples / "counting.toml", "[Tally]", "[Other]")
    found = said(small, coursekit)
    assert found.startswith("1 ")
    assert f"{FIRST}: 1 of 2 functions have a worked example or a reason" in found
    assert "add counting.Tally to misconceptions/examples/counting.toml" in found
    assert f"{SECOND}: " not in found
    edit(examples / "counting.toml", "[Other]", "[Tally")
    found = said(small, coursekit)
    assert "Cannot check the worked examples: Cannot read misconceptions/examples/counting" in found


def test_a_part_that_is_not_built_is_checked_too(small: Path, coursekit: Coursekit) -> None:
    head, tail = (small / "course.toml").read_text(encoding="utf-8").split(f'id = "{SECOND}"', 1)
    tail = tail.replace("built = true", "built = false", 1)
    (small / "course.toml").write_text(f'{head}id = "{SECOND}"{tail}', encoding="utf-8")
    edit(small / "notebooks" / f"{SECOND}.py", 'task="words.longest"', "")
    assert f"{SECOND}: 6 points in course.toml, 3 in its notebook" in said(small, coursekit)
    for suffix in (".py", ".ipynb"):
        (small / "notebooks" / f"{SECOND}{suffix}").unlink()
    found = said(small, coursekit, "--verbose")
    assert f"{SECOND} has no notebook yet and is not marked as built" in found
    assert found.startswith("0 ")


def test_unknown_data_sets_and_dates_without_a_time_zone_are_found(
    small: Path, coursekit: Coursekit
) -> None:
    edit(
        small / "course.toml", "2031-03-01T12:00:00Z", '2031-03-01T12:00:00\ndatasets = ["scene51"]'
    )
    edit(small / "course.toml", "2031-04-01T12:00:00Z", "2031-04-01")
    found = said(small, coursekit)
    assert f"{FIRST}: There is no data set called 'scene51'." in found
    assert "Did you mean scene15?" in found
    assert f"{FIRST}: the due date 2031-03-01 12:00:00 has no time zone" in found
    assert f"{SECOND}: the due date 2031-04-01 has no time and no time zone" in found
    assert "write it as 2027-02-05T23:59:00+01:00" in found


def test_what_cannot_be_checked_is_a_finding(small: Path, coursekit: Coursekit) -> None:
    (small / "pyproject.toml").unlink()
    (small / "misconceptions" / "words.py").write_text("def broken(:\n", encoding="utf-8")
    found = said(small, coursekit)
    assert found.startswith("1 ")
    assert "Cannot check the machine: Cannot use pyproject.toml: No such file" in found
    assert "Cannot read misconceptions/words.py line 1: invalid syntax" in found
    edit(small / "course.toml", "minutes = 30", 'minutes = "long"')
    assert "minutes: " in (found := said(small, coursekit))
    assert "correct course.toml: all other checks need it" in found


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Linux machine outside a container, with invented kernel settings."""
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(sandbox_check, "SETTINGS", tmp_path)
    monkeypatch.setattr(sandbox_check, "IN_DOCKER", tmp_path / ".dockerenv")
    for name in ("kernel", "user"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
        ),
        (
            "kernel/unprivileged_userns_clone",
            "0",
            "sudo sysctl -w kernel.unprivileged_userns_clone=1",
        ),
        ("user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=15000"),
    ],
)
def test_a_kernel_setting_that_forbids_sandboxes_is_named_with_its_remedy(
    settings: Path, setting: str, value: str, remedy: str
) -> None:
    assert remedy not in sandbox_check.remedy(Level.NAMESPACES)
    (settings / setting).write_text(f"{value}\n", encoding="ascii")
    assert remedy in sandbox_check.remedy(Level.NAMESPACES)


def test_in_a_container_its_flags_are_named(settings: Path) -> None:
    (settings / ".dockerenv").touch()
    assert "docker run --cap-add SYS_ADMIN" in sandbox_check.remedy(Level.NAMESPACES)


@pytest.mark.parametrize(("system", "name"), [("Darwin", "macOS"), ("Windows", "Windows")])
def test_other_systems_have_no_sandbox(
    monkeypatch: pytest.MonkeyPatch, system: str, name: str
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    assert sandbox_check.strongest() == (Level.LIMITS, f"there is no sandbox on {name}")
    assert "grade on Linux" in sandbox_check.remedy(Level.NAMESPACES)


@pytest.mark.skipif(platform.system() != "Linux", reason="sandboxes need Linux")
def test_this_machine_is_asked_by_making_a_sandbox() -> None:
    level, problem = sandbox_check.strongest()
    assert level is Level.SEALED or problem
