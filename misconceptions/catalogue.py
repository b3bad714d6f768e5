"""Definition of the catalog's entries, and a function that finds them.

    @wrong(
        "scaler.StreamingScaler",
        looks_like="each batch overwrites the previous ones",
        hints=("The statistics are those of the last batch only.",
               "Which of your attributes keep their values in a second call of partial_fit?"),
    )
    class ForgetsEarlierBatches(StreamingScaler): ...

    @variant_of(ForgetsEarlierBatches)
    class KeepsTheLastBatch: ...

`looks_like` is a short clause in the present tense that names the likely cause. The first hint
says what is off, and the second one says where to look; neither gives the answer away.
`variant_of` marks the same misconception in another form, as another student would write it: with
the same texts, but other values in the tests.
`@right("scaler.StreamingScaler")` marks an alternative: a correct implementation, written
differently, that every test has to accept.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T", bound=Callable[..., Any])


@dataclass(frozen=True)
class Entry:
    """A wrong implementation, or a correct alternative, of one student function."""

    function: str  # "module.name" in student_code
    implementation: Callable[..., Any]
    looks_like: str = ""
    hints: tuple[str, str] = ("", "")
    is_right: bool = False
    is_variant: bool = False

    @property
    def id(self) -> str:
        return self.implementation.__name__

    def install(self) -> None:
        """Replace the student's function with this implementation, in this process."""
        module, name = self.function.split(".", 1)
        setattr(importlib.import_module(f"student_code.{module}"), name, self.implementation)

    def as_student_file(self, solution: str) -> str:
        """Return the student module that a student with this misconception would hand in.

        `solution` is the text of the module with its solution; the entry is added below it.
        """
        source = inspect.getsource(self.implementation)
        name = self.function.split(".", 1)[1]
        start = min(i for i in (source.find("\nclass "), source.find("\ndef ")) if i >= 0)
        return f"{solution}\n\n{source[start + 1 :]}\n\n{name} = {self.id}  # type: ignore\n"


FOLDER = Path(__file__).parent
NOT_ENTRIES = {"__init__.py", "catalogue.py", "student_mistakes.py"}
_entries: list[Entry] = []


def wrong(function: str, *, looks_like: str, hints: tuple[str, str]) -> Callable[[T], T]:
    """Register a wrong implementation of `function` ("module.name") in the catalog."""

    def enter(implementation: T) -> T:
        _entries.append(Entry(function, implementation, looks_like, hints))
        return implementation

    return enter


def variant_of(known: Callable[..., Any]) -> Callable[[T], T]:
    """Register another form of the misconception that `known` implements, with the same texts."""
    original = next(e for e in _entries if e.implementation is known and not e.is_variant)

    def enter(implementation: T) -> T:
        _entries.append(replace(original, implementation=implementation, is_variant=True))
        return implementation

    return enter


def right(function: str) -> Callable[[T], T]:
    """Register an alternative, correct implementation of `function` in the catalog."""

    def enter(implementation: T) -> T:
        _entries.append(Entry(function, implementation, is_right=True))
        return implementation

    return enter


def files(module: str, folder: Path = FOLDER) -> list[Path]:
    """Return the files with the wrong implementations of a module: one file, or a package.

    folder: the `misconceptions` folder of a course; defaults to the folder of this file.
    """
    package = sorted((folder / module).glob("*.py"))
    return package or [path for path in [folder / f"{module}.py"] if path.is_file()]


def entries(module: str | None = None) -> list[Entry]:
    """Return all entries, or those for one module of `student_code`, file by file."""
    places = [*FOLDER.glob("*.py"), *FOLDER.glob("*/*.py")]
    for path in sorted(places):
        inside = path.relative_to(FOLDER)
        subject = path.stem if inside.parts[0] in ("alternatives", path.name) else inside.parts[0]
        if inside.name in NOT_ENTRIES or subject != (module or subject):
            continue
        importlib.import_module(".".join(("misconceptions", *inside.with_suffix("").parts)))
    return [e for e in _entries if module is None or e.function.split(".")[0] == module]
