"""The camera above a road, and the road itself."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas, Colour
from data_scripts.synthetic.stage import Stage

Rng = np.random.Generator


def road_stage(canvas: Canvas, rng: Rng, high: tuple[float, float]) -> Stage:
    """Return a camera above a road, looking along it, slightly turned and tilted."""
    eye = (rng.uniform(-3, 3), rng.uniform(*high), 0.0)
    return Stage(
        canvas,
        rng,
        eye=eye,
        yaw=rng.uniform(-0.25, 0.25),
        pitch=rng.uniform(-0.12, 0.1),
        roll=rng.normal(0, 0.015),
        focal=rng.uniform(0.75, 1.5),
        light=(rng.uniform(-1, 1), rng.uniform(0.3, 1), rng.uniform(-0.6, 0.2)),
        ambient=rng.uniform(0.35, 0.6),
    )


def roadway(stage: Stage, half: float, asphalt: Colour, lanes: list[float], line: Colour) -> None:
    """Paint the road, 2 * half meters wide, with broken lines at the given x and edge lines."""
    rng = stage.rng
    stage.face(
        (-half, 0, 0.2), (2 * half, 0, 0), (0, 0, 400), asphalt, surfaces.stained(rng, 0.12, 9)
    )
    for x in (-half + 0.5, half - 0.5):
        stage.face((x - 0.08, 0, 0.2), (0.16, 0, 0), (0, 0, 300), line)
    start = rng.uniform(0, 8)
    for x in lanes:
        for k in range(14):
            stage.face((x - 0.09, 0, start + k * 9.0), (0.18, 0, 0), (0, 0, 3.5), line)
