"""Draw positions of kernels, receptive fields, and the connections of layers."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from toolbox.plots.style import COLOURS, Picture, new_figure
from toolbox.theory_figures.graph_drawing import Place, draw_edges, draw_nodes, set_frame

BLUE, ORANGE, GREEN = COLOURS[0], COLOURS[1], COLOURS[2]


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
    draw_edges(axes, places, edges, BLUE)
    draw_nodes(axes, places, texts)
    set_frame(axes, places)
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


def kernel_positions(
    size: int, kernel: int, stride: int, padding: int, dilation: int = 1
) -> Picture:
    """Draw a row of pixels with padding, and every position of a kernel below it."""
    figure, (axes,) = new_figure(width=6.5, height=3.0)
    reach = dilation * (kernel - 1) + 1
    starts = range(0, size + 2 * padding - reach + 1, stride)
    for i in range(size + 2 * padding):
        padded = not padding <= i < size + padding
        color = "white" if padded else "#BBBBBB"
        axes.add_patch(Rectangle((i, 0), 0.92, 0.92, facecolor=color, edgecolor="#888888"))
        axes.text(i + 0.46, 0.46, "0" if padded else "", ha="center", va="center", color="#666666")
    for row, start in enumerate(starts, start=1):
        for step in range(kernel):
            corner = (start + dilation * step, -row)
            axes.add_patch(Rectangle(corner, 0.92, 0.8, facecolor=BLUE, edgecolor="white"))
        axes.text(-0.4, 0.4 - row, f"output {row}", ha="right", va="center")
    axes.text(-0.4, 0.46, "input", ha="right", va="center")
    axes.set(xlim=(-3, size + 2 * padding + 0.3), ylim=(-len(starts) - 0.3, 1.2), aspect="equal")
    axes.axis("off")
    return Picture(
        figure,
        f"A row of {size} pixels with {padding} zeros on either side. Below it, the {len(starts)} "
        f"positions of a kernel of {kernel} with dilation {dilation}, each {stride} further right.",
    )


def convolution_counts(in_channels: int, out_channels: int, kernel: int) -> Picture:
    """Draw the kernels of a convolution: one slice for each input map, and a bias for each row."""
    figure, (axes,) = new_figure(width=6.5, height=3.0)
    step = kernel + 1.4
    for row in range(out_channels):
        bottom = -row * step
        for column in range(in_channels):
            for i in range(kernel):
                for j in range(kernel):
                    corner = (column * step + j, bottom + i)
                    face = COLOURS[column % 3]
                    axes.add_patch(Rectangle(corner, 0.92, 0.92, facecolor=face, edgecolor="white"))
        bias = (in_channels * step, bottom + kernel / 2 - 0.5)
        axes.add_patch(Rectangle(bias, 0.92, 0.92, facecolor="#444444", edgecolor="white"))
        axes.text(bias[0] + 1.6, bottom + kernel / 2, "bias", ha="left", va="center")
        axes.text(-0.6, bottom + kernel / 2, f"output map {row + 1}", ha="right", va="center")
    for column in range(in_channels):
        middle = column * step + kernel / 2
        axes.text(middle, kernel + 0.5, f"input map {column + 1}", ha="center", fontsize=8)
    axes.set(xlim=(-7, in_channels * step + 5), ylim=(-(out_channels - 1) * step - 0.5, kernel + 2))
    axes.set(aspect="equal")
    axes.axis("off")
    weights = in_channels * kernel**2
    return Picture(
        figure,
        f"{out_channels} rows, one for each output map. Each row has {in_channels} slices of "
        f"{kernel} x {kernel} weights, one for each input map, and a bias: {weights + 1} numbers.",
    )


def field_with_strides(layers: Sequence[tuple[int, int]]) -> Picture:
    """Draw which cells of each layer affect one output, with the true distances in pixels."""
    figure, (axes,) = new_figure(width=7.0, height=3.0)
    steps = [1]
    for _, stride in layers:
        steps.append(steps[-1] * stride)
    positions = [0]
    rows = [(len(layers), positions)]
    for level, (kernel, stride) in zip(
        range(len(layers) - 1, -1, -1), reversed(layers), strict=True
    ):
        positions = sorted({stride * p + offset for p in positions for offset in range(kernel)})
        rows.append((level, positions))
    middle = max(rows[-1][1]) / 2
    for level, cells in rows:
        step, color = steps[level], "#BBBBBB" if level == 0 else COLOURS[(level - 1) % 3]
        shift = middle - step * max(cells) / 2
        for cell in cells:
            corner = (shift + step * cell, 1.7 * level)
            axes.add_patch(Rectangle(corner, 0.92, 0.92, facecolor=color, edgecolor="white"))
        name = "pixels" if level == 0 else f"layer {level} {layers[level - 1]}"
        axes.text(-1.0, 1.7 * level + 0.46, f"{name}: {len(cells)}", ha="right", va="center")
    axes.set(xlim=(-5.5, 2 * middle + 1.5), ylim=(-0.5, 1.7 * len(layers) + 1.3), aspect="equal")
    axes.axis("off")
    counts = ", ".join(f"{len(cells)} at level {level}" for level, cells in reversed(rows))
    return Picture(
        figure,
        "The cells that affect one output, level by level, from the pixels at the bottom to the "
        f"output at the top: {counts}. After a stride, neighboring cells are further apart.",
    )
