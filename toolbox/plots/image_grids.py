"""Plots of images: grids of many, and predictions for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from toolbox.plots.style import COLOURS, Picture, new_figure, say_source


def image_grid(
    images: Sequence[Any],
    titles: Sequence[str] | None = None,
    *,
    source: str,
    title: str = "",
    columns: int = 6,
) -> Picture:
    """Plot images in rows of `columns`, all with the same range of gray.

    images: tensors or arrays of shape (1, H, W), (H, W) or (3, H, W). titles: one for each, or
    None.
    """
    arrays = [displayable(image) for image in images]
    if not arrays:
        raise ValueError("no images to show")
    names = list(titles) if titles is not None else [""] * len(arrays)
    rows = math.ceil(len(arrays) / columns)
    figure, axes = new_figure(
        rows, columns, width=1.3 * columns, height=(1.55 if titles else 1.3) * rows + 0.5
    )
    low = min(float(array.min()) for array in arrays)
    high = max(float(array.max()) for array in arrays)
    for one in axes:
        one.set_axis_off()
    for one, array, name in zip(axes, arrays, names, strict=False):
        one.imshow(_to_unit(array, low, high), cmap="gray", vmin=0, vmax=1)
        one.set_title(name, fontsize=8)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    listed = f": {', '.join(dict.fromkeys(n for n in names if n))}" if any(names) else ""
    lead = f"{title}. " if title else ""
    return Picture(figure, f"{lead}A grid of {len(arrays)} images{listed}.")


def predictions(
    images: Sequence[Any],
    labels: Sequence[int],
    predicted: Sequence[int],
    probabilities: Sequence[float],
    classes: Sequence[str],
    *,
    source: str,
    title: str = "",
) -> Picture:
    """Plot images with their predictions: a check or a cross, the class, and its probability."""
    count = len(images)
    columns = min(count, 6)
    rows = math.ceil(count / columns)
    figure, axes = new_figure(rows, columns, width=1.45 * columns, height=1.85 * rows + 0.5)
    for one in axes:
        one.set_axis_off()
    for one, image, label, guess, probability in zip(
        axes, images, labels, predicted, probabilities, strict=False
    ):
        right = int(label) == int(guess)
        array = displayable(image)
        one.imshow(_to_unit(array, array.min(), array.max()), cmap="gray", vmin=0, vmax=1)
        said = f"{'✓' if right else '✗'} {classes[guess]} {float(probability):.0%}"
        truth = "" if right else f"\nis {classes[label]}"
        colour = COLOURS[0] if right else COLOURS[5]
        one.set_title(said + (truth or "\n "), fontsize=8, color=colour)
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    pairs = list(zip(labels, predicted, strict=True))
    hits = sum(int(label) == int(guess) for label, guess in pairs)
    wrong = [f"{classes[a]} as {classes[b]}" for a, b in pairs if int(a) != int(b)]
    alt = f"{title or 'Predictions'}: {hits} of {count} images are classified correctly"
    return Picture(figure, alt + (f"; errors: {', '.join(wrong)}." if wrong else "."))


def displayable(image: Any) -> np.ndarray:
    """Convert an image (1, H, W), (3, H, W) or (H, W) for matplotlib, in float64."""
    array = np.asarray(image.detach().cpu() if hasattr(image, "detach") else image)
    array = array.astype(np.float64)
    if array.ndim == 3 and array.shape[0] in (1, 3):
        array = array.transpose(1, 2, 0)
    return array[..., 0] if array.ndim == 3 and array.shape[2] == 1 else array


def _to_unit(array: np.ndarray, low: float, high: float) -> np.ndarray:
    return (array - low) / (high - low) if high > low else np.zeros_like(array)
