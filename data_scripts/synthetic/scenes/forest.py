"""Forest: trunks, firs, undergrowth, a path."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import noise
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import land, plants
from data_scripts.synthetic.scenes.weather import some_sky

Rng = np.random.Generator


@painter
def forest(canvas: Canvas, rng: Rng) -> None:
    """A view among trunks, of a wall of firs, of undergrowth, or along a path or a stream."""
    kind = rng.random()
    H, W = canvas.height, canvas.width
    back = rng.uniform(0.2, 0.8)
    canvas.pixels[:] = back * np.clip(
        1 + 0.5 * noise.window(rng, "fine", H, W) + 0.4 * noise.window(rng, "cloud", H, W, 2),
        0.1,
        2,
    )
    floor = H * rng.uniform(0.5, 0.95)
    land.ground(
        canvas,
        rng,
        floor - 0.3 * H,
        rng.uniform(0.2, 0.7),
        0.45,
        "fine",
        60,
        floor + noise.profile(rng, W, 8, 0.5),
    )
    if rng.random() < 0.3:
        path_or_stream(canvas, rng, floor)
    if kind < 0.45:
        trunks(canvas, rng, floor, back)
    elif kind < 0.7:
        if rng.random() < 0.5:
            some_sky(canvas, rng, H * 0.5)
            land.ground(canvas, rng, floor - 0.3 * H, rng.uniform(0.3, 0.9), 0.3, "fine", 60, floor)
        snow = 0.7 if rng.random() < 0.25 else 0.0
        for row in range(4):
            for _ in range(int(rng.integers(5, 10))):
                foot = floor + row * 0.06 * H
                plants.conifer(
                    canvas,
                    rng,
                    rng.uniform(0, W),
                    foot,
                    H * rng.uniform(0.45, 1.0),
                    rng.uniform(0.14, 0.45) * (1.2 - 0.12 * row),
                    snow=snow,
                )
    else:
        for i in range(int(rng.integers(18, 36))):
            y = H * rng.uniform(0.05, 0.5) + i * 0.014 * H
            plants.crown(
                canvas,
                rng,
                rng.uniform(0, W),
                y,
                H * rng.uniform(0.08, 0.25),
                H * rng.uniform(0.07, 0.2),
                rng.uniform(0.1, 0.65),
                0.8,
                0.4,
            )
        for _ in range(int(rng.integers(0, 7))):
            plants.trunk(
                canvas,
                rng,
                rng.uniform(0, W),
                floor + rng.uniform(0, 0.2) * H,
                W * rng.uniform(0.006, 0.03),
                rng.uniform(0.05, 0.5),
                rng.uniform(-0.3, 0.3),
            )
        for _ in range(6):
            plants.crown(
                canvas,
                rng,
                rng.uniform(0, W),
                H * rng.uniform(0, 1),
                H * rng.uniform(0.08, 0.2),
                H * rng.uniform(0.05, 0.15),
                rng.uniform(0.1, 0.65),
                0.8,
                0.35,
            )
        if rng.random() < 0.5:
            plants.grass(canvas, rng, H * 0.6, H, 120, rng.uniform(0.3, 0.7))


def trunks(canvas: Canvas, rng: Rng, floor: float, back: float) -> None:
    """Trunks in rows, paler in the distance, and leaves across the top."""
    H, W = canvas.height, canvas.width
    dark = rng.random() < 0.7
    for row in range(4):
        near = (row + 1) / 4
        for _ in range(int(rng.integers(3, 8) * (1.4 - near))):
            tone = rng.uniform(0.05, 0.3) if dark else rng.uniform(0.5, 0.9)
            tone = tone * near + back * 0.8 * (1 - near)
            plants.trunk(
                canvas,
                rng,
                rng.uniform(0, W),
                floor + near**2 * (H - floor) * 0.9,
                W * rng.uniform(0.008, 0.035) * (0.5 + 2 * near),
                tone,
                rng.uniform(-0.1, 0.1),
            )
    for _ in range(int(rng.integers(3, 14))):
        plants.crown(
            canvas,
            rng,
            rng.uniform(0, W),
            H * rng.uniform(-0.05, 0.3),
            W * rng.uniform(0.08, 0.25),
            H * rng.uniform(0.05, 0.16),
            rng.uniform(0.1, 0.7),
            0.9,
            0.6,
        )


def path_or_stream(canvas: Canvas, rng: Rng, floor: float) -> None:
    """A bright path that narrows into the wood."""
    H, W = canvas.height, canvas.width
    end, start = rng.uniform(0.3, 0.7) * W, rng.uniform(0.1, 0.9) * W
    tone = rng.uniform(0.4, 0.85)
    for i in range(12):
        a, b = i / 12, (i + 1) / 12
        xa, xb = end + (start - end) * a**1.5, end + (start - end) * b**1.5
        wa, wb = W * (0.02 + 0.2 * a), W * (0.02 + 0.2 * b)
        ya, yb = floor + (H - floor) * a, floor + (H - floor) * b + 1
        canvas.polygon(
            [(xa - wa, ya), (xa + wa, ya), (xb + wb, yb), (xb - wb, yb)],
            tone * rng.uniform(0.85, 1.15),
        )
