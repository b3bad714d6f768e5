"""Grade the submissions of one run and keep a failure in one from affecting the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import OperationalError

from coursekit.errors import CourseProblem
from coursekit.grading.gradebook_writer import (
    Begun,
    SubmissionResults,
    Writer,
    full_marks_of,
)
from coursekit.grading.jobs import Planner
from coursekit.grading.module_placement import place_modules
from coursekit.grading.protocol.messages import GradedCell, Job, Output, Results
from coursekit.grading.run_report import Report
from coursekit.grading.shared_gradebook import OneGradebook, one_gradebook
from coursekit.grading.submissions import Journal, files_of
from coursekit.grading.submitted_notebook import brief
from coursekit.printable import printable

RunOne = Callable[[Job, dict[str, str]], "Future[Results]"]


@dataclass(frozen=True)
class Prepared:
    """A submission that is ready to be graded."""

    begun: Begun
    files: dict[str, bytes]
    notes: list[str]


class Batch:
    """Prepares, starts, writes and saves submissions independently of each other.

    If any of these steps raises an exception, the report gets the reason, and the gradebook and
    `autograded/` keep nothing of that submission.
    """

    def __init__(
        self,
        planner: Planner,
        writer: Writer,
        book: OneGradebook,
        journal: Journal,
        report: Report,
        digests: dict[str, str],
    ) -> None:
        self.planner, self.writer, self.book = planner, writer, book
        self.journal, self.report, self.digests = journal, report, digests
        self.running: dict[Future[Results], tuple[str, list[GradedCell]]] = {}
        self.failures: dict[str, str] = {}  # of the course's own tests, by function
        self._prepared: dict[str, Prepared] = {}
        self._written: list[dict[str, Any]] = []  # not committed yet

    @classmethod
    @contextmanager
    def open(
        cls, planner: Planner, journal: Journal, report: Report, digests: dict[str, str]
    ) -> Iterator[Batch]:
        """Open the gradebook for a batch. `digests`: what each student's grade depends on."""
        writer = Writer(planner.folder, planner.part.id, full_marks_of(planner.part))
        writer.prepare()
        try:
            with one_gradebook(writer.coursedir.db_url, writer.coursedir.course_id) as book:
                yield cls(planner, writer, book, journal, report, digests)
        except OperationalError as problem:
            raise CourseProblem(
                f"Cannot write the gradebook ({brief(problem)}). Grades saved before that are "
                "kept. Close other programs that use it, then run the same command again."
            ) from problem
        finally:
            writer.close()

    def prepare(self, student: str) -> int:
        """Copy and sanitize a submission. Return the size of its files in bytes."""
        with self._alone(student):
            with self.book.all_or_nothing():
                begun = self.writer.begin(student)
            submitted = self.planner.folder / "submitted" / student / self.planner.part.id
            files, notes = files_of(submitted, self.planner.files)
            moved = place_modules(files, self.planner.part.modules)
            odd = [printable(note) for note in (*begun.odd, *moved)]
            self._prepared[student] = Prepared(begun, files, odd + notes)
            return sum(map(len, files.values()))
        return 0

    def start(self, student: str, run_one: RunOne) -> None:
        """Run a submission; prepare it first if that has not happened yet."""
        if student not in self._prepared and student not in self.report.refused:
            self.prepare(student)
        if (ready := self._prepared.get(student)) is None:
            return
        with self._alone(student):
            level = self.report.level
            job, hidden = self.planner.job(student, ready.begun.notebook, ready.files, level)
            graded = [cell for cell in job["cells"] if cell["kind"] != "run"]
            self.running[run_one(job, hidden)] = (student, graded)

    def finish(self, future: Future[Results]) -> None:
        """Write the results of a submission."""
        student, graded = self.running.pop(future)
        ready = self._prepared.pop(student)
        with self._alone(student):
            try:
                results = future.result()
            except Exception as problem:
                results = {"problem": brief(problem)}
            outputs = {int(index): shown for index, shown in results.get("cells", {}).items()}
            waiting, reasons = _not_judged(graded, results, outputs, self.failures)
            said = [printable(reason) for reason in reasons]
            flags = [f"not graded: {reason}" for reason in said]
            flags += [printable(flag) for flag in results.get("flags", [])] + ready.notes
            how = {
                "sandbox": results.get("level", "none"),
                "flags": flags,
                "replaced": results.get("replaced", []),
            }
            if ready.begun.lost_answers:
                waiting |= _written_answers(ready.begun)
            with self.book.all_or_nothing():
                verdict = SubmissionResults(outputs, frozenset(waiting), how)
                self.writer.finish(student, ready.begun.notebook, verdict)
            self._report(student, "; ".join(said), flags)
            self._written.append(
                {
                    "student": student,
                    "level": how["sandbox"],
                    "level_number": -1 if said else int(self.report.level),
                    "flags": flags,
                    "digest": self.digests[student],
                }
            )

    def save(self, *, now: bool) -> None:
        """Commit the grades, publish the submissions, and only then record them in the journal.

        If the process is killed in between, the next run grades these submissions again.
        """
        if not self.book.save(now=now) or not self._written:
            return
        saved = []
        for entry in self._written:
            with self._alone(entry["student"]):
                self.writer.publish(entry["student"])
                saved.append(entry)
        self.journal.add(saved)
        self._written.clear()

    def _report(self, student: str, not_judged: str, flags: list[str]) -> None:
        if not_judged:
            self.report.incomplete[student] = not_judged
        else:
            self.report.graded.append(student)
        if flags:
            self.report.flags[student] = flags

    @contextmanager
    def _alone(self, student: str) -> Iterator[None]:
        """Confine an exception to this submission: report it and discard the submission."""
        try:
            yield
        except OperationalError:
            raise  # the gradebook itself is unavailable
        except Exception as problem:
            self._prepared.pop(student, None)
            self.writer.discard(student)
            said = str(problem) if isinstance(problem, ValueError) else brief(problem)
            self.report.refused[student] = printable(said)
            self.report.incomplete.pop(student, None)
            self.report.flags.pop(student, None)
            if student in self.report.graded:
                self.report.graded.remove(student)


def _not_judged(
    graded: list[GradedCell],
    results: Results,
    outputs: dict[int, list[Output]],
    failures: dict[str, str],
) -> tuple[set[int], list[str]]:
    """Return the indices of the cells that the course could not grade, and the reasons."""
    if "problem" in results:
        return {cell["index"] for cell in graded}, [str(results["problem"])]
    functions = {name_of(cell) for cell in graded}
    said = {name: reason for name, reason in failures.items() if name in functions}
    said |= {str(name): str(reason) for name, reason in results.get("not_graded", {}).items()}
    waiting, reasons = set(), [f"{name}: {reason}" for name, reason in said.items()]
    for cell in graded:
        index = cell["index"]
        names = {name_of(cell), str(index), f"cell {index}"}
        if names & said.keys() or not outputs.get(index):
            waiting.add(index)
        if not names & said.keys() and not outputs.get(index):
            reasons.append(f"{name_of(cell)}: the grader has no result")
    return waiting, reasons


def name_of(cell: GradedCell) -> str:
    """Return the function that a cell grades, or "cell 3" if it grades none."""
    if cell["kind"] in ("tests", "broken"):
        return cell["function"]
    return f"cell {cell['index']}"


def _written_answers(begun: Begun) -> set[int]:
    """Return the indices of the cells with written answers."""
    marks = [cell.metadata.get("nbgrader", {}) for cell in begun.notebook.cells]
    return {n for n, mark in enumerate(marks) if mark.get("grade") and mark.get("solution")}
