"""Street: houses on both sides of a road that runs away from the viewer."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import people, plants, roadside, vehicles
from data_scripts.synthetic.scenes.road import road_stage
from data_scripts.synthetic.scenes.weather import some_sky
from data_scripts.synthetic.stage import Stage

Rng = np.random.Generator


@painter
def street(canvas: Canvas, rng: Rng) -> None:
    """Houses on both sides of a road that runs away from the viewer."""
    stage = road_stage(canvas, rng, (1.5, 5.5))
    H = canvas.height
    horizon = stage.horizon()
    bright = some_sky(canvas, rng, max(horizon, 4), 0.1)
    half, walk = rng.uniform(2.5, 7), rng.uniform(1.2, 4)
    stage.face(
        (-90, 0, 0.2),
        (180, 0, 0),
        (0, 0, 400),
        rng.uniform(0.35, 0.65),
        surfaces.stained(rng, 0.1, 9),
    )
    end_of_street(stage, bright)
    asphalt = rng.uniform(0.2, 0.55)
    cobbles = (
        surfaces.bricks(rng, 0.5, 0.4, 0.8)
        if rng.random() < 0.25
        else surfaces.stained(rng, 0.12, 9)
    )
    stage.face((-half, 0.01, 0.2), (2 * half, 0, 0), (0, 0, 300), asphalt, cobbles)
    if rng.random() < 0.6:
        for k in range(10):
            stage.face((-0.08, 0.01, 3 + 6.0 * k), (0.16, 0, 0), (0, 0, 2.5), 0.85)
    for side in (-1, 1):
        stage.face((side * half, 0.01, 0.2), (side * 0.25, 0, 0), (0, 0, 200), 0.75)
        row_of_houses(stage, side, half + walk)
    if rng.random() < 0.25:
        z = rng.uniform(7, 14)
        for k in range(int(half / 0.5)):
            stage.face((-half + 0.2 + k, 0.01, z), (0.5, 0, 0), (0, 0, 3), 0.92)
    furnish_street(stage, half, walk)
    if rng.random() < 0.2:
        canvas.scale(
            canvas.inside(
                [(0, H * 0.7), (canvas.width, H * rng.uniform(0.6, 0.9)), (canvas.width, H), (0, H)]
            ),
            0.55,
        )


def end_of_street(stage: Stage, bright: float) -> None:
    """The end of the view: a block, trees, a tower, or haze."""
    rng = stage.rng
    for z in (190.0, 150.0):
        for _ in range(3):
            x, wide, high = rng.uniform(-30, 15), rng.uniform(8, 30), rng.uniform(6, 32)
            stage.face(
                (x, 0, z),
                (wide, 0, 0),
                (0, high, 0),
                0.5 * bright + rng.uniform(-0.1, 0.2),
                surfaces.windows(rng, 4, 5),
            )


def row_of_houses(stage: Stage, side: int, x: float) -> None:
    """House fronts side by side along the street, from far to near."""
    rng = stage.rng
    low, high = rng.uniform(5, 9), rng.uniform(9, 24)
    fronts: list[tuple[float, float, float]] = []
    z = rng.uniform(-4, 2)
    while z < 130:
        wide = rng.uniform(6, 18)
        fronts.append((z, wide, rng.uniform(low, high)))
        z += wide + (rng.uniform(3, 9) if rng.random() < 0.12 else 0)
    for z, wide, tall in reversed(fronts):
        near = max(z, 0.3)
        wide = wide - (near - z)
        tone = rng.uniform(0.3, 0.95)
        shade = stage.shade((-side, 0.0, 0.0))
        stage.face(
            (side * x, 0, near),
            (side * 12, 0, 0),
            (0, tall, 0),
            tone,
            shade=stage.shade((0.0, 0.0, -1.0)),
        )
        wall = surfaces.bricks(rng, 0.5, 0.2, 1.15) if rng.random() < 0.3 else None
        look = surfaces.windows(
            rng,
            rng.uniform(1.8, 4),
            rng.uniform(2.8, 3.8),
            rng.uniform(0.3, 0.75),
            rng.uniform(0.4, 0.7),
            rng.uniform(0.15, 0.6),
            rng.uniform(0.9, 1.4),
            first=3.2 if rng.random() < 0.6 else 0.3,
            arched=bool(rng.random() < 0.2),
            wall=wall,
        )
        stage.face((side * x, 0, near), (0, 0, wide), (0, tall, 0), tone, look, shade)
        stage.face((side * x, tall - 0.4, near), (0, 0, wide), (0, 0.4, 0), tone * 1.2, shade=shade)
        if rng.random() < 0.6:
            stage.face(
                (side * x, 0, near),
                (0, 0, wide),
                (0, 3.1, 0),
                rng.uniform(0.5, 1),
                surfaces.shop_front(rng, rng.uniform(3, 5)),
                shade,
            )
        if rng.random() < 0.2:
            stage.face(
                (side * x, 3.0, near + 1),
                (-side * 1.5, -0.7, 0),
                (0, 0, min(4.0, wide)),
                rng.uniform(0.3, 1),
                surfaces.stripes(0.5, 0.4, False),
            )
        if rng.random() < 0.3:
            roof = [
                (side * x, tall, near),
                (side * x, tall, near + wide),
                (side * (x + 4), tall + 3, near + wide / 2),
            ]
            points = stage.outline(roof)
            if len(points) >= 3:
                stage.canvas.polygon(points, rng.uniform(0.15, 0.4))


def furnish_street(stage: Stage, half: float, walk: float) -> None:
    """Parked cars, traffic, people, lamps and trees, from far to near."""
    rng, canvas = stage.rng, stage.canvas
    parked, trees, crowd = rng.random() < 0.7, rng.random() < 0.35, int(rng.integers(0, 12))
    things: list[tuple[float, str, float]] = []
    for side in (-1, 1):
        if parked:
            things += [
                (z + rng.uniform(0, 1), "parked", side * (half - 1))
                for z in np.arange(6, 60, rng.uniform(5.5, 9)).tolist()
                if rng.random() < 0.8
            ]
        if trees:
            things += [
                (z, "tree", side * (half + 0.7))
                for z in np.arange(7, 80, rng.uniform(8, 15)).tolist()
            ]
        if rng.random() < 0.5:
            things += [
                (z, "lamp", side * (half + 0.5))
                for z in np.arange(rng.uniform(6, 14), 90, rng.uniform(14, 28)).tolist()
            ]
    things += [
        (rng.uniform(6, 45), "person", rng.choice([-1, 1]) * (half + rng.uniform(0.2, walk)))
        for _ in range(crowd)
    ]
    things += [
        (rng.uniform(9, 70), "car", rng.choice([-1, 1]) * half * 0.35)
        for _ in range(int(rng.integers(0, 4)))
    ]
    height, tone = rng.uniform(4.5, 8), rng.uniform(0.1, 0.3)
    for z, kind, x in sorted(things, reverse=True):
        px, py, scale = stage.project((x, 0, z))
        if not -canvas.width < px < 2 * canvas.width:
            continue
        if kind == "tree":
            plants.broadleaf(canvas, rng, px, py, height * scale, tone, bare=rng.random() * 0.7)
        elif kind == "lamp":
            roadside.lamp_post(canvas, px, py, 7 * scale, 0.2, -0.2 * math.copysign(1, x))
        elif kind == "person":
            people.person(canvas, rng, px, py, 1.72 * scale)
        elif kind == "car":
            vehicles.car_end(canvas, rng, px, py, 1.8 * scale, vehicles.paintwork(rng), front=x > 0)
        else:
            vehicles.car_end(
                canvas,
                rng,
                px,
                py,
                1.9 * scale,
                vehicles.paintwork(rng),
                front=bool(rng.random() < 0.5),
            )
