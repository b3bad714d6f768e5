"""Plots of a data set: class distribution, and the effect of the transforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from toolbox.plots.style import COLOURS, Picture, new_figure, say_source


def class_distribution(
    counts: dict[str, Sequence[int]], classes: Sequence[str], source: str
) -> Picture:
    """Plot the number of images of each class in each split as bars.

    counts: for each split, one number per class, in the order of `classes`.
    """
    figure, (axes,) = new_figure(height=4.2)
    places = np.arange(len(classes))
    thick = 0.8 / len(counts)
    for number, (split, values) in enumerate(counts.items()):
        shifted = places + (number - (len(counts) - 1) / 2) * thick
        axes.barh(shifted, values, thick, label=split, color=COLOURS[number])
    axes.set_yticks(places, classes)
    axes.invert_yaxis()
    axes.set_xlabel("images")
    axes.set_title("Images per class", loc="left")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(counts))
    say_source(figure, source)
    ranges = "; ".join(
        f"{split}: {min(values)} to {max(values)}, {sum(values)} in all"
        for split, values in counts.items()
    )
    return Picture(figure, f"Bar chart of images per class over {len(classes)} classes. {ranges}.")


def before_and_after(
    images: Sequence[Any], tensors: Sequence[Any], titles: Sequence[str], source: str
) -> Picture:
    """Plot images as stored on disk, above the output of the transforms.

    images: PIL images. tensors: of shape (1, H, W), one for each image.
    """
    columns = len(images)
    figure, axes = new_figure(2, columns, width=1.75 * columns, height=3.9)
    low = min(float(tensor.min()) for tensor in tensors)
    high = max(float(tensor.max()) for tensor in tensors)
    for number, (image, tensor, title) in enumerate(zip(images, tensors, titles, strict=True)):
        above, below = axes[number], axes[columns + number]
        above.imshow(image, cmap="gray", vmin=0, vmax=255)
        above.set_title(f"{title}\n{image.size[0]} x {image.size[1]}", fontsize=8)
        below.imshow(tensor[0], cmap="gray", vmin=low, vmax=high)
        size = f"{tensor.shape[-1]} x {tensor.shape[-2]}"
        below.set_title(f"{size}, {tensor.min():.1f} to {tensor.max():.1f}", fontsize=8)
        for one in (above, below):
            one.set_axis_off()
    say_source(figure, source)
    return Picture(
        figure,
        f"{columns} images ({', '.join(titles)}) as stored on disk, in various sizes, and below "
        f"them after the transforms: all {size}, with values from {low:.1f} to {high:.1f}.",
    )


def pixel_histograms(before: Any, after: Any, source: str) -> Picture:
    """Plot histograms of all pixel values before and after standardization, side by side."""
    figure, axes = new_figure(1, 2, height=2.8)
    alts = []
    for number, (one, values, name) in enumerate(
        zip(axes, (before, after), ("before", "after"), strict=True)
    ):
        flat = np.ravel(np.asarray(values))
        one.hist(flat, bins=51, color=COLOURS[number])
        mean, std = float(flat.mean()), float(flat.std())
        one.axvline(mean, color="black", linestyle="--", linewidth=1)
        one.set_title(f"{name}: mean {mean:.2f}, std {std:.2f}")
        one.set_xlabel("pixel value")
        one.set_yticks([])
        alts.append(f"{name}, mean {mean:.2f} and standard deviation {std:.2f}")
    say_source(figure, source)
    return Picture(figure, f"Two histograms of pixel values: {'; '.join(alts)}.")
