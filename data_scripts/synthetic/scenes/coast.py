"""Coast: sea and sky, with a beach, a headland, rocks or boats."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import noise
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import land, plants
from data_scripts.synthetic.scenes.weather import some_sky

Rng = np.random.Generator


@painter
def coast(canvas: Canvas, rng: Rng) -> None:
    """Sea and sky; a beach, a headland, rocks, islands, boats or a setting sun."""
    H, W = canvas.height, canvas.width
    horizon = H * rng.uniform(0.2, 0.62)
    sunset = rng.random() < 0.22
    bright = some_sky(canvas, rng, horizon, -0.2 if sunset else 0.0)
    sun = rng.uniform(0.2, 0.8)
    if sunset:
        canvas.ellipse(sun * W, horizon - rng.uniform(0.02, 0.25) * H, 0.03 * W, 0.03 * W, 1.0)
    for _ in range(int(rng.integers(0, 3))):  # distant land, along only part of the horizon
        left = rng.uniform(-0.4, 0.9) * W
        wide, high = rng.uniform(0.2, 0.7) * W, rng.uniform(0.02, 0.12) * H
        hump = np.clip(1 - ((canvas.xs[0] - left - wide / 2) / (wide / 2)) ** 2, 0, 1)
        line = horizon + 1 - high * np.sqrt(hump) - noise.profile(rng, W, high * 0.3, 0.5) * hump
        canvas.blend(canvas.below(line), bright * rng.uniform(0.3, 0.8))
    land.water(
        canvas,
        rng,
        horizon,
        bright * rng.uniform(0.35, 0.95),
        rng.uniform(0.08, 0.4),
        rng.uniform(0.2, 0.6) if sunset or rng.random() < 0.2 else 0.0,
        sun,
        rng.uniform(0.2, 0.8) if rng.random() < 0.4 else 0.0,
    )
    for _ in range(int(rng.integers(0, 3)) if rng.random() < 0.3 else 0):
        boat(canvas, rng, horizon)
    kind = rng.random()
    if kind < 0.42:
        beach(canvas, rng, horizon)
    elif kind < 0.75:
        headland(canvas, rng, horizon)
    if rng.random() < 0.3:
        rocks(
            canvas, rng, horizon + (H - horizon) * rng.uniform(0.3, 0.8), int(rng.integers(3, 10))
        )


def boat(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """A boat with or without a sail."""
    y = horizon + rng.uniform(0.02, 0.3) * (canvas.height - horizon)
    x, size = rng.uniform(0.1, 0.9) * canvas.width, 5 + 0.25 * (y - horizon)
    tone = rng.uniform(0.1, 0.95)
    canvas.polygon(
        [
            (x - size, y - size * 0.3),
            (x - size * 0.7, y),
            (x + size * 0.7, y),
            (x + size, y - size * 0.3),
        ],
        tone,
    )
    if rng.random() < 0.7:
        canvas.polygon(
            [(x, y - size * 0.35), (x, y - size * 2.2), (x + size * 0.8, y - size * 0.4)],
            rng.uniform(0.7, 1),
        )


def beach(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """Sand that extends from one side or from below, with a line of surf."""
    H, W = canvas.height, canvas.width
    start, end = (
        horizon + (H - horizon) * rng.uniform(0.1, 1.1),
        horizon + (H - horizon) * rng.uniform(0.35, 1.1),
    )
    if rng.random() < 0.5:
        start, end = end, start
    part = canvas.xs[0] / W
    bend = part ** float(rng.uniform(0.5, 2.0))
    line = (start + (end - start) * bend + noise.profile(rng, W, 0.02 * H, 0.2)).astype(np.float32)
    sand = rng.uniform(0.5, 0.9)
    for k in range(int(rng.integers(1, 4))):
        away = line - (6 + 9 * k) * (line - horizon) / (H - horizon) - noise.profile(rng, W, 3, 0.5)
        foam = canvas.below(away.astype(np.float32))
        if foam is not None:
            canvas.blend(foam, 0.95 if k == 0 else 0.8, 0.8 - 0.2 * k)
            if k:
                canvas.blend(
                    canvas.below((away + 2.5 + k).astype(np.float32)), rng.uniform(0.45, 0.6), 0.8
                )
    land.ground(canvas, rng, horizon, sand, 0.1, "fine", 60, line)
    if rng.random() < 0.4:
        plants.grass(canvas, rng, H * 0.8, H * 1.05, 60, 0.3)


def headland(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """A cliff or a green hill that falls into the sea from one side."""
    H, W = canvas.height, canvas.width
    part = canvas.xs[0] / W
    if rng.random() < 0.5:
        part = 1 - part
    reach, crest = rng.uniform(0.3, 0.8), horizon - H * rng.uniform(-0.1, 0.3)
    foot = H * rng.uniform(0.75, 1.2)
    fall = np.clip(part / reach, 0, 1) ** float(rng.uniform(1, 4))
    line = crest + (foot - crest) * fall + noise.profile(rng, W, 0.03 * H, 0.7)
    region = canvas.below(line.astype(np.float32))
    if region is None:
        return
    h, w = region.cover.shape
    tone = rng.uniform(0.15, 0.5) * np.clip(
        1 + 0.35 * noise.window(rng, "relief", h, w, 2) + 0.2 * noise.window(rng, "fine", h, w),
        0.2,
        2,
    )
    canvas.blend(region, tone)


def rocks(canvas: Canvas, rng: Rng, y: float, count: int) -> None:
    """Boulders around row y, larger toward the bottom."""
    field = noise.window(rng, "rough", canvas.height, canvas.width)
    for _ in range(count):
        x, foot = rng.uniform(0, canvas.width), y + rng.uniform(0, 0.35) * canvas.height
        size = rng.uniform(4, 12) + 0.12 * (foot - y)
        tone = rng.uniform(0.12, 0.45)
        canvas.blend(canvas.blob(x, foot, size * 1.4, size, field, 0.4), tone)
        canvas.blend(
            canvas.blob(x - size * 0.3, foot - size * 0.4, size * 0.9, size * 0.5, field, 0.4),
            tone * 1.6,
        )
