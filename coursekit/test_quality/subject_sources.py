"""What the verdict on a module depends on, found by following its imports."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from coursekit import dependencies
from coursekit.forked_jobs import import_outside
from misconceptions import catalogue


def test_files(root: Path, module: str) -> list[Path]:
    """The public and the hidden tests of a module of `student_code`, as far as there are any."""
    rooms = (root / "unit_tests", root / "unit_tests" / "hidden")
    return [path for room in rooms if (path := room / f"test_{module}.py").is_file()]


def of_module(root: Path, module: str) -> list[Path]:
    """Every file that can change what becomes of a module's wrong, right and mutated versions."""
    folder = root / "misconceptions"
    starts = [
        root / "student_code" / f"{module}.py",
        *test_files(root, module),
        root / "unit_tests" / "conftest.py",
        *catalogue.files(module, folder),
        folder / "alternatives" / f"{module}.py",
        folder / "catalogue.py",
        *sorted((root / "toolbox" / "checks").glob("*.py")),
        *(
            Path(__file__).with_name(name)
            for name in ("verdicts.py", "mutants.py", "subjects.py", "collected_once.py")
        ),
    ]
    # The names that the feedback gives are worked out from verdicts, and change none.
    found = dependencies.closure(root, starts)
    return sorted(found - {root / "toolbox" / "checks" / "diagnosis.py"})


def state(root: Path, module: str) -> str:
    """A hash over `of_module`: the same as long as nothing that matters has changed."""
    return dependencies.digest(root, of_module(root, module), dependencies.environment())[:16]


def preload(root: Path, modules: Iterable[str]) -> None:
    """Import what the modules and their tests need from elsewhere, once, before the forks."""
    import_outside(root, (path for module in modules for path in of_module(root, module)))
