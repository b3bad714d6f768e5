"""Kitchen: units along the walls, a stove and a refrigerator."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import furniture, worktops
from data_scripts.synthetic.scenes.rooms import Room, floor_look

Rng = np.random.Generator
QUARTER = math.pi / 2


@painter
def kitchen(canvas: Canvas, rng: Rng) -> None:
    """Units along one, two or three walls, with stove, refrigerator, sink, and maybe a table."""
    room = Room(canvas, rng, (2.4, 4.2), (2.8, 4.6))
    look = (
        surfaces.tiles(rng, rng.uniform(0.25, 0.5), 0.75, rng.choice((0.0, 0.0, 0.5)))
        if rng.random() < 0.6
        else floor_look(rng)
    )
    room.walls(rng.uniform(0.5, 0.98), rng.uniform(0.3, 0.85), look)
    w, d = room.wide, room.deep
    unit, top, bay = rng.uniform(0.2, 1.0), rng.uniform(0.15, 0.9), rng.uniform(0.4, 0.6)
    metal = rng.choice((0.95, 0.9, rng.uniform(0.1, 0.6)))
    if rng.random() < 0.6:
        room.on_wall(
            "back", 0.5, 0.9, w, 0.6, rng.uniform(0.5, 1), surfaces.tiles(rng, 0.15, 0.75), 0.012
        )
    shape = rng.random()
    sides = (
        ["back"]
        if shape < 0.3
        else ["back", str(rng.choice(["left", "right"]))]
        if shape < 0.75
        else ["left", "right"]
        if shape < 0.88
        else ["back", "left", "right"]
    )
    if "back" in sides:
        if rng.random() < 0.55:
            room.window("back", rng.uniform(0.35, 0.65), rng.uniform(0.7, 1.3), 0.9, 1.1)
            uppers = [(-1, 0.28), (1, 0.28)]
        else:
            uppers = [(-1, 0.5), (1, 0.5)]
        for sign, part in uppers:
            wide = w * part * rng.uniform(0.75, 1)
            room.put(
                sign * (w / 2 - wide / 2), d - 0.17, 0, worktops.wall_units(wide, unit, bay), 1.45
            )
        room.put(
            0,
            d - 0.3,
            0,
            worktops.counter(rng, w, unit, top, bay)
            + worktops.clutter(rng, 0.91, w, int(rng.integers(2, 9))),
        )
        if rng.random() < 0.6:
            room.put(rng.uniform(-0.3, 0.3) * w, d - 0.36, 0, worktops.stove(rng, metal))
    elif rng.random() < 0.7:
        room.window("back", 0.5, rng.uniform(0.8, 1.4), 1.1, 1.0)
    for name in sides:
        if name == "back":
            continue
        side = -1 if name == "left" else 1
        long = d * rng.uniform(0.55, 0.8)
        z = d - 0.62 - long / 2 if "back" in sides else d - long / 2
        room.put(
            side * (w / 2 - 0.3),
            z,
            side * QUARTER,
            worktops.counter(rng, long, unit, top, bay)
            + worktops.clutter(rng, 0.91, long, int(rng.integers(1, 7))),
        )
        if rng.random() < 0.8:
            room.put(
                side * (w / 2 - 0.17),
                z,
                side * QUARTER,
                worktops.wall_units(long, unit, bay),
                1.45,
            )
        if rng.random() < 0.5:
            room.put(
                side * (w / 2 - 0.36),
                z - rng.uniform(-0.2, 0.2) * long,
                side * QUARTER,
                worktops.stove(rng, metal),
            )
    if rng.random() < 0.75:
        side = -1 if "right" in sides else 1
        back = rng.random() < 0.5
        room.put(
            side * (w / 2 - 0.38),
            d - 0.45 if back else d * 0.6,
            0 if back else side * QUARTER,
            worktops.fridge(rng, metal),
        )
    if rng.random() < 0.4:
        x, z, wood = rng.uniform(-0.15, 0.15) * w, d * rng.uniform(0.4, 0.55), rng.uniform(0.2, 0.8)
        room.put(
            x,
            z,
            0,
            furniture.table(rng, 1.0, 0.8, 0.75, wood) + worktops.clutter(rng, 0.75, 0.6, 3),
        )
        for turn in (0.0, math.pi):
            room.put(x, z + (0.6 if turn == 0 else -0.6), turn, furniture.chair(rng, wood))
    room.paint_pieces()
    if rng.random() < 0.4:
        x, y, scale = room.stage.project((0, room.high, d * 0.6))
        canvas.stroke([(x, y), (x, y + 0.5 * scale)], 1.5, 0.3)
        canvas.polygon(
            [
                (x - 0.25 * scale, y + 0.7 * scale),
                (x - 0.08 * scale, y + 0.48 * scale),
                (x + 0.08 * scale, y + 0.48 * scale),
                (x + 0.25 * scale, y + 0.7 * scale),
            ],
            rng.uniform(0.3, 1),
        )
