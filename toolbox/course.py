"""The course definition: parts, tasks, points.

The source tree reads it from `course.toml`. Students get the same data as `course.json`, because
Python 3.10 has no TOML parser.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Task:
    """One function or class that the student writes, and its points."""

    function: str  # "module.name", as in student_code
    points: float  # divided among the public tests
    hidden: float  # divided among the hidden tests
    part: str
    dropped: tuple[str, ...] = ()  # tests that no longer count; the others share their points
    individual: bool = False  # in a pair, each member writes its module alone

    @property
    def module(self) -> str:
        return self.function.split(".")[0]

    @property
    def name(self) -> str:
        return self.function.split(".", 1)[1]

    @property
    def total(self) -> float:
        return self.points + self.hidden

    @property
    def test_file(self) -> str:
        """The path of its public tests, relative to the course root."""
        return f"unit_tests/test_{self.module}.py"


@dataclass(frozen=True)
class Question:
    """A written question that a person grades."""

    id: str
    title: str
    points: float
    part: str
    individual: bool = False  # in a pair, each member answers it alone


@dataclass(frozen=True)
class Trained:
    """A trained network that is graded by its accuracy on held-out images."""

    run: str  # the name passed to trainer.fit
    model: str  # the student's class, "module.Name"
    points: float
    real: float  # the accuracy that earns all points on the real images
    offline: float  # the accuracy that earns all points on the synthetic images
    part: str
    score: str = "accuracy"  # or "mean_iou", for a segmentation network


@dataclass(frozen=True)
class Part:
    """One part of the course: a notebook, tasks graded by tests, questions graded by people."""

    id: str
    title: str
    minutes: int
    built: bool
    datasets: tuple[str, ...]
    tasks: tuple[Task, ...]
    questions: tuple[Question, ...]
    trained: tuple[Trained, ...] = ()
    full_marks: tuple[str, ...] = ()  # items for which everyone gets all points

    @property
    def points(self) -> float:
        written = sum(q.points for q in self.questions)
        return sum(t.total for t in self.tasks) + sum(t.points for t in self.trained) + written

    @property
    def individual(self) -> tuple[Question, ...]:
        """The questions that each member of a pair answers alone."""
        return tuple(question for question in self.questions if question.individual)

    @property
    def individual_modules(self) -> tuple[str, ...]:
        """The modules of student_code that each member of a pair writes alone."""
        return tuple(dict.fromkeys(task.module for task in self.tasks if task.individual))

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules of student_code that this part works on, in the order of its tasks."""
        return tuple(dict.fromkeys(task.module for task in self.tasks))


@dataclass(frozen=True)
class Course:
    """The whole course definition; `course.toml` explains each key."""

    id: str
    title: str
    repository: str
    branch: str
    seconds_per_test: float
    seconds_per_cell: int
    parts: tuple[Part, ...]
    hand_in_megabytes: float = 50  # the size limit of a submission before compression
    group_size: int = 1  # how many students can hand in together: 1, or 2 for pairs

    @property
    def built_parts(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.built)

    def part(self, part_id: str) -> Part:
        """Return the part with that id. Raises `KeyError`, listing the existing parts."""
        for part in self.parts:
            if part.id == part_id:
                return part
        advice = instead(part_id, [part.id for part in self.parts])
        raise KeyError(f"Unknown part {part_id!r}. {advice}")

    def trained(self, run: str) -> Trained:
        """Return the trained network of that run. Raises `KeyError`, listing the known runs."""
        known = {trained.run: trained for part in self.parts for trained in part.trained}
        if run not in known:
            raise KeyError(f"unknown trained run {run!r}; the runs are {', '.join(known)}")
        return known[run]

    def task(self, function: str) -> Task:
        """Return the task of `module.name`. Raises `KeyError`, listing the known tasks."""
        tasks = {task.function: task for part in self.parts for task in part.tasks}
        if function not in tasks:
            raise KeyError(f"unknown task {function!r}; the tasks are {', '.join(tasks)}")
        return tasks[function]


def points_text(points: float) -> str:
    """Return `1 point` or `2.5 points`."""
    return f"{points:g} point{'' if points == 1 else 's'}"


def instead(name: str, known: Sequence[str]) -> str:
    """Return the advice for an unknown part: the one that was probably meant, or all of them."""
    meant = [part for part in known if part.startswith(f"{name}_")]
    meant = meant or get_close_matches(name, known, n=1, cutoff=0.85)
    return f"Did you mean {meant[0]!r}?" if meant else f"The parts are {', '.join(known)}."


def find_root(start: Path | None = None) -> Path:
    """Return the course folder that contains `start` (default: the current folder).

    Falls back to the course that contains this package. Raises `FileNotFoundError` if neither
    has a `student_code` folder next to a `course.json` or `course.toml`.
    """
    here = (start or Path.cwd()).resolve()
    for folder in [here, *here.parents, Path(__file__).resolve().parent.parent]:
        if (folder / "student_code").is_dir() and any(
            (folder / name).is_file() for name in ("course.json", "course.toml")
        ):
            return folder
    raise FileNotFoundError(
        f"{here} is in no course folder: neither it nor any folder above it contains student_code/ "
        "and course.json. Open the notebook from inside the course folder that you downloaded."
    )


def from_dict(facts: dict[str, Any]) -> Course:
    """Return the course from the parsed contents of `course.toml` or `course.json`."""
    parts = tuple(_part(part) for part in facts["parts"])
    head = facts["course"]
    return Course(
        id=head["id"],
        title=head["title"],
        repository=head["repository"],
        branch=head["branch"],
        seconds_per_test=head["seconds_per_test"],
        seconds_per_cell=head["seconds_per_cell"],
        parts=parts,
        hand_in_megabytes=head.get("hand_in_megabytes", 50),
        group_size=head.get("group_size", 1),
    )


def _part(facts: dict[str, Any]) -> Part:
    part_id = facts["id"]
    dropped: dict[str, list[str]] = {}
    for row in facts.get("dropped", ()):
        dropped.setdefault(row["item"], []).append(row.get("test", ""))
    return Part(
        id=part_id,
        title=facts["title"],
        minutes=facts["minutes"],
        built=facts["built"],
        datasets=tuple(facts.get("datasets", ())),
        tasks=tuple(
            Task(
                **task,
                part=part_id,
                dropped=tuple(filter(None, dropped.get(task["function"], ()))),
            )
            for task in facts.get("tasks", ())
        ),
        questions=tuple(Question(**q, part=part_id) for q in facts.get("questions", ())),
        trained=tuple(Trained(**t, part=part_id) for t in facts.get("trained", ())),
        full_marks=tuple(item for item, tests in dropped.items() if "" in tests),
    )


def load(root: Path | None = None) -> Course:
    """Load the course in the folder `root` (default: the one containing the current folder)."""
    return _read(root or find_root())


@lru_cache(maxsize=8)
def _read(root: Path) -> Course:
    as_json = root / "course.json"
    if as_json.is_file():
        return from_dict(json.loads(as_json.read_text(encoding="utf-8")))
    import tomllib  # only the source tree uses TOML, and it requires Python 3.11

    return from_dict(tomllib.loads((root / "course.toml").read_text(encoding="utf-8")))
