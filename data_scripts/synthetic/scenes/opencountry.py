"""Open country: fields and meadows under a wide sky."""

from __future__ import annotations

import itertools
import math

import numpy as np

from data_scripts.synthetic import noise
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import land, plants
from data_scripts.synthetic.scenes.weather import some_sky

Rng = np.random.Generator


@painter
def opencountry(canvas: Canvas, rng: Rng) -> None:
    """Fields and meadows under a wide sky: hedges, hay, flowers, fences, a river, far hills."""
    H, W = canvas.height, canvas.width
    horizon = H * rng.uniform(0.22, 0.6)
    some_sky(canvas, rng, horizon)
    for layer in range(int(rng.integers(0, 3))):
        tone = rng.uniform(0.25, 0.6)
        land.ridge(
            canvas,
            rng,
            horizon - H * rng.uniform(0.0, 0.16) * (2 - layer),
            H * rng.uniform(0.02, 0.1),
            0.25,
            tone,
            0.2,
            0.3 - 0.12 * layer,
        )
    rolling = noise.profile(rng, W, H * rng.uniform(0.0, 0.08), 0.15)
    tone = rng.uniform(0.25, 0.75)
    land.ground(
        canvas,
        rng,
        horizon - 4,
        tone,
        rng.uniform(0.12, 0.45),
        str(rng.choice(["fine", "rough", "streak"])),
        60,
        horizon + rolling,
    )
    if rng.random() < 0.5:
        fields(canvas, rng, horizon)
    if rng.random() < 0.2:
        river(canvas, rng, horizon)
    if rng.random() < 0.6:
        tree_line(canvas, rng, horizon + rolling)
    kind = rng.random()
    if kind < 0.25:
        plants.grass(
            canvas, rng, horizon + 0.5 * (H - horizon), H * 1.05, 260, rng.uniform(0.3, 0.8)
        )
    elif kind < 0.45:
        flowers(canvas, rng, horizon)
    elif kind < 0.6:
        fence(canvas, rng, horizon)
    elif kind < 0.75:
        hay(canvas, rng, horizon)
    if rng.random() < 0.25:
        foot = H * rng.uniform(0.75, 1.1)
        plants.broadleaf(
            canvas,
            rng,
            rng.uniform(0, W),
            foot,
            foot - H * rng.uniform(0.05, 0.4),
            rng.uniform(0.1, 0.3),
            bare=rng.random(),
        )


def fields(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """Bands of different crops, and furrows that converge at a point on the horizon."""
    H, W = canvas.height, canvas.width
    y = horizon + 3
    for _ in range(int(rng.integers(1, 5))):
        y += rng.uniform(0.03, 0.25) * (H - horizon)
        line = y + noise.profile(rng, W, 4, 0.1) + rng.uniform(-0.06, 0.06) * (canvas.xs[0] - W / 2)
        land.ground(
            canvas,
            rng,
            horizon - 4,
            rng.uniform(0.2, 0.8),
            0.2,
            "fine",
            60,
            line.astype(np.float32),
        )
    if rng.random() < 0.4:
        point = rng.uniform(-0.2, 1.2) * W
        region = canvas.below(horizon + rng.uniform(0.1, 0.4) * (H - horizon))
        if region is not None:
            turn = (canvas.xs - point) / (canvas.ys[region.rows] - horizon + 2)
            canvas.scale(region, 1 - 0.3 * (np.sin(turn * rng.uniform(6, 14)) > 0.2))


def river(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """A bright river that winds through the plain."""
    H, W = canvas.height, canvas.width
    phase, sway = rng.uniform(0, 6), rng.uniform(0.1, 0.35) * W
    middle, tone = rng.uniform(0.3, 0.7) * W, rng.uniform(0.6, 0.95)
    banks = []
    for i in range(25):
        a = (i / 24) ** 2
        x = middle + sway * math.sin(phase + i * 0.35) * (0.25 + a)
        banks.append((x, W * (0.008 + 0.14 * a), horizon + 3 + (H - horizon) * a))
    for (x0, half0, y0), (x1, half1, y1) in itertools.pairwise(banks):
        corners = [(x0 - half0, y0), (x0 + half0, y0), (x1 + half1, y1 + 1), (x1 - half1, y1 + 1)]
        canvas.polygon(corners, tone)


def tree_line(canvas: Canvas, rng: Rng, line: noise.Field) -> None:
    """Hedges and clumps of trees along the far edge of the land."""
    W = canvas.width
    size, tone = canvas.height * rng.uniform(0.02, 0.12), rng.uniform(0.1, 0.35)
    conifers = rng.random() < 0.3
    for _ in range(int(rng.integers(3, 26))):
        x = rng.uniform(0, W - 1)
        foot = float(line[int(x)]) + 2
        if conifers:
            plants.conifer(canvas, rng, x, foot, size * rng.uniform(0.8, 2), tone)
        else:
            plants.bush(
                canvas, rng, x, foot, size * rng.uniform(0.6, 1.4), tone * rng.uniform(0.8, 1.3)
            )


def flowers(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """A meadow dotted with flowers that grow larger toward the viewer."""
    H = canvas.height
    tone = rng.uniform(0.8, 1.0)
    for _ in range(140):
        part = rng.random() ** 0.5
        size = 0.5 + 3.5 * part * part
        canvas.ellipse(
            rng.uniform(0, canvas.width),
            horizon + part * (H - horizon),
            size,
            size * 0.7,
            tone * rng.uniform(0.8, 1),
        )


def fence(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """A fence that runs across the meadow or away from the viewer."""
    H, W = canvas.height, canvas.width
    y0, y1 = (
        horizon + rng.uniform(0.2, 0.9) * (H - horizon),
        horizon + rng.uniform(0.2, 0.9) * (H - horizon),
    )
    tone = rng.uniform(0.1, 0.9)
    tops = []
    for i in range(13):
        a = i / 12
        y = y0 + (y1 - y0) * a
        size = 6 + 0.28 * (y - horizon)
        canvas.stroke([(a * W, y), (a * W, y - size)], max(1.2, size * 0.09), tone)
        tops.append((a * W, y - size * 0.9))
    for drop in (0.0, 0.4):
        canvas.stroke([(x, y + drop * (6 + 0.28 * (y - horizon))) for x, y in tops], 1.2, tone)


def hay(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """Hay bales, or grazing animals in the distance."""
    H = canvas.height
    animals = rng.random() < 0.5
    tone = rng.uniform(0.1, 0.95) if animals else rng.uniform(0.5, 0.8)
    for _ in range(int(rng.integers(3, 12))):
        y = horizon + rng.uniform(0.08, 0.8) * (H - horizon)
        size = 2 + 0.12 * (y - horizon)
        x = rng.uniform(0, canvas.width)
        canvas.scale(canvas.oval(x, y, size * 1.3, size * 0.3), 0.6)
        canvas.ellipse(x, y - size * 0.7, size * 1.1, size * 0.6 if animals else size * 0.8, tone)
        if animals:
            canvas.ellipse(x + size, y - size * 1.0, size * 0.35, size * 0.3, tone * 0.8)
            for dx in (-0.6, 0.6):
                canvas.stroke(
                    [(x + dx * size, y - size * 0.4), (x + dx * size, y)], 1.2, tone * 0.6
                )
