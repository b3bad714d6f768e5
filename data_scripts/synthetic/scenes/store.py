"""Store: goods along an aisle, in a shop, or close up."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import people
from data_scripts.synthetic.scenes.rooms import Room, floor_look
from data_scripts.synthetic.stage import Block, Stage

Rng = np.random.Generator
QUARTER = math.pi / 2


@painter
def store(canvas: Canvas, rng: Rng) -> None:
    """Shelves of goods along an aisle or a wall, racks of clothes, counters, bins."""
    kind = rng.random()
    if kind < 0.45:
        aisle(canvas, rng)
    elif kind < 0.75:
        shop(canvas, rng)
    else:
        close_up(canvas, rng)


def aisle(canvas: Canvas, rng: Rng) -> None:
    """A view between two rows of shelves."""
    room = Room(canvas, rng, (1.8, 4.0), (6, 14))
    room.walls(
        rng.uniform(0.5, 0.9),
        rng.uniform(0.4, 0.9),
        surfaces.tiles(rng, 0.4, 0.85),
        rng.uniform(0.5, 0.95),
    )
    stage, w, d = room.stage, room.wide, room.deep
    for k in range(6):
        stage.face((-0.12, room.high - 0.01, 0.5 + 2 * k), (0.24, 0, 0), (0, 0, 1.4), 1.3)
    tall = rng.uniform(1.6, 2.3)
    for side in ("back", "left", "right"):
        room.on_wall(
            side,
            0.5,
            0,
            w if side == "back" else d,
            tall,
            rng.uniform(0.6, 1),
            surfaces.wares(rng, rng.uniform(0.3, 0.5), rng.uniform(0.08, 0.22)),
            0.03,
        )
    room.on_wall(
        "back",
        0.5,
        tall + 0.1,
        w * 0.7,
        0.35,
        rng.uniform(0.2, 0.9),
        surfaces.stained(rng, 0.3, 30, "fine"),
        0.05,
    )
    for _ in range(int(rng.integers(0, 4))):
        x, y, scale = stage.project((rng.uniform(-0.3, 0.3) * w, 0, rng.uniform(2.5, d)))
        people.person(canvas, rng, x, y, 1.7 * scale)
    for _ in range(int(rng.integers(0, 3))):
        x, y, scale = stage.project(
            (rng.uniform(-0.3, 0.3) * w, room.high - 0.5, rng.uniform(2, d))
        )
        canvas.rectangle(
            x - 0.4 * scale,
            y - 0.15 * scale,
            x + 0.4 * scale,
            y + 0.15 * scale,
            rng.uniform(0.6, 1),
        )
        canvas.rectangle(
            x - 0.3 * scale,
            y - 0.05 * scale,
            x + 0.3 * scale,
            y + 0.03 * scale,
            rng.uniform(0.05, 0.3),
        )


def shop(canvas: Canvas, rng: Rng) -> None:
    """A small shop: shelves on the walls, islands, racks and a counter."""
    room = Room(canvas, rng, (3.5, 6), (4, 7))
    room.walls(rng.uniform(0.4, 0.95), rng.uniform(0.3, 0.8), floor_look(rng))
    w, d = room.wide, room.deep
    for side in ("back", "left", "right"):
        room.on_wall(
            side,
            0.5,
            0.2,
            (w if side == "back" else d) * 0.92,
            rng.uniform(1.5, 2.2),
            rng.uniform(0.5, 1),
            surfaces.wares(rng, rng.uniform(0.25, 0.5), rng.uniform(0.1, 0.3)),
            0.04,
        )
    for _ in range(int(rng.integers(2, 6))):
        x, z = rng.uniform(-0.38, 0.38) * w, rng.uniform(0.4, 0.85) * d
        if rng.random() < 0.5:
            look = surfaces.wares(rng, 0.35, rng.uniform(0.1, 0.2))
            room.put(
                x,
                z,
                rng.choice((0.0, QUARTER)),
                [
                    Block(
                        (0, 0, 0),
                        (rng.uniform(0.8, 1.6), rng.uniform(0.8, 1.4), 0.6),
                        rng.uniform(0.5, 1),
                        dict.fromkeys(("front", "left", "right", "back"), look),
                    )
                ],
            )
        else:
            room.put(x, z, rng.uniform(-0.6, 0.6), clothes_rack(rng))
    room.paint_pieces()
    if rng.random() < 0.4:
        x, y, scale = room.stage.project((rng.uniform(-0.3, 0.3) * w, 0, d * 0.6))
        people.person(canvas, rng, x, y, 1.7 * scale)


def clothes_rack(rng: Rng) -> list[Block]:
    """Garments hanging on a rail."""
    blocks = [Block((sx * 0.6, 0, 0), (0.04, 1.5, 0.04), 0.3) for sx in (-1, 1)]
    blocks.append(Block((0, 1.47, 0), (1.24, 0.04, 0.04), 0.4, layer=3))
    for k in range(9):
        tall = rng.uniform(0.6, 1.0)
        blocks.append(
            Block(
                (-0.52 + 0.13 * k, 1.45 - tall, 0),
                (0.1, tall, 0.45),
                rng.uniform(0.1, 1.05),
                {"front": surfaces.stripes(0.05, 0.2)},
                layer=1,
            )
        )
    return blocks


def close_up(canvas: Canvas, rng: Rng) -> None:
    """Goods that fill the picture: stacked shelves, or bins of round things, seen at an angle."""
    stage = Stage(
        canvas,
        rng,
        eye=(0, 1.5, 0),
        yaw=rng.uniform(-0.5, 0.5),
        pitch=rng.uniform(-0.5, 0.05),
        roll=rng.normal(0, 0.08),
        focal=rng.uniform(0.7, 1.2),
    )
    canvas.pixels[:] = rng.uniform(0.1, 0.4)
    stage.face((-8, 0, 0.2), (16, 0, 0), (0, 0, 6), rng.uniform(0.3, 0.7), surfaces.tiles(rng, 0.4))
    stage.face(
        (-8, 0.2, 2.6),
        (16, 0, 0),
        (0, 3.0, 0),
        rng.uniform(0.6, 1),
        surfaces.wares(rng, rng.uniform(0.25, 0.45), rng.uniform(0.1, 0.35)),
    )
    if rng.random() < 0.6:
        size = rng.uniform(0.05, 0.11)
        for row in range(5):
            z = 2.2 - 0.25 * row
            y = 0.95 - 0.1 * row
            tone = rng.uniform(0.3, 0.9)
            for k in range(26):
                if k % 7 == 0:
                    tone = rng.uniform(0.2, 1.0)
                x, py, scale = stage.project((-2.3 + 0.18 * k + rng.uniform(-0.03, 0.03), y, z))
                canvas.ellipse(x, py, size * scale, size * scale, tone * rng.uniform(0.7, 1))
                canvas.ellipse(
                    x - size * scale * 0.3,
                    py - size * scale * 0.3,
                    size * scale * 0.35,
                    size * scale * 0.35,
                    min(tone * 1.5, 1.0),
                    alpha=0.7,
                )
        stage.face(
            (-4, 0, 1.0),
            (8, 0, 0),
            (0, 0.5, 0),
            rng.uniform(0.2, 0.7),
            surfaces.planks(rng, 0.2, 0.2, True),
        )
    if rng.random() < 0.3:
        x, y, scale = stage.project((rng.uniform(-0.7, 0.7), 0, 1.9))
        people.person(canvas, rng, x, y, 1.7 * scale)
