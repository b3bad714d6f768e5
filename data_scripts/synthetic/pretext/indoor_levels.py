"""Indoor classes with several levels: garage, pool, staircase."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.pretext.materials import any_colour
from data_scripts.synthetic.props import land, vehicles
from data_scripts.synthetic.scenes.rooms import Room
from data_scripts.synthetic.stage import Block, Stage

Rng = np.random.Generator


@painter
def garage(canvas: Canvas, rng: Rng) -> None:
    """A parking deck: low ceiling, pillars, cars in rows."""
    room = Room(canvas, rng, (12, 18), (20, 40))
    room.walls(
        rng.uniform(0.3, 0.7),
        rng.uniform(0.25, 0.55),
        surfaces.stained(rng, 0.12, 12),
        rng.uniform(0.3, 0.6),
    )
    stage, w, d = room.stage, room.wide, room.deep
    for k in range(8):
        stage.face(
            (-w / 2, room.high - 0.02, k * 5.0 + 2), (w, 0, 0), (0, 0, 0.5), rng.uniform(0.2, 0.35)
        )
        stage.face((-0.1, room.high - 0.03, k * 5.0 + 3), (0.2, 0, 0), (0, 0, 1.6), 1.3)
    for z in np.arange(d - 2, 3, -5.0).tolist():
        for side in (-1, 1):
            if rng.random() < 0.7:
                x, y, scale = stage.project((side * w * rng.uniform(0.3, 0.36), 0, z))
                vehicles.car_end(
                    canvas,
                    rng,
                    x,
                    y,
                    1.8 * scale,
                    vehicles.paintwork(rng),
                    front=bool(rng.random() < 0.5),
                )
            stage.piece(
                (side * w * 0.22, 0, z - 2),
                0,
                [
                    Block((0, 0, 0), (0.6, room.high, 0.6), 0.6),
                    Block((0, 0, 0), (0.62, 1.0, 0.62), 0.35, layer=1),
                ],
            )


@painter
def pool(canvas: Canvas, rng: Rng) -> None:
    """A swimming pool with lane lines, tiles and starting blocks."""
    room = Room(canvas, rng, (14, 22), (18, 32))
    room.high = rng.uniform(4, 8)
    room.walls(rng.uniform(0.6, 0.95), rng.uniform(0.6, 0.9), surfaces.tiles(rng, 0.6, 0.85))
    stage, w, d = room.stage, room.wide, room.deep
    for along in np.linspace(0.15, 0.95, 6).tolist():
        for side in ("left", "right"):
            room.on_wall(side, along, 2, d * 0.11, room.high - 2.5, rng.uniform(0.75, 1.0))
    ripple = surfaces.stained(rng, rng.uniform(0.05, 0.2), 14, "streak")
    stage.face((-w * 0.38, 0.02, 2), (w * 0.76, 0, 0), (0, 0, d - 4), (0.35, 0.62, 0.75), ripple)
    for k in range(1, 6):
        stage.face(
            (-w * 0.38 + k * w * 0.127, 0.03, 2),
            (0.25, 0, 0),
            (0, 0, d - 4),
            rng.uniform(0.6, 1.0),
            surfaces.stripes(0.8, 0.6, False),
        )


@painter
def staircase(canvas: Canvas, rng: Rng) -> None:
    """Steps that lead up, with a rail, inside or in front of a wall."""
    stage = Stage(
        canvas,
        rng,
        eye=(rng.uniform(-1, 1), 1.6, 0),
        yaw=rng.uniform(-0.3, 0.3),
        pitch=rng.uniform(-0.05, 0.3),
        focal=rng.uniform(0.8, 1.3),
        ambient=0.4,
    )
    tone = any_colour(rng, 0.3, 0.9)
    if rng.random() < 0.4:
        land.sky(canvas, rng, canvas.height, (0.5, 0.6, 0.8), (0.85, 0.88, 0.9), 0.5)
    else:
        canvas.pixels[:] = canvas.colour(any_colour(rng, 0.5, 0.9, 0.1))
    stage.face(
        (-9, 0, 0.2),
        (18, 0, 0),
        (0, 0, 12),
        any_colour(rng, 0.2, 0.7, 0.1),
        surfaces.tiles(rng, 0.5),
    )
    half, run, rise = rng.uniform(0.8, 4), rng.uniform(0.28, 0.42), rng.uniform(0.15, 0.22)
    count = int(rng.integers(10, 22))
    look = surfaces.stained(rng, 0.06, 30)
    for k in range(count - 1, -1, -1):
        z = 2.2 + k * run
        stage.face((-half, (k + 1) * rise, z), (2 * half, 0, 0), (0, 0, run), tone, look)
        stage.face((-half, k * rise, z), (2 * half, 0, 0), (0, rise, 0), tone, look, 0.6)
    for side in (-1, 1):
        if rng.random() < 0.75:
            rail = [
                stage.project((side * half, k * rise + 0.95, 2.2 + k * run))[:2]
                for k in range(count)
            ]
            canvas.stroke(rail, max(2.0, canvas.width * 0.012), 0.15)
            for k in range(count):
                canvas.stroke(
                    [rail[k], stage.project((side * half, k * rise, 2.2 + k * run))[:2]], 1.3, 0.2
                )
