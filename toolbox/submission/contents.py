"""Which files belong to the hand-in of a part, and which of them are not as they should be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolbox import results
from toolbox.course import Course, Part, Trained
from toolbox.report.written_answers import notebook_file
from toolbox.training.checkpoints import CheckpointError, load
from toolbox.training.trainer import weights_file

MEGA = 1_000_000


@dataclass(frozen=True)
class PackedFile:
    """A file on disk, and its name in the hand-in, which is nbgrader's."""

    name: str
    path: Path


def contents(root: Path, course: Course, part: Part) -> tuple[list[PackedFile], list[str]]:
    """The files of a part that are there, and a sentence on each that is missing or unfit.

    A checkpoint that would make the hand-in too large is left out and explained.
    """
    entries: list[PackedFile] = []
    problems: list[str] = []
    notebook = notebook_file(root, part)
    if notebook.is_file():
        entries.append(PackedFile(f"{part.id}.ipynb", notebook))
    else:
        problems.append(
            f"{notebook.relative_to(root).as_posix()} is missing: was it renamed or moved? Every "
            "written answer and every check is in it."
        )
    for module in _modules(course, part):
        if not (root / "student_code" / f"{module}.py").is_file():
            problems.append(
                f"student_code/{module}.py is missing: was it renamed? Its name has to stay."
            )
    for path in sorted((root / "student_code").glob("*.py")):
        entries.append(PackedFile(f"student_code/{path.name}", path))
    for path in sorted((results.folder() / "numbers").glob("*.json")):
        entries.append(PackedFile(f"results/numbers/{path.name}", path))
    room = course.hand_in_megabytes * MEGA - sum(e.path.stat().st_size for e in entries)
    for trained in part.trained:
        problem = _weights(trained, course.hand_in_megabytes, room)
        if problem:
            problems.append(problem)
            continue
        path = weights_file(trained.run)
        room -= path.stat().st_size
        entries.append(PackedFile(f"results/checkpoints/{trained.run}/weights.pt", path))
    return entries, problems


def _modules(course: Course, part: Part) -> list[str]:
    """The modules of this part and of those before it, which it builds on."""
    parts = course.built_parts
    until = [each.id for each in parts].index(part.id) + 1 if part in parts else len(parts)
    return list(dict.fromkeys(module for each in parts[:until] for module in each.modules))


def _weights(trained: Trained, limit: float, room: float) -> str:
    """What is wrong with a run's checkpoint, in a sentence; empty where it can be handed in."""
    path = weights_file(trained.run)
    name = f"results/checkpoints/{trained.run}/weights.pt"
    worth = f"{trained.points:g} points"
    if not path.is_file():
        return f"{name} ({worth}) is missing: run the training cells of the notebook."
    size = path.stat().st_size
    if size > room:
        return (
            f"{name} ({worth}) is left out: it has {size / MEGA:.0f} MB, and a hand-in may have "
            f"{limit:g} MB in all, since it is sent and stored once a student. The networks of "
            "this course need far less. Was a larger network saved, or a training's whole state "
            "(last.pt)? checkpoints.save_weights(path, model) keeps the weights alone."
        )
    try:
        load(path)
    except CheckpointError as problem:
        return f"{name} ({worth}) is left out: {problem}."
    return ""
