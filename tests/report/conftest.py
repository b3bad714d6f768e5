"""A small course folder of a student, with a notebook, results and topics."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pytest
import torch

from tests.conftest import ROOT
from tests.toolbox.conftest import FACTS, TinyCourse
from tests.toolbox.conftest import tiny as tiny
from toolbox import results
from toolbox.training import checkpoints

QUESTIONS = [
    {"id": "why", "title": "Why is it so?", "points": 2},
    {"id": "how", "title": "How would you know?", "points": 3},
]
TRAINED = [
    {"run": "part1_run", "model": "shapes.Net", "points": 4, "real": 0.5, "offline": 0.5},
]
CHECKS = ['checks.grade("shapes.area")', "checks.grade_trained('part1_run')"]
TOPICS = """
[[topics]]
title = "Words"
part = "part1_shapes"
show = [{ answer = "why" }, { answer = "how" }]

[[topics]]
title = "Plots and numbers"
part = "part1_shapes"
show = [
    { number = "part1_accuracy", label = "validation accuracy", as = "percent" },
    { table = "part1_classes", as = "percent" },
    { figure = "part1_curve" },
]

[[topics]]
title = "Of a part that is not built"
part = "part2_later"
show = [{ figure = "part2_curve" }]
"""
RIGHT = '''"""Shapes."""


def area(width: float, height: float) -> float:
    """The area."""
    if width < 0 or height < 0:
        raise ValueError("a side is negative")
    return width * height
'''


class Evening:
    """The course folder of a student who has finished, for tests to damage."""

    def __init__(self, course: TinyCourse) -> None:
        self.root = course.folder
        facts = json.loads(json.dumps(FACTS))
        facts["parts"][0] |= {"questions": QUESTIONS, "trained": TRAINED}
        facts["parts"].append(
            {"id": "part2_later", "title": "Later", "built": False, "minutes": 5, "tasks": []}
        )
        (self.root / "course.json").write_text(json.dumps(facts), encoding="utf-8")
        course.student_writes(RIGHT)
        self.answer(why="Because $a^2 + b^2 = c^2$.", how="By *measuring* it:\n\n- once\n- twice")
        template = self.root / "report_template"
        shutil.copytree(ROOT / "report_template", template)
        (template / "topics.toml").write_text(TOPICS, encoding="utf-8")
        (self.root / "student.json").write_text('{"name": "Ada Example", "id": "ax17"}', "utf-8")

    def answer(self, **texts: str) -> None:
        """Write the notebook with these answers as lists of lines, the format Jupyter saves."""
        cells = [
            {
                "cell_type": "markdown",
                "id": f"question-{name}",
                "metadata": {"nbgrader": {"grade_id": name, "grade": True, "solution": True}},
                "source": text.splitlines(keepends=True),
            }
            for name, text in texts.items()
        ]
        cells += [
            {"cell_type": "code", "metadata": {}, "outputs": [], "source": [f"{check}\n"]}
            for check in CHECKS
        ]
        self.notebook({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})

    def notebook(self, content: Any) -> None:
        path = self.root / "notebooks" / "part1_shapes.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")

    def keep_results(self) -> None:
        figure, axes = plt.subplots(figsize=(4, 3))
        axes.plot([0, 1, 3])
        results.figure("part1_curve", figure, alt="A line that rises.")
        plt.close(figure)
        data = {"label": "shapes, validation", "fingerprint": "0123456789ab"}
        results.number("part1_accuracy", 0.6382, data=data, seed=7)
        results.number("part1_classes", {"round": 0.5, "square": 0.75}, data=data, seed=7)
        checkpoints.save(
            results.folder() / "checkpoints" / "part1_run" / "weights.pt", {"w": torch.ones(3)}
        )


@pytest.fixture
def evening(tiny: TinyCourse, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    monkeypatch.setenv("COURSE_RESULTS", str(tiny.folder / "results"))
    monkeypatch.setenv("COURSE_DATA", str(tiny.folder / "data"))
    made = Evening(tiny)
    made.keep_results()
    yield made
    plt.close("all")
