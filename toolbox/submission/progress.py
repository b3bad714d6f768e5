"""Measure a student's progress with a part: tests, answers, trained networks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from toolbox.checks.outcome import Outcome
from toolbox.checks.pytest_run import run_tests
from toolbox.checks.scores import earned
from toolbox.course import Part, Task
from toolbox.report.written_answers import Answer, answers
from toolbox.training.trainer import weights_file


@dataclass
class Standing:
    """The progress with one part: points of the public tests, and sentences on what is left."""

    part: Part
    points: dict[str, float] = field(default_factory=dict)  # by function
    left: list[str] = field(default_factory=list)
    answered: int = 0
    trained: int = 0

    @property
    def earned(self) -> float:
        return round(sum(self.points.values()), 2)

    @property
    def public(self) -> float:
        """The maximum of the public tests. Points of hidden tests are added to it."""
        return sum(task.points for task in self.part.tasks)


def standing(root: Path, part: Part) -> Standing:
    """Run the public tests of `part`, read its answers, and look for its trained networks."""
    found = Standing(part)
    files = list(dict.fromkeys(task.test_file for task in part.tasks if task.points))
    run = run_tests(files) if files else None
    outcomes = run.outcomes if run else []
    if run:
        found.left += run.broken
    for task in part.tasks:
        own = [o for o in outcomes if o.function == task.function and not o.hidden]
        found.points[task.function] = earned(own)
        if task.points and (line := _left_of(task, own, found.points[task.function])):
            found.left.append(line)
    for trained in part.trained:
        if weights_file(trained.run).is_file():
            found.trained += 1
        else:
            found.left.append(
                f"The network {trained.run} ({trained.points:g} points) is not trained yet: run "
                "the training cells of the notebook."
            )
    for answer in answers(root, part).values():
        found.answered += bool(answer.text)
        if answer.problem:
            found.left.append(_about(answer))
    return found


def _left_of(task: Task, outcomes: list[Outcome], points: float) -> str:
    if not outcomes:
        return f"{task.function} ({task.points:g} points): its tests could not be run."
    wrong = [outcome for outcome in outcomes if not outcome.passed]
    if not wrong:
        return ""
    if all(outcome.status == "stub" for outcome in wrong):
        if len(wrong) == len(outcomes):
            return f"{task.function} ({task.points:g} points) is not written yet."
        return f"{task.function} ({points:g} of {task.points:g} points): {wrong[0].got}."
    first = next(outcome for outcome in wrong if outcome.status != "stub")
    more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return f"{task.function} ({points:g} of {task.points:g} points): fails “{first.promise}”{more}."


def _about(answer: Answer) -> str:
    question = answer.question
    return f"The answer to “{question.title}” ({question.points:g} points): {answer.problem}."
