"""Plots of a classifier's confusions and of its confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from toolbox.analysis.metrics import Reliability
from toolbox.plots.image_grids import displayable
from toolbox.plots.style import COLOURS, Picture, new_figure, say_source, use_style

LEAST = 0.1  # smaller shares are shown by their color only


def confusion_matrices(
    shares: Mapping[str, Any], classes: Sequence[str], *, source: str, title: str
) -> Picture:
    """Plot normalized confusion matrices side by side; rows are the truth and add up to 1.

    shares: (K, K) by the name of the network. Shares of a tenth or more are labeled in percent.
    """
    count = len(classes)
    side = max(2.6, 0.27 * count)
    figure, axes = new_figure(1, len(shares), width=side * len(shares) + 1.4, height=side + 1.5)
    said = []
    for number, (one, (name, matrix)) in enumerate(zip(axes, shares.items(), strict=True)):
        matrix = np.asarray(matrix, dtype=float)
        image = one.imshow(matrix, cmap="Blues", vmin=0, vmax=1)
        for row, column in zip(*np.nonzero(matrix >= LEAST), strict=True):
            value = matrix[row, column]
            one.text(
                *(column, row, f"{100 * value:.0f}"),
                ha="center",
                va="center",
                fontsize=9 if count < 8 else 6,
                color="white" if value > 0.5 else "black",
            )
        small = 9 if count < 8 else 7
        one.set_xticks(range(count), classes, rotation=90 if count > 5 else 0, fontsize=small)
        one.set_yticks(range(count), classes if number == 0 else [], fontsize=small)
        one.set_xlabel("predicted")
        mean = float(np.diag(matrix).mean())
        one.set_title(f"{name}: mean recall {mean:.2f}", fontsize=9)
        off = matrix - np.diag(np.diag(matrix))
        row, column = map(int, np.unravel_index(off.argmax(), off.shape))
        said.append(
            f"{name}: mean recall {mean:.2f}, most frequent error {classes[row]} predicted as "
            f"{classes[column]} ({off[row, column]:.0%})"
        )
    axes[0].set_ylabel("truth")
    figure.colorbar(image, ax=axes, shrink=0.6, label="share of the true class", pad=0.01)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    return Picture(figure, f"{title}: confusion matrices, in percent. {'; '.join(said)}.")


def calibration(found: Mapping[str, Reliability], *, source: str, title: str) -> Picture:
    """Plot, for each network, the accuracy and the number of predictions by their confidence.

    A well-calibrated network has its bars on the diagonal.
    """
    figure, axes = new_figure(2, len(found), width=2.7 * len(found) + 0.6, height=4.0)
    for one in axes[1:]:
        one.sharex(axes[0])
    said = []
    for number, (name, bins) in enumerate(found.items()):
        above, below = axes[number], axes[len(found) + number]
        width = bins.edges[1] - bins.edges[0]
        middles = bins.edges[:-1] + width / 2
        above.bar(middles, np.nan_to_num(bins.accuracy), 0.9 * width, color=COLOURS[0])
        above.plot([0, 1], [0, 1], color="#555555", linestyle="--", linewidth=1)
        above.set(ylim=(0, 1), xlim=(0, 1))
        above.set_title(f"{name}\ncalibration error {bins.error:.3f}", fontsize=9)
        below.bar(middles, bins.count / bins.count.sum(), 0.9 * width, color=COLOURS[1])
        below.set(ylim=(0, 1))
        below.set_xlabel("confidence")
        if number == 0:
            above.set_ylabel("accuracy")
            below.set_ylabel("share of images")
        sure = float(np.nansum(bins.confidence * bins.count) / bins.count.sum())
        right = float(np.nansum(bins.accuracy * bins.count) / bins.count.sum())
        said.append(
            f"{name} has a mean confidence of {sure:.0%} and an accuracy of {right:.0%}, "
            f"calibration error {bins.error:.3f}"
        )
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    return Picture(figure, f"{title}: accuracy by confidence. {'; '.join(said)}.")


def picture_matrix(
    images: Sequence[Any],
    y_true: Any,
    y_prob: Any,
    classes: Sequence[str],
    *,
    source: str,
    title: str,
) -> Picture:
    """Plot a confusion matrix of pictures: one for each truth (row) and prediction (column).

    Each cell shows the image with the most confident prediction, and below it its probabilities as
    bars, from 0 to 1: the true class is blue, the others orange. A cell without images is labeled.
    """
    labels, probabilities = np.asarray(y_true), np.asarray(y_prob)
    predicted = probabilities.argmax(axis=1)
    count = len(classes)
    use_style()
    figure, grid = plt.subplots(
        *(2 * count, count),
        figsize=(2.0 * count + 1.0, 2.5 * count + 0.6),
        squeeze=False,
        height_ratios=[2.6, 1] * count,
    )
    said = []
    for row, column in np.ndindex(count, count):
        picture, bars = grid[2 * row, column], grid[2 * row + 1, column]
        places = np.flatnonzero((labels == row) & (predicted == column))
        _label(picture, classes, row, column, len(places))
        said.append(f"{classes[row]} as {classes[column]}: {len(places)}")
        if not len(places):
            bars.set_axis_off()
            continue
        best = places[probabilities[places, column].argmax()]
        array = displayable(images[best])
        low, high = array.min(), array.max()
        picture.imshow((array - low) / max(high - low, 1e-9), cmap="gray", vmin=0, vmax=1)
        colours = [COLOURS[0] if k == row else COLOURS[1] for k in range(count)]
        drawn = bars.barh(range(count), probabilities[best], color=colours)
        bars.bar_label(drawn, fmt="%.2f", fontsize=7, padding=2)
        bars.set(xlim=(0, 1.25), xticks=[])
        bars.set_yticks(range(count), classes, fontsize=7)
        bars.invert_yaxis()
        bars.spines["bottom"].set_visible(False)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    return Picture(
        figure,
        f"{title}: one image for each truth (row) and prediction (column), with its probabilities "
        f"as bars. Images of each kind: {', '.join(said)}.",
    )


def _label(picture: Axes, classes: Sequence[str], row: int, column: int, count: int) -> None:
    """Label a cell: class names at the border, the number of images, a note if there are none."""
    picture.set(xticks=[], yticks=[])
    for side in picture.spines.values():
        side.set_visible(False)
    if row == 0:
        picture.set_title(f"predicted {classes[column]}\n{count} images", fontsize=9)
    else:
        picture.set_title(f"{count} images" if count != 1 else "1 image", fontsize=9)
    if column == 0:
        picture.set_ylabel(classes[row], fontsize=10)
    if not count:
        picture.text(
            *(0.5, 0.5, "none"), ha="center", va="center", color="#777777", fontsize=9,
            transform=picture.transAxes,
        )  # fmt: skip


def explained(
    images: Sequence[Any], maps: Sequence[Any], titles: Sequence[str], *, source: str, title: str
) -> Picture:
    """Plot images above maps of the evidence for the prediction (blue) and against it (orange).

    maps: (H, W) for each image, as returned by `toolbox.analysis.occlusion.occlusion_map`.
    """
    columns, said = len(images), [name.replace("\n", " ") for name in titles]
    figure, axes = new_figure(2, columns, width=1.55 * columns, height=3.8)
    strongest = max(float(np.abs(np.asarray(one)).max()) for one in maps) or 1.0
    both = LinearSegmentedColormap.from_list("", [COLOURS[1], "white", COLOURS[0]])
    for number, (image, lost, name) in enumerate(zip(images, maps, titles, strict=True)):
        above, below = axes[number], axes[columns + number]
        array = displayable(image)
        above.imshow(array, cmap="gray")
        above.set_title(name, fontsize=8)
        below.imshow(array, cmap="gray", alpha=0.35)
        drawn = below.imshow(
            np.asarray(lost), cmap=both, vmin=-strongest, vmax=strongest, alpha=0.75
        )
        for one in (above, below):
            one.set_axis_off()
    figure.colorbar(drawn, ax=axes[columns:], shrink=0.8, pad=0.01, label="probability lost")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    return Picture(
        figure,
        f"{title}: {columns} images ({', '.join(said)}), and below each a map of how much of the "
        f"predicted probability is lost when a patch covers the image, up to {strongest:.2f}.",
    )
