"""Plots of 8-bit quantization: rounding errors, weight ranges, size, latency and accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from toolbox.plots.style import COLOURS, Picture, new_figure, say_source


def round_trip(x: Any, back: Mapping[str, Any]) -> Picture:
    """Plot values against their round trip, one line for each method in `back`, and the errors."""
    figure, axes = new_figure(1, 2, width=8.0, height=3.0)
    x = np.asarray(x)
    axes[0].plot(x, x, color="#888888", linewidth=1, linestyle=":", label="unchanged")
    said = []
    for number, (name, values) in enumerate(back.items()):
        off = np.asarray(values) - x
        axes[0].plot(x, values, color=COLOURS[number], linewidth=1.4, label=name)
        axes[1].plot(x, off, color=COLOURS[number], linewidth=1.2, label=name)
        said.append(f"{name}: error at most {np.abs(off).max():.3f}")
    axes[0].set(xlabel="before", ylabel="after", title="round trip")
    axes[1].set(xlabel="before", ylabel="after minus before", title="rounding error")
    axes[0].legend(fontsize=8)
    alt = "Staircases of a round trip through few integers, and the distance from the diagonal. "
    return Picture(figure, alt + "; ".join(said) + ".")


def channel_ranges(weight: Any, *, title: str) -> Picture:
    """Plot the largest absolute weight of each output channel, sorted, and the overall maximum."""
    figure, (axis,) = new_figure(width=7.0, height=3.0)
    tops = np.sort(np.abs(np.asarray(weight).reshape(len(weight), -1)).max(axis=1))[::-1]
    axis.bar(np.arange(len(tops)), tops, color=COLOURS[0], label="largest weight of the channel")
    axis.axhline(tops[0], color=COLOURS[1], label="one range for all channels")
    axis.set(xlabel="output channel, sorted", ylabel="largest |weight|", title=title)
    axis.set_ylim(0, 1.25 * tops[0])
    axis.legend(fontsize=8, loc="upper right", ncols=2)
    alt = (
        f"{title}: the largest absolute weight of each of {len(tops)} channels, from {tops[0]:.2f} "
        f"down to {tops[-1]:.2f}; a line at the largest of all."
    )
    return Picture(figure, alt)


def trade(rows: Sequence[Mapping[str, Any]], *, source: str, title: str) -> Picture:
    """Plot the size, latency and accuracy of several networks side by side.

    rows: with "name" and any of "megabytes", "latency_ms" and "accuracy"; there is one panel for
    each of these that every row has.
    """
    known = {"megabytes": "MB on disk", "latency_ms": "ms per image", "accuracy": "accuracy"}
    keys = [key for key in known if all(key in row for row in rows)]
    figure, axes = new_figure(1, len(keys), width=2.9 * len(keys) + 0.6, height=3.2)
    places = np.arange(len(rows))
    for axis, key in zip(axes, keys, strict=True):
        values = [row[key] for row in rows]
        bars = axis.bar(places, values, 0.6, color=[COLOURS[i] for i in places])
        axis.bar_label(bars, fmt="%.3g", fontsize=8)
        axis.set_xticks(
            places, [str(row["name"]).replace(" ", "\n", 1) for row in rows], fontsize=8
        )
        axis.set_ylabel(known[key])
        axis.set_ylim(0, 1.15 * max(values))
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    say_source(figure, source)
    said = "; ".join(
        f"{row['name']}: " + ", ".join(f"{known[key]} {row[key]:.3g}" for key in keys)
        for row in rows
    )
    return Picture(figure, f"{title}. {said}.")
