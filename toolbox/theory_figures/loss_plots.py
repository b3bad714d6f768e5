"""Plot the functions of the section on losses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolbox.plots.style import COLOURS, Picture, new_figure

BLUE, ORANGE, GREEN = COLOURS[0], COLOURS[1], COLOURS[2]


def squared_error_against_cross_entropy() -> Picture:
    """Plot both losses of a sigmoid unit with target 1, and their slopes, against its score."""
    figure, (left, right) = new_figure(1, 2, width=8.0, height=3.0)
    z = np.linspace(-8, 8, 300)
    p = 1 / (1 + np.exp(-z))
    left.plot(z, -np.log(p), color=BLUE, label="cross-entropy")
    left.plot(z, (1 - p) ** 2, color=ORANGE, linestyle="--", label="squared error")
    left.set(xlabel="score z (target 1)", ylabel="loss")
    right.plot(z, p - 1, color=BLUE)
    right.plot(z, -2 * (1 - p) * p * (1 - p), color=ORANGE, linestyle="--")
    right.set(xlabel="score z (target 1)", ylabel="slope ∂L/∂z")
    left.legend()
    return Picture(
        figure,
        "Two panels over a score from −8 to 8, with target 1. Left: for negative scores the "
        "cross-entropy keeps rising in a straight line, while the squared error levels off at 1. "
        "Right: for negative scores the slope of the cross-entropy approaches −1, and that of the "
        "squared error approaches 0.",
    )


def slope_of_the_sigmoid() -> Picture:
    """Plot the factor o(1 − o) of the delta rule against the output o."""
    figure, (axes,) = new_figure(width=5.0, height=2.6)
    o = np.linspace(0, 1, 200)
    axes.plot(o, o * (1 - o), color=BLUE)
    axes.set(xlabel="output o of the sigmoid unit", ylabel="its slope o (1 − o)", ylim=(0, 0.3))
    return Picture(
        figure,
        "The slope of a sigmoid unit against its output: an arch that is 0 at outputs 0 and 1, and "
        "has its maximum, 0.25, at one half.",
    )


def softmax_of_logits(rows: Sequence[Sequence[float]]) -> Picture:
    """Plot the softmax of several rows of logits as bars, one panel for each row."""
    figure, axes = new_figure(1, len(rows), width=8.0, height=2.6)
    said = []
    for panel, logits in zip(axes, rows, strict=True):
        powers = np.exp(np.asarray(logits, dtype=float))
        shares = powers / powers.sum()
        bars = panel.bar(range(len(shares)), shares, color=BLUE)
        panel.bar_label(bars, labels=[f"{share:.3f}" for share in shares])
        panel.set(ylim=(0, 1.1), xticks=range(len(shares)), title=f"z = {tuple(logits)}")
        panel.set(xticklabels=[f"class {i + 1}" for i in range(len(shares))])
        said.append(f"for {tuple(logits)}: " + ", ".join(f"{share:.3f}" for share in shares))
    axes[0].set(ylabel="probability")
    return Picture(figure, "Bars of the softmax probabilities; " + "; ".join(said) + ".")


def loss_of_one_prediction(marked: Sequence[float]) -> Picture:
    """Plot −log q against the probability q of the true class, with some values marked."""
    figure, (axes,) = new_figure(width=5.5, height=2.8)
    q = np.linspace(0.01, 1, 300)
    axes.plot(q, -np.log(q), color=BLUE)
    for value in marked:
        loss = float(-np.log(value))
        axes.plot([value], [loss], "o", color=ORANGE)
        axes.annotate(f"{loss:.3f}", (value, loss), xytext=(5, 5), textcoords="offset points")
    axes.set(xlabel="probability q of the true class", ylabel="−log q", xlim=(0, 1.08), ylim=(0, 5))
    points = ", ".join(f"{-np.log(value):.3f} at {value}" for value in marked)
    return Picture(
        figure,
        "The loss −log q against the probability of the true class: very high near 0, falling ever "
        f"more slowly, and 0 at probability 1. Marked: {points}.",
    )


def divergence_in_terms(p: Sequence[float], q: Sequence[float]) -> Picture:
    """Plot two distributions, and the terms p log(p / q) that add up to their divergence."""
    figure, (left, right) = new_figure(1, 2, width=7.5, height=2.8)
    place, width = np.arange(len(p)), 0.38
    left.bar(place - width / 2, p, width, color=BLUE, label="p (true)")
    left.bar(place + width / 2, q, width, color=ORANGE, hatch="//", label="q (predicted)")
    left.set(ylabel="probability", ylim=(0, 1.35 * max(*p, *q)))
    left.legend(loc="upper right", ncols=2)
    terms = [a * np.log(a / b) if a > 0 else 0.0 for a, b in zip(p, q, strict=True)]
    bars = right.bar(place, terms, color=GREEN)
    right.bar_label(bars, labels=[f"{term:.3f}" for term in terms])
    right.margins(y=0.2)
    right.set(ylabel="p log(p / q)")
    for panel in (left, right):
        panel.set(xticks=place, xticklabels=[f"class {i + 1}" for i in place])
    return Picture(
        figure,
        f"Left: bars of the distributions p = {tuple(p)} and q = {tuple(q)}. Right: the terms of "
        "their divergence, " + ", ".join(f"{term:.3f}" for term in terms) + ".",
    )


def weights_under_a_penalty(start: float, shrinks: Sequence[float], steps: int = 40) -> Picture:
    """Plot a weight that only a penalty acts on: it keeps a share of 1 − η·λ in each step."""
    figure, (axes,) = new_figure(width=5.5, height=2.8)
    t = np.arange(steps + 1)
    styles = ("-", "--", "-.")
    for number, shrink in enumerate(shrinks):
        path = start * (1 - shrink) ** t
        style = styles[number % len(styles)]
        axes.plot(t, path, color=COLOURS[number], linestyle=style, label=f"η·λ = {shrink:g}")
    axes.set(xlabel="step", ylabel="weight w", ylim=(0, 1.05 * start))
    axes.legend()
    ends = ", ".join(f"{start * (1 - s) ** steps:.2f} for η·λ = {s:g}" for s in shrinks)
    return Picture(
        figure,
        f"A weight that starts at {start:g} and shrinks toward 0, faster for a larger product of "
        f"learning rate and penalty. After {steps} steps it is {ends}.",
    )
