"""Explain errors that are not defects of the program."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

from coursekit.errors import CourseProblem
from data_scripts.problems import DataProblem

# Folders that commands import and that only a course has.
NEEDED = ("student_code", "unit_tests", "misconceptions", "notebooks")
FULL = {errno.ENOSPC, errno.EDQUOT}


class NotACourse(CourseProblem):
    """The command was run outside a course folder."""


def require_course() -> None:
    """Raise `NotACourse` unless the current folder is the root of a course."""
    here = Path.cwd()
    if not (here / "course.toml").exists():
        raise NotACourse(
            f"There is no course.toml in {here}. Run coursekit in the root of the course."
        )
    if missing := [name for name in NEEDED if not (here / name).is_dir()]:
        raise NotACourse(
            f"The course folder {here} has no folder {missing[0]}/. "
            "Restore it, for example with `git checkout`, then run the command again."
        )


def expected(error: BaseException) -> str | None:
    """Return the message for an expected error: what happened, on which input, what to do.

    Returns None for anything else, which is a defect and needs its traceback.
    """
    for cause in _causes(error):
        if _disk_is_full(cause):
            return (
                f"The disk is full: cannot write {_file(cause) or 'a file'}. Free some space "
                "(a build needs about 2 GB), then run the command again; finished steps are kept."
            )
    if isinstance(error, (CourseProblem, DataProblem)):
        return str(error)
    if isinstance(error, SyntaxError) and _is_ours(error.filename):
        return (
            f"Cannot read {_relative(error.filename)} line {error.lineno}: {error.msg}. "
            "Correct the line, then run the command again."
        )
    if isinstance(error, ModuleNotFoundError):
        return (
            f"Cannot import {error.name}. If it is a package, install it with `make install`; "
            "if it is a file of the course, restore it."
        )
    if isinstance(error, UnicodeDecodeError):
        return f"Cannot read a file as UTF-8 text: {error}. Save it as UTF-8, then run again."
    if isinstance(error, OSError):
        return _operating_system(error)
    return None


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return the error and the errors that caused it."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _disk_is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in FULL
    if isinstance(error, sqlite3.OperationalError):
        return "disk is full" in str(error)
    return isinstance(error, CourseProblem) and "No space left on device" in str(error)


def _operating_system(error: OSError) -> str:
    if error.errno is None:  # raised by the course, whose message is complete
        return str(error)
    what = error.strerror or str(error)
    name = _file(error)
    advice = {
        errno.ENOENT: "Check the name, and that you run coursekit in the root of the course.",
        errno.EACCES: "Check its owner and permissions.",
        errno.EROFS: "Run coursekit in a folder that is writable.",
        errno.ENOTDIR: "A file has the name of a folder: rename or remove it.",
        errno.EISDIR: "A folder has the name of a file: rename or remove it.",
        errno.EEXIST: "Rename or remove it.",
    }.get(error.errno, "Fix that and run the command again; --debug shows the traceback.")
    return f"Cannot use {name}: {what}. {advice}" if name else f"{what}. {advice}"


def _file(error: BaseException) -> str:
    name = getattr(error, "filename", None)
    return _relative(str(name)) if isinstance(name, (str, Path)) else ""


def _is_ours(name: str | None) -> bool:
    return bool(name) and Path(str(name)).resolve().is_relative_to(Path.cwd())


def _relative(name: str | None) -> str:
    path = Path(str(name)).resolve()
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
