"""Draw the computational graphs of the section on backpropagation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.patches import Rectangle

from toolbox.plots.style import COLOURS, Picture, new_figure
from toolbox.theory_figures.graph_drawing import (
    Place,
    draw_arrows_to_boxes,
    draw_edges,
    draw_nodes,
    set_frame,
)

BLUE, ORANGE = COLOURS[0], COLOURS[1]


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
    draw_edges(axes, places, edges, BLUE)
    draw_nodes(axes, places, texts)
    set_frame(axes, places)
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
    draw_edges(axes, places, dict.fromkeys(pairs, ""), BLUE)
    draw_nodes(axes, places, texts)
    set_frame(axes, places)
    known = "" if gradients is None else f" Gradients of a, b, c: {list(gradients)}."
    return Picture(
        figure,
        f"A graph: a = {a:g} and b = {b:g} lead to their product p, p and c = {c:g} to the sum s, "
        f"and s and again b to the product L.{known}",
    )


def worked_graph(u: float, v: float) -> Picture:
    """Draw the graph of f = (u + v)·v with values and the local derivative on each edge."""
    figure, (axes,) = new_figure(width=7.0, height=2.8)
    places: dict[str, Place] = {"u": (0, 1.6), "v": (0, 0), "s": (2.6, 1.2), "f": (5.2, 0.5)}
    texts = {"u": f"u = {u:g}", "v": f"v = {v:g}", "s": f"s = u + v\n= {u + v:g}"}
    texts["f"] = f"f = s·v\n= {(u + v) * v:g}"
    edges = {
        ("u", "s"): "∂s/∂u = 1",
        ("v", "s"): "∂s/∂v = 1",
        ("s", "f"): f"∂f/∂s = v = {v:g}",
        ("v", "f"): f"∂f/∂v = s = {u + v:g}",
    }
    draw_edges(axes, places, edges, BLUE)
    draw_nodes(axes, places, texts)
    set_frame(axes, places)
    return Picture(
        figure,
        f"A graph: u = {u:g} and v = {v:g} lead to their sum s = {u + v:g}; s and v lead to the "
        f"product f = {(u + v) * v:g}. The edges from u and v to s have the derivative 1, the edge "
        f"from s to f has {v:g}, and the edge from v to f has {u + v:g}.",
    )


def graph_of_arrows(answer: Mapping[str, str], texts: Mapping[str, str]) -> Picture:
    """Draw a graph from its arrows: for each node, the nodes from which an arrow leads to it.

    Args:
        answer: maps each computed node, in the order of computation, to its inputs, such as "xz".
            Other characters than letters are ignored.
        texts: the text in a node, by name; by default its name.
    """
    named = {node: sorted(set(filter(str.isalpha, said.lower()))) for node, said in answer.items()}
    leaves = sorted({name for inputs in named.values() for name in inputs} - set(named))
    figure, (axes,) = new_figure(width=8.5, height=3.0)
    places: dict[str, Place] = {leaf: (0, 1.8 * i) for i, leaf in enumerate(reversed(leaves))}
    for i, node in enumerate(named, start=1):
        places[node] = (2.5 * i, 0.4 if i % 2 else 0.9)
    arrows = [(start, end) for end, inputs in named.items() for start in inputs]
    nodes = draw_nodes(axes, places, {name: texts.get(name, name) for name in places})
    draw_arrows_to_boxes(axes, nodes, arrows)
    set_frame(axes, places)
    said = "; ".join(f"{end} from {' and '.join(inputs)}" for end, inputs in named.items())
    return Picture(figure, f"A computational graph. The arrows lead to {said}.")


def share_derivatives(z: Sequence[float]) -> Picture:
    """Plot the derivatives of the shares z_k / Σ z as a matrix with its numbers."""
    values = np.asarray(z, dtype=float)
    total = values.sum()
    matrix = (np.eye(len(values)) - (values / total)[:, None]) / total
    figure, (axes,) = new_figure(width=4.2, height=3.2)
    largest = np.abs(matrix).max()
    axes.imshow(matrix, cmap="PuOr_r", vmin=-largest, vmax=largest)
    for (k, i), value in np.ndenumerate(matrix):
        color = "white" if abs(value) > 0.7 * largest else "black"
        axes.text(i, k, f"{value:.4f}", ha="center", va="center", color=color)
    ticks = range(len(values))
    axes.set(xticks=ticks, yticks=ticks, xlabel="i (derivative by $z_i$)", ylabel="k (share $s_k$)")
    axes.set(xticklabels=[i + 1 for i in ticks], yticklabels=[k + 1 for k in ticks])
    rows = "; ".join(", ".join(f"{value:.4f}" for value in row) for row in matrix)
    return Picture(
        figure,
        "A matrix of derivatives, positive on its diagonal and negative elsewhere; each column "
        f"adds up to 0. Row by row: {rows}.",
    )


def shapes_of_a_layer(inputs: int, units: int, samples: int) -> Picture:
    """Draw the arrays in W · X + b as rectangles with their shapes, one sample per column."""
    figure, (axes,) = new_figure(width=7.5, height=2.8)
    arrays = (
        ("W", units, inputs, " · "),
        ("X", inputs, samples, " + "),
        ("b", units, 1, " = "),
        ("W · X + b", units, samples, ""),
    )
    x = 0.0
    for number, (name, rows, columns, sign) in enumerate(arrays):
        for i in range(rows):
            for j in range(columns):
                color = COLOURS[(0, 1, 2, 4)[number]]
                corner = (x + j, -i - 0.5 + rows / 2 - 0.5)
                axes.add_patch(Rectangle(corner, 0.92, 0.92, facecolor=color, edgecolor="white"))
        axes.text(x + columns / 2, -2.6, f"{name}\n({rows}, {columns})", ha="center", va="center")
        axes.text(x + columns + 0.6, 0, sign, ha="center", va="center", fontsize=14)
        x += columns + 1.6
    axes.set(xlim=(-0.5, x - 1), ylim=(-3.4, 2.2), aspect="equal")
    axes.axis("off")
    return Picture(
        figure,
        f"Rectangles of cells: W of shape ({units}, {inputs}) times X of ({inputs}, {samples}) "
        f"plus one column b of ({units}, 1) gives ({units}, {samples}).",
    )
