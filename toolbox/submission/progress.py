"""Measure a student's progress with a part: tests, answers, trained networks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from toolbox.checks.outcome import Outcome
from toolbox.checks.scores import earned
from toolbox.course import Part, Task, points_text
from toolbox.report.written_answers import Answer, answers
from toolbox.submission.check_cells import lost_checks
from toolbox.submission.remembered import outcomes_of_tasks
from toolbox.submission.unwritten import is_unwritten
from toolbox.training.run_files import weights_file


@dataclass
class Standing:
    """The progress with one part: points of the public tests, and sentences on what is left.

    broken: why tests could not be run. functions, networks, unanswered: what is left of each.
    lost: check cells that were deleted from the notebook.
    """

    part: Part
    points: dict[str, float] = field(default_factory=dict)  # by function
    broken: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    networks: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def left(self) -> list[str]:
        """Everything that is left to do, in the order of the points that it takes first."""
        return [*self.broken, *self.functions, *self.networks, *self.unanswered, *self.lost]

    @property
    def earned(self) -> float:
        return round(sum(self.points.values()), 2)

    @property
    def public(self) -> float:
        """The maximum of the public tests. Points of hidden tests are added to it."""
        return sum(task.points for task in self.part.tasks)

    @property
    def hidden(self) -> float:
        return sum(task.hidden for task in self.part.tasks)

    @property
    def written(self) -> float:
        return sum(question.points for question in self.part.questions)

    @property
    def answered(self) -> int:
        return len(self.part.questions) - len(self.unanswered)

    @property
    def trained(self) -> int:
        return len(self.part.trained) - len(self.networks)

    @property
    def passes(self) -> bool:
        """Whether all public tests pass."""
        return self.public > 0 and not self.broken and not self.functions


def standing(root: Path, part: Part) -> Standing:
    """Return the progress with `part`.

    Tests run only if something they depend on has changed since they ran last, and not if all
    functions of their file are stubs.
    """
    found = Standing(part, lost=lost_checks(root, part))
    unwritten = {task for task in part.tasks if is_unwritten(root, task)}
    written = [task for task in part.tasks if task.points and task not in unwritten]
    run = outcomes_of_tasks(root, written)
    found.broken = run.broken
    for task in part.tasks:
        own = [o for o in run.outcomes if o.function == task.function and not o.hidden]
        found.points[task.function] = earned(own)
        if task.points and not own and task in unwritten:
            found.functions.append(_not_written(task))
        elif task.points and (line := _left_of(task, own, found.points[task.function])):
            found.functions.append(line)
    found.networks = [
        f"The network {trained.run} ({points_text(trained.points)}) is not trained yet: run the "
        "training cells of the notebook."
        for trained in part.trained
        if not weights_file(trained.run).is_file()
    ]
    found.unanswered = [_about(each) for each in answers(root, part).values() if each.problem]
    return found


def _left_of(task: Task, outcomes: list[Outcome], points: float) -> str:
    if not outcomes:
        return f"{task.function} ({points_text(task.points)}): its tests could not be run."
    wrong = [outcome for outcome in outcomes if not outcome.passed]
    if not wrong:
        return ""
    so_far = f"{points:g} of {points_text(task.points)}"
    if all(outcome.status == "stub" for outcome in wrong):
        if blocking := wrong[0].blocked_by:
            return f"{task.function} ({so_far}): write {blocking} first."
        if len(wrong) == len(outcomes):
            return _not_written(task)
        return f"{task.function} ({so_far}): {wrong[0].got}."
    first = next(outcome for outcome in wrong if outcome.status != "stub")
    more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return f"{task.function} ({so_far}): fails “{first.promise}”{more}."


def _not_written(task: Task) -> str:
    return f"{task.function} ({points_text(task.points)}) is not written yet."


def _about(answer: Answer) -> str:
    question = answer.question
    worth = points_text(question.points)
    return f"The answer to “{question.title}” ({worth}): {answer.problem}."
