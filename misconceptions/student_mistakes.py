"""Make wrong versions from `student_versions`: single mistakes, and pairs of them.

Comments below a line describe mistakes; the docstring of that package explains their form. Each
version is the student's whole module with one or two mistakes in one function.

The table that ships with the checks knows the versions of one student, `KNOWN`, of the functions
that return a value and that other students have written as well: two mistakes there often change
the same value. The versions of the others measure the table, and are not in it.
"""

from __future__ import annotations

import hashlib
import importlib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType

FOLDER = Path("misconceptions") / "student_versions"
KNOWN = "first"
KNOWN_PAIRS = 12  # per function, of the known student
COMMENT = re.compile(r"^(?P<space> *)# (?P<kind>or|and) (?P<mistake>\w+): (?P<code>.*)$")
START = re.compile(r"^(?:def|class) (\w+)")
MEASURED_PAIRS = 6  # per function and student; which ones is decided by a hash


@dataclass(frozen=True)
class Edit:
    """One comment: at `line` (of the code without comments), replace it, or add a line below it."""

    function: str
    mistake: str
    kind: str  # "or" or "and"
    line: int
    code: str


@dataclass(frozen=True)
class StudentModule:
    """A student's right module, and all mistakes that its comments describe."""

    style: str
    module: str
    lines: tuple[str, ...]
    edits: tuple[Edit, ...]

    def mistakes(self) -> dict[str, list[str]]:
        """Return the names of the mistakes of each function, in order."""
        found: dict[str, list[str]] = {}
        for edit in self.edits:
            names = found.setdefault(edit.function, [])
            if edit.mistake not in names:
                names.append(edit.mistake)
        return found

    def text(self, function: str = "", mistakes: Sequence[str] = ()) -> str:
        """Return the module's code with these mistakes in `function`."""
        chosen = [e for e in self.edits if e.function == function and e.mistake in mistakes]
        result = []
        for number, line in enumerate(self.lines):
            here = [edit for edit in chosen if edit.line == number]
            replacing = [edit.code for edit in here if edit.kind == "or"]
            result += replacing or [line]
            result += [edit.code for edit in here if edit.kind == "and"]
        return "\n".join(result) + "\n"

    def compatible(self, function: str, first: str, second: str) -> bool:
        """Return whether two mistakes change different lines, so that a student can make both."""
        mine = [e for e in self.edits if e.function == function]
        lines = [{e.line for e in mine if e.mistake == name} for name in (first, second)]
        return not lines[0] & lines[1]


def read(path: Path) -> StudentModule:
    """Read a module of `student_versions`."""
    lines: list[str] = []
    edits = []
    function = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        found = COMMENT.match(line)
        line_above = lines[-1] if lines else ""
        if found is None:
            lines.append(line)
            if start := START.match(line):
                function = f"{path.stem}.{start[1]}"
            continue
        space = found["space"]
        if found["kind"] == "or":  # a formatter may have moved the comment into the block below
            space = line_above[: len(line_above) - len(line_above.lstrip())]
        code = space + found["code"]
        edits.append(Edit(function, found["mistake"], found["kind"], len(lines) - 1, code))
    return StudentModule(path.parent.name, path.stem, tuple(lines), tuple(edits))


def modules(root: Path) -> list[StudentModule]:
    """Return all modules of all students, sorted by path."""
    paths = sorted((root / FOLDER).glob("*/*.py"))
    return [read(path) for path in paths if path.name != "__init__.py"]


@dataclass(frozen=True)
class StudentVersion:
    """A student's module with one or two mistakes in one function (or none: the right version)."""

    style: str
    function: str
    mistakes: tuple[str, ...]
    text: str

    @property
    def name(self) -> str:
        """A name that changes with the code."""
        state = hashlib.sha256(self.text.encode()).hexdigest()[:8]
        return f"{self.style} {' + '.join(self.mistakes) or 'right'} #{state}"

    def install(self) -> None:
        """Replace the student's function with this version, in this process."""
        module, name = self.function.split(".")
        namespace = {"__name__": f"student_code.{module}"}
        exec(_compiled(self.text, module), namespace)
        setattr(importlib.import_module(f"student_code.{module}"), name, namespace[name])


@cache
def _compiled(text: str, module: str) -> CodeType:
    return compile(text, f"student_code/{module}.py", "exec")


def versions(root: Path, module: str) -> Iterator[StudentVersion]:
    """Yield the versions of a module that measure the table: right ones, singles, and pairs."""
    for student in modules(root):
        if student.module == module:
            known = _known_functions(root, student)
            for function, names in student.mistakes().items():
                yield _version(student, function, ())
                if function not in known:
                    singles = [(name,) for name in names]
                    for mistakes in (*singles, *_pairs(student, function)[:MEASURED_PAIRS]):
                        yield _version(student, function, mistakes)


def known_versions(root: Path, module: str) -> Iterator[StudentVersion]:
    """Yield the singles and pairs of a module that the table knows, the singles first."""
    for student in modules(root):
        if student.module == module:
            for function in _known_functions(root, student):
                for name in student.mistakes()[function]:
                    yield _version(student, function, (name,))
                for pair in _pairs(student, function)[:KNOWN_PAIRS]:
                    yield _version(student, function, pair)


def _known_functions(root: Path, student: StudentModule) -> list[str]:
    """Return the functions of a student of which the table knows the versions."""
    if student.style != KNOWN:
        return []
    others = {
        function
        for other in modules(root)
        if other.module == student.module and other.style != KNOWN
        for function in other.mistakes()
    }
    is_function = re.compile(r"^def (\w+)\(", re.MULTILINE)
    defined = {f"{student.module}.{name}" for name in is_function.findall(student.text())}
    return [function for function in student.mistakes() if function in others & defined]


def _pairs(student: StudentModule, function: str) -> list[tuple[str, str]]:
    """Return all pairs of mistakes that a student can make together, in the order of a hash."""
    pairs = itertools.combinations(student.mistakes()[function], 2)
    possible = [pair for pair in pairs if student.compatible(function, *pair)]
    return sorted(possible, key=lambda pair: _lot(student.style, function, *pair))


def _version(student: StudentModule, function: str, mistakes: tuple[str, ...]) -> StudentVersion:
    return StudentVersion(student.style, function, mistakes, student.text(function, mistakes))


def unseen(function: str) -> bool:
    """Return whether a function belongs to the third on which nothing may be tuned."""
    return int(_lot(function), 16) % 3 == 0


def _lot(*names: str) -> str:
    return hashlib.sha256("/".join(names).encode()).hexdigest()
