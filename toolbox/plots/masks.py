"""Plots of segmentation: colored masks with a legend, and the results of each class."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.patches import Patch

from toolbox.plots.style import COLOURS, Picture, new_figure, say_source

# One color per class, in the course's order. Classes that are adjacent in a street differ in
# lightness as well as in hue, so that color-blind readers can distinguish them: a dark road beside
# a light sidewalk, white poles in front of gray houses. Void is black.
SEGMENT_COLOURS = (
    (163, 138, 139),  # Building: gray
    (22, 149, 84),  # Tree: green
    (160, 213, 238),  # Sky: light blue
    (20, 51, 159),  # Car: blue
    (244, 237, 79),  # SignSymbol: yellow
    (78, 63, 91),  # Road: dark gray
    (217, 72, 15),  # Pedestrian: vermilion
    (124, 55, 43),  # Fence: brown
    (255, 255, 255),  # Column_Pole: white
    (206, 148, 207),  # Sidewalk: pink
    (238, 167, 6),  # Bicyclist: orange
)


def label_maps(
    rows: Mapping[str, Sequence[Any]],
    classes: Sequence[str],
    *,
    source: str,
    title: str,
    black: str = "void",
) -> Picture:
    """Plot rows of pictures (H, W, 3) uint8, each row labeled, with a legend of the classes.

    rows: all of equal length, such as {"truth": [...], "prediction": [...]}. black: what black
    pixels mean.
    """
    columns = {len(pictures) for pictures in rows.values()}
    if len(columns) != 1 or 0 in columns:
        raise ValueError("all rows must have the same number of pictures, and at least one")
    across = columns.pop()
    figure, axes = new_figure(len(rows), across, width=2.9 * across, height=2.15 * len(rows) + 0.9)
    for row, (name, pictures) in enumerate(rows.items()):
        for column, picture in enumerate(pictures):
            one = axes[row * across + column]
            one.imshow(np.asarray(picture), interpolation="nearest")
            one.set(xticks=[], yticks=[])
            for spine in one.spines.values():
                spine.set_visible(False)
            if column == 0:
                one.set_ylabel(name)
    patches = [
        Patch(facecolor=_hex(colour), edgecolor="#555555", linewidth=0.5, label=name)
        for colour, name in zip(SEGMENT_COLOURS, classes, strict=True)
    ]
    patches.append(Patch(facecolor="black", label=black))
    figure.legend(
        handles=patches,
        loc="outside lower center",
        ncols=6,
        fontsize=8,
        handlelength=1.2,
    )
    figure.suptitle(f"{title}   (data: {source})", x=0.01, ha="left", fontsize=10)
    several = f"{across} pictures in each of {len(rows)} rows ({', '.join(rows)})"
    arranged = several if len(rows) > 1 else f"{across} pictures in a row"
    return Picture(
        figure,
        f"{title}: {arranged}; each class of {', '.join(classes)} has its own color, {black} is "
        "black.",
    )


def one_class_at_a_time(image: Any, mask: Any, classes: Sequence[str], *, source: str) -> Picture:
    """Plot the image once for each class it contains, with all other pixels faded.

    image: uint8 (3, H, W). mask: (H, W) of ids.
    """
    pixels = np.asarray(image).transpose(1, 2, 0)
    ids = np.asarray(mask)
    shown = [k for k in range(len(classes)) if (ids == k).any()]
    columns = min(4, len(shown))
    rows = math.ceil(len(shown) / columns)
    figure, axes = new_figure(rows, columns, width=2.3 * columns, height=1.95 * rows + 0.4)
    faded = (0.15 * pixels.mean(axis=2, keepdims=True) + 0.85 * 255).repeat(3, axis=2)
    for one in axes:
        one.set_axis_off()
    for one, k in zip(axes, shown, strict=False):
        one.imshow(np.where((ids == k)[..., None], pixels, faded).astype(np.uint8))
        one.set_title(f"{classes[k]} {(ids == k).mean():.1%}", fontsize=9)
    say_source(figure, source)
    named = ", ".join(f"{classes[k]} {(ids == k).mean():.1%}" for k in shown)
    return Picture(figure, f"One street, once for each class in it, the rest faded: {named}.")


def pixel_shares(counts: Sequence[float], classes: Sequence[str], *, source: str) -> Picture:
    """Plot each class's share of all labeled pixels as bars, on a logarithmic axis."""
    total = float(sum(counts))
    shares = [float(count) / total for count in counts]
    figure, (axes,) = new_figure(height=3.4)
    bars = axes.barh(list(classes), shares, color=COLOURS[0])
    axes.bar_label(bars, labels=[f"{share:.1%}" for share in shares], padding=3, fontsize=8)
    axes.set_xscale("log")
    axes.invert_yaxis()
    axes.set_xlim(min(s for s in shares if s > 0) / 2, 1)
    axes.set_xlabel("share of the labeled pixels (logarithmic)")
    axes.set_title("Pixels per class", loc="left")
    say_source(figure, source)
    said = ", ".join(f"{name} {share:.1%}" for name, share in zip(classes, shares, strict=True))
    return Picture(figure, f"Bar chart of each class's share of the pixels: {said}.")


def class_ious(
    tables: Mapping[str, Sequence[float]], classes: Sequence[str], *, source: str
) -> Picture:
    """Plot the IoU of each class as bars, for one or more networks by name, with their means.

    A class without an IoU (NaN) has a note instead of a bar, since a bar of height 0 would look
    like a class that was missed completely.
    """
    figure, (axes,) = new_figure(width=8.0, height=3.4)
    places = np.arange(len(classes))
    thick = 0.8 / len(tables)
    said = []
    for number, (name, values) in enumerate(tables.items()):
        ious = np.asarray(values, dtype=float)
        mean = float(np.nanmean(ious))
        shifted = places + (number - (len(tables) - 1) / 2) * thick
        axes.bar(
            shifted,
            np.nan_to_num(ious),
            thick,
            color=COLOURS[number],
            label=f"{name}, mean {mean:.2f}",
        )
        for place in shifted[np.isnan(ious)]:
            axes.text(place, 0.02, "no IoU", rotation=90, ha="center", fontsize=7, color="#555555")
        axes.axhline(mean, color=COLOURS[number], linestyle="--", linewidth=1)
        listed = ", ".join(
            f"{c} {'none' if np.isnan(v) else f'{v:.2f}'}"
            for c, v in zip(classes, ious, strict=True)
        )
        said.append(f"{name}: mean {mean:.2f}; {listed}")
    axes.set_xticks(places, classes, rotation=35, ha="right", fontsize=8)
    axes.set_ylim(0, 1)
    axes.set_ylabel("IoU")
    axes.legend(fontsize=8, loc="upper right")
    say_source(figure, source)
    return Picture(figure, f"Bar chart of each class's IoU. {'. '.join(said)}.")


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
