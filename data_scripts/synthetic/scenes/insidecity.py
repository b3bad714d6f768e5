"""Inside city: a facade seen from across the street."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import people, plants, roadside, vehicles
from data_scripts.synthetic.scenes.weather import some_sky
from data_scripts.synthetic.stage import Stage, Surface

Rng = np.random.Generator


def front(rng: Rng, first: float = 0.4) -> Surface:
    """A house facade of any style."""
    wall = (
        surfaces.bricks(rng, 0.5, 0.2, 1.15)
        if rng.random() < 0.35
        else surfaces.stained(rng, 0.05, 10)
    )
    return surfaces.windows(
        rng,
        rng.uniform(1.6, 4),
        rng.uniform(2.7, 3.8),
        rng.uniform(0.3, 0.8),
        rng.uniform(0.4, 0.75),
        rng.uniform(0.12, 0.6),
        rng.uniform(0.8, 1.45),
        rng.uniform(0, 0.5),
        first,
        bool(rng.random() < 0.25),
        wall,
    )


@painter
def insidecity(canvas: Canvas, rng: Rng) -> None:
    """A facade seen from across the street that fills the picture, with shops, cars and people."""
    stage = Stage(
        canvas,
        rng,
        eye=(0, rng.uniform(1.5, 4.5), 0),
        yaw=rng.uniform(-0.55, 0.55),
        pitch=rng.uniform(-0.05, 0.16),
        roll=rng.normal(0, 0.02),
        focal=rng.uniform(0.8, 1.6),
        light=(rng.uniform(-1, 1), 0.6, -1),
        ambient=rng.uniform(0.4, 0.7),
    )
    some_sky(canvas, rng, max(stage.horizon(), 4), 0.1)
    away = rng.uniform(9, 20)
    stage.face(
        (-120, 0, 0.2),
        (240, 0, 0),
        (0, 0, away - 2),
        rng.uniform(0.2, 0.6),
        surfaces.stained(rng, 0.12, 9),
    )
    stage.face(
        (-120, 0.02, away - 2.5),
        (240, 0, 0),
        (0, 0, 3),
        rng.uniform(0.5, 0.8),
        surfaces.tiles(rng, 0.8, 0.85),
    )
    x = -32.0
    shops = rng.random() < 0.6
    low, high = rng.uniform(3.5, 9), rng.uniform(9, 22)
    while x < 34:
        wide, tall = rng.uniform(5, 20), rng.uniform(low, high)
        tone = rng.uniform(0.25, 0.95)
        shade = stage.shade((0.0, 0.0, -1.0))
        stage.face(
            (x, 0, away), (wide, 0, 0), (0, tall, 0), tone, front(rng, 3.4 if shops else 0.5), shade
        )
        stage.face((x, tall - 0.5, away - 0.3), (wide, 0, 0), (0, 0.5, 0), tone * 1.15, shade=shade)
        if rng.random() < 0.3:
            points = stage.outline(
                [(x, tall, away), (x + wide, tall, away), (x + wide / 2, tall + wide * 0.3, away)]
            )
            if len(points) > 2:
                canvas.polygon(points, rng.uniform(0.15, 0.5))
        if shops and rng.random() < 0.8:
            stage.face(
                (x, 0, away - 0.05),
                (wide, 0, 0),
                (0, 3.3, 0),
                rng.uniform(0.4, 1),
                surfaces.shop_front(rng, rng.uniform(2.5, 5), 3.3, rng.uniform(0.1, 0.5)),
                shade,
            )
            if rng.random() < 0.4:
                stage.face(
                    (x + 0.5, 2.9, away - 1.2),
                    (wide - 1, 0, 0),
                    (0, 0.8, 1.2),
                    rng.uniform(0.3, 1),
                    surfaces.stripes(0.6, 0.4),
                )
        elif rng.random() < 0.5:
            entrance(stage, x + wide / 2, away, tone)
        x += wide
    for _ in range(int(rng.integers(0, 4))):
        px, py, scale = stage.project((rng.uniform(-12, 12), 0, away - rng.uniform(2.6, 4)))
        vehicles.car_side(
            canvas,
            rng,
            px,
            py,
            4.2 * scale,
            vehicles.paintwork(rng),
            facing=int(rng.choice([-1, 1])),
        )
    for _ in range(int(rng.integers(0, 6))):
        px, py, scale = stage.project((rng.uniform(-10, 10), 0, away - rng.uniform(0.4, 6)))
        people.person(canvas, rng, px, py, 1.72 * scale)
    for _ in range(int(rng.integers(0, 3))):
        px, py, scale = stage.project((rng.uniform(-8, 8), 0, away - rng.uniform(1, 5)))
        if rng.random() < 0.5:
            roadside.lamp_post(canvas, px, py, 6 * scale, 0.2, rng.choice((-0.15, 0.15)))
        else:
            plants.broadleaf(
                canvas,
                rng,
                px,
                py,
                rng.uniform(4, 8) * scale,
                rng.uniform(0.1, 0.35),
                bare=rng.random(),
            )


def entrance(stage: Stage, x: float, away: float, tone: float) -> None:
    """Columns, steps and a dark door."""
    for k in range(4):
        stage.face(
            (x - 3 + 0.2 * k, 0.18 * k, away - 1 + 0.2 * k),
            (6 - 0.4 * k, 0, 0),
            (0, 0.18, 0),
            tone * (1 - 0.06 * k),
        )
    stage.face((x - 1, 0.7, away - 0.06), (2, 0, 0), (0, 3, 0), 0.12)
    for dx in (-2.2, -1.2, 1.2, 2.2):
        stage.face((x + dx - 0.2, 0.7, away - 0.5), (0.4, 0, 0), (0, 3.4, 0), tone * 1.2)
    points = stage.outline(
        [(x - 3, 4.1, away - 0.6), (x + 3, 4.1, away - 0.6), (x, 5.6, away - 0.6)]
    )
    if len(points) > 2:
        stage.canvas.polygon(points, tone * 1.1)
