"""Promises that few people think of are worth little, and are stated where the task is set."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from coursekit import course_file
from toolbox.checks.marker import Mark, mark_of

WORDS = "small part of the points"


def small_promises(root: Path) -> dict[str, list[str]]:
    """Return the public tests with a share below 1, by the function that they check."""
    found: dict[str, list[str]] = {}
    for name, mark in marks(root):
        if mark.share < 1:
            found.setdefault(mark.function, []).append(name)
    return found


def marks(root: Path) -> Iterator[tuple[str, Mark]]:
    """Yield each public test with its mark, except those of the numbered questions."""
    for path in sorted((root / "unit_tests").glob("test_*.py")):
        module = importlib.import_module(f"unit_tests.{path.stem}")
        for name, test in vars(module).items():
            mark = mark_of(test)
            if mark is not None and not mark.function.startswith("theory_answers."):
                yield name, mark


def test_every_small_share_is_mentioned_in_the_notebook_before_the_task(root: Path) -> None:
    small = small_promises(root)
    assert len(small) >= 10
    for part in course_file.load(root).parts:
        path = root / "notebooks" / f"{part.id}.py"
        for task in part.tasks:
            if task.function not in small:
                continue
            before, found, _ = path.read_text("utf-8").partition(f'# %% task="{task.function}"')
            assert found, task.function
            # Sentences may be wrapped: compare words.
            assert WORDS in re.sub(r"\s*\n#\s*", " ", before), f"{part.id}, {task.function}"


def test_small_shares_are_together_at_most_a_fifth_of_the_points(root: Path) -> None:
    shares: dict[str, list[float]] = {}
    for _, mark in marks(root):
        shares.setdefault(mark.function, []).append(mark.share)
    for function, found in shares.items():
        assert sum(share for share in found if share < 1) <= sum(found) / 5, (function, found)
