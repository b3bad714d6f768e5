"""Insides: bathroom, classroom, corridor, garage, library, pool, staircase."""

from __future__ import annotations

import numpy as np

from data_scripts.generate import surfaces
from data_scripts.generate.canvas import Canvas
from data_scripts.generate.pretext.materials import any_colour
from data_scripts.generate.props import (
    furniture,
    land,
    vehicles,
    worktops,
)
from data_scripts.generate.scenes.rooms import Room, floor_look
from data_scripts.generate.stage import Block, Stage

Rng = np.random.Generator


def bathroom(canvas: Canvas, rng: Rng) -> None:
    """Tiled walls, a tub or shower, a basin below a mirror, a toilet."""
    room = Room(canvas, rng, (1.8, 3.0), (2.0, 3.2))
    room.walls(
        rng.uniform(0.5, 0.95),
        rng.uniform(0.3, 0.9),
        surfaces.tiles(rng, rng.uniform(0.1, 0.4), 0.75, rng.choice([0.0, 0.5])),
    )
    w, d = room.wide, room.deep
    tiled = surfaces.tiles(rng, rng.uniform(0.1, 0.22), rng.uniform(0.6, 0.9))
    tone = any_colour(rng, 0.5, 0.95, 0.15)
    for side in ("back", "left", "right"):
        room.on_wall(
            side, 0.5, 0, w if side == "back" else d, rng.choice([1.4, 2.4]), tone[1], tiled
        )
    side = rng.choice([-1.0, 1.0])
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


def classroom(canvas: Canvas, rng: Rng) -> None:
    """Rows of tables and chairs before a board."""
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
        rng.choice([0.15, 0.25, 0.95]),
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


def staircase(canvas: Canvas, rng: Rng) -> None:
    """Steps that go up, with a rail, inside or before a wall."""
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
