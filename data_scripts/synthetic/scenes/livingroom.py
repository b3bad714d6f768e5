"""Living room: sofas around a low table."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import furniture, plants, worktops
from data_scripts.synthetic.scenes.rooms import Room, floor_look

Rng = np.random.Generator
QUARTER = math.pi / 2


@painter
def livingroom(canvas: Canvas, rng: Rng) -> None:
    """Sofas and armchairs around a low table, with television, fireplace, shelves and plants."""
    room = Room(canvas, rng, (3.6, 6.0), (3.6, 6.5))
    room.walls(rng.uniform(0.4, 0.98), rng.uniform(0.2, 0.85), floor_look(rng))
    room.some_openings(0.9, 0.7)
    w, d = room.wide, room.deep
    cloth, wood = rng.uniform(0.15, 1.0), rng.uniform(0.1, 0.7)
    if rng.random() < 0.5:
        room.rug(0, d * 0.6, min(2.6, w * 0.6), 1.8)
    layout = rng.random()
    if layout < 0.45:
        room.put(
            rng.uniform(-0.2, 0.2) * w,
            d - 0.55,
            0,
            furniture.sofa(rng, rng.uniform(1.6, 2.3), cloth),
        )
    elif layout < 0.75:
        side = int(rng.choice([-1, 1]))
        room.put(
            side * (w / 2 - 0.55),
            d * 0.62,
            side * QUARTER,
            furniture.sofa(rng, rng.uniform(1.6, 2.2), cloth),
        )
        back = (
            furniture.fireplace(rng, rng.uniform(0.3, 0.9))
            if rng.random() < 0.5
            else furniture.television(rng, wood)
        )
        room.put(-side * 0.15 * w, d - 0.3, 0, back)
    else:
        room.put(0, d - 0.55, 0, furniture.sofa(rng, 1.9, cloth))
        side = int(rng.choice([-1, 1]))
        room.put(side * (w / 2 - 0.5), d * 0.55, side * QUARTER, furniture.sofa(rng, 1.7, cloth))
    for side in (-1, 1):
        if rng.random() < 0.45:
            room.put(
                side * 0.33 * w,
                d * rng.uniform(0.45, 0.7),
                side * rng.uniform(0.5, 2.4),
                furniture.sofa(rng, 0.85, cloth * rng.uniform(0.6, 1.2)),
            )
    if rng.random() < 0.7:
        room.put(
            rng.uniform(-0.1, 0.1) * w,
            d * 0.58,
            rng.normal(0, 0.1),
            furniture.table(rng, rng.uniform(0.8, 1.2), 0.6, 0.42, wood)
            + worktops.papers(rng, 0.42, 0.7, int(rng.integers(0, 4))),
        )
    if rng.random() < 0.5:
        room.put(rng.choice([-1, 1]) * (w / 2 - 0.35), d - 0.4, 0, furniture.floor_lamp(rng))
    if rng.random() < 0.3:
        room.put(
            rng.choice([-1, 1]) * (w / 2 - 0.6),
            d - 0.2,
            0,
            furniture.bookcase(rng, 1.0, rng.uniform(1.2, 2.1), wood),
        )
    room.paint_pieces()
    if rng.random() < 0.4:
        x, y, scale = room.stage.project(
            (rng.choice([-1, 1]) * (w / 2 - 0.5), 0, d * rng.uniform(0.55, 0.9))
        )
        plants.potted(canvas, rng, x, y, rng.uniform(0.8, 1.7) * scale, rng.uniform(0.12, 0.3))
