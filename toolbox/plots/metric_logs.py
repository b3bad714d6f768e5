"""Plots of metrics that were logged during training, by epoch or by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from toolbox.plots.style import COLOURS, Picture, new_figure, say_source

WINDOW = 10  # minibatches in the running mean


def logged_metrics(
    tables: Mapping[str, Any], names: Sequence[str], *, source: str, title: str
) -> Picture:
    """Plot each of `names` over the epochs, with a curve for each table ("train", ...).

    tables: each with a column "epoch" and one for each name, as read by
    `np.genfromtxt(..., names=True)`.
    """
    figure, axes = new_figure(1, len(names), width=3.0 * len(names), height=2.9)
    ends = []
    for one, name in zip(axes, names, strict=True):
        for number, (split, table) in enumerate(tables.items()):
            epochs, values = np.atleast_1d(table["epoch"]), np.atleast_1d(table[name])
            line = "--" if split == "train" else "-"
            one.plot(epochs, values, line, marker="o", markersize=3, label=split)
            one.lines[-1].set_color(COLOURS[number])
            ends.append(f"{split} {name} {values[-1]:.2f}")
        one.set(xlabel="epoch", title=name)
        one.xaxis.set_major_locator(MaxNLocator(integer=True))
        if name != "loss":
            one.set_ylim(0, 1.02)
    axes[0].legend(fontsize=8, loc="best")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    return Picture(figure, f"{title}: {', '.join(names)} by epoch. At the end: {', '.join(ends)}.")


def minibatches(
    losses: Sequence[float],
    accuracies: Sequence[float],
    per_epoch: int,
    *,
    source: str,
    title: str,
) -> Picture:
    """Plot loss and accuracy of every minibatch, their running mean, and the ends of epochs."""
    figure, axes = new_figure(1, 2, width=8.0, height=3.0)
    steps = np.arange(1, len(losses) + 1)
    window = min(WINDOW, len(losses))
    for one, values, name in zip(axes, (losses, accuracies), ("loss", "accuracy"), strict=True):
        for end in range(per_epoch, len(losses), per_epoch):
            one.axvline(end + 0.5, color="#CCCCCC", linewidth=1)
        one.plot(steps, values, ".", color=COLOURS[4], markersize=4, label="minibatch")
        mean = np.convolve(values, np.ones(window) / window, mode="valid")
        one.plot(steps[window - 1 :], mean, color=COLOURS[0], label=f"mean of {window}")
        one.set(xlabel="minibatch", ylabel=name)
    axes[0].set_ylim(0, 1.05 * max(losses))
    axes[1].set_ylim(0, 1.02)
    axes[0].legend(fontsize=8)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    first, last = np.mean(losses[:window]), np.mean(losses[-window:])
    return Picture(
        figure,
        f"{title}: loss and accuracy of {len(losses)} minibatches in "
        f"{len(losses) // per_epoch} epochs. The mean loss of {window} minibatches goes from "
        f"{first:.2f} to {last:.2f}, the accuracy from {np.mean(accuracies[:window]):.2f} to "
        f"{np.mean(accuracies[-window:]):.2f}.",
    )


def over_seeds(
    measures: Mapping[str, Mapping[str, Sequence[float]]], *, source: str, title: str
) -> Picture:
    """Plot each metric with a dot per seed, and a bar at the mean of each kind of run.

    measures: for each metric, the values over the seeds of each kind of run.
    """
    figure, axes = new_figure(1, len(measures), width=4.2 * len(measures), height=3.0)
    said = []
    for one, (measure, runs) in zip(axes, measures.items(), strict=True):
        for place, (name, values) in enumerate(runs.items()):
            mean, deviation = np.mean(values), np.std(values, ddof=1)
            across = place + np.linspace(-0.12, 0.12, len(values))
            one.plot(across, values, "o", color=COLOURS[place], alpha=0.8)
            one.hlines(mean, place - 0.3, place + 0.3, color="black", linewidth=1.5)
            said.append(f"{name} {measure.replace('_', ' ')} {mean:.3f} ± {deviation:.3f}")
        one.set_xticks(range(len(runs)), list(runs), fontsize=9)
        one.set_xlim(-0.5, len(runs) - 0.5)
        one.set_ylabel(measure.replace("_", " "))
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    return Picture(figure, f"{title}, mean and standard deviation over seeds: {'; '.join(said)}.")
