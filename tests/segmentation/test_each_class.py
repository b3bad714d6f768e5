"""One class at a time: the table of its metrics, its example frames, and their plots."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from student_code.segmentation_metrics import (
    iou_per_class,
    pixel_accuracy,
    pixel_accuracy_per_class,
    precision_recall_f1,
)
from toolbox import plots, results
from toolbox.plots.class_examples import OUTCOMES
from toolbox.report import tables
from toolbox.segmentation import class_rows, class_text, example_frames

CLASSES = tuple("abcdefghijk")
# Class 1 is present and never predicted, class 2 neither.
COUNTS = torch.tensor([[6, 1, 0], [2, 0, 0], [0, 0, 0]])


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def test_a_class_without_a_value_is_not_a_class_with_zero() -> None:
    rows = class_rows("abc", {"IoU": iou_per_class(COUNTS)})
    assert [row["IoU"] for row in rows] == [6 / 9, 0.0, None, (6 / 9 + 0) / 2]
    assert rows[-1]["class"] == "mean"
    lines = [line.split() for line in class_text(rows).splitlines()]
    assert lines[0] == ["class", "IoU"]
    assert lines[2:5] == [["a", "0.667"], ["b", "0.000"], ["c", "–"]]
    assert lines[-1] == ["mean", "0.333"]


def test_no_value_at_all_has_no_mean() -> None:
    assert class_rows("ab", {"IoU": torch.full((2,), math.nan)})[-1] == {
        "class": "mean",
        "IoU": None,
    }


def test_the_report_shows_a_dash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_RESULTS", str(tmp_path))
    results.number("part5_simple_classes", class_rows("abc", {"IoU": iou_per_class(COUNTS)}))
    saved = results.numbers()["part5_simple_classes"]["value"]
    head, rows = tables.table({"": saved}, {}, "percent")
    assert head == ["class", "IoU"]
    assert rows == [["a", "66.7 %"], ["b", "0.0 %"], ["c", "–"], ["mean", "33.3 %"]]


def test_both_meanings_of_class_accuracy_differ_for_rare_classes() -> None:
    """The numbers in the answer to `two_class_accuracies`: a class that is missed completely."""
    counts = torch.tensor([[990, 0], [10, 0]])
    assert pixel_accuracy_per_class(counts)[1].item() == 0.99
    assert precision_recall_f1(counts)[1][1].item() == 0.0
    assert pixel_accuracy(counts) == 0.99


def masks(*areas: int) -> torch.Tensor:
    """Return masks (N, 4, 5) that show as many pixels of class 1 as given, the rest class 0."""
    flat = torch.zeros(len(areas), 20, dtype=torch.uint8)
    for number, area in enumerate(areas):
        flat[number, :area] = 1
    return flat.reshape(-1, 4, 5)


def test_examples_are_the_frames_with_most_of_a_class() -> None:
    found = example_frames(masks(3, 9, 0, 5), 3, apart=1)
    assert found == [[2, 0], [1, 3], []]
    assert example_frames(masks(0, 0, 2), 2, each=3, apart=1)[1] == [2]


def test_neighboring_frames_are_avoided_if_others_exist() -> None:
    areas = [0] * 20
    areas[4], areas[5], areas[17] = 8, 7, 2
    assert example_frames(masks(*areas), 2, apart=10)[1] == [4, 17]
    areas[17] = 0
    assert example_frames(masks(*areas), 2, apart=10)[1] == [4, 5]


def streets() -> tuple[torch.Tensor, torch.Tensor]:
    """Return two gray frames (3, 4, 5) with class 1 in the first row, and void in the last."""
    ids = torch.zeros(2, 4, 5, dtype=torch.uint8)
    ids[:, 0], ids[:, 3] = 1, 255
    return torch.full((2, 3, 4, 5), 128, dtype=torch.uint8), ids


def test_only_the_class_is_in_color() -> None:
    images, ids = streets()
    chosen = [[0, 1], [1], *([[]] * 9)]
    picture = plots.class_examples(images, ids, chosen, CLASSES, source="made up", title="Two")
    shown = [one.images[0].get_array() for one in picture.figure.axes if one.images]
    assert len(shown) == 3
    trees = np.asarray(shown[1])
    assert (trees[0] == plots.SEGMENT_COLOURS[1]).all()
    assert (trees[1:].std(axis=-1) == 0).all()  # gray
    assert "a 50.0% and 50.0%; b 25.0%; c in no frame" in picture.alt


def test_outcomes_are_found_missed_and_false_alarms() -> None:
    images, ids = streets()
    said = torch.zeros_like(ids)
    said[0, 0, :2] = 1  # two of five found
    said[0, 1, 0] = 1  # one false alarm
    said[0, 3, :] = 1  # in void: does not count
    chosen = [[], [0], *([[]] * 9)]
    picture = plots.class_examples(
        images, ids, chosen, CLASSES, source="made up", title="One", predictions=said
    )
    (shown,) = [one.images[0].get_array() for one in picture.figure.axes if one.images]
    colors = {
        name: (np.abs(np.asarray(shown) / 255 - to_rgb(color)) < 0.01).all(axis=-1)
        for name, color in OUTCOMES.items()
    }
    assert {name: int(where.sum()) for name, where in colors.items()} == {
        "found": 2,
        "missed": 3,
        "false alarm": 1,
    }
    assert "b 0.33" in picture.alt


def test_a_plot_of_ious_marks_classes_without_one() -> None:
    ious = {"one": [0.5] * 9 + [0.0, math.nan]}
    picture = plots.class_ious(ious, CLASSES, source="made up")
    notes = [text.get_text() for text in picture.figure.axes[0].texts]
    assert notes == ["no IoU"]
    assert "j 0.00, k none" in picture.alt
