"""A plot of images with the probabilities that a network predicts for them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolbox.plots.image_grids import displayable
from toolbox.plots.style import COLOURS, Picture, new_figure, say_source

MOST = 5  # classes below an image


def probability_bars(
    images: Sequence[object],
    y_true: object,
    y_prob: object,
    classes: Sequence[str],
    *,
    source: str,
    title: str,
) -> Picture:
    """Plot images, and below each the probabilities of its most probable classes as bars.

    The bar of the true class is blue and marked with a dot; it is always among those shown. Raises
    `ValueError` if there are no images.
    """
    labels, probabilities = np.asarray(y_true), np.asarray(y_prob)
    if not len(images):
        raise ValueError("no images to show")
    count, shown = len(images), min(MOST, len(classes))
    figure, axes = new_figure(2, count, width=1.75 * count, height=2.35 + 0.2 * shown)
    said = []
    for number, (image, label, row) in enumerate(zip(images, labels, probabilities, strict=True)):
        above, below = axes[number], axes[count + number]
        array = displayable(image)
        low, high = array.min(), array.max()
        above.imshow((array - low) / max(high - low, 1e-9), cmap="gray", vmin=0, vmax=1)
        above.set_axis_off()
        guess = int(row.argmax())
        mark = "✓" if guess == label else "✗"
        above.set_title(f"{mark} {classes[guess]}", fontsize=8)
        places = _places(row, int(label), shown)
        names = [f"• {classes[k]}" if k == label else classes[k] for k in places]
        colours = [COLOURS[0] if k == label else COLOURS[1] for k in places]
        drawn = below.barh(range(len(places)), row[places], color=colours)
        below.bar_label(drawn, fmt="%.2f", fontsize=7, padding=2)
        below.set(xlim=(0, 1.35), xticks=[])
        below.set_yticks(range(len(places)), names, fontsize=7)
        below.invert_yaxis()
        below.spines["bottom"].set_visible(False)
        said.append(f"{classes[int(label)]} as {classes[guess]} ({row[guess]:.0%})")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    return Picture(
        figure,
        f"{title}: {count} images, each with the probabilities of its most probable classes as "
        f"bars. True and predicted class: {', '.join(said)}.",
    )


def _places(row: np.ndarray, label: int, shown: int) -> list[int]:
    """Return the most probable classes, with the true class in the last place if necessary."""
    places = np.argsort(-row, kind="stable")[:shown].tolist()
    return places if label in places else [*places[:-1], label]
