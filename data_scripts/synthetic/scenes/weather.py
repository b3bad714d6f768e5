"""A sky of any weather."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.props import land

Rng = np.random.Generator


def some_sky(canvas: Canvas, rng: Rng, horizon: float, brightness: float = 0.0) -> float:
    """Paint a sky of any weather above the row of the horizon; return its brightness."""
    low = float(np.clip(rng.uniform(0.5, 0.95) + brightness, 0.25, 1))
    top = low * rng.uniform(0.4, 0.95)
    clouds = rng.choice((0.0, rng.uniform(0.2, 0.6), rng.uniform(0.6, 1.0)))
    cloud = rng.uniform(0.85, 1.0) if rng.random() < 0.75 else rng.uniform(0.25, 0.5)
    land.sky(canvas, rng, horizon, top, low, clouds, cloud)
    return low
