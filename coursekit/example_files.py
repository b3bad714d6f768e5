"""Read the worked examples of the catalog, `misconceptions/examples/MODULE.toml`.

    [compute_accuracy]
    code = "compute_accuracy(torch.tensor([[2.0, 1.0], [0.0, 3.0]]), torch.tensor([0, 0]))"
    steps = ["The predictions are 0 and 1, so 1 of 2 is right: 1 / 2 = 0.5"]
    result = "0.5"

`code` is Python whose last expression has the value `result`. If it is too long to show, `input`
describes it in words. A function without a case that can be computed by hand has a `reason`
instead. Students get the text of the examples, so it must not reveal the solution.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from coursekit.errors import CourseProblem

FOLDER = Path("misconceptions") / "examples"


class ExampleError(CourseProblem):
    """A file of worked examples is invalid; the message names the file and the function."""


@dataclass(frozen=True)
class WorkedExample:
    """The smallest case of a function that can be computed by hand, or why there is none.

    code: computes the case. steps: the computation in numbers. result: the value, as a Python
    literal. input: shown instead of `code`, if not empty. reason: why there is no example.
    """

    code: str = ""
    steps: tuple[str, ...] = ()
    result: str = ""
    input: str = ""
    reason: str = ""

    @property
    def lines(self) -> list[str]:
        """The text that students read; empty if there is only a reason."""
        if self.reason:
            return []
        return [self.input or self.code, *self.steps, f"gives {self.result}"]


KEYS = {field.name for field in fields(WorkedExample)}


def read(root: Path, module: str) -> dict[str, WorkedExample]:
    """Return the examples of a module of `student_code` by function, "module.name".

    Raises: `ExampleError` if the file is not valid. A missing file has no examples.
    """
    path = root / FOLDER / f"{module}.toml"
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise ExampleError(f"Cannot read {FOLDER.as_posix()}/{path.name}: {problem}") from problem
    return {f"{module}.{name}": _example(path, name, table) for name, table in tables.items()}


def _example(path: Path, name: str, table: Any) -> WorkedExample:
    place = f"{FOLDER.as_posix()}/{path.name}, {name}"
    if not isinstance(table, dict):
        raise ExampleError(f"{place}: write a table, [{name}]")
    if unknown := sorted(table.keys() - KEYS):
        raise ExampleError(f"{place}: unknown key {unknown[0]!r}; known are {sorted(KEYS)}")
    is_complete = {"code", "result"} <= table.keys() and "reason" not in table
    if not is_complete and table.keys() != {"reason"}:
        raise ExampleError(f"{place}: needs code and result, or only a reason")
    return WorkedExample(**{**table, "steps": tuple(table.get("steps", ()))})
