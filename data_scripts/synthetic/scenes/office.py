"""Office: desks with computers and paper."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import furniture, worktops
from data_scripts.synthetic.scenes.rooms import Room

Rng = np.random.Generator
QUARTER = math.pi / 2


@painter
def office(canvas: Canvas, rng: Rng) -> None:
    """Desks with computers and paper, swivel chairs, shelves, filing cabinets, blinds."""
    room = Room(canvas, rng, (2.6, 5.0), (2.8, 5.0))
    room.walls(
        rng.uniform(0.4, 0.95), rng.uniform(0.15, 0.6), surfaces.stained(rng, 0.08, 90, "fine")
    )
    stage, w, d = room.stage, room.wide, room.deep
    if rng.random() < 0.5:  # ceiling lamps
        for k in range(3):
            stage.face(
                (-0.3, room.high - 0.01, d * (0.2 + 0.28 * k)), (0.6, 0, 0), (0, 0, 0.9), 1.2
            )
    room.some_openings(0.7, 0.4)
    wood, cloth = rng.uniform(0.15, 0.9), rng.uniform(0.06, 0.5)
    for wall in ("back", "left", "right"):
        if rng.random() < 0.4:
            wide, y = rng.uniform(0.9, 1.8), rng.uniform(1.25, 1.6)
            room.on_wall(
                wall,
                rng.uniform(0.3, 0.7),
                y,
                wide,
                0.68,
                wood,
                surfaces.books(rng, 0.34, gaps=rng.uniform(0.05, 0.5)),
                0.2,
            )
    places = [(rng.uniform(-0.2, 0.2) * w, d - 0.4, 0.0)]
    if rng.random() < 0.55:
        side = int(rng.choice([-1, 1]))
        places.append((side * (w / 2 - 0.4), d * rng.uniform(0.5, 0.65), side * QUARTER))
    if rng.random() < 0.3:
        places = [
            (
                rng.uniform(-0.2, 0.2) * w,
                d * 0.6,
                rng.uniform(-0.5, 0.5) + rng.choice([0.0, math.pi]),
            )
        ]
    for x, z, turn in places:
        wide = min(rng.uniform(1.3, 2.0), w * 0.8)
        blocks = worktops.desk(rng, wide, wood)
        if rng.random() < 0.9:
            blocks += worktops.computer(rng, 0.75, rng.uniform(-0.25, 0.25) * wide)
        room.put(x, z, turn, blocks + worktops.papers(rng, 0.75, wide, int(rng.integers(1, 9))))
        if rng.random() < 0.8:
            room.put(
                x - math.sin(turn) * 0.75,
                z - math.cos(turn) * 0.75,
                turn + math.pi + rng.uniform(-0.8, 0.8),
                worktops.office_chair(rng, cloth),
            )
    if rng.random() < 0.5:
        side = int(rng.choice([-1, 1]))
        room.put(side * (w / 2 - 0.3), d - 0.35, 0, worktops.cabinet(rng, rng.uniform(0.3, 0.8)))
    if rng.random() < 0.45:
        side = int(rng.choice([-1, 1]))
        room.put(
            side * (w / 2 - 0.17),
            d * 0.45,
            side * QUARTER,
            furniture.bookcase(rng, rng.uniform(0.9, 1.8), rng.uniform(1.4, 2.2), wood),
        )
    room.paint_pieces()
