"""Plot small data sets with the predictions of simple models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from toolbox.plots.style import COLOURS, Picture, new_figure

BLUE, ORANGE, GREEN = COLOURS[0], COLOURS[1], COLOURS[2]
MARKERS = ("o", "s", "^", "D")


def spread_of_predictions(truth: float, predictions: Sequence[float]) -> Picture:
    """Plot the predictions of models from several training sets around their mean."""
    figure, (axes,) = new_figure(width=6.0, height=1.9)
    mean = float(np.mean(predictions))
    axes.plot(predictions, [0] * len(predictions), "o", color=BLUE, label="predictions")
    axes.plot([mean], [0], "|", color=ORANGE, markersize=28, markeredgewidth=3, label="their mean")
    axes.plot([truth], [0], "^", color=GREEN, markersize=9, label="truth")
    axes.annotate("", (truth, -0.5), (mean, -0.5), arrowprops={"arrowstyle": "<->"})
    axes.text((truth + mean) / 2, -0.85, "bias", ha="center", va="center")
    axes.set(yticks=[], ylim=(-1.2, 0.8), xlabel="predicted value for one input")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.1), labelspacing=1.1)
    return Picture(
        figure,
        f"Predictions at {', '.join(f'{p:g}' for p in predictions)} on a line, their mean at "
        f"{mean:g}, and the truth at {truth:g}; the distance of mean and truth is the bias.",
    )


def neighbors_of_a_point(
    points: Sequence[Sequence[float]],
    labels: Sequence[str],
    asked: Sequence[float],
    counts: Sequence[int],
) -> Picture:
    """Plot labeled points, and a circle around each number of nearest neighbors of one point."""
    figure, (axes,) = new_figure(width=4.6, height=3.4)
    for number, name in enumerate(dict.fromkeys(labels)):
        mine = np.array([p for p, label in zip(points, labels, strict=True) if label == name])
        marker, color = MARKERS[number], COLOURS[number]
        axes.plot(mine[:, 0], mine[:, 1], marker, color=color, markersize=9, label=name)
    axes.plot(*asked, "x", color="black", markersize=9, markeredgewidth=2, label="asked")
    away = np.sort(np.linalg.norm(np.subtract(points, asked), axis=1))
    turn = np.linspace(0, 2 * np.pi, 200)
    for k in counts:
        radius = away[k - 1] + 0.12
        circle = asked[0] + radius * np.cos(turn), asked[1] + radius * np.sin(turn)
        axes.plot(*circle, color="#666666", linewidth=1, linestyle="--")
        axes.text(asked[0], asked[1] + radius + 0.08, f"K = {k}", ha="center", fontsize=8)
    axes.set(aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    listed = "; ".join(f"{tuple(p)} {label}" for p, label in zip(points, labels, strict=True))
    return Picture(
        figure,
        f"Points of a plane: {listed}. The asked point is {tuple(asked)}; a circle surrounds "
        f"its {' and its '.join(map(str, counts))} nearest.",
    )


def logistic_curve(beta: Sequence[float], marked: Sequence[float]) -> Picture:
    """Plot the probability of a logistic regression on one feature, with some points marked."""
    figure, (axes,) = new_figure(width=5.5, height=2.8)
    center = -beta[0] / beta[1]
    x = np.linspace(center - 6 / beta[1], center + 6 / beta[1], 300)
    axes.plot(x, 1 / (1 + np.exp(-(beta[0] + beta[1] * x))), color=BLUE)
    said = []
    for value in marked:
        p = 1 / (1 + np.exp(-(beta[0] + beta[1] * value)))
        axes.plot([value], [p], "o", color=ORANGE)
        axes.annotate(f"{p:.3f}", (value, p), xytext=(6, -12), textcoords="offset points")
        said.append(f"{p:.3f} at {value:g}")
    axes.set(xlabel="feature x", ylabel="probability of class 1", ylim=(-0.02, 1.02))
    return Picture(
        figure, f"An S-shaped curve that rises from 0 to 1; the probability is {', '.join(said)}."
    )


def directions(feature: Sequence[float], sources: Mapping[str, Sequence[float]]) -> Picture:
    """Draw a feature and some sources as arrows in a plane."""
    figure, (axes,) = new_figure(width=4.2, height=3.4)
    arrows = {"f": feature, **sources}
    for name, vector in arrows.items():
        color = ORANGE if name == "f" else BLUE
        style = {"arrowstyle": "-|>", "color": color, "linewidth": 2}
        x, y = vector
        axes.annotate("", (x, y), (0, 0), arrowprops=style)
        further = 1 + 0.45 / float(np.hypot(x, y))
        axes.text(x * further, y * further, name, ha="center", va="center", weight="bold")
    reach = 1.2 * max(abs(value) for vector in arrows.values() for value in vector)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    axes.axhline(0, color="#BBBBBB", linewidth=0.8, zorder=0)
    axes.axvline(0, color="#BBBBBB", linewidth=0.8, zorder=0)
    listed = ", ".join(f"{name} to {tuple(vector)}" for name, vector in arrows.items())
    return Picture(
        figure, f"A plane with arrows from its origin, whose angles can be compared: {listed}."
    )


def points_and_curve(x: Any, y: Any, truth: Callable[[Any], Any], name: str) -> Picture:
    """Plot noisy points together with the function that they come from."""
    figure, (axes,) = new_figure(width=6.0, height=3.2)
    axes.plot(x, y, "o", color=BLUE, alpha=0.6, markersize=4, label="points")
    line = np.linspace(min(x), max(x), 200)
    axes.plot(line, truth(line), color=ORANGE, linewidth=2, label=name)
    axes.set(xlabel="x", ylabel="y")
    axes.legend()
    return Picture(
        figure,
        f"A scatter plot of {len(x)} points around the curve {name}, a parabola that opens "
        "downward; most points lie between −2 and 2.",
    )


def left_out_points(x: Sequence[float], y: Sequence[float]) -> Picture:
    """Plot the best constant without each point in turn, and its error at the omitted point."""
    figure, axes = new_figure(1, len(x), width=7.5, height=2.6)
    said = []
    for i, panel in enumerate(axes):
        others = [j for j in range(len(x)) if j != i]
        mean = float(np.mean([y[j] for j in others]))
        panel.plot([x[j] for j in others], [y[j] for j in others], "o", color=BLUE)
        panel.plot([x[i]], [y[i]], "s", color=ORANGE, markersize=8)
        panel.axhline(mean, color=BLUE, linestyle="--", linewidth=1)
        panel.plot([x[i], x[i]], [mean, y[i]], color=ORANGE, linewidth=1.5)
        panel.set(xlim=(min(x) - 0.5, max(x) + 0.5), ylim=(0, max(y) + 1), xlabel="x")
        panel.set_title(f"fit {mean:g}, error {abs(y[i] - mean):g}")
        said.append(f"without ({x[i]:g}, {y[i]:g}) the fit is {mean:g}")
    axes[0].set(ylabel="y")
    return Picture(figure, f"{len(x)} panels, each without one of the points: {'; '.join(said)}.")
