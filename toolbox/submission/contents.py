"""Find the files of a part's submission, and explain which are missing or unusable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolbox import results
from toolbox.course import Course, Part, Trained, points_text
from toolbox.report.written_answers import notebook_file
from toolbox.training.run_files import weights_file

MEGA = 1_000_000


@dataclass(frozen=True)
class PackedFile:
    """A file on disk, and its name in the submission, which follows nbgrader's layout."""

    name: str
    path: Path


def contents(root: Path, course: Course, part: Part) -> tuple[list[PackedFile], list[str]]:
    """Return the existing files of a part, and a sentence for each missing or unusable one.

    A checkpoint that would make the submission too large is left out and explained.
    """
    entries: list[PackedFile] = []
    problems: list[str] = []
    notebook = notebook_file(root, part)
    if notebook.is_file():
        entries.append(PackedFile(f"{part.id}.ipynb", notebook))
    else:
        problems.append(
            f"{notebook.relative_to(root).as_posix()} is missing: was it renamed or moved? It "
            "contains every written answer and every check."
        )
    for module in _modules(course, part):
        if not (root / "student_code" / f"{module}.py").is_file():
            problems.append(
                f"student_code/{module}.py is missing: was it renamed? It must keep its name."
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
    """Return the modules of this part and of the parts before it, which it builds on."""
    parts = course.built_parts
    until = [each.id for each in parts].index(part.id) + 1 if part in parts else len(parts)
    return list(dict.fromkeys(module for each in parts[:until] for module in each.modules))


def _weights(trained: Trained, limit: float, room: float) -> str:
    """Return why a run's checkpoint can't be handed in, in a sentence; empty if it can."""
    path = weights_file(trained.run)
    name = f"results/checkpoints/{trained.run}/weights.pt"
    worth = points_text(trained.points)
    if not path.is_file():
        return f"{name} ({worth}) is missing: run the training cells of the notebook."
    size = path.stat().st_size
    if size > room:
        return (
            f"{name} ({worth}) is left out: it has {size / MEGA:.0f} MB, and a submission may have "
            f"{limit:g} MB in total. The networks of this course need far less. Did you save a "
            "larger network, or the whole state of a training run (run-….pt)? "
            "checkpoints.save_weights(path, model) saves only the weights."
        )
    from toolbox.training.checkpoints import CheckpointError, load  # imports torch

    try:
        load(path)
    except CheckpointError as problem:
        return f"{name} ({worth}) is left out. {problem}"
    return ""
