"""Plot what batch normalization does to a batch, and to the layers of a deep network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from toolbox.plots.style import COLOURS, Picture, new_figure

BLUE, ORANGE = COLOURS[0], COLOURS[1]


def normalized_batch(x: Sequence[float], gamma: float, beta: float) -> Picture:
    """Plot one feature of a batch in three rows: raw, normalized, and scaled and shifted."""
    figure, (axes,) = new_figure(width=6.5, height=2.6)
    values = np.asarray(x, dtype=float)
    standard = (values - values.mean()) / values.std()
    scaled = f"{gamma:g} · normalized + {beta:g}"
    rows = {"x": values, "normalized": standard, scaled: gamma * standard + beta}
    said = []
    for row, (name, numbers) in enumerate(rows.items()):
        axes.plot(numbers, [-row] * len(values), "o", color=COLOURS[row])
        axes.plot([numbers.mean()], [-row], "|", color="black", markersize=22)
        said.append(f"{name}: " + ", ".join(f"{v:.3f}" for v in numbers))
    axes.set(yticks=[0, -1, -2], yticklabels=list(rows), ylim=(-2.6, 0.6), xlabel="value")
    axes.grid(axis="x", alpha=0.3)
    return Picture(
        figure, f"Three rows of points, with a bar at the mean of each. {'. '.join(said)}."
    )


def standard_deviations(
    depth: int, width: int, scale: float, normalized: bool, seed: int = 0
) -> list[float]:
    """Return the standard deviation of each layer's outputs, before its tanh, in an untrained net.

    Args:
        scale: factor on weights that would otherwise keep the size of their input.
        normalized: whether batch normalization follows each linear layer.
    """
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(256, width, generator=generator)
    found = []
    for _ in range(depth):
        weights = torch.randn(width, width, generator=generator) * scale / width**0.5
        values = values @ weights
        if normalized:
            values = nn.functional.batch_norm(values, None, None, training=True)
        found.append(float(values.std()))
        values = torch.tanh(values)
    return found


def layers_with_and_without(scales: Sequence[float], depth: int = 12, width: int = 100) -> Picture:
    """Plot the standard deviation by layer for several scales of the initial weights."""
    figure, axes = new_figure(1, 2, width=8.0, height=3.0)
    layers, said = range(1, depth + 1), []
    for panel, normalized in zip(axes, (False, True), strict=True):
        for number, scale in enumerate(scales):
            line = standard_deviations(depth, width, scale, normalized)
            style = ("-", "--", "-.", ":")[number % 4]
            color = COLOURS[number]
            panel.plot(layers, line, color=color, linestyle=style, label=f"scale {scale:g}")
            kind = "with" if normalized else "without"
            said.append(f"{kind} batch norm and scale {scale:g}, {line[-1]:.2g} in the last layer")
        panel.set(xlabel="layer", yscale="log", ylim=(1e-5, 1e2))
        panel.set_title("with batch norm" if normalized else "without batch norm")
    axes[0].set(ylabel="standard deviation")
    axes[0].legend(loc="lower left")
    return Picture(
        figure,
        "The standard deviation of the values in each layer of an untrained network, for "
        f"{len(scales)} scales of the initial weights: {'; '.join(said)}.",
    )
