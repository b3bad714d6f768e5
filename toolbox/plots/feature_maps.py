"""Plots of what a network has learned to distinguish: feature maps and confusions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from toolbox.plots.style import COLOURS, Picture, new_figure, say_source, use_style

MARKERS = ("o", "^", "s")  # with eight colors, enough for 24 classes


def feature_maps(
    panels: Mapping[str, Any],
    labels: Any,
    held_out: Any,
    classes: Sequence[str],
    *,
    source: str,
    title: str,
) -> Picture:
    """Plot features as points, with one panel for each of `panels`: (N, 2), or (N, 3) in 3D.

    labels: (N,); each has a color and a marker. held_out: (N,) booleans; these points get a dark
    edge. All panels show the same images.
    """
    use_style()
    where = {name: np.asarray(points) for name, points in panels.items()}
    dimensions = next(iter(where.values())).shape[1]
    figure = plt.figure(figsize=(4.3 * len(where) + 1.6, 4.6))
    truth, later = np.asarray(labels), np.asarray(held_out, dtype=bool)
    for number, (name, points) in enumerate(where.items(), 1):
        space = "3d" if dimensions == 3 else None
        one: Any = figure.add_subplot(1, len(where), number, projection=space)
        for label in range(len(classes)):
            for split in (False, True):
                chosen = points[(truth == label) & (later == split)]
                style = _style(label)
                one.scatter(
                    *chosen.T,
                    color=style["color"],
                    marker=style["marker"],
                    s=22 if split else 14,
                    alpha=0.95 if split else 0.55,
                    edgecolors="#000000" if split else "none",
                    linewidths=0.6,
                )
        one.set_title(name, fontsize=9)
        for axis in (one.xaxis, one.yaxis, getattr(one, "zaxis", one.xaxis)):
            axis.set_ticks([])
    handles = [
        Line2D([], [], linestyle="", markersize=5, label=name, **_style(label))
        for label, name in enumerate(classes)
    ]
    handles.append(
        Line2D([], [], linestyle="", marker="o", color="#FFFFFF", markeredgecolor="#000000")
    )
    names = [*classes, "dark edge: validation"]
    figure.legend(handles, names, fontsize=7, loc="outside right center")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    kind = "in 3D" if dimensions == 3 else "in 2D"
    alt = (
        f"{title}: {len(truth)} images of {len(classes)} classes as points {kind}, "
        f"in {len(where)} panels: {', '.join(where)}. Each class has its own color and marker; "
        "validation images have a dark edge."
    )
    return Picture(figure, alt)


def _style(label: int) -> dict[str, Any]:
    marker = MARKERS[label // len(COLOURS) % len(MARKERS)]
    return {"color": COLOURS[label % len(COLOURS)], "marker": marker}


def confusions(
    counts: Any, classes: Sequence[str], *, source: str, title: str = "Confusion matrix"
) -> Picture:
    """Plot a confusion matrix: rows are the truth, columns the predictions, shades row shares.

    counts: (K, K) numbers of images. A class without images is a row of zeros.
    """
    table = np.asarray(counts)
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    size = 2.0 + 0.34 * len(classes)
    figure, (one,) = new_figure(width=size, height=size)
    one.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.argwhere(table > 0):
        colour = "#FFFFFF" if shares[row, column] > 0.5 else "#000000"
        text = str(table[row, column])
        one.text(column, row, text, ha="center", va="center", fontsize=6, color=colour)
    places = range(len(classes))
    one.set_xticks(places, classes, fontsize=7, rotation=60, ha="right", rotation_mode="anchor")
    one.set_yticks(places, classes, fontsize=7)
    one.set_xlabel("predicted")
    one.set_ylabel("truth")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    wrong = table - np.diag(np.diag(table))
    worst = np.dstack(np.unravel_index(np.argsort(-wrong, axis=None)[:3], wrong.shape))[0]
    said = [f"{classes[a]} as {classes[b]} ({wrong[a, b]})" for a, b in worst if wrong[a, b]]
    right = f"{int(np.trace(table))} of {int(table.sum())} images lie on the diagonal"
    alt = f"{title}: {right}" + (f"; most frequent errors: {', '.join(said)}." if said else ".")
    return Picture(figure, alt)
