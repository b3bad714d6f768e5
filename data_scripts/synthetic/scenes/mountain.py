"""Mountain: peaks of rock and snow."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import noise
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import land, plants
from data_scripts.synthetic.scenes.weather import some_sky

Rng = np.random.Generator


@painter
def mountain(canvas: Canvas, rng: Rng) -> None:
    """Peaks of rock, with or without snow, behind hills, firs or a lake."""
    H, W = canvas.height, canvas.width
    base = H * rng.uniform(0.75, 1.25)
    some_sky(canvas, rng, base, -0.1)
    snowy = rng.random() < 0.55
    for layer in range(int(rng.integers(1, 4))):
        count = int(rng.integers(1, 4))
        peaks = [
            (
                rng.uniform(-0.1, 1.1) * W,
                rng.uniform(0.45, 0.95) * H * (1 - 0.25 * layer),
                rng.uniform(0.25, 0.8) * W,
            )
            for _ in range(count)
        ]
        rock = rng.uniform(0.15, 0.5) * (1 - 0.15 * layer)
        line = H * rng.uniform(0.3, 0.9) if snowy and layer < 2 else -H
        land.mountain(canvas, rng, base, peaks, rock, rng.uniform(0.75, 1.0), line)
    kind = rng.random()
    if kind < 0.3:
        land.ridge(
            canvas, rng, H * rng.uniform(0.75, 0.95), 0.08 * H, 0.4, rng.uniform(0.1, 0.4), 0.25
        )
        for _ in range(int(rng.integers(8, 30))):
            plants.conifer(
                canvas,
                rng,
                rng.uniform(0, W),
                H * rng.uniform(0.85, 1.1),
                H * rng.uniform(0.08, 0.3),
                rng.uniform(0.08, 0.25),
            )
    elif kind < 0.42:
        land.water(canvas, rng, H * rng.uniform(0.72, 0.9), rng.uniform(0.2, 0.6), 0.2)
    elif kind < 0.6:
        horizon = H * rng.uniform(0.72, 0.9)
        land.ground(
            canvas,
            rng,
            horizon - 20,
            rng.uniform(0.3, 0.6),
            0.3,
            "fine",
            60,
            horizon + noise.profile(rng, W, 8, 0.4),
        )
