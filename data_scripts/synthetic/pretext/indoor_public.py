"""Indoor classes of public buildings: bathroom, classroom, corridor, library."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.pretext.materials import any_colour
from data_scripts.synthetic.props import furniture, worktops
from data_scripts.synthetic.scenes.rooms import Room, floor_look
from data_scripts.synthetic.stage import Block

Rng = np.random.Generator


@painter
def bathroom(canvas: Canvas, rng: Rng) -> None:
    """Tiled walls, a tub or shower, a basin below a mirror, a toilet."""
    room = Room(canvas, rng, (1.8, 3.0), (2.0, 3.2))
    room.walls(
        rng.uniform(0.5, 0.95),
        rng.uniform(0.3, 0.9),
        surfaces.tiles(rng, rng.uniform(0.1, 0.4), 0.75, rng.choice((0.0, 0.5))),
    )
    w, d = room.wide, room.deep
    tiled = surfaces.tiles(rng, rng.uniform(0.1, 0.22), rng.uniform(0.6, 0.9))
    tone = any_colour(rng, 0.5, 0.95, 0.15)
    for side in ("back", "left", "right"):
        room.on_wall(
            side, 0.5, 0, w if side == "back" else d, rng.choice((1.4, 2.4)), tone[1], tiled
        )
    side = rng.choice((-1.0, 1.0))
    white = rng.uniform(0.85, 1.0)
    room.put(
        side * (w / 2 - 0.4),
        d * 0.62,
        0,
        [
            Block((0, 0, 0), (0.75, 0.55, 1.6), white),
            Block((0, 0.551, 0), (0.6, 0.002, 1.4), white * 0.6, layer=1),
        ],
    )
    room.put(
        -side * 0.2 * w,
        d - 0.25,
        0,
        [
            Block((0, 0, 0), (0.2, 0.75, 0.2), white),
            Block((0, 0.75, 0), (0.6, 0.14, 0.45), white, layer=1),
            Block(
                (0, 1.1, 0.24),
                (0.6, 0.8, 0.02),
                0.75,
                {"front": surfaces.stained(rng, 0.2, 25, "cloud")},
                layer=1,
            ),
        ],
    )
    if rng.random() < 0.7:
        room.put(
            -side * (w / 2 - 0.3),
            d * 0.55,
            0,
            [
                Block((0, 0, 0), (0.36, 0.4, 0.5), white),
                Block((0, 0.4, 0.25), (0.42, 0.4, 0.18), white, layer=1),
                Block((0, 0.4, -0.03), (0.4, 0.05, 0.48), white * 0.9, layer=1),
            ],
        )
    room.paint_pieces()


@painter
def classroom(canvas: Canvas, rng: Rng) -> None:
    """Rows of tables and chairs in front of a board."""
    room = Room(canvas, rng, (5, 8), (6, 9))
    room.walls(rng.uniform(0.6, 0.95), rng.uniform(0.3, 0.7), floor_look(rng))
    w, d = room.wide, room.deep
    room.on_wall("back", 0.5, 0.9, w * 0.65, 1.2, 0.85)
    room.on_wall(
        "back",
        0.5,
        0.95,
        w * 0.62,
        1.1,
        rng.choice((0.15, 0.25, 0.95)),
        surfaces.stained(rng, 0.1, 20, "streak"),
        0.02,
    )
    for along in (0.35, 0.6, 0.85):
        room.window(str(rng.choice(["left", "right"])), along, 1.2, 1.3)
    wood, seat = rng.uniform(0.3, 0.8), rng.uniform(0.1, 0.6)
    for row in range(4):
        for column in range(3):
            x, z = (column - 1) * w * 0.29, d * (0.3 + 0.16 * row)
            room.put(x, z, 0, furniture.table(rng, 1.1, 0.55, 0.74, wood))
            room.put(x, z - 0.5, np.pi, furniture.chair(rng, seat))
    room.paint_pieces()


@painter
def corridor(canvas: Canvas, rng: Rng) -> None:
    """A long passage with doors and lamps."""
    room = Room(canvas, rng, (1.6, 3.0), (10, 26))
    room.walls(rng.uniform(0.4, 0.95), rng.uniform(0.2, 0.8), floor_look(rng), rng.uniform(0.6, 1))
    step = rng.uniform(2, 4)
    tone = rng.uniform(0.15, 0.8)
    for k in range(int(room.deep / step)):
        z = (k + 0.5) * step
        for side in ("left", "right"):
            if rng.random() < 0.85:
                room.on_wall(side, z / room.deep, 0, 1.0, 2.1, tone)
                room.on_wall(
                    side,
                    z / room.deep,
                    0,
                    0.85,
                    2.0,
                    tone * 0.75,
                    surfaces.doors(0.85, inset=0.2),
                    0.015,
                )
        room.stage.face((-0.3, room.high - 0.01, z), (0.6, 0, 0), (0, 0, 0.9), 1.25)
    room.door("back", 0.5)
    room.paint_pieces()


@painter
def library(canvas: Canvas, rng: Rng) -> None:
    """Book stacks from floor to ceiling, with a reading table or a ladder."""
    room = Room(canvas, rng, (2.4, 6), (5, 12))
    room.walls(
        rng.uniform(0.4, 0.8), rng.uniform(0.15, 0.6), floor_look(rng), rng.uniform(0.4, 0.9)
    )
    w, d = room.wide, room.deep
    for side in ("back", "left", "right"):
        room.on_wall(
            side,
            0.5,
            0,
            w if side == "back" else d,
            rng.uniform(2.0, room.high),
            rng.uniform(0.3, 0.8),
            surfaces.books(
                rng, rng.uniform(0.28, 0.4), rng.uniform(0.03, 0.07), rng.uniform(0, 0.2)
            ),
            0.05,
        )
    if rng.random() < 0.6:
        wood = rng.uniform(0.15, 0.6)
        for k in range(3):
            room.put(
                0,
                d * (0.3 + 0.22 * k),
                0,
                furniture.table(rng, min(1.6, w * 0.4), 0.8, 0.75, wood)
                + worktops.papers(rng, 0.75, 1.0, 3)
                + furniture.table_lamp(rng, 0.75),
            )
    room.paint_pieces()
