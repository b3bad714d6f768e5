"""The versions on which the tests are measured: misconceptions, alternatives and mutants."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from coursekit.collected_once import Subject
from coursekit.errors import UsageProblem
from coursekit.test_quality.mutants import Mutant, mutants
from misconceptions.catalogue import entries
from toolbox.course import Course


def functions(course: Course, wanted: list[str]) -> list[str]:
    """Return the graded functions of the built parts, or those that `wanted` names.

    A name is a function ("scaler.StreamingScaler") or a module ("scaler"). Raises `UsageProblem`,
    with a list of the modules, for any other name.
    """
    known = [t.function for part in course.built_parts for t in part.tasks]
    modules = list(dict.fromkeys(name.split(".")[0] for name in known))
    if unknown := [name for name in wanted if name not in {*known, *modules}]:
        raise UsageProblem(
            f"{', '.join(unknown)}: no such module or function. "
            f"The modules are {', '.join(modules)}; a function is named module.name."
        )
    return [f for f in known if not wanted or {f, f.split(".")[0]} & set(wanted)]


def of_module(root: Path, module: str, chosen: set[str], *, mutated: bool = True) -> list[Subject]:
    """Return the versions of a module's chosen functions: the catalog first, then mutants.

    A private function next to a graded one is mutated with it.
    """
    found = [
        Subject("right" if entry.is_right else "wrong", entry.function, entry.id, entry.install)
        for entry in entries(module)
        if entry.function in chosen
    ]
    solution = root / "student_code" / f"{module}.py"
    for number, mutant in enumerate(mutants(solution) if mutated else ()):
        if mutant.function in chosen:
            found.append(
                Subject(
                    "mutant",
                    mutant.function,
                    f"{number} {mutant.line} [{mutant.change}]",
                    _installer(module, mutant),
                )
            )
    return found


def _installer(module: str, mutant: Mutant) -> Callable[[], None]:
    def install() -> None:
        exec(mutant.code, importlib.import_module(f"student_code.{module}").__dict__)

    return install
