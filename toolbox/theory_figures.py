"""Draw the figures of the theory part: curves, computational graphs, stacks of layers.

Each function returns a `Picture`: the matplotlib figure and its alt text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from toolbox.plots.style import COLOURS, Picture, new_figure

BLUE, ORANGE, GREEN = COLOURS[0], COLOURS[1], COLOURS[2]
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
Place = tuple[float, float]


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
    right.annotate(
        "very wrong, yet flat", (-6, -0.01), (-7.6, -0.45), arrowprops={"arrowstyle": "->"}
    )
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


def _nodes(axes: Axes, places: Mapping[str, Place], texts: Mapping[str, str]) -> None:
    for name, (x, y) in places.items():
        axes.text(
            *(x, y, texts[name]),
            ha="center",
            va="center",
            zorder=3,
            bbox={"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": "black"},
        )


def _edges(
    axes: Axes, places: Mapping[str, Place], edges: Mapping[tuple[str, str], str], colour: str
) -> None:
    for (start, end), label in edges.items():
        (x0, y0), (x1, y1) = places[start], places[end]
        style = {"arrowstyle": "-|>", "color": "black", "shrinkA": 20, "shrinkB": 26}
        axes.annotate("", (x1, y1), (x0, y0), arrowprops=style)
        middle = (x0 + x1) / 2, (y0 + y1) / 2 + 0.17
        axes.text(*middle, label, color=colour, ha="center", va="bottom", zorder=4)


def _frame(axes: Axes, places: Mapping[str, Place]) -> None:
    xs, ys = zip(*places.values(), strict=True)
    axes.set(xlim=(min(xs) - 0.7, max(xs) + 0.9), ylim=(min(ys) - 0.6, max(ys) + 0.6))
    axes.axis("off")


def exponential_graph() -> Picture:
    """Draw the computational graph of f = x · e^(y + z), each edge labeled by its derivative."""
    figure, (axes,) = new_figure(width=7.5, height=2.8)
    places = {"y": (0, 1), "z": (0, -1), "A": (2, 0), "B": (4, 0), "x": (4, 1.5), "C": (6, 0.6)}
    texts = {"x": "x", "y": "y", "z": "z", "A": "A = y + z", "B": "B = $e^A$", "C": "C = x · B"}
    edges = {
        ("y", "A"): "∂A/∂y",
        ("z", "A"): "∂A/∂z",
        ("A", "B"): "∂B/∂A",
        ("B", "C"): "∂C/∂B",
        ("x", "C"): "∂C/∂x",
    }
    _edges(axes, places, edges, BLUE)
    _nodes(axes, places, texts)
    _frame(axes, places)
    return Picture(
        figure,
        "A graph: y and z lead to A = y + z, A to B = e^A, and B and x to C = x times B. Each "
        "arrow is labeled with its derivative.",
    )


def small_expression_graph(
    a: float, b: float, c: float, gradients: Sequence[float] | None = None
) -> Picture:
    """Draw the graph of L = (a·b + c)·b with the values of a forward pass.

    gradients: those of a, b and c, written below their nodes if given.
    """
    figure, (axes,) = new_figure(width=7.5, height=3.2)
    places = {"a": (0, 2), "b": (0, 0.4), "c": (2.2, 2), "p": (2.2, 1), "s": (4.4, 1)}
    places["L"] = (6.4, 0.4)
    texts = {"p": f"p = a·b\n= {a * b:g}", "s": f"s = p + c\n= {a * b + c:g}"}
    texts["L"] = f"L = s·b\n= {(a * b + c) * b:g}"
    for i, (name, value) in enumerate((("a", a), ("b", b), ("c", c))):
        below = "" if gradients is None else f"\n∂L/∂{name} = {gradients[i]:g}"
        texts[name] = f"{name} = {value:g}{below}"
    pairs = [("a", "p"), ("b", "p"), ("p", "s"), ("c", "s"), ("s", "L"), ("b", "L")]
    _edges(axes, places, dict.fromkeys(pairs, ""), BLUE)
    _nodes(axes, places, texts)
    _frame(axes, places)
    known = "" if gradients is None else f" Gradients of a, b, c: {list(gradients)}."
    return Picture(
        figure,
        f"A graph: a = {a:g} and b = {b:g} lead to their product p, p and c = {c:g} to the sum s, "
        f"and s and again b to the product L.{known}",
    )


def stacks_of_seven(stacks: Sequence[Sequence[int]]) -> Picture:
    """Draw, for each stack of kernels, how many pixels one output sees at each layer."""
    figure, axes = new_figure(1, len(stacks), width=8.0, height=3.2)
    tallest = max(map(len, stacks))
    for panel, kernels in zip(axes, stacks, strict=True):
        fields = [1]
        for kernel in reversed(kernels):
            fields.append(fields[-1] + kernel - 1)
        for level, field in enumerate(reversed(fields)):
            colour = "#DDDDDD" if level == 0 else COLOURS[(level - 1) % 3]
            for i in range(field):
                panel.add_patch(_cell(i - field / 2, 1.8 * level, colour))
            if level:
                side = kernels[level - 1]
                panel.text(0, 1.8 * level - 0.44, f"{side} x {side}", ha="center", va="center")
        panel.set(xlim=(-3.8, 3.8), ylim=(-0.9, 1.8 * tallest + 1.2))
        panel.set_title("[" + ", ".join(map(str, kernels)) + "]")
        panel.text(0, -0.55, "7 pixels", ha="center", va="center", color="#555555")
        panel.axis("off")
    return Picture(
        figure,
        "Five pyramids, one for each stack of kernels. Each has 7 gray pixels at the bottom; every "
        "layer narrows them, until one cell remains at the top.",
    )


def _cell(x: float, y: float, colour: str) -> Rectangle:
    return Rectangle((x, y), 0.92, 0.92, facecolor=colour, edgecolor="white")


def inception_blocks() -> Picture:
    """Draw a naive inception block next to one with 1 x 1 reductions."""
    figure, (left, right) = new_figure(1, 2, width=9.0, height=3.6)
    _block(left, "naive", [["1 x 1"], ["3 x 3"], ["5 x 5"], ["3 x 3 max"]])
    reduced = [["1 x 1"], ["1 x 1", "3 x 3"], ["1 x 1", "5 x 5"], ["3 x 3 max", "1 x 1"]]
    _block(right, "with reductions", reduced)
    return Picture(
        figure,
        "Two blocks, each with four branches from one input to one stack of maps. Naive: 1 x 1, "
        "3 x 3 and 5 x 5 convolutions and 3 x 3 max pooling. With reductions: a 1 x 1 convolution "
        "comes before the 3 x 3 and the 5 x 5, and after the pooling.",
    )


def _block(axes: Axes, title: str, branches: Sequence[Sequence[str]]) -> None:
    places: dict[str, Place] = {"in": (2.4, -1.0), "out": (2.4, 3.0)}
    texts = {"in": "input maps", "out": "stacked"}
    edges: dict[tuple[str, str], str] = {}
    for column, steps in enumerate(branches):
        before = "in"
        for i, step in enumerate(steps):
            name = f"{column}/{i}"
            height = 1.0 if len(steps) == 1 else 0.3 + 1.4 * i
            places[name], texts[name] = (1.6 * column, height), step
            edges[(before, name)] = ""
            before = name
        edges[(before, "out")] = ""
    _edges(axes, places, edges, BLUE)
    _nodes(axes, places, texts)
    _frame(axes, places)
    axes.set_title(title)


def lenet_connections(groups: Sequence[Sequence[int]]) -> Picture:
    """Plot which inputs each map of LeNet-5's second convolution sees, as a table of dots."""
    figure, (axes,) = new_figure(width=6.5, height=2.6)
    for column, seen in enumerate(groups):
        axes.scatter([column] * len(seen), seen, color=BLUE, s=55)
    axes.set(xlabel="map of C3", ylabel="map of S2", xticks=range(len(groups)), yticks=range(6))
    axes.invert_yaxis()
    axes.grid(alpha=0.3)
    counts = ", ".join(str(len(seen)) for seen in groups)
    return Picture(
        figure,
        f"A table of dots: {len(groups)} maps across, 6 inputs down. From left to right, the maps "
        f"see this many inputs: {counts}.",
    )


LENET_C3 = (
    *([(i + j) % 6 for j in range(3)] for i in range(6)),
    *([(i + j) % 6 for j in range(4)] for i in range(6)),
    *([i, (i + 1) % 6, (i + 3) % 6, (i + 4) % 6] for i in range(3)),
    list(range(6)),
)


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
