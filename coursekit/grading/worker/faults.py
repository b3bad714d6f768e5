"""Describe exceptions of student code as data: type, text and the frames that students may see."""

from __future__ import annotations

import builtins
import os
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

MOST_FRAMES = 40
LONGEST = 2000
NULL_BYTES = "source code string cannot contain null bytes"
OURS = str(Path(__file__).resolve().parent.parent) + os.sep


def described(error: BaseException, root: str) -> dict[str, Any]:
    """Return `error` as plain data. Only the student's files are named, relative to `root`."""
    if isinstance(error, ValueError) and _text(error) == NULL_BYTES:  # before Python 3.11.4
        error = SyntaxError(NULL_BYTES).with_traceback(error.__traceback__)
    kind = type(error)
    base = next((k.__name__ for k in kind.__mro__ if _is_builtin(k)), "Exception")
    module = "" if kind.__module__ == "builtins" else str(kind.__module__)
    found: dict[str, Any] = {
        "type": str(kind.__name__)[:80],
        "module": module[:80],
        "base": base,
        "text": _text(error),
        "frames": _frames(error.__traceback__, root),
    }
    if type(origin := getattr(error, "_origin", None)) is int:
        found["origin"] = origin
    if isinstance(error, SyntaxError):
        name = _label(str(error.filename or ""), root)
        line = error.lineno if isinstance(error.lineno, int) else 0
        found["syntax"] = [str(error.msg)[:LONGEST], name, line, str(error.text or "")[:LONGEST]]
    if isinstance(error, ImportError):
        found["name"] = str(error.name or "")[:200]
    return found


def _is_builtin(kind: type) -> bool:
    return getattr(builtins, kind.__name__, None) is kind and issubclass(kind, BaseException)


def _text(error: BaseException) -> str:
    try:
        return str(error)[:LONGEST]
    except Exception as problem:
        return f"<an error whose text raises {type(problem).__name__}>"


def _frames(tb: TracebackType | None, root: str) -> list[list[Any]]:
    found = []
    for frame, line in traceback.walk_tb(tb):
        code = frame.f_code
        if code.co_filename.startswith(OURS):
            continue
        name = getattr(code, "co_qualname", code.co_name)
        found.append([_label(code.co_filename, root), line or 0, str(name)[:200]])
    return found[-MOST_FRAMES:]


def _label(filename: str, root: str) -> str:
    """Return the relative path of a student's file, or an empty string for other files."""
    inside = f"{root.rstrip(os.sep)}{os.sep}student_code{os.sep}"
    return f"student_code/{filename[len(inside) :]}" if filename.startswith(inside) else ""
