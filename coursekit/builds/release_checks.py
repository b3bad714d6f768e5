"""The checks that a build must pass before anybody gets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Container, Sequence
from pathlib import Path
from typing import Any

import nbformat

from coursekit import dependencies
from coursekit.builds.nbgrader_source import BEGIN_SCHEME
from coursekit.builds.step_cache import StepCache
from coursekit.builds.stubs import BEGIN, STUB, solution_lines, strip_file
from coursekit.builds.trees import DIAGNOSIS, EXAMPLES, Tree
from coursekit.errors import CourseProblem
from toolbox.course import Course

# Lines of at least this length are distinctive; shorter ones ("return x") occur everywhere.
DISTINCTIVE = 30
# These reveal nothing, because everybody writes them in the same way: block heads and idioms.
HEADS = ("for ", "with ", "if ", "while ", "elif ", "except ")
IDIOMS = {"optimizer.zero_grad(set_to_none=True)"}


class ProofError(CourseProblem):
    """The build must not be released; the message lists the reasons."""


def no_leak(root: Path, released: Tree, kept: Container[str] = ()) -> None:
    """Check that the release has no line of a solution and nothing of the hidden tests.

    A released module must be exactly the stripped source; other files must not contain a
    distinctive line of a solution. Files whose path ends like one of `kept`
    ("student_code/scaler.py") were checked when an earlier build made them. Raises `ProofError`
    with file and line of each leak.
    """
    secrets = _secrets(root)
    found = []
    for name, content in sorted(released.items()):
        if "/".join(Path(name).parts[-2:]) in kept:
            continue
        lines = _text_lines(name, content)
        module = root / "student_code" / Path(name).name
        stub: list[str] = []
        if Path(name).parent.name == "student_code":
            stub = strip_file(module).splitlines()
            if lines != stub:
                found.append(f"{name} is not the stripped source")
        for number, line in enumerate(lines, start=1):
            origin = secrets.get(line.strip())
            if line.strip() == BEGIN or (origin and line not in stub):
                found.append(f"{name}, line {number} gives away {origin}: {line.strip()}")
    if found:
        raise ProofError(
            "The release reveals solutions or hidden tests:\n  " + "\n  ".join(found[:20])
        )


def _secrets(root: Path) -> dict[str, str]:
    """Return the distinctive lines that students must not see, with the file of each."""
    secrets: dict[str, str] = {}
    for path in sorted((root / "student_code").glob("*.py")):
        for line in solution_lines(path.read_text(encoding="utf-8")):
            if _gives_away(line):
                secrets[line] = f"the solution in student_code/{path.name}"
    public = _public_lines(root)
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for line in solution_lines(cell.source):
                if len(line) >= DISTINCTIVE and line not in public:
                    secrets[line] = f"an answer in notebooks/{path.name}"
    for room in ("unit_tests/hidden", "misconceptions"):
        for path in sorted((root / room).rglob("*.py")):
            for line in map(str.strip, path.read_text(encoding="utf-8").splitlines()):
                if _tells(line) and line not in public:
                    secrets[line] = path.relative_to(root).as_posix()
    return secrets


def _gives_away(line: str) -> bool:
    """Return whether a line of a solution is distinctive."""
    head = line.startswith(HEADS) and line.endswith(":")
    return len(line) >= DISTINCTIVE and not line.startswith("#") and not head and line not in IDIOMS


def _tells(line: str) -> bool:
    """Return whether a line is long code; hints and docstrings are not secret."""
    return len(line) >= DISTINCTIVE and not line.startswith(
        ('"', "'", "#", "from ", "import ", "looks_like", "called = ", "@task(", "@right(")
    )


def _public_lines(root: Path) -> set[str]:
    """Return all lines of the stubs, the public tests, the toolbox, and outside of answers."""
    lines: set[str] = set()
    for path in sorted((root / "student_code").glob("*.py")):
        lines.update(map(str.strip, strip_file(path).splitlines()))
    for pattern in ("unit_tests/*.py", "toolbox/**/*.py", "data_scripts/**/*.py"):
        for path in sorted(root.glob(pattern)):
            lines.update(map(str.strip, path.read_text(encoding="utf-8").splitlines()))
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            lines.update(solution_lines(cell.source.partition(BEGIN_SCHEME)[0], inside=False))
    return lines


def _text_lines(name: str, content: bytes) -> list[str]:
    if name.endswith(".ipynb"):
        cells = json.loads(content)["cells"]
        return [line for cell in cells for line in "".join(cell["source"]).splitlines()]
    try:
        return content.decode().splitlines()
    except UnicodeDecodeError:
        return []  # weights and images


def outcomes_in(
    folder: Path,
    modules: Sequence[str],
    facts: dict[str, Any],
    cache: StepCache,
    fine: Callable[[dict[str, Any]], bool],
) -> dict[str, Any]:
    """Run the modules' public tests in a built folder with its own packages. Return the outcomes.

    A module is not run again if its dependencies are unchanged since its tests were last `fine`.
    """
    keys = {module: _state(folder, module, facts) for module in modules}
    known = {m: cache.get("tests", f"{folder.name}-{m}", key) for m, key in keys.items()}
    results = {m: json.loads(content) for m, content in known.items() if content is not None}
    if stale := [module for module in modules if module not in results]:
        for module, result in _run(folder, stale).items():
            results[module] = result
            if fine(result):
                content = json.dumps(result).encode()
                cache.put("tests", f"{folder.name}-{module}", keys[module], content)
    return {
        "outcomes": [outcome for module in modules for outcome in results[module]["outcomes"]],
        "broken": [reason for module in modules for reason in results[module]["broken"]],
    }


def _state(folder: Path, module: str, facts: dict[str, Any]) -> str:
    """Return a hash of everything on which the outcomes of a module's public tests depend."""
    starts = [folder / f"student_code/{module}.py", folder / f"unit_tests/test_{module}.py"]
    starts += [folder / "unit_tests/conftest.py", folder / "toolbox/checks/pytest_run.py"]
    paths = dependencies.with_data_files(folder, dependencies.closure(folder, starts))
    paths -= {folder / DIAGNOSIS, folder / EXAMPLES}
    tasks = [task for part in facts["parts"] for task in part["tasks"]]
    mine = [task for task in tasks if task["function"].split(".")[0] == module]
    versions = [dependencies.environment(), dependencies.engine("builds.release_checks")]
    return dependencies.digest(folder, paths, facts["course"], mine, *versions)


_DRIVER = """
import json, sys
from toolbox.checks.pytest_run import run_tests
found = {}
for module in sys.argv[1:]:
    run = run_tests([f"unit_tests/test_{module}.py"])
    found[module] = {"outcomes": [o.to_json() for o in run.outcomes], "broken": run.broken}
print(json.dumps(found))
"""


def _run(folder: Path, modules: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", _DRIVER, *modules],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=1200,
        check=False,
    )
    if done.returncode:
        raise ProofError(f"The tests could not be run in {folder.name}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def all_passed(results: dict[str, Any]) -> bool:
    """Return whether every test passed."""
    return not results["broken"] and all(o["status"] == "passed" for o in results["outcomes"])


def all_stubs(results: dict[str, Any]) -> bool:
    """Return whether every test reports that its function is not implemented yet."""
    return not results["broken"] and all(o["status"] == "stub" for o in results["outcomes"])


def tests_pass_on_solution(results: dict[str, Any]) -> None:
    """Check that every public test accepts the solution. Raises `ProofError` listing failures."""
    wrong = [f"{o['test']}: {o['got']}" for o in results["outcomes"] if o["status"] != "passed"]
    if wrong or results["broken"] or not results["outcomes"]:
        listed = "\n  ".join([*results["broken"], *wrong]) or "no test ran"
        raise ProofError(f"The solution fails its own public tests:\n  {listed}")


def tests_fail_on_stubs(results: dict[str, Any]) -> None:
    """Check that every public test reports "not implemented yet" for a stub, and nothing else."""
    passed = [o["test"] for o in results["outcomes"] if o["status"] == "passed"]
    other = [
        f"{o['test']} reports {o['got']!r} instead of a missing implementation"
        for o in results["outcomes"]
        if o["status"] not in {"passed", "stub"}
    ]
    lines = [f"{test} passes on the stub, so it never fails" for test in passed]
    lines += other + [f"the stubs cannot be loaded: {reason}" for reason in results["broken"]]
    if lines:
        raise ProofError("The public tests do not reject the stubs:\n  " + "\n  ".join(lines))


def every_task_has_tests(course: Course, results: dict[str, Any]) -> None:
    """Check that every task with points has a public test. Raises `ProofError` otherwise."""
    tested = {outcome["function"] for outcome in results["outcomes"]}
    declared = {t.function for part in course.built_parts for t in part.tasks if t.points}
    if missing := sorted(declared - tested):
        raise ProofError(f"No public test is marked for {', '.join(missing)}. Mark one: @task(...)")


def no_bare_traceback(name: str, notebook: nbformat.NotebookNode) -> None:
    """Check that no cell of an executed notebook raised an error. Raises `ProofError`."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            shown = f"{output.get('text', '')}{output.get('data', {}).get('text/plain', '')}"
            if output.output_type == "error" or STUB in shown:
                said = f"{output.get('ename', '')}: {output.get('evalue', output.get('text'))}"
                first = cell.source.splitlines()[0]
                raise ProofError(f"{name} stops at the cell that begins with {first!r}: {said}")
