"""Find the lines of the tests and of the student in the traceback of an error."""

from __future__ import annotations

import itertools
import linecache
import os
import re
from pathlib import Path
from types import TracebackType

from toolbox.checks.student_lines import line_of, values_in

Frame = tuple[TracebackType, str, int]


def frames_of(error: BaseException) -> list[Frame]:
    """Return the frames of an error's traceback, from the outermost on: traceback, file, line."""
    found = []
    tb = error.__traceback__
    while tb is not None:
        found.append((tb, tb.tb_frame.f_code.co_filename, tb.tb_lineno))
        tb = tb.tb_next
    return found


def is_students(frame: Frame) -> bool:
    """Return whether a frame is in a module of `student_code`."""
    return os.path.basename(os.path.dirname(frame[1])) == "student_code"  # noqa: PTH119, PTH120


def stub_of(frames: list[Frame]) -> str:
    """Return which function of the student raised a `NotImplementedError`; "" if none did."""
    if not frames or not is_students(frames[-1]):
        return ""
    code = frames[-1][0].tb_frame.f_code
    return str(getattr(code, "co_qualname", code.co_name))


def _is_tests(frame: Frame) -> bool:
    folder, name = os.path.split(frame[1])
    return name.startswith("test_") or os.path.basename(folder) == "unit_tests"  # noqa: PTH119


def calling_line(frames: list[Frame], module: str) -> str:
    """Return the call in the tests that reached the student's code last, and its small values.

    Functions that several tests share take the student's class as `network`, and its name as
    `name`: the call is shown with that name. The student's module is left out, as in notebooks.
    """
    student = next((i for i, frame in enumerate(frames) if is_students(frame)), len(frames))
    for tb, filename, line in reversed([f for f in frames[:student] if _is_tests(f)]):
        text = _expression(tb, filename) or re.sub(r"^[\w, ]+ = ", "", line_of(filename, line))
        values = values_in(tb.tb_frame, text)
        name = tb.tb_frame.f_locals.get("name")
        if isinstance(name, str):
            text = re.sub(r"\bnetwork\b", name.replace("\\", ""), text)
        text = re.sub(rf"\b{re.escape(module)}\.", "", text) if module else text
        return f"{text}, with {values}" if values else text
    return ""


def _expression(tb: TracebackType, filename: str) -> str:
    """Return the source of the expression that raised; "" if Python runs without its place."""
    positions = tb.tb_frame.f_code.co_positions()
    nowhere = (None, None, None, None)
    first, last, left, right = next(itertools.islice(positions, tb.tb_lasti // 2, None), nowhere)
    if first is None or last is None or left is None or right is None:
        return ""
    linecache.checkcache(filename)
    lines = [line.encode() for line in linecache.getlines(filename)[first - 1 : last]]
    if not lines:
        return ""
    lines[-1] = lines[-1][:right]
    lines[0] = lines[0][left:]
    return " ".join(b"".join(lines).decode(errors="replace").split())


def place(frames: list[Frame]) -> str:
    """Return file, line and source of the last frame; "" without frames."""
    if not frames:
        return ""
    _, filename, line = frames[-1]
    return f"{short(filename)}, line {line}: {line_of(filename, line)}"


def short(filename: str) -> str:
    """Return the name of a file with that of its folder."""
    path = Path(filename)
    return f"{path.parent.name}/{path.name}"
