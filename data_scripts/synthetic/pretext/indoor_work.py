"""Indoor classes of work and worship: cell, church, gym, laundry, warehouse, workshop."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.pretext.indoor_leisure import shell
from data_scripts.synthetic.pretext.materials import any_colour
from data_scripts.synthetic.props import furniture, worktops
from data_scripts.synthetic.scenes.rooms import Room
from data_scripts.synthetic.stage import Block

Rng = np.random.Generator


@painter
def church(canvas: Canvas, rng: Rng) -> None:
    """A high nave: pillars, pointed windows, pews, an altar."""
    room = Room(canvas, rng, (7, 10), (14, 24))
    room.high = rng.uniform(6, 9)
    room.walls(
        rng.uniform(0.4, 0.85),
        rng.uniform(0.2, 0.6),
        surfaces.tiles(rng, 0.7),
        rng.uniform(0.3, 0.7),
    )
    look = surfaces.windows(rng, 2.4, room.high, 0.4, 0.5, 1.8, 1.1, 0.0, 0.5, True)
    for wall in ("left", "right"):
        room.on_wall(wall, 0.5, 0, room.deep, room.high, 0.5, look)
    room.on_wall("back", 0.5, 2.0, 1.6, room.high * 0.5, 1.2)
    room.on_wall("back", 0.5, 0, 2.4, 1.1, rng.uniform(0.6, 0.95), None, 0.6)
    pillar, wood = rng.uniform(0.5, 0.9), rng.uniform(0.12, 0.4)
    for z in np.arange(room.deep - 2, 1.5, -2.6).tolist():
        for side in (-1, 1):
            room.stage.piece(
                (side * room.wide * 0.36, 0, z),
                0,
                [Block((0, 0, 0), (0.5, room.high, 0.5), pillar)],
            )
            for k in (0.0, 1.2):
                room.stage.piece(
                    (side * room.wide * 0.17, 0, z - k),
                    0,
                    [
                        Block((0, 0.35, 0), (room.wide * 0.25, 0.08, 0.4), wood),
                        Block((0, 0.2, -0.2), (room.wide * 0.25, 0.75, 0.06), wood, layer=1),
                    ],
                )


@painter
def gym(canvas: Canvas, rng: Rng) -> None:
    """A sports hall: lines on the floor, a hoop, wall bars, a net."""
    room = Room(canvas, rng, (10, 16), (14, 24))
    room.high = rng.uniform(4.5, 7)
    room.walls(rng.uniform(0.5, 0.9), rng.uniform(0.45, 0.8), surfaces.planks(rng, 0.4, 0.1))
    stage, w, d = room.stage, room.wide, room.deep
    for x in (-w * 0.4, 0.0, w * 0.4):
        stage.face((x - 0.06, 0.01, 0.5), (0.12, 0, 0), (0, 0, d - 1), rng.uniform(0.1, 1))
    for z in np.linspace(2, d - 1, 4).tolist():
        stage.face((-w * 0.4, 0.01, z), (w * 0.8, 0, 0), (0, 0, 0.14), rng.uniform(0.1, 1))
    room.on_wall("back", 0.5, 2.8, 1.8, 1.2, 1.0)
    room.on_wall("back", 0.5, 3.0, 0.6, 0.45, 0.3, None, 0.05)
    room.on_wall("back", 0.5, 2.9, 0.5, 0.06, 0.2, None, 0.5)
    for wall in ("left", "right"):
        if rng.random() < 0.6:
            room.on_wall(
                wall, rng.uniform(0.3, 0.7), 0, 4, 2.6, 0.5, surfaces.stripes(0.16, 0.5, False), 0.1
            )
        room.on_wall(wall, 0.5, room.high - 1.6, d * 0.8, 1.2, 1.1, surfaces.tiles(rng, 1.2, 0.6))
    if rng.random() < 0.5:
        stage.face(
            (-w * 0.4, 1.2, d * 0.5),
            (w * 0.8, 0, 0),
            (0, 1.0, 0),
            0.9,
            surfaces.tiles(rng, 0.2, 0.3),
            alpha=0.5,
        )


@painter
def laundry(canvas: Canvas, rng: Rng) -> None:
    """A row of washing machines with round doors."""
    room = shell(canvas, rng, (3, 5), (4, 8))
    white = rng.uniform(0.7, 1.0)
    for side in (-1, 1) if rng.random() < 0.5 else (int(rng.choice([-1, 1])),):
        for z in np.arange(room.deep - 0.5, 1.0, -0.72).tolist():
            x = side * (room.wide / 2 - 0.35)
            for level in (0.0, 0.9)[: int(rng.integers(1, 3))]:
                room.stage.piece((x, level, z), 0, [Block((0, 0, 0), (0.66, 0.86, 0.66), white)])
                px, py, scale = room.stage.project((x - side * 0.34, level + 0.42, z))
                canvas.ellipse(px, py, 0.1 * scale, 0.24 * scale, 0.5)
                canvas.ellipse(px, py, 0.075 * scale, 0.19 * scale, 0.12)
    room.put(0, room.deep - 0.4, 0, furniture.table(rng, 1.2, 0.6, 0.8, white))
    room.some_openings(0.3, 0.3)
    room.paint_pieces()


@painter
def warehouse(canvas: Canvas, rng: Rng) -> None:
    """High racks with pallets of boxes, open frames, a wide floor."""
    room = Room(canvas, rng, (5, 9), (14, 26))
    room.high = rng.uniform(5, 8)
    room.walls(
        rng.uniform(0.3, 0.8),
        rng.uniform(0.4, 0.7),
        surfaces.stained(rng, 0.08, 10),
        rng.uniform(0.2, 0.7),
    )
    for side in (-1, 1):
        for z in np.arange(room.deep - 1.5, 2.0, -2.6).tolist():
            x = side * (room.wide / 2 - 0.7)
            for level in range(3):
                y = level * room.high * 0.29
                room.stage.piece(
                    (x, y, z),
                    0,
                    [
                        Block((0, 0, 0), (1.1, 0.14, 2.5), 0.45),
                        *[
                            Block(
                                (0, 0.14, -0.8 + 0.8 * k),
                                (0.9, rng.uniform(0.6, 1.3), 0.7),
                                any_colour(rng, 0.35, 0.8, 0.2),
                                layer=1,
                            )
                            for k in range(3)
                            if rng.random() < 0.8
                        ],
                    ],
                )
            room.stage.piece(
                (x - side * 0.5, 0, z + 1.2),
                0,
                [Block((0, 0, 0), (0.12, room.high * 0.9, 0.12), rng.uniform(0.2, 0.6))],
            )


@painter
def workshop(canvas: Canvas, rng: Rng) -> None:
    """A bench with a vice, tools on the wall, boards leaning, a stool."""
    room = shell(canvas, rng, (3, 5), (3, 5))
    wood = rng.uniform(0.25, 0.7)
    room.on_wall("back", 0.5, 1.1, room.wide * 0.8, 1.0, rng.uniform(0.4, 0.9))
    for k in range(int(rng.integers(6, 16))):
        along, y, long = 0.15 + 0.7 * rng.random(), rng.uniform(1.2, 1.7), rng.uniform(0.15, 0.4)
        room.on_wall("back", along, y, 0.04, long, 0.12, None, 0.02)
        room.on_wall(
            "back",
            along,
            y + (long if k % 2 else 0),
            rng.uniform(0.08, 0.2),
            0.08,
            rng.uniform(0.1, 0.5),
            None,
            0.03,
        )
    room.put(
        0,
        room.deep - 0.4,
        0,
        furniture.table(rng, room.wide * 0.8, 0.7, 0.88, wood)
        + worktops.clutter(rng, 0.88, room.wide * 0.7, 7),
    )
    for _ in range(int(rng.integers(1, 5))):
        side = int(rng.choice([-1, 1]))
        room.put(
            side * (room.wide / 2 - 0.2),
            rng.uniform(0.4, 0.9) * room.deep,
            rng.uniform(-0.3, 0.3),
            [Block((0, 0, 0), (0.2, rng.uniform(1, 2.2), 0.04), wood * rng.uniform(0.7, 1.3))],
        )
    room.put(
        rng.uniform(-0.3, 0.3) * room.wide,
        room.deep * 0.55,
        0,
        furniture.table(rng, 0.35, 0.35, 0.6, wood),
    )
    room.paint_pieces()


@painter
def cell(canvas: Canvas, rng: Rng) -> None:
    """Behind bars: a bare bench, a small high window."""
    room = shell(canvas, rng, (2, 3.2), (2.4, 4))
    room.on_wall(
        str(rng.choice(["back", "left", "right"])),
        0.5,
        1.8,
        0.5,
        0.4,
        1.1,
        surfaces.stripes(0.1, 0.7),
    )
    side = int(rng.choice([-1, 1]))
    room.put(
        side * (room.wide / 2 - 0.35),
        room.deep * 0.6,
        0,
        [Block((0, 0.3, 0), (0.6, 0.1, 1.8), rng.uniform(0.3, 0.8))],
    )
    room.paint_pieces()
    gap, z, tone = rng.uniform(0.12, 0.2), rng.uniform(0.9, 1.6), rng.uniform(0.05, 0.5)
    for x in np.arange(-room.wide / 2, room.wide / 2, gap).tolist():
        room.stage.face((x, 0, z), (0.03, 0, 0), (0, room.high, 0), tone)
    for y in (0.3, 1.2, 2.1):
        room.stage.face((-room.wide / 2, y, z), (room.wide, 0, 0), (0, 0.05, 0), tone)
