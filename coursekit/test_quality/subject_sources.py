"""Find all files that the verdict on a module depends on, by following its imports."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from coursekit import collected_once, dependencies
from coursekit.forked_jobs import import_outside
from misconceptions import catalogue

NAMING = ("diagnosis", "causes", "signatures")


def test_files(root: Path, module: str) -> list[Path]:
    """Return the public and hidden test files that exist for a module of `student_code`."""
    rooms = (root / "unit_tests", root / "unit_tests" / "hidden")
    return [path for room in rooms if (path := room / f"test_{module}.py").is_file()]


def of_module(root: Path, module: str) -> list[Path]:
    """Return all files that can change the verdict on any version of a module."""
    folder = root / "misconceptions"
    starts = [
        root / "student_code" / f"{module}.py",
        *test_files(root, module),
        root / "unit_tests" / "conftest.py",
        *catalogue.files(module, folder),
        folder / "alternatives" / f"{module}.py",
        folder / "catalogue.py",
        *sorted((root / "toolbox" / "checks").glob("*.py")),
        *(Path(__file__).with_name(f"{name}.py") for name in ("verdicts", "mutants", "subjects")),
        Path(collected_once.__file__),
    ]
    # These modules only derive names from verdicts; they cannot change one.
    naming = {root / "toolbox" / "checks" / f"{name}.py" for name in NAMING}
    return sorted(dependencies.closure(root, starts) - naming)


def state(root: Path, module: str, *, judged: bool = False) -> str:
    """Return a hash of `of_module`, which changes only if something relevant changes.

    judged: whether the judge runs the tests, so that it counts as well.
    """
    paths = of_module(root, module)
    if judged:
        start = [root / "coursekit" / "test_quality" / "forked_judge.py"]
        judge = dependencies.closure(root, start, (*dependencies.PACKAGES, "coursekit"))
        paths = sorted({*paths, *judge})
    return dependencies.digest(root, paths, dependencies.environment())[:16]


def preload(root: Path, modules: Iterable[str]) -> None:
    """Import what the modules and their tests need from outside, once, before forking."""
    import_outside(root, (path for module in modules for path in of_module(root, module)))
