"""Plots of training: learning curves, the steps of a descent, and ablation studies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from toolbox.plots.style import COLOURS, Picture, new_figure, say_source
from toolbox.results import steady


def training_curves(
    runs: Any | Mapping[str, Any], *, source: str, title: str = "Training"
) -> Picture:
    """Plot loss and metric over the epochs, of one history or of several by name.

    With one history, training and validation have two colors. With several, each history has a
    color; training is dashed and validation solid.
    """
    named = dict(runs) if isinstance(runs, Mapping) else {"": runs}
    metric = next(iter(named.values())).metric
    figure, axes = new_figure(1, 2, width=8.0, height=3.2)
    for one, key in zip(axes, ("loss", "accuracy"), strict=True):
        for number, (name, history) in enumerate(named.items()):
            for split in ("train", "validation"):
                values = getattr(history, f"{split}_{key}")
                several = len(named) > 1
                one.plot(
                    range(1, len(values) + 1),
                    values,
                    color=COLOURS[number if several else ("train", "validation").index(split)],
                    linestyle="--" if split == "train" else "-",
                    marker="o" if len(values) < 12 else None,
                    markersize=3,
                    label=f"{name} {split}".strip(),
                )
        one.set_xlabel("epoch")
        one.xaxis.set_major_locator(MaxNLocator(integer=True))
        one.set_ylabel(key if key == "loss" else metric)
    axes[1].set_ylim(0, 1)
    axes[0].set_ylim(0, 1.08 * axes[0].get_ylim()[1])
    if len(named) == 1:
        axes[0].legend(fontsize=8)
    else:
        axes[1].legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.02, 1))
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    ends = "; ".join(_ending(name, history) for name, history in named.items())
    return Picture(figure, f"{title}: curves of loss and {metric} over the epochs. {ends}.")


def _ending(name: str, history: Any) -> str:
    return (
        f"{name + ': ' if name else ''}after {len(history.train_loss)} epochs the training loss is "
        f"{history.train_loss[-1]:.2f} and the {history.metric} "
        f"{history.train_accuracy[-1]:.2f}, in "
        f"validation {history.validation_loss[-1]:.2f} and {history.validation_accuracy[-1]:.2f}"
    )


def descent(
    loss: Callable[[np.ndarray], np.ndarray], paths: Mapping[str, Sequence[float]], *, title: str
) -> Picture:
    """Plot the loss over one weight, and on it the steps of each path."""
    figure, axes = new_figure(1, len(paths), width=2.9 * len(paths), height=3.0)
    places = [value for path in paths.values() for value in path if abs(value) < 1e3]
    low, high = min([*places, 0.0]) - 1, max([*places, 10.0]) + 1
    grid = np.linspace(low, high, 200)
    said = []
    for number, (one, (name, path)) in enumerate(zip(axes, paths.items(), strict=True)):
        inside = np.array([value for value in path if low <= value <= high])
        one.plot(grid, loss(grid), color="#888888", linewidth=1)
        one.plot(inside, loss(inside), "o-", color=COLOURS[number], markersize=4, linewidth=1)
        one.set_title(name, fontsize=9)
        one.set_xlabel("w")
        said.append(f"{name}: from {path[0]:.3g} to {path[-1]:.3g} in {len(path) - 1} steps")
    axes[0].set_ylabel("loss")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    return Picture(figure, f"{title}: steps on the curve of the loss. {'; '.join(said)}.")


def study(rows: Sequence[Mapping[str, Any]], by: str, *, source: str, title: str) -> Picture:
    """Plot the runs of a study: training and validation accuracy, and the times.

    rows: with `by`, "train_accuracy", "validation_accuracy", "seconds" of the training, and
    "inference_seconds" per image. A time that the first row lacks is left out, and so are both if
    outputs must be reproducible.
    """
    times = {"seconds": ("seconds of training", 1), "inference_seconds": ("ms per image", 1000)}
    shown = [] if steady() else [key for key in times if key in rows[0]]
    figure, axes = new_figure(1, 1 + len(shown), width=5.0 + 2.5 * len(shown), height=3.0)
    places = np.arange(len(rows))
    for number, split in enumerate(("train", "validation")):
        values = [row[f"{split}_accuracy"] for row in rows]
        bars = axes[0].bar(places + 0.4 * (number - 0.5), values, 0.4, label=split)
        axes[0].bar_label(bars, fmt="%.2f", fontsize=7)
    axes[0].set_ylim(0, 1.05)
    axes[0].set_ylabel("accuracy")
    axes[0].legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, 1.15), ncols=2)
    for number, key in enumerate(shown, 1):
        name, factor = times[key]
        values = [factor * row[key] for row in rows]
        bars = axes[number].bar(places, values, 0.6, color=COLOURS[number + 1])
        axes[number].bar_label(bars, fmt="%.3g", fontsize=7)
        axes[number].set_ylabel(name)
    for one in axes:
        one.set_xticks(places, [str(row[by]) for row in rows], fontsize=8)
        one.set_xlabel(by.replace("_", " "))
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    said = "; ".join(
        f"{row[by]}: train {row['train_accuracy']:.2f}, validation {row['validation_accuracy']:.2f}"
        for row in rows
    )
    return Picture(figure, f"{title}. Accuracy by {by.replace('_', ' ')}: {said}.")
