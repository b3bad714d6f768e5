"""Trees, bushes, grass and flowers."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import noise
from data_scripts.synthetic.canvas import Canvas, Colour, Region

Rng = np.random.Generator
GREEN: Colour = (0.24, 0.36, 0.16)


def crown(
    canvas: Canvas,
    rng: Rng,
    x: float,
    y: float,
    rx: float,
    ry: float,
    colour: Colour = GREEN,
    raggedness: float = 0.5,
    contrast: float = 0.45,
    label: int | None = None,
    alpha: float = 1.0,
) -> None:
    """A ragged mass of leaves, lit from above."""
    box = canvas.box(x - rx * 1.8, y - ry * 1.8, x + rx * 1.8, y + ry * 1.8)
    if box is None:
        return
    h, w = box[0].stop - box[0].start, box[1].stop - box[1].start
    kind, step = ("fine", 1) if max(rx, ry) < 40 else ("rough", 1)
    leaves = noise.window(rng, kind, h, w, step)
    u, v = (canvas.xs[:, box[1]] - x) / max(rx, 0.5), (canvas.ys[box[0]] - y) / max(ry, 0.5)
    edge = 1 - (u * u + v * v) + raggedness * leaves
    cover = np.clip(edge * (0.2 * min(rx, ry) + 1) + 0.5, 0, 1)
    tone = np.clip(1 - 0.3 * v + contrast * noise.window(rng, "fine", h, w), 0.15, 2.4)
    canvas.blend(Region(*box, cover), canvas.colour(colour) * tone, alpha, label)


def broadleaf(
    canvas: Canvas,
    rng: Rng,
    x: float,
    foot: float,
    height: float,
    colour: Colour = GREEN,
    trunk: Colour = (0.2, 0.16, 0.12),
    label: int | None = None,
    bare: float = 0.0,
) -> None:
    """A tree with a round crown, or with bare branches if `bare` is above one half."""
    width = max(height * 0.05, 1.0)
    top = foot - height
    canvas.polygon(
        [
            (x - width, foot),
            (x - width * 0.5, top + 0.3 * height),
            (x + width * 0.5, top + 0.3 * height),
            (x + width, foot),
        ],
        trunk,
        label=label,
    )
    if bare > 0.5:
        branches(canvas, rng, x, top + 0.55 * height, height * 0.5, trunk, label)
        return
    for _ in range(int(rng.integers(2, 5))):
        dx, dy = rng.uniform(-0.2, 0.2) * height, rng.uniform(-0.12, 0.15) * height
        size = rng.uniform(0.17, 0.28) * height
        crown(canvas, rng, x + dx, top + 0.33 * height + dy, size * 1.15, size, colour, label=label)


def branches(
    canvas: Canvas,
    rng: Rng,
    x: float,
    y: float,
    length: float,
    colour: Colour,
    label: int | None = None,
    angle: float = math.pi / 2,
    depth: int = 3,
) -> None:
    """Bare branches, forking."""
    x1, y1 = x + length * 0.5 * math.cos(angle), y - length * 0.5 * math.sin(angle)
    canvas.stroke([(x, y), (x1, y1)], max(length * 0.05, 0.7), colour, label=label)
    if depth:
        for side in (-1, 1, rng.uniform(-0.5, 0.5)):
            turn = angle + side * rng.uniform(0.3, 0.7)
            branches(canvas, rng, x1, y1, length * 0.72, colour, label, turn, depth - 1)


def conifer(
    canvas: Canvas,
    rng: Rng,
    x: float,
    foot: float,
    height: float,
    colour: Colour = 0.2,
    label: int | None = None,
    spread: float = 0.2,
    snow: float = 0.0,
) -> None:
    """A fir: tiers of drooping branches, darker on one side and under each tier."""
    canvas.stroke([(x, foot), (x, foot - height * 0.3)], max(height * 0.035, 1), 0.15, label=label)
    half = height * spread + 1
    box = canvas.box(x - half * 1.2, foot - height, x + half * 1.2, foot - height * 0.06)
    if box is None:
        return
    h, w = box[0].stop - box[0].start, box[1].stop - box[1].start
    needles = noise.window(rng, "fine", h, w)
    up = np.clip((foot - height * 0.06 - canvas.ys[box[0]]) / (0.94 * height), 0, 1)
    tier = (up * max(4.0, min(11.0, height / 10))) % 1.0
    reach = half * (1 - up) * (1.15 - 0.55 * tier) + 0.6
    aside = canvas.xs[:, box[1]] - x
    cover = np.clip(reach * (1 + 0.15 * needles) - np.abs(aside) + 0.5, 0, 1)
    tone = (1.15 - 0.45 * tier) * (1 - 0.35 * np.clip(aside / half * 3, -1, 1)) + 0.16 * needles
    shown = canvas.colour(colour) * np.clip(tone, 0.2, 2)
    if snow:
        lying = snow * np.clip(needles * 0.6 + 0.9 - 1.3 * tier, 0, 1)
        shown = shown + lying * (0.92 - shown)
    canvas.blend(Region(*box, cover), shown, label=label)


def trunk(
    canvas: Canvas,
    rng: Rng,
    x: float,
    foot: float,
    width: float,
    colour: float,
    lean: float = 0.0,
) -> None:
    """A bare, round trunk with bark that leaves the picture at the top."""
    top_x = x + lean * foot
    region = canvas.inside(
        [
            (x - width * 0.6, foot),
            (top_x - width * 0.4, -2),
            (top_x + width * 0.4, -2),
            (x + width * 0.6, foot),
        ]
    )
    if region is None:
        return
    h, w = region.cover.shape
    across = (canvas.xs[:, region.columns] - (x + lean * (foot - canvas.ys[region.rows]))) / max(
        width, 1
    )
    bark = noise.window(rng, "streak", w, h, 1).T
    tone = colour * np.clip(1.05 - 1.1 * across + 0.25 * bark, 0.2, 1.9)
    canvas.blend(region, tone)


def bush(
    canvas: Canvas,
    rng: Rng,
    x: float,
    foot: float,
    size: float,
    colour: Colour = GREEN,
    label: int | None = None,
) -> None:
    """A low bush that stands on row `foot`."""
    crown(canvas, rng, x, foot - size * 0.45, size * 0.8, size * 0.55, colour, 0.4, label=label)


def grass(canvas: Canvas, rng: Rng, top: float, bottom: float, count: int, colour: Colour) -> None:
    """Blades of grass near the viewer."""
    base = canvas.colour(colour)
    for _ in range(count):
        x, y = rng.uniform(0, canvas.width), rng.uniform(top, bottom)
        size = 4 + 26 * (y - top) / max(bottom - top, 1)
        tone = rng.uniform(0.6, 1.6)
        canvas.stroke([(x, y), (x + rng.uniform(-0.5, 0.5) * size, y - size)], 1.2, base * tone)


def potted(
    canvas: Canvas, rng: Rng, x: float, foot: float, height: float, leaf: Colour = GREEN
) -> None:
    """A house plant."""
    width = height * 0.2
    canvas.polygon(
        [
            (x - width * 0.7, foot),
            (x - width, foot - height * 0.28),
            (x + width, foot - height * 0.28),
            (x + width * 0.7, foot),
        ],
        rng.uniform(0.3, 0.8),
    )
    base = canvas.colour(leaf)
    for _ in range(int(rng.integers(9, 16))):
        angle, size = rng.uniform(0.1, math.pi - 0.1), height * rng.uniform(0.4, 0.75)
        x1, y1 = (
            x + 0.6 * size * math.cos(angle),
            foot - height * 0.28 - size * math.sin(angle) * 0.8,
        )
        canvas.ellipse(
            (x + x1) / 2,
            (foot - height * 0.28 + y1) / 2,
            size * 0.5,
            size * 0.09,
            base * rng.uniform(0.6, 1.8),
            math.atan2(y1 - foot + height * 0.28, x1 - x),
        )
