"""Find faults in the course itself by running its tests on the reference solution."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

from coursekit.grading.protocol.messages import Job, Output, Results
from coursekit.grading.sandbox.levels import Level

if TYPE_CHECKING:
    from coursekit.grading.jobs import Planner

STUDENT = "reference"


def reference_job(planner: Planner, level: Level) -> tuple[Job, dict[str, str]] | None:
    """Return the job that grades the reference solution, and its hidden tests.

    Return None if there is no reference solution, as on a machine with only the built course.
    """
    if planner.reference is None:
        return None
    import nbformat

    from coursekit.grading.submissions import course_files

    released = planner.folder / "release" / planner.part.id / f"{planner.part.id}.ipynb"
    notebook = nbformat.read(released, as_version=4)
    notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    files = course_files(planner.files)
    for module in [*planner.earlier_modules(), *planner.part.modules]:
        path = planner.reference / f"{module}.py"
        if path.is_file():
            files[f"student_code/{module}.py"] = path.read_bytes()
    return planner.job(STUDENT, notebook, files, level)


def course_failures(job: Job, future: Future[Results]) -> dict[str, str]:
    """Return the functions whose tests reject the reference solution, with the reasons.

    No student can be graded on these functions: a score of zero would be the course's fault.
    """
    try:
        results = future.result()
    except Exception:
        return {}  # every submission fails in the same way and reports it
    failures = {}
    for cell in job["cells"]:
        if cell["kind"] == "tests":
            shown = results.get("cells", {}).get(str(cell["index"]), [])
            if (reason := _lost_points(shown, cell["points"])) is not None:
                failures[cell["function"]] = (
                    f"the course's own tests reject the reference solution{reason}: fix them, "
                    "build, and grade again"
                )
    return failures


def _lost_points(shown: list[Output], points: float) -> str | None:
    """Return the first failure in the outputs of a cell, or None if it has full points."""
    scores = [each["data"]["text/plain"] for each in shown if "data" in each]
    if scores and float(scores[-1]) >= points - 1e-6:
        return None
    text = "".join(str(each.get("text", "")) for each in shown)
    lines = [line.strip() for line in text.splitlines()]
    for number, line in enumerate(lines):
        if line.startswith("✗"):
            got = next((each for each in lines[number:] if each.startswith("got")), "")
            return f" ({line[1:].strip()}: {got})" if got else f" ({line[1:].strip()})"
    return ""
