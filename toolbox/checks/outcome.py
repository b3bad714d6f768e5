"""The outcome of one test, and the text that reports it."""

from __future__ import annotations

import re
import sys
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from toolbox import course
from toolbox.checks.deadline import TooSlow
from toolbox.checks.error_frames import (
    Frame,
    calling_line,
    frames_of,
    is_students,
    place,
    short,
    stub_of,
)
from toolbox.checks.error_meanings import meaning
from toolbox.checks.expect import Mismatch, Unanswered, count
from toolbox.checks.figure_text import figure_text
from toolbox.checks.layer_shapes import layers_before
from toolbox.checks.student_lines import line_of, lines_around, values_in
from toolbox.checks.value_record import of_error, of_value

LABELS = 18  # columns left of the text of a detail
MARKS = {"passed": "✓", "stub": "·", "skipped": "–"}

HIDDEN_BROKEN = (
    "The hidden tests cannot be loaded with this module. Does it define all the required names?"
)
NULL_BYTES = "{name} cannot be read as text, because it contains null bytes. Save it as UTF-8."
SLOW = (
    "A test may compute for {limit}, and correct code needs far less. Is there a loop that never "
    "ends, or work that is repeated over and over?"
)


@dataclass
class Outcome:
    """One test: what it promises, how it ended, and what was observed if it failed."""

    test: str
    promise: str
    function: str
    share: float
    hidden: bool = False
    status: str = "passed"  # passed, failed, error, slow, stub or skipped
    called: str = ""
    expected: str = ""
    got: str = ""
    where: str = ""
    code: str = ""  # the student's lines around `where`
    values: str = ""  # of the names in the line of `where`
    meaning: str = ""
    printed: str = ""
    blocked_by: str = ""  # another function that has to be written first
    figure: dict[str, Any] = field(default_factory=dict)  # images or a table
    observed: dict[str, Any] = field(default_factory=dict)
    misconception: str = ""
    hints: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return self.status == "passed"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def withhold(self) -> None:
        """Keep only the status of a hidden test: any other text could reveal the test."""
        self.called = self.expected = self.got = self.where = self.printed = ""
        self.meaning = slow_meaning() if self.status == "slow" else ""
        self.observed, self.figure, self.blocked_by = {}, {}, ""
        self.code = self.values = ""
        if self.status == "stub":
            self.got = "not implemented yet"

    def details(self) -> list[tuple[str, str]]:
        """Return labels and texts that explain a failure, in the same order everywhere."""
        said = [
            ("called", self.called),
            ("expected", self.expected),
            ("got", self.got),
            ("layers", figure_text(self.figure)),
            ("where", self.where),
            ("code", self.code),
            ("values", self.values),
            ("meaning", self.meaning),
            ("printed", self.printed),
            ("likely cause", self.misconception),
            *zip(("hint", "hint 2"), self.hints, strict=False),
        ]
        if self.hidden:  # the inputs of hidden tests stay hidden
            said = [(name, text) for name, text in said if name not in SECRET]
        return [(name, text) for name, text in said if text]

    def lines(self) -> list[str]:
        """Return the details as lines of text."""
        return [line for name, text in self.details() for line in labelled(name, text)]


@dataclass
class Run:
    """The result of one run. `broken` lists why modules of tests could not be loaded."""

    outcomes: list[Outcome]
    broken: list[str]

    @property
    def all_passed(self) -> bool:
        """Whether tests ran, and all of them passed."""
        ran = bool(self.outcomes) and not self.broken
        return ran and all(outcome.passed for outcome in self.outcomes)


def labelled(label: str, text: str) -> list[str]:
    """Return a detail as lines of text, with its label in front of the first."""
    first, *more = text.splitlines() or [""]
    start = f"    {label}"
    return [f"{start:<{LABELS}}{first}", *(f"{'':<{LABELS}}{line}".rstrip() for line in more)]


SECRET = {"called", "values", "expected", "got", "layers", "printed"}


class HiddenBroken(Exception):
    """The hidden tests can't be loaded; replaces the reason, which students must not see."""


def _quote(outcome: Outcome, frames: list[Frame]) -> None:
    """Quote the student's code around the place of an error, and the values in its line."""
    if frames:
        traceback_, filename, line = frames[-1]
        outcome.code = lines_around(filename, line)
        outcome.values = values_in(traceback_.tb_frame, line_of(filename, line))


def slow_meaning() -> str:
    """Explain the time limit of a test."""
    return SLOW.format(limit=f"{course.load().seconds_per_test:g} s")


def describe(outcome: Outcome, error: BaseException) -> None:
    """Fill `outcome` with an explanation of `error`, which was raised while the test ran.

    Examining the student's value or error may itself raise anything. In that case the test has
    failed, and the outcome keeps what was found before.
    """
    try:
        _describe(outcome, error)
    except (TooSlow, KeyboardInterrupt):
        raise
    except BaseException:
        outcome.status = "error" if outcome.passed else outcome.status
        outcome.got = outcome.got or "a value or an error that cannot be displayed"


def _describe(outcome: Outcome, error: BaseException) -> None:
    if isinstance(error, Mismatch):
        outcome.status = "failed"
        outcome.called, outcome.expected, outcome.got = error.called, error.expected, error.got
        outcome.figure = error.figure
        first, *more = error.records or [{"at": error.number, **of_value(error.value)}]
        outcome.observed = {**first, "more": more} if more else first
        return
    if isinstance(error, Unanswered):
        outcome.status, outcome.got = "stub", "no answer yet"
        return
    frames = frames_of(error)
    outcome.called = calling_line(frames, outcome.function.split(".")[0])
    outcome.observed = {"at": count(), **of_error(error)}
    student = [frame for frame in frames if is_students(frame)]
    if isinstance(error, TooSlow):
        outcome.status = "slow"
        outcome.got = f"no answer: {error}"
        outcome.meaning = slow_meaning()
        outcome.where = place(student)
    elif isinstance(error, NotImplementedError) and (name := stub_of(frames)):
        outcome.status = "stub"
        outcome.called = ""
        outcome.got = f"{name} is not implemented yet"
        outcome.blocked_by = _other_task(outcome.function, frames[-1][1], name)
        if outcome.blocked_by:
            outcome.got = f"{outcome.blocked_by} is not implemented yet, so write it first"
    else:
        outcome.status = "error"
        outcome.got = f"{type(error).__name__}: {_brief(error)}"
        outcome.where = place(student)
        outcome.figure = layers_before(error)
        _quote(outcome, student)
        outcome.meaning = meaning(error)


def _other_task(function: str, filename: str, name: str) -> str:
    """Return the task that a stub belongs to, if it is another one than `function`, else ""."""
    if not function:
        return ""
    task = f"{Path(filename).stem}.{name.split('.')[0]}"
    tasks = {each.function for part in course.load().parts for each in part.tasks}
    return task if task in tasks and task != function else ""


def describe_import(error: BaseException) -> str:
    """Explain in one or two sentences why the student's module could not be loaded."""
    if isinstance(error, SyntaxError) and error.filename:
        name, line = short(error.filename), (error.text or "").strip()
        if "null bytes" in error.msg:
            return NULL_BYTES.format(name=name)
        if "codec" in error.msg or "encoding" in error.msg:
            return f"{name} cannot be read as text ({error.msg}). Save it as UTF-8."
        return f"{name}, line {error.lineno} is not valid Python ({error.msg}): {line}"
    if "null bytes" in str(error) and (name := _with_null_bytes()):
        return NULL_BYTES.format(name=name)
    if isinstance(error, ImportError) and (path := _missing_module(error)):
        return f"{path} is missing. Was it renamed, or left out of the submission?"
    if isinstance(error, HiddenBroken):
        return HIDDEN_BROKEN
    if isinstance(error, TooSlow):
        return f"loading the module did not finish: {error}. Is there a loop outside a function?"
    frames = [frame for frame in frames_of(error) if is_students(frame)]
    where = f" ({place(frames)})" if frames else ""
    return f"{type(error).__name__}: {_brief(error)}{where}"


def _with_null_bytes() -> str:
    """Return the first module of student_code that contains null bytes (as UTF-16 does), or "".

    Python does not report which file it is.
    """
    for folder in getattr(sys.modules.get("student_code"), "__path__", ()):
        for path in sorted(Path(folder).glob("*.py")):
            with suppress(OSError):
                if b"\0" in path.read_bytes():
                    return short(str(path))
    return ""


def _missing_module(error: ImportError) -> str:
    """Return the path of the student_code file that a failed import needs, or an empty text."""
    name = error.name or ""
    if isinstance(error, ModuleNotFoundError) and name.startswith("student_code"):
        return name.replace(".", "/") + ".py"
    found = re.match(r"cannot import name '(\w+)' from 'student_code'", str(error))
    return f"student_code/{found[1]}.py" if found else ""


def _brief(error: BaseException) -> str:
    text = "".join(traceback.format_exception_only(type(error), error)).strip()
    text = text.removeprefix(f"{type(error).__name__}:").strip()
    first = text.splitlines()[0] if text else "no message"
    return first if len(first) <= 300 else first[:299] + "…"
