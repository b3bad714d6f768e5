"""Industrial: halls, chimneys, tanks and pipes."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import land, plants
from data_scripts.synthetic.scenes.steelwork import crane, cylinder, frame, pylon
from data_scripts.synthetic.scenes.weather import some_sky
from data_scripts.synthetic.stage import Block, Stage

Rng = np.random.Generator


@painter
def industrial(canvas: Canvas, rng: Rng) -> None:
    """Chimneys and smoke, tanks, halls, pipes, pylons, cranes."""
    stage = Stage(
        canvas,
        rng,
        eye=(0, rng.uniform(1.7, 22), 0),
        yaw=rng.uniform(-0.2, 0.2),
        pitch=rng.uniform(-0.1, 0.22),
        roll=rng.normal(0, 0.015),
        focal=rng.uniform(0.8, 1.6),
        light=(rng.uniform(-1, 1), 0.6, rng.uniform(-1, 0)),
        ambient=rng.uniform(0.3, 0.6),
    )
    horizon = stage.horizon()
    some_sky(canvas, rng, min(max(horizon, 4), canvas.height), -0.05)
    if horizon < canvas.height:
        if rng.random() < 0.3:
            land.ridge(
                canvas,
                rng,
                horizon - 0.04 * canvas.height,
                0.04 * canvas.height,
                0.3,
                rng.uniform(0.2, 0.5),
                0.2,
                0.2,
            )
        land.ground(canvas, rng, horizon - 3, rng.uniform(0.25, 0.6), 0.35, "rough", 60, horizon)
        if rng.random() < 0.15:
            land.water(canvas, rng, horizon + 0.2 * canvas.height, rng.uniform(0.3, 0.6), 0.2)
    makers = (hall, hall, chimneys, chimneys, tanks, tanks, frame, pylon, pipes, crane)
    count = int(rng.integers(3, 8))
    for z in sorted(rng.uniform(20, 85, count).tolist(), reverse=True):
        maker = makers[int(rng.integers(len(makers)))]
        maker(stage, rng.uniform(-0.45, 0.45) * z / stage.focal * canvas.width, z)
    if rng.random() < 0.5:
        chimneys(stage, rng.uniform(-15, 15), rng.uniform(40, 60))


def hall(stage: Stage, x: float, z: float) -> None:
    """A shed of corrugated iron, or a brick factory with or without a saw-tooth roof."""
    rng = stage.rng
    wide, tall, tone = rng.uniform(15, 45), rng.uniform(6, 16), rng.uniform(0.25, 0.85)
    wall = (
        surfaces.stripes(rng.uniform(0.6, 1.5), 0.25)
        if rng.random() < 0.5
        else surfaces.windows(rng, 4, 5, 0.6, 0.5, 0.25)
    )
    stage.piece(
        (x, 0, z),
        rng.uniform(-0.5, 0.5),
        [
            Block(
                (0, 0, 0),
                (wide, tall, wide * 0.7),
                tone,
                {"front": wall, "left": wall, "right": wall},
            )
        ],
    )
    if rng.random() < 0.4:
        step = wide / 5
        for k in range(5):
            a = x - wide / 2 + k * step
            points = stage.outline(
                [
                    (a, tall, z - wide * 0.35),
                    (a + step, tall, z - wide * 0.35),
                    (a, tall + step * 0.6, z - wide * 0.35),
                ]
            )
            if len(points) > 2:
                stage.canvas.polygon(points, tone * 0.7)


def pipes(stage: Stage, x: float, z: float) -> None:
    """A pipe bridge across the yard."""
    rng = stage.rng
    y, tone = rng.uniform(3, 8), rng.uniform(0.4, 0.9)
    for k in range(-3, 4):
        stage.face((x + 10 * k, 0, z), (0.6, 0, 0), (0, y + 2, 0), 0.25)
    for k in range(int(rng.integers(2, 5))):
        stage.face((x - 40, y + 0.8 * k, z - 0.1), (80, 0, 0), (0, 0.55, 0), tone * (1 - 0.15 * k))


def tanks(stage: Stage, x: float, z: float) -> None:
    """A row of tanks or silos, or a cooling tower."""
    rng = stage.rng
    radius, tall, tone = rng.uniform(2.5, 7), rng.uniform(6, 18), rng.uniform(0.4, 1.0)
    for k in range(int(rng.integers(1, 5))):
        cylinder(
            stage, x + k * radius * 2.3, z, 0, tall, radius, radius, tone * rng.uniform(0.9, 1.1)
        )


def chimneys(stage: Stage, x: float, z: float) -> None:
    """One to four chimneys, perhaps banded, perhaps smoking."""
    rng = stage.rng
    tall, tone, radius = rng.uniform(18, 55), rng.uniform(0.15, 0.8), rng.uniform(0.9, 2.4)
    smoke, banded, count = rng.random() < 0.5, rng.random() < 0.35, int(rng.integers(1, 5))
    drift = rng.uniform(-0.6, 0.6)
    for k in range(count):
        cx = x + (k - count / 2) * radius * rng.uniform(4, 5)
        if smoke:
            px, py, scale = stage.project((cx, tall, z))
            size = radius * scale
            grey = rng.uniform(0.3, 1.0)
            for i in range(12):
                plants.crown(
                    stage.canvas,
                    rng,
                    px + drift * i * i * size * 0.3 + i * size * 0.4 * drift,
                    py - i * size * 1.1,
                    size * (0.8 + 0.35 * i),
                    size * (0.7 + 0.28 * i),
                    grey,
                    0.5,
                    0.12,
                    alpha=0.75 - 0.045 * i,
                )
        cylinder(stage, cx, z, 0, tall, radius * 1.4, radius, tone)
        if banded:
            for i in range(3):
                cylinder(
                    stage,
                    cx,
                    z,
                    tall * (0.7 + 0.12 * i),
                    tall * (0.75 + 0.12 * i),
                    radius * 1.08,
                    radius * 1.05,
                    0.95 if tone < 0.5 else 0.3,
                )
