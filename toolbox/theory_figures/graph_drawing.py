"""Draw nodes and arrows of computational graphs and blocks of layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matplotlib.axes import Axes
from matplotlib.text import Text

Place = tuple[float, float]


def draw_nodes(
    axes: Axes, places: Mapping[str, Place], texts: Mapping[str, str]
) -> dict[str, Text]:
    """Draw each node as a box with its text, and return the texts by node."""
    drawn = {}
    for name, (x, y) in places.items():
        drawn[name] = axes.text(
            *(x, y, texts[name]),
            ha="center",
            va="center",
            zorder=3,
            bbox={"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": "black"},
        )
    return drawn


def draw_edges(
    axes: Axes, places: Mapping[str, Place], edges: Mapping[tuple[str, str], str], colour: str
) -> None:
    """Draw an arrow for each pair of nodes, with its label above the middle."""
    for (start, end), label in edges.items():
        (x0, y0), (x1, y1) = places[start], places[end]
        style = {"arrowstyle": "-|>", "color": "black", "shrinkA": 20, "shrinkB": 26}
        axes.annotate("", (x1, y1), (x0, y0), arrowprops=style)
        middle = (x0 + x1) / 2, (y0 + y1) / 2 + 0.17
        axes.text(*middle, label, color=colour, ha="center", va="bottom", zorder=4)


def set_frame(axes: Axes, places: Mapping[str, Place]) -> None:
    """Fit the axes around the nodes, and hide them."""
    xs, ys = zip(*places.values(), strict=True)
    axes.set(xlim=(min(xs) - 0.7, max(xs) + 0.9), ylim=(min(ys) - 0.6, max(ys) + 0.6))
    axes.axis("off")


def draw_arrows_to_boxes(
    axes: Axes, nodes: Mapping[str, Text], arrows: Iterable[tuple[str, str]]
) -> None:
    """Draw arrows between nodes that end at the edges of their boxes, however wide these are."""
    for start, end in arrows:
        style = {"arrowstyle": "-|>", "color": "black", "shrinkA": 2, "shrinkB": 2}
        boxes = {"patchA": nodes[start].get_bbox_patch(), "patchB": nodes[end].get_bbox_patch()}
        places = nodes[end].get_position(), nodes[start].get_position()
        # The boxes get their size when they are drawn, so the arrows have to be drawn later.
        axes.annotate("", *places, arrowprops={**style, **boxes}, zorder=5)
