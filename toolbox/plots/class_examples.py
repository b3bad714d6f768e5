"""Plots of one class at a time: example frames of each class, as color masks or as outcomes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from toolbox.plots.masks import SEGMENT_COLOURS
from toolbox.plots.style import COLOURS, Picture, new_figure, say_source

VOID = 255
ACROSS = 6  # classes side by side
OUTCOMES = {"found": COLOURS[0], "missed": COLOURS[1], "false alarm": COLOURS[3]}
LIGHT = (0.299, 0.587, 0.114)  # how bright red, green and blue appear


def class_examples(
    images: Any,
    masks: Any,
    chosen: Sequence[Sequence[int]],
    classes: Sequence[str],
    *,
    source: str,
    title: str,
    predictions: Any = None,
) -> Picture:
    """Plot the chosen frames of each class below each other, with only this class in color.

    images: uint8 (N, 3, H, W). masks: (N, H, W) of ids. chosen: for each class the numbers of its
    frames, as returned by `toolbox.segmentation.example_frames`. Without `predictions`, the pixels
    of the class have its color in the legend of the masks. With predicted ids (N, H, W), colors
    show which of its pixels were found and missed, and where the class was predicted wrongly.
    """
    each = max(1, max(len(frames) for frames in chosen))
    rows = each * math.ceil(len(classes) / ACROSS)
    figure, axes = new_figure(rows, ACROSS, width=1.75 * ACROSS, height=1.5 * rows + 0.8)
    for one in axes:
        one.set_axis_off()
    said = []
    for label, (name, frames) in enumerate(zip(classes, chosen, strict=True)):
        block, column = divmod(label, ACROSS)
        first, notes = block * each * ACROSS + column, []
        for row, number in enumerate(frames):
            one = axes[first + row * ACROSS]
            pixels = np.asarray(images[number]).transpose(1, 2, 0)
            truth = np.asarray(masks[number])
            if predictions is None:
                notes.append(_in_its_color(one, pixels, truth == label, label))
            else:
                notes.append(_outcome(one, pixels, truth, np.asarray(predictions[number]), label))
            one.set_title(f"{name} {notes[-1]}", fontsize=8)
        if not frames:
            axes[first].set_title(f"{name}: in no frame", fontsize=8)
        said.append(f"{name} {' and '.join(notes)}" if notes else f"{name} in no frame")
    measure = "share of the frame"
    if predictions is not None:
        measure = "IoU in the frame"
        patches = [Patch(facecolor=color, label=name) for name, color in OUTCOMES.items()]
        figure.legend(handles=patches, loc="outside lower left", ncols=3, fontsize=8)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    return Picture(
        figure,
        f"{title}: for each class the frames that show most of it, below each other, with the "
        f"{measure}. {'; '.join(said)}.",
    )


def _in_its_color(one: Axes, pixels: Any, of_class: Any, label: int) -> str:
    """Show the pixels of the class in its color, the others faded to black or white."""
    color = np.array(SEGMENT_COLOURS[label])
    bright = float(color @ np.array(LIGHT)) > 127
    picture = _faded(pixels, 0.0 if bright else 255.0)
    picture[of_class] = color
    one.imshow(picture, interpolation="nearest")
    return f"{of_class.mean():.1%}"


def _outcome(one: Axes, pixels: Any, truth: Any, predicted: Any, label: int) -> str:
    """Show which pixels of the class were found, which were missed, and the false alarms."""
    known = truth != VOID
    of_class, said = truth == label, (predicted == label) & known
    picture = _faded(pixels, 255.0)
    outcomes = (of_class & said, of_class & ~said, said & ~of_class)
    for where, color in zip(outcomes, OUTCOMES.values(), strict=True):
        picture[where] = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
    one.imshow(picture, interpolation="nearest")
    return f"{outcomes[0].sum() / (of_class | said).sum():.2f}"


def _faded(pixels: Any, towards: float) -> Any:
    """Return the picture in gray with little contrast, uint8."""
    gray = (pixels @ np.array(LIGHT))[..., None].repeat(3, axis=2)
    return (0.25 * gray + 0.75 * towards).astype(np.uint8)
