"""Plot the curves of the section on choosing and training a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator, MultipleLocator

from toolbox.plots.style import COLOURS, Picture, new_figure

BLUE, ORANGE, GREEN = COLOURS[0], COLOURS[1], COLOURS[2]
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


def five_curves(letters: Sequence[str]) -> Picture:
    """Plot noise, squared bias, variance, training and test error against flexibility, by letter.

    letters: those of the five curves, in the order of the sentence above.
    """
    figure, (axes,) = new_figure(width=6.5, height=3.6)
    x = np.linspace(0, 1, 200)
    noise = np.full_like(x, 0.22)
    bias, variance = 0.9 * np.exp(-4.2 * x) + 0.01, 0.03 + 0.62 * x**2.2
    training = 0.22 + 0.9 * np.exp(-3.4 * x) - 0.14 * x
    curves = (noise, bias, variance, training, noise + bias + variance)
    for letter, curve in sorted(zip(letters, curves, strict=True), key=lambda pair: pair[0]):
        place = "ABCDE".index(letter)
        axes.plot(x, curve, color=COLOURS[place], linestyle=LINES[place], label=letter)
        axes.text(1.02, curve[-1], letter, color=COLOURS[place], va="center", weight="bold")
    axes.set(xlabel="flexibility of the model →", ylabel="error", xticks=[], yticks=[], ylim=0)
    axes.legend(loc="upper center", ncols=5)
    return Picture(
        figure,
        "Five curves against the flexibility of a model, described from left to right. "
        + " ".join(f"{letter} {said}." for letter, said in sorted(zip(letters, SAID, strict=True))),
    )


SAID = (
    "is constant",
    "falls steeply and ends just above 0",
    "starts near 0 and rises, first slowly",
    "starts high, falls throughout, and ends below the constant one",
    "lies above all others, falls, and rises again after the middle",
)


def decay_curves(decays: Sequence[float], letters: Sequence[str]) -> Picture:
    """Plot the learning rate 1 / (1 + decay · t) for each decay, by letters in the same order."""
    figure, (axes,) = new_figure(width=6.0, height=4.2)
    t = np.arange(0, 31)
    for letter, decay in sorted(zip(letters, decays, strict=True)):
        place = "ABCDE".index(letter)
        rate = 1 / (1 + decay * t)
        axes.plot(t, rate, color=COLOURS[place], linestyle=LINES[place])
        axes.text(30.5, rate[-1], letter, color=COLOURS[place], va="center", weight="bold")
    axes.set(xlabel="iteration t", ylabel="learning rate / initial rate", ylim=(0, 1.05))
    return Picture(
        figure,
        "Four curves that start at 1 and fall, each slower than the one below it. At iteration 30 "
        + ", ".join(
            f"{letter} is at {1 / (1 + decay * 30):.2f}"
            for letter, decay in sorted(zip(letters, decays, strict=True))
        )
        + ".",
    )


def sketched_curves(sketch: Mapping[str, Sequence[float]]) -> Picture:
    """Plot a student's sketch of five curves against the flexibility of a model."""
    figure, (axes,) = new_figure(width=6.5, height=3.4)
    for number, (name, heights) in enumerate(sketch.items()):
        x = np.linspace(0, 1, len(heights))
        style = LINES[number % len(LINES)]
        color = COLOURS[number % len(COLOURS)]
        axes.plot(x, heights, color=color, linestyle=style, marker="o", markersize=3, label=name)
    axes.set(xlabel="flexibility of the model →", ylabel="error", xticks=[], ylim=0)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    ends = ", ".join(f"{name} from {h[0]:.2f} to {h[-1]:.2f}" for name, h in sketch.items())
    return Picture(figure, f"A sketch of five curves against the flexibility of a model: {ends}.")


def rates_in_time(initial: float, decay: float, marked: int, steps: int = 20) -> Picture:
    """Plot the learning rate initial / (1 + decay · t), with one iteration marked."""
    figure, (axes,) = new_figure(width=5.5, height=2.6)
    t = np.arange(steps + 1)
    rates = initial / (1 + decay * t)
    axes.plot(t, rates, color=BLUE, marker=".", label=f"{initial:g} / (1 + {decay:g}·t)")
    axes.plot([marked], [rates[marked]], "o", color=ORANGE)
    label = f"t = {marked}: {rates[marked]:g}"
    axes.annotate(label, (marked, rates[marked]), xytext=(8, 8), textcoords="offset points")
    axes.set(xlabel="iteration t", ylabel="learning rate", ylim=(0, 1.1 * initial))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend()
    return Picture(
        figure,
        f"A learning rate that starts at {initial:g}, falls steeply at first and then ever more "
        f"slowly. At iteration {marked} it is {rates[marked]:g}.",
    )


def stopping_curve(errors: Sequence[float], marks: Sequence[int] = (), **_: Any) -> Picture:
    """Plot the validation error of each epoch, with some epochs marked A, B, C and so on."""
    figure, (axes,) = new_figure(width=7.5, height=3.4)
    axes.plot(range(len(errors)), errors, color=BLUE, marker=".")
    axes.plot(marks, [errors[epoch] for epoch in marks], "o", color=ORANGE, zorder=3)
    for letter, epoch in zip("ABCDEFGH", marks, strict=False):
        place = (epoch, errors[epoch])
        axes.annotate(letter, place, (0, 9), textcoords="offset points", ha="center", weight="bold")
    axes.set(xlabel="epoch", ylabel="validation error", ylim=(0, 1.12 * max(errors)))
    axes.grid(alpha=0.3)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_minor_locator(MultipleLocator(1))
    known = ", ".join(f"{error:g}" for error in errors)
    said = ", ".join(f"{c} at {e}" for c, e in zip("ABCDEFGH", marks, strict=False))
    marked = f" Marked epochs: {said}." if said else ""
    return Picture(
        figure,
        f"A line with the validation error of each epoch, from epoch 0 to {len(errors) - 1}: "
        f"{known}.{marked}",
    )
