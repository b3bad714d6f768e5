"""Commands explain errors that the user can correct in a message, and do not hide defects."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from coursekit import cli, expected_errors
from coursekit.errors import CourseProblem
from coursekit.grading.sandbox.levels import parse
from tests.coursekit.test_incremental import edit
from tests.small_course import FIRST

# The arguments for each command. `test_every_command_is_tried` fails if one is missing here.
COMMANDS: dict[str, list[str]] = {
    "build": ["build"],
    "demo": ["demo"],
    "sync": ["sync"],
    "quality": ["quality"],
    "repeats": ["repeats"],
    "new-part": ["new-part", "part3_letters", "letters"],
    "doctor": ["doctor"],
    "collect": ["collect", "inbox.zip", "--part", FIRST],
    "insights": ["insights", FIRST],
    "verify-report": ["verify-report", "report.zip"],
    "grade": ["grade", FIRST],
}
ANYWHERE = {"mirror"}  # packs the installed data sets, in any folder


def toml(text: str) -> Callable[[Path], None]:
    return lambda folder: write(folder, text.encode())


def write(folder: Path, content: bytes) -> None:
    for name in expected_errors.NEEDED:
        (folder / name).mkdir(exist_ok=True)
    (folder / "course.toml").write_bytes(content)


def a_folder(folder: Path) -> None:
    write(folder, b"")
    (folder / "course.toml").unlink()
    (folder / "course.toml").mkdir()


def a_file_for_a_folder(folder: Path) -> None:
    (folder / "course.toml").write_text("", encoding="utf-8")
    (folder / "student_code").write_text("", encoding="utf-8")


SITUATIONS: dict[str, tuple[Callable[[Path], None], str]] = {
    "nothing": (lambda folder: None, "There is no course.toml in"),
    "only course.toml": (
        lambda folder: (folder / "course.toml").touch(),
        "has no folder student_code/",
    ),
    "a file for a folder": (a_file_for_a_folder, "has no folder student_code/"),
    "course.toml is a folder": (a_folder, "Is a directory. It must be a text file"),
    "empty": (toml(""), "course is missing"),
    "not TOML": (toml("[course"), "is not valid TOML"),
    "Latin-1": (lambda folder: write(folder, b'title = "\xe9"'), "Save the file as UTF-8"),
    "null bytes": (lambda folder: write(folder, b"\0\0"), "is not valid TOML"),
    "nested": (toml("a = " + "[" * 5000 + "]" * 5000), "course.toml"),
    "a number for the course": (toml("course = 3\nparts = []"), "line 1: course"),
    "a table for the parts": (toml("[course]\n[parts]"), "line 2: parts"),
    "odd keys": (toml('[course]\n"a+b(" = 1\n[[parts]]\n"[" = 2'), "unknown key"),
    "a number for a part": (toml("parts = [1, 2]"), "parts[0]"),
}


def called(arguments: list[str]) -> tuple[int, str, BaseException | None]:
    result = CliRunner().invoke(cli.app, arguments)
    unexpected = None if isinstance(result.exception, SystemExit) else result.exception
    return result.exit_code, result.output, unexpected


def test_every_command_is_tried() -> None:
    names = {
        each.name or getattr(each.callback, "__name__", "") for each in cli.app.registered_commands
    }
    assert names == {*COMMANDS, *ANYWHERE}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("command", COMMANDS)
def test_an_odd_folder_gets_a_message(
    command: str, situation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, wanted = SITUATIONS[situation]
    make(tmp_path)
    monkeypatch.chdir(tmp_path)
    status, said, unexpected = called(COMMANDS[command])
    assert unexpected is None, unexpected
    assert status == 1
    assert "Traceback" not in said
    assert wanted in " ".join(said.split())


def raising(error: BaseException) -> Callable[..., Any]:
    def command(*args: object, **kwargs: object) -> Any:
        raise error

    return command


ERRORS: list[tuple[BaseException, str]] = [
    (OSError(errno.ENOSPC, "No space left on device", "build/x"), "The disk is full: cannot write"),
    (OSError(errno.EDQUOT, "Disk quota exceeded", "build/x"), "The disk is full"),
    (sqlite3.OperationalError("database or disk is full"), "The disk is full"),
    (CourseProblem("nbgrader failed:\n[Errno 28] No space left on device"), "The disk is full"),
    (PermissionError(errno.EACCES, "Permission denied", "build"), "Check its owner"),
    (FileNotFoundError(errno.ENOENT, "No such file or directory", "a.zip"), "a.zip"),
    (NotADirectoryError(errno.ENOTDIR, "Not a directory", "build"), "has the name of a folder"),
    (OSError(errno.EROFS, "Read-only file system", "build"), "in a folder that is writable"),
    (ModuleNotFoundError("No module named 'nope'", name="nope"), "Cannot import nope"),
    (UnicodeDecodeError("utf-8", b"\xe9", 0, 1, "invalid"), "Save it as UTF-8"),
    (CourseProblem("Complete."), "Complete."),
]


@pytest.mark.parametrize(("error", "wanted"), ERRORS, ids=lambda each: type(each).__name__)
def test_an_expected_error_is_a_message_and_a_traceback_on_demand(
    error: BaseException, wanted: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setattr("coursekit.builds.pairs.sync", raising(error))
    status, said, unexpected = called(["sync"])
    assert (status, unexpected) == (1, None)
    assert wanted in said
    assert "Traceback" not in said
    status, said, unexpected = called(["--debug", "sync"])
    assert (status, unexpected) == (1, None)
    assert wanted in said
    assert "Traceback" in said


@pytest.mark.parametrize("error", [ValueError("a defect"), KeyError("a defect"), TypeError("a")])
def test_a_defect_is_not_hidden(
    error: Exception, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setattr("coursekit.builds.pairs.sync", raising(error))
    _, _, unexpected = called(["sync"])
    assert unexpected is error


def test_a_syntax_error_of_the_course_names_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SyntaxError) as caught:
        compile("def broken(:", str(tmp_path / "misconceptions" / "words.py"), "exec")
    said = expected_errors.expected(caught.value)
    assert said is not None
    assert said.startswith("Cannot read misconceptions/words.py line 1: ")


def test_a_full_disk_during_a_build_keeps_the_last_one(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (small / "build" / "manifest.json").read_bytes()
    edit(small / "docs" / "student.md", "#", "# Changed:")
    monkeypatch.chdir(small)
    full = OSError(errno.ENOSPC, "No space left on device", str(small / "build" / "x"))
    monkeypatch.setattr("coursekit.builds.trees.write", raising(full))
    monkeypatch.setattr("coursekit.builds.pairs.TEMPLATES", small / "coursekit" / "templates")
    status, said, unexpected = called(["build"])
    assert (status, unexpected) == (1, None)
    assert "The disk is full: cannot write build/x. Free some space" in said
    assert (small / "build" / "manifest.json").read_bytes() == before
    assert not list((small / "build").glob(".making-*"))


def test_a_sandbox_level_that_does_not_exist_is_expected() -> None:
    with pytest.raises(CourseProblem, match=r"Unknown sandbox level 'airtight'\. The levels are"):
        parse("airtight")
