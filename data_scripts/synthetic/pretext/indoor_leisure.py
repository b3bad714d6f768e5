"""Indoor classes with furniture: gallery, playroom, restaurant, theater, waiting room, ward."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.pretext.materials import any_colour
from data_scripts.synthetic.props import furniture, people, plants
from data_scripts.synthetic.scenes.rooms import Room, floor_look
from data_scripts.synthetic.stage import Block

Rng = np.random.Generator


def shell(
    canvas: Canvas,
    rng: Rng,
    wide: tuple[float, float],
    deep: tuple[float, float],
    dark: bool = False,
) -> Room:
    """Return an empty room with walls and floor of any kind."""
    room = Room(canvas, rng, wide, deep)
    wall = rng.uniform(0.1, 0.4) if dark else rng.uniform(0.4, 0.95)
    room.walls(
        wall, rng.uniform(0.2, 0.8), floor_look(rng), 0.3 if dark else rng.uniform(0.6, 0.95)
    )
    return room


@painter
def ward(canvas: Canvas, rng: Rng) -> None:
    """Hospital beds in two rows, with their heads to the side walls and curtains on rails."""
    room = shell(canvas, rng, (6, 8), (7, 12))
    frame, sheet = rng.uniform(0.6, 0.95), rng.uniform(0.7, 1.0)
    for z in np.arange(1.8, room.deep - 0.8, 2.0).tolist():
        for side in (-1, 1):
            blocks = furniture.legs(0.9, 2.0, 0.5, frame)
            blocks += [
                Block((0, 0.5, 0), (0.9, 0.22, 2.0), sheet, layer=1),
                Block(
                    (0, 0.4, 1.02),
                    (0.9, 0.7, 0.04),
                    frame,
                    {"front": surfaces.stripes(0.12, 0.5)},
                    layer=1,
                ),
                Block((0, 0.72, 0.7), (0.6, 0.12, 0.4), 1.0, layer=2),
            ]
            room.put(side * (room.wide / 2 - 1.1), z, side * math.pi / 2, blocks)
            if rng.random() < 0.4:
                drape = surfaces.stripes(0.2, 0.25)
                curtain = Block(
                    (0, 0.3, 0),
                    (1.8, 1.8, 0.03),
                    rng.uniform(0.4, 0.9),
                    {"front": drape, "back": drape},
                )
                room.put(side * (room.wide / 2 - 1.0), z + 1.0, 0, [curtain])
    room.some_openings(0.9, 0.1)
    room.paint_pieces()


@painter
def restaurant(canvas: Canvas, rng: Rng) -> None:
    """Many small tables, each with chairs and a cloth."""
    room = shell(canvas, rng, (5, 8), (6, 10), bool(rng.random() < 0.3))
    room.some_openings(0.7, 0.6)
    wood, cloth = rng.uniform(0.15, 0.7), rng.uniform(0.3, 1.0)
    for z in np.arange(2.0, room.deep - 0.8, 1.9).tolist():
        for x in np.linspace(-0.34, 0.34, 3).tolist():
            if rng.random() < 0.15:
                continue
            at = x * room.wide
            room.put(
                at,
                z,
                0,
                [
                    Block((0, 0.35, 0), (0.85, 0.4, 0.85), cloth),
                    Block((0, 0.75, 0), (0.1, 0.16, 0.1), rng.uniform(0.2, 1), layer=1),
                ],
            )
            for turn in (0.0, math.pi / 2, math.pi, -math.pi / 2)[:: int(rng.integers(1, 3))]:
                room.put(
                    at + 0.7 * math.sin(turn),
                    z + 0.7 * math.cos(turn),
                    turn,
                    furniture.chair(rng, wood),
                )
    room.paint_pieces()


@painter
def waiting(canvas: Canvas, rng: Rng) -> None:
    """Rows of joined seats along the walls or back to back, a notice board, a plant."""
    room = shell(canvas, rng, (4, 7), (5, 9))
    room.some_openings(0.5, 0.8)
    tone = any_colour(rng, 0.15, 0.7, 0.3)

    def row(length: int) -> list[Block]:
        blocks = [Block((0, 0.2, 0), (0.62 * length, 0.05, 0.1), 0.3)]
        for k in range(length):
            x = (k - (length - 1) / 2) * 0.62
            blocks += [
                Block((x, 0.4, 0), (0.52, 0.07, 0.5), tone, layer=1),
                Block((x, 0.5, 0.25), (0.52, 0.45, 0.06), tone, layer=1),
            ]
        return blocks

    for side in (-1, 1):
        if rng.random() < 0.8:
            room.put(
                side * (room.wide / 2 - 0.4),
                room.deep * 0.55,
                side * math.pi / 2,
                row(int(rng.integers(3, 7))),
            )
    if rng.random() < 0.8:
        room.put(0, room.deep - 0.4, 0, row(int(rng.integers(2, 6))))
    if rng.random() < 0.4:
        room.put(0, room.deep * 0.5, 0, row(4))
        room.put(0, room.deep * 0.5 - 0.6, math.pi, row(4))
    room.paint_pieces()
    if rng.random() < 0.5:
        x, y, scale = room.stage.project(
            (rng.choice([-1, 1]) * room.wide * 0.4, 0, room.deep * 0.8)
        )
        plants.potted(canvas, rng, x, y, 1.3 * scale, any_colour(rng, 0.15, 0.4))


@painter
def gallery(canvas: Canvas, rng: Rng) -> None:
    """Pictures large and small on plain walls, a bench, visitors."""
    room = shell(canvas, rng, (5, 9), (5, 10))
    for side in ("back", "left", "right"):
        for along in np.linspace(0.2, 0.85, int(rng.integers(2, 5))).tolist():
            w, h = rng.uniform(0.6, 1.6), rng.uniform(0.5, 1.4)
            room.on_wall(side, along, 1.6 - h / 2, w, h, rng.uniform(0.05, 0.9))
            art = surfaces.cloth(
                rng, str(rng.choice(["plain", "striped", "flowered"])), rng.uniform(0.1, 0.5), 0.5
            )
            room.on_wall(
                side, along, 1.6 - h / 2 + 0.06, w - 0.12, h - 0.12, rng.uniform(0.2, 1), art, 0.02
            )
    room.put(0, room.deep * 0.55, 0, furniture.table(rng, 1.6, 0.45, 0.45, rng.uniform(0.1, 0.7)))
    room.paint_pieces()
    for _ in range(int(rng.integers(0, 4))):
        x, y, scale = room.stage.project(
            (rng.uniform(-0.4, 0.4) * room.wide, 0, rng.uniform(0.4, 0.9) * room.deep)
        )
        people.person(canvas, rng, x, y, 1.7 * scale)


@painter
def theatre(canvas: Canvas, rng: Rng) -> None:
    """Rows of seat backs before a lit stage or screen with curtains."""
    room = shell(canvas, rng, (8, 14), (10, 18), True)
    lit = rng.random() < 0.5
    room.on_wall(
        "back",
        0.5,
        0.9,
        room.wide * 0.7,
        1.7,
        rng.uniform(0.7, 1.1) if lit else rng.uniform(0.3, 0.6),
        surfaces.stained(rng, 0.3, 15, "cloud"),
    )
    for along in (0.1, 0.9):
        room.on_wall(
            "back",
            along,
            0,
            room.wide * 0.18,
            room.high,
            rng.uniform(0.2, 0.6),
            surfaces.stripes(0.35, 0.4),
            0.03,
        )
    tone = any_colour(rng, 0.15, 0.6, 0.5)
    for z in np.arange(room.deep * 0.75, 1.4, -1.0).tolist():
        for x in np.arange(-room.wide * 0.42, room.wide * 0.42, 0.62).tolist():
            room.stage.face(
                (x, 0.2, z), (0.54, 0, 0), (0, 0.75, 0), tone, shade=rng.uniform(0.7, 1)
            )


@painter
def playroom(canvas: Canvas, rng: Rng) -> None:
    """Toys all over the floor: blocks, balls, a tent, low shelves."""
    room = shell(canvas, rng, (3, 5), (3, 5))
    room.some_openings(0.6, 0.6)
    room.rug(0, room.deep * 0.6, room.wide * 0.5, 1.6)
    room.put(
        rng.uniform(-0.3, 0.3) * room.wide,
        room.deep - 0.2,
        0,
        furniture.bookcase(rng, 1.2, 0.9, rng.uniform(0.5, 1)),
    )
    for _ in range(int(rng.integers(8, 22))):
        size = rng.uniform(0.1, 0.35)
        room.put(
            rng.uniform(-0.42, 0.42) * room.wide,
            rng.uniform(0.35, 0.9) * room.deep,
            rng.uniform(-1, 1),
            [Block((0, 0, 0), (size, size, size), any_colour(rng, 0.2, 1, 0.6))],
        )
    room.paint_pieces()
    for _ in range(int(rng.integers(2, 8))):
        x, y, scale = room.stage.project(
            (rng.uniform(-0.4, 0.4) * room.wide, 0.12, rng.uniform(0.4, 0.9) * room.deep)
        )
        canvas.ellipse(x, y, 0.14 * scale, 0.14 * scale, any_colour(rng, 0.3, 1, 0.6))
        canvas.ellipse(
            x - 0.04 * scale, y - 0.05 * scale, 0.04 * scale, 0.04 * scale, 1.0, alpha=0.6
        )
