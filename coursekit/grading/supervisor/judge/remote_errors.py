"""Exceptions of the worker, raised in the judge as if the student's code had run here.

The type is a builtin exception or a new subclass of one; the traceback shows the frames that the
worker claims. All texts are untrusted and bounded.
"""

from __future__ import annotations

import builtins
import linecache
import re
import types
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from coursekit.grading.protocol.frames import Violation
from coursekit.grading.protocol.values import text, whole
from toolbox.checks.deadline import TooSlow

MOST_FRAMES = 40
LONGEST = 2000
NAME = re.compile(r"[A-Za-z_]\w{0,79}")
FILE = re.compile(r"student_code/[\w/ .-]{1,120}")
ELSEWHERE = "<library>"


class Errors:
    """Creates exceptions for one submission, whose files are below `root`."""

    def __init__(self, root: str, files: dict[str, bytes]) -> None:
        self._root = root.rstrip("/")
        self._with_null_bytes = ""  # a module that Python rejects without naming it
        for name, content in sorted(files.items(), reverse=True):
            if name.startswith("student_code/") and name.endswith(".py"):
                if b"\0" in content:
                    self._with_null_bytes = name
                lines = content.decode("utf-8", "replace").splitlines(keepends=True)
                path = f"{self._root}/{name}"
                linecache.cache[path] = (len(content), None, lines, path)

    def made(self, fault: object, local: Callable[[str], str] = str) -> BaseException:
        """Return the exception that `fault` describes, with a `local` text. Raises `Violation`."""
        if type(fault) is not dict or type(fault["frames"]) is not list:
            raise Violation("an error that is malformed")
        kind, message = text(fault["type"], 80), local(text(fault["text"], LONGEST))
        frames = fault["frames"][-MOST_FRAMES:]
        error = self._error(fault, kind, message)
        tb: types.TracebackType | None = None
        for name, line, function in reversed(frames):
            frame = self._frame(text(name, 200), text(function, 200))
            tb = types.TracebackType(tb, frame, 0, whole(line, 0, 1 << 24))
        return error.with_traceback(tb)

    def _error(self, fault: dict[str, Any], kind: str, message: str) -> BaseException:
        if kind == "TooSlow":
            return TooSlow(message)
        base = getattr(builtins, text(fault["base"], 80), None)
        if not isinstance(base, type) or not issubclass(base, BaseException):
            raise Violation("an error that is not an exception")
        if base in (KeyboardInterrupt, GeneratorExit, StopIteration, StopAsyncIteration):
            base = RuntimeError  # these would interfere with the judge's own code
        if "syntax" in fault and issubclass(base, SyntaxError):
            said, name, line, source = fault["syntax"]
            said = text(said, LONGEST)
            if not name and "null bytes" in said:
                name = self._with_null_bytes
            path = self._path(text(name, 200)) if name else None
            place = (path, whole(line), None, text(source, LONGEST))
            return base(said, place if path else (None, None, None, None))
        module = text(fault["module"], 80)
        kind_of: Any = _kind  # mypy considers exception types unhashable
        found = kind_of(base, kind if NAME.fullmatch(kind) else base.__name__, module)
        error: BaseException = found.__new__(found, message)
        error.args = (message,)
        if isinstance(error, ImportError):
            error.name = text(fault.get("name", ""), 200)
        return error

    def _path(self, name: str) -> str:
        known = FILE.fullmatch(name) and ".." not in name
        return f"{self._root}/{name}" if known else ELSEWHERE

    def _frame(self, name: str, function: str) -> types.FrameType:
        """Return a frame that looks as if a function in that file had been called."""
        short = function.rpartition(".")[2]
        code = _EMPTY.__code__.replace(co_filename=self._path(name), co_name=short)
        if hasattr(code, "co_qualname"):
            code = code.replace(co_qualname=function)
        frame: types.FrameType = types.FunctionType(code, {"_frame": _caller})()
        return frame


def _EMPTY() -> Any:  # noqa: N802 - the name is never shown
    return _frame()  # type: ignore[name-defined] # noqa: F821


def _caller() -> types.FrameType:
    import sys

    return sys._getframe(1)


@lru_cache(maxsize=500)
def _kind(base: type[BaseException], name: str, module: str) -> type[BaseException]:
    """Return a subclass of `base` with another name, whose text is its message."""
    names: dict[str, Any] = {"__str__": _message, "__module__": module or "builtins"}
    if base.__init__ is not Exception.__init__:
        names["__init__"] = _nothing
    return type(name, (base,), names)


def _message(error: BaseException) -> str:
    return str(error.args[0]) if error.args else ""


def _nothing(error: BaseException, *args: object) -> None:
    return None
