"""Tall building: towers from below, a skyline, or a city from above."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import land, plants
from data_scripts.synthetic.scenes.weather import some_sky
from data_scripts.synthetic.stage import Block, Stage, Surface

Rng = np.random.Generator


def tower(stage: Stage, x: float, z: float, wide: float, tall: float, turn: float) -> None:
    """A high-rise with glass, bands or windows, and a top of some kind."""
    rng = stage.rng
    kind, tone = rng.random(), rng.uniform(0.2, 0.95)
    look: Surface
    if kind < 0.4:
        look = surfaces.curtain_wall(
            rng, rng.uniform(1.2, 3), rng.uniform(3, 4.5), rng.uniform(0.3, 0.9)
        )
    elif kind < 0.8:
        look = surfaces.windows(
            rng,
            rng.uniform(2, 4.5),
            rng.uniform(3, 4),
            rng.uniform(0.4, 0.8),
            rng.uniform(0.4, 0.7),
            rng.uniform(0.2, 0.6),
            1.0,
            0.2,
        )
    else:
        look = surfaces.stripes(rng.uniform(2, 4), rng.uniform(0.3, 0.6), bool(rng.random() < 0.6))
    skin = dict.fromkeys(("front", "back", "left", "right"), look)
    deep = wide * rng.uniform(0.6, 1.2)
    blocks = [Block((0, 0, 0), (wide, tall, deep), tone, skin)]
    if rng.random() < 0.4:
        blocks.append(
            Block((0, tall, 0), (wide * 0.6, tall * 0.12, deep * 0.6), tone, skin, layer=1)
        )
    if rng.random() < 0.25:
        blocks.append(Block((0, tall, 0), (1.2, tall * 0.25, 1.2), 0.3, layer=2))
    stage.piece((x, 0, z), turn, blocks)


@painter
def tallbuilding(canvas: Canvas, rng: Rng) -> None:
    """Towers from below, a skyline from a distance, or a city from above."""
    kind = rng.random()
    light = (rng.uniform(-1, 1), rng.uniform(0.2, 0.7), rng.uniform(-1, 0))
    if kind < 0.45:
        stage = Stage(
            canvas,
            rng,
            eye=(0, 1.7, 0),
            pitch=rng.uniform(0.25, 0.75),
            yaw=0,
            roll=rng.normal(0, 0.08),
            focal=rng.uniform(0.8, 1.3),
            light=light,
            ambient=rng.uniform(0.2, 0.5),
        )
        places = [
            (rng.uniform(-45, 45), rng.uniform(45, 130), rng.uniform(50, 190))
            for _ in range(int(rng.integers(1, 6)))
        ]
    elif kind < 0.75:
        stage = Stage(
            canvas,
            rng,
            eye=(0, rng.uniform(2, 30), 0),
            pitch=rng.uniform(0.0, 0.2),
            focal=rng.uniform(0.9, 1.8),
            light=light,
            ambient=rng.uniform(0.3, 0.6),
        )
        places = [
            (rng.uniform(-150, 150), rng.uniform(150, 420), rng.uniform(40, 190))
            for _ in range(int(rng.integers(6, 16)))
        ]
    else:
        stage = Stage(
            canvas,
            rng,
            eye=(0, rng.uniform(120, 260), 0),
            pitch=rng.uniform(-0.6, -0.15),
            yaw=rng.uniform(-0.5, 0.5),
            focal=rng.uniform(0.8, 1.4),
            light=light,
            ambient=rng.uniform(0.35, 0.6),
        )
        places = [
            (rng.uniform(-200, 200), rng.uniform(90, 420), rng.uniform(60, 190))
            for _ in range(int(rng.integers(4, 14)))
        ]
        block = rng.uniform(40, 60)  # the lower houses form blocks between streets
        places += [
            (i * block, 80 + j * block, rng.uniform(8, 60))
            for j in range(10)
            for i in range(-2 - j // 2, 3 + j // 2)
            if rng.random() < 0.9
        ]
    horizon = stage.horizon()
    some_sky(canvas, rng, min(max(horizon, 4), canvas.height), rng.uniform(-0.3, 0.1))
    if horizon < canvas.height:
        land.ground(canvas, rng, horizon - 2, rng.uniform(0.25, 0.6), 0.3, "fine", 60, horizon)
        if kind >= 0.45 and rng.random() < 0.35 and horizon > 0:
            land.water(canvas, rng, horizon + 0.12 * canvas.height, rng.uniform(0.2, 0.7), 0.2)
    for x, z, tall in sorted(places, key=lambda p: -p[1]):
        tower(
            stage,
            x,
            z,
            rng.uniform(15, 42),
            tall,
            rng.uniform(-0.8, 0.8) if rng.random() < 0.6 else 0.0,
        )
    if kind < 0.75 and rng.random() < 0.35:
        size = canvas.height * rng.uniform(0.1, 0.4)
        for _ in range(int(rng.integers(1, 5))):
            plants.crown(
                canvas,
                rng,
                rng.uniform(0, canvas.width),
                canvas.height * rng.uniform(0.85, 1.05),
                size,
                size * 0.7,
                rng.uniform(0.08, 0.3),
                0.6,
            )
