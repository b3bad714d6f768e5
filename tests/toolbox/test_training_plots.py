"""The plots of training: their content and their alt texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.patches import Rectangle

from toolbox import plots
from toolbox.training.history import History


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def history(last: float = 0.5) -> History:
    return History(
        name="net",
        train_loss=[2.0, 1.0],
        train_accuracy=[0.3, 0.8],
        validation_loss=[2.1, 1.5],
        validation_accuracy=[0.3, last],
        learning_rate=[0.1, 0.1],
        seconds=[1.0, 1.0],
    )


def heights(axes: Any) -> list[list[float]]:
    return [line.get_ydata().tolist() for line in axes.lines]


def gray(axes: Any) -> float:
    return float(axes.images[0].get_array().mean())


def test_curves_show_both_splits_and_say_how_they_end() -> None:
    picture = plots.training_curves(history(), source="made up", title="A run")
    losses, accuracies = picture.figure.axes
    assert heights(losses) == [[2.0, 1.0], [2.1, 1.5]]
    assert heights(accuracies) == [
        [0.3, 0.8],
        [0.3, 0.5],
    ]
    assert "validation 1.50 and 0.50" in picture.alt
    assert losses.lines[0].get_linestyle() != losses.lines[1].get_linestyle()


def test_each_of_several_runs_has_a_color() -> None:
    runs = {"plain": history(), "dropout": history(0.6)}
    picture = plots.training_curves(runs, source="made up")
    colours = [line.get_color() for line in picture.figure.axes[0].lines]
    assert colours[0] == colours[1] != colours[2] == colours[3]
    assert "dropout: after 2 epochs" in picture.alt


def test_a_grid_shows_every_image() -> None:
    images = [torch.full((1, 4, 5), float(value)) for value in range(7)]
    picture = plots.image_grid(images, source="made up", columns=3, title="Seven")
    shown = [axes for axes in picture.figure.axes if axes.images]
    assert len(shown) == 7
    assert [gray(axes) for axes in shown][::6] == [0.0, 1.0]
    assert picture.alt.startswith("Seven. A grid of 7 images")
    with pytest.raises(ValueError, match="no images"):
        plots.image_grid([], source="made up")


def test_predictions_name_the_wrong_ones() -> None:
    images = list(torch.rand(3, 1, 4, 4))
    picture = plots.predictions(
        images, [0, 1, 1], [0, 1, 0], [0.9, 0.6, 0.5], ["coast", "street"], source="made up"
    )
    titles = [axes.get_title() for axes in picture.figure.axes]
    assert [title[0] for title in titles] == ["✓", "✓", "✗"]
    assert "is street" in titles[2]
    assert "2 of 3" in picture.alt
    assert "street as coast" in picture.alt


def test_a_descent_that_leaves_the_picture_is_still_drawn() -> None:
    paths = {"small": [0.0, 1.0, 2.0], "large": [0.0, 1e9, -1e18]}
    picture = plots.descent(lambda w: np.square(w - 5), paths, title="Steps")
    assert "large: from 0 to -1e+18 in 2 steps" in picture.alt


def test_a_study_with_and_without_times() -> None:
    rows = [
        {"p": p, "train_accuracy": 0.9, "validation_accuracy": 0.5, "seconds": 3} for p in (0, 1)
    ]
    timed = plots.study(rows, "p", source="made up", title="Dropout")
    assert len(timed.figure.axes) == 2
    for row in rows:
        del row["seconds"]
    assert len(plots.study(rows, "p", source="made up", title="Dropout").figure.axes) == 1
    assert "0: train 0.90, validation 0.50" in timed.alt


def test_a_study_shows_the_inference_time_in_milliseconds() -> None:
    row = {"p": 0, "train_accuracy": 0.9, "validation_accuracy": 0.5, "seconds": 3}
    picture = plots.study([{**row, "inference_seconds": 0.002}], "p", source="", title="Dropout")
    _, training, inference = picture.figure.axes
    bars = [*training.patches, *inference.patches]
    assert [bar.get_height() for bar in bars if isinstance(bar, Rectangle)] == [3, 2.0]
    assert inference.get_ylabel() == "ms per image"


def test_a_mean_iou_is_not_called_accuracy() -> None:
    run = history()
    run.metric = "mean IoU"
    picture = plots.training_curves(run, source="made up", title="A run")
    assert picture.figure.axes[1].get_ylabel() == "mean IoU"
    assert "accuracy" not in picture.alt
    assert "mean IoU" in picture.alt
    assert "accuracy" not in run.summary()
