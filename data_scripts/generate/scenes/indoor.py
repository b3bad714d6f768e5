"""Bedroom, living room, kitchen, office and store: rooms with their furniture."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.generate import surfaces
from data_scripts.generate.canvas import Canvas
from data_scripts.generate.props import furniture, plants, traffic
from data_scripts.generate.scenes.rooms import Room, floor_look
from data_scripts.generate.stage import Block, Stage

Rng = np.random.Generator
QUARTER = math.pi / 2


def bedroom(canvas: Canvas, rng: Rng) -> None:
    """A bed or two, with bedside tables, lamps, wardrobe, window."""
    room = Room(canvas, rng, (2.8, 4.6), (3.2, 5.0))
    room.walls(rng.uniform(0.35, 0.98), rng.uniform(0.2, 0.8), floor_look(rng))
    room.some_openings()
    w, d = room.wide, room.deep
    wood, cover, pillow = rng.uniform(0.1, 0.8), rng.uniform(0.2, 1.0), rng.uniform(0.6, 1.1)
    if rng.random() < 0.4:
        room.rug(0, d * 0.5, 1.8, 1.5)
    kind = rng.random()
    if kind < 0.5:  # head against the back wall
        wide = rng.uniform(1.3, 1.9)
        x = rng.uniform(-0.5, 0.5) * (w - wide)
        room.put(x, d - 1.1, 0, furniture.bed(rng, wide, wood, cover, pillow))
        for side in (-1, 1):
            if rng.random() < 0.75 and abs(x + side * (wide / 2 + 0.35)) < w / 2 - 0.2:
                room.put(x + side * (wide / 2 + 0.35), d - 0.28, 0, furniture.nightstand(rng, wood, bool(rng.random() < 0.8)))
    elif kind < 0.8:  # head against a side wall
        side = int(rng.choice([-1, 1]))
        wide = rng.uniform(0.95, 1.7)
        z = rng.uniform(0.55, 0.8) * d
        room.put(side * (w / 2 - 1.1), z, side * QUARTER, furniture.bed(rng, wide, wood, cover, pillow))
        room.put(side * (w / 2 - 0.3), min(z + wide / 2 + 0.3, d - 0.3), side * QUARTER, furniture.nightstand(rng, wood))
    else:  # two single beds
        for x in (-0.27 * w, 0.27 * w):
            room.put(x, d - 1.1, 0, furniture.bed(rng, min(1.0, 0.36 * w), wood, cover, pillow))
        room.put(0, d - 0.28, 0, furniture.nightstand(rng, wood))
    if rng.random() < 0.5:
        side = int(rng.choice([-1, 1]))
        piece = furniture.wardrobe(rng, rng.uniform(0.2, 0.9)) if rng.random() < 0.5 else furniture.dresser(rng, wood)
        room.put(side * (w / 2 - 0.3), rng.uniform(0.4, 0.6) * d, side * QUARTER, piece)
    if rng.random() < 0.25:
        room.put(rng.uniform(-0.3, 0.3) * w, d * 0.35, rng.uniform(-3, 3), furniture.chair(rng, wood))
    room.paint_pieces()


def livingroom(canvas: Canvas, rng: Rng) -> None:
    """Sofas and armchairs about a low table; television, fireplace, shelves, plants."""
    room = Room(canvas, rng, (3.6, 6.0), (3.6, 6.5))
    room.walls(rng.uniform(0.4, 0.98), rng.uniform(0.2, 0.85), floor_look(rng))
    room.some_openings(0.9, 0.7)
    w, d = room.wide, room.deep
    cloth, wood = rng.uniform(0.15, 1.0), rng.uniform(0.1, 0.7)
    if rng.random() < 0.5:
        room.rug(0, d * 0.6, min(2.6, w * 0.6), 1.8)
    layout = rng.random()
    if layout < 0.45:
        room.put(rng.uniform(-0.2, 0.2) * w, d - 0.55, 0, furniture.sofa(rng, rng.uniform(1.6, 2.3), cloth))
    elif layout < 0.75:
        side = int(rng.choice([-1, 1]))
        room.put(side * (w / 2 - 0.55), d * 0.62, side * QUARTER, furniture.sofa(rng, rng.uniform(1.6, 2.2), cloth))
        back = furniture.fireplace(rng, rng.uniform(0.3, 0.9)) if rng.random() < 0.5 else furniture.television(rng, wood)
        room.put(-side * 0.15 * w, d - 0.3, 0, back)
    else:
        room.put(0, d - 0.55, 0, furniture.sofa(rng, 1.9, cloth))
        side = int(rng.choice([-1, 1]))
        room.put(side * (w / 2 - 0.5), d * 0.55, side * QUARTER, furniture.sofa(rng, 1.7, cloth))
    for side in (-1, 1):
        if rng.random() < 0.45:
            room.put(side * 0.33 * w, d * rng.uniform(0.45, 0.7), side * rng.uniform(0.5, 2.4), furniture.sofa(rng, 0.85, cloth * rng.uniform(0.6, 1.2)))
    if rng.random() < 0.7:
        room.put(rng.uniform(-0.1, 0.1) * w, d * 0.58, rng.normal(0, 0.1), furniture.table(rng, rng.uniform(0.8, 1.2), 0.6, 0.42, wood) + furniture.papers(rng, 0.42, 0.7, int(rng.integers(0, 4))))
    if rng.random() < 0.5:
        room.put(rng.choice([-1, 1]) * (w / 2 - 0.35), d - 0.4, 0, furniture.floor_lamp(rng))
    if rng.random() < 0.3:
        room.put(rng.choice([-1, 1]) * (w / 2 - 0.6), d - 0.2, 0, furniture.bookcase(rng, 1.0, rng.uniform(1.2, 2.1), wood))
    room.paint_pieces()
    if rng.random() < 0.4:
        x, y, scale = room.stage.project((rng.choice([-1, 1]) * (w / 2 - 0.5), 0, d * rng.uniform(0.55, 0.9)))
        plants.potted(canvas, rng, x, y, rng.uniform(0.8, 1.7) * scale, rng.uniform(0.12, 0.3))


def kitchen(canvas: Canvas, rng: Rng) -> None:
    """Units along one, two or three walls, cooker, refrigerator, sink, a table perhaps."""
    room = Room(canvas, rng, (2.4, 4.2), (2.8, 4.6))
    look = surfaces.tiles(rng, rng.uniform(0.25, 0.5), 0.75, rng.choice([0.0, 0.0, 0.5])) if rng.random() < 0.6 else floor_look(rng)
    room.walls(rng.uniform(0.5, 0.98), rng.uniform(0.3, 0.85), look)
    w, d = room.wide, room.deep
    unit, top, bay = rng.uniform(0.2, 1.0), rng.uniform(0.15, 0.9), rng.uniform(0.4, 0.6)
    metal = rng.choice([0.95, 0.9, rng.uniform(0.1, 0.6)])
    if rng.random() < 0.6:
        room.on_wall("back", 0.5, 0.9, w, 0.6, rng.uniform(0.5, 1), surfaces.tiles(rng, 0.15, 0.75), 0.012)
    shape = rng.random()
    sides = ["back"] if shape < 0.3 else ["back", str(rng.choice(["left", "right"]))] if shape < 0.75 else ["left", "right"] if shape < 0.88 else ["back", "left", "right"]
    if "back" in sides:
        if rng.random() < 0.55:
            room.window("back", rng.uniform(0.35, 0.65), rng.uniform(0.7, 1.3), 0.9, 1.1)
            uppers = [(-1, 0.28), (1, 0.28)]
        else:
            uppers = [(-1, 0.5), (1, 0.5)]
        for sign, part in uppers:
            wide = w * part * rng.uniform(0.75, 1)
            room.put(sign * (w / 2 - wide / 2), d - 0.17, 0, furniture.wall_units(wide, unit, bay), 1.45)
        room.put(0, d - 0.3, 0, furniture.counter(rng, w, unit, top, bay) + furniture.clutter(rng, 0.91, w, int(rng.integers(2, 9))))
        if rng.random() < 0.6:
            room.put(rng.uniform(-0.3, 0.3) * w, d - 0.36, 0, furniture.stove(rng, metal))
    elif rng.random() < 0.7:
        room.window("back", 0.5, rng.uniform(0.8, 1.4), 1.1, 1.0)
    for name in sides:
        if name == "back":
            continue
        side = -1 if name == "left" else 1
        long = d * rng.uniform(0.55, 0.8)
        z = d - 0.62 - long / 2 if "back" in sides else d - long / 2
        room.put(side * (w / 2 - 0.3), z, side * QUARTER, furniture.counter(rng, long, unit, top, bay) + furniture.clutter(rng, 0.91, long, int(rng.integers(1, 7))))
        if rng.random() < 0.8:
            room.put(side * (w / 2 - 0.17), z, side * QUARTER, furniture.wall_units(long, unit, bay), 1.45)
        if rng.random() < 0.5:
            room.put(side * (w / 2 - 0.36), z - rng.uniform(-0.2, 0.2) * long, side * QUARTER, furniture.stove(rng, metal))
    if rng.random() < 0.75:
        side = -1 if "right" in sides else 1
        back = rng.random() < 0.5
        room.put(side * (w / 2 - 0.38), d - 0.45 if back else d * 0.6, 0 if back else side * QUARTER, furniture.fridge(rng, metal))
    if rng.random() < 0.4:
        x, z, wood = rng.uniform(-0.15, 0.15) * w, d * rng.uniform(0.4, 0.55), rng.uniform(0.2, 0.8)
        room.put(x, z, 0, furniture.table(rng, 1.0, 0.8, 0.75, wood) + furniture.clutter(rng, 0.75, 0.6, 3))
        for turn in (0.0, math.pi):
            room.put(x, z + (0.6 if turn == 0 else -0.6), turn, furniture.chair(rng, wood))
    room.paint_pieces()
    if rng.random() < 0.4:
        x, y, scale = room.stage.project((0, room.high, d * 0.6))
        canvas.stroke([(x, y), (x, y + 0.5 * scale)], 1.5, 0.3)
        canvas.polygon([(x - 0.25 * scale, y + 0.7 * scale), (x - 0.08 * scale, y + 0.48 * scale), (x + 0.08 * scale, y + 0.48 * scale), (x + 0.25 * scale, y + 0.7 * scale)], rng.uniform(0.3, 1))


def office(canvas: Canvas, rng: Rng) -> None:
    """Desks with computers and paper, swivel chairs, shelves, filing cabinets, blinds."""
    room = Room(canvas, rng, (2.6, 5.0), (2.8, 5.0))
    room.walls(rng.uniform(0.4, 0.95), rng.uniform(0.15, 0.6), surfaces.stained(rng, 0.08, 90, "fine"))
    stage, w, d = room.stage, room.wide, room.deep
    if rng.random() < 0.5:  # lamps in the ceiling
        for k in range(3):
            stage.face((-0.3, room.high - 0.01, d * (0.2 + 0.28 * k)), (0.6, 0, 0), (0, 0, 0.9), 1.2)
    room.some_openings(0.7, 0.4)
    wood, cloth = rng.uniform(0.15, 0.9), rng.uniform(0.06, 0.5)
    for side in ("back", "left", "right"):
        if rng.random() < 0.4:
            wide, y = rng.uniform(0.9, 1.8), rng.uniform(1.25, 1.6)
            room.on_wall(side, rng.uniform(0.3, 0.7), y, wide, 0.68, wood, surfaces.books(rng, 0.34, gaps=rng.uniform(0.05, 0.5)), 0.2)
    places = [(rng.uniform(-0.2, 0.2) * w, d - 0.4, 0.0)]
    if rng.random() < 0.55:
        side = int(rng.choice([-1, 1]))
        places.append((side * (w / 2 - 0.4), d * rng.uniform(0.5, 0.65), side * QUARTER))
    if rng.random() < 0.3:
        places = [(rng.uniform(-0.2, 0.2) * w, d * 0.6, rng.uniform(-0.5, 0.5) + rng.choice([0.0, math.pi]))]
    for x, z, turn in places:
        wide = min(rng.uniform(1.3, 2.0), w * 0.8)
        blocks = furniture.desk(rng, wide, wood)
        if rng.random() < 0.9:
            blocks += furniture.computer(rng, 0.75, rng.uniform(-0.25, 0.25) * wide)
        room.put(x, z, turn, blocks + furniture.papers(rng, 0.75, wide, int(rng.integers(1, 9))))
        if rng.random() < 0.8:
            room.put(x - math.sin(turn) * 0.75, z - math.cos(turn) * 0.75, turn + math.pi + rng.uniform(-0.8, 0.8), furniture.office_chair(rng, cloth))
    if rng.random() < 0.5:
        side = int(rng.choice([-1, 1]))
        room.put(side * (w / 2 - 0.3), d - 0.35, 0, furniture.cabinet(rng, rng.uniform(0.3, 0.8)))
    if rng.random() < 0.45:
        side = int(rng.choice([-1, 1]))
        room.put(side * (w / 2 - 0.17), d * 0.45, side * QUARTER, furniture.bookcase(rng, rng.uniform(0.9, 1.8), rng.uniform(1.4, 2.2), wood))
    room.paint_pieces()


def store(canvas: Canvas, rng: Rng) -> None:
    """Shelves of wares along an aisle or a wall, racks of clothes, counters, bins."""
    kind = rng.random()
    if kind < 0.45:
        aisle(canvas, rng)
    elif kind < 0.75:
        shop(canvas, rng)
    else:
        close_up(canvas, rng)


def aisle(canvas: Canvas, rng: Rng) -> None:
    """Between two rows of shelves."""
    room = Room(canvas, rng, (1.8, 4.0), (6, 14))
    room.walls(rng.uniform(0.5, 0.9), rng.uniform(0.4, 0.9), surfaces.tiles(rng, 0.4, 0.85), rng.uniform(0.5, 0.95))
    stage, w, d = room.stage, room.wide, room.deep
    for k in range(6):
        stage.face((-0.12, room.high - 0.01, 0.5 + 2 * k), (0.24, 0, 0), (0, 0, 1.4), 1.3)
    tall = rng.uniform(1.6, 2.3)
    for side in ("back", "left", "right"):
        room.on_wall(side, 0.5, 0, w if side == "back" else d, tall, rng.uniform(0.6, 1), surfaces.wares(rng, rng.uniform(0.3, 0.5), rng.uniform(0.08, 0.22)), 0.03)
    room.on_wall("back", 0.5, tall + 0.1, w * 0.7, 0.35, rng.uniform(0.2, 0.9), surfaces.stained(rng, 0.3, 30, "fine"), 0.05)
    for _ in range(int(rng.integers(0, 4))):
        x, y, scale = stage.project((rng.uniform(-0.3, 0.3) * w, 0, rng.uniform(2.5, d)))
        traffic.person(canvas, rng, x, y, 1.7 * scale)
    for _ in range(int(rng.integers(0, 3))):
        x, y, scale = stage.project((rng.uniform(-0.3, 0.3) * w, room.high - 0.5, rng.uniform(2, d)))
        canvas.rectangle(x - 0.4 * scale, y - 0.15 * scale, x + 0.4 * scale, y + 0.15 * scale, rng.uniform(0.6, 1))
        canvas.rectangle(x - 0.3 * scale, y - 0.05 * scale, x + 0.3 * scale, y + 0.03 * scale, rng.uniform(0.05, 0.3))


def shop(canvas: Canvas, rng: Rng) -> None:
    """A small shop: shelves on the walls, islands, racks and a counter."""
    room = Room(canvas, rng, (3.5, 6), (4, 7))
    room.walls(rng.uniform(0.4, 0.95), rng.uniform(0.3, 0.8), floor_look(rng))
    w, d = room.wide, room.deep
    for side in ("back", "left", "right"):
        room.on_wall(side, 0.5, 0.2, (w if side == "back" else d) * 0.92, rng.uniform(1.5, 2.2), rng.uniform(0.5, 1), surfaces.wares(rng, rng.uniform(0.25, 0.5), rng.uniform(0.1, 0.3)), 0.04)
    for _ in range(int(rng.integers(2, 6))):
        x, z = rng.uniform(-0.38, 0.38) * w, rng.uniform(0.4, 0.85) * d
        if rng.random() < 0.5:
            look = surfaces.wares(rng, 0.35, rng.uniform(0.1, 0.2))
            room.put(x, z, rng.choice([0.0, QUARTER]), [Block((0, 0, 0), (rng.uniform(0.8, 1.6), rng.uniform(0.8, 1.4), 0.6), rng.uniform(0.5, 1), {k: look for k in ("front", "left", "right", "back")})])
        else:
            room.put(x, z, rng.uniform(-0.6, 0.6), clothes_rack(rng))
    room.paint_pieces()
    if rng.random() < 0.4:
        x, y, scale = room.stage.project((rng.uniform(-0.3, 0.3) * w, 0, d * 0.6))
        traffic.person(canvas, rng, x, y, 1.7 * scale)


def clothes_rack(rng: Rng) -> list[Block]:
    """Garments hanging on a rail."""
    blocks = [Block((sx * 0.6, 0, 0), (0.04, 1.5, 0.04), 0.3) for sx in (-1, 1)]
    blocks.append(Block((0, 1.47, 0), (1.24, 0.04, 0.04), 0.4, layer=3))
    for k in range(9):
        tall = rng.uniform(0.6, 1.0)
        blocks.append(Block((-0.52 + 0.13 * k, 1.45 - tall, 0), (0.1, tall, 0.45), rng.uniform(0.1, 1.05), {"front": surfaces.stripes(0.05, 0.2)}, layer=1))
    return blocks


def close_up(canvas: Canvas, rng: Rng) -> None:
    """Wares that fill the picture: stacked shelves, or bins of round things, seen at an angle."""
    stage = Stage(canvas, rng, eye=(0, 1.5, 0), yaw=rng.uniform(-0.5, 0.5), pitch=rng.uniform(-0.5, 0.05), roll=rng.normal(0, 0.08), focal=rng.uniform(0.7, 1.2))
    canvas.pixels[:] = rng.uniform(0.1, 0.4)
    stage.face((-8, 0, 0.2), (16, 0, 0), (0, 0, 6), rng.uniform(0.3, 0.7), surfaces.tiles(rng, 0.4))
    stage.face((-8, 0.2, 2.6), (16, 0, 0), (0, 3.0, 0), rng.uniform(0.6, 1), surfaces.wares(rng, rng.uniform(0.25, 0.45), rng.uniform(0.1, 0.35)))
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
                canvas.ellipse(x - size * scale * 0.3, py - size * scale * 0.3, size * scale * 0.35, size * scale * 0.35, min(tone * 1.5, 1.0), alpha=0.7)
        stage.face((-4, 0, 1.0), (8, 0, 0), (0, 0.5, 0), rng.uniform(0.2, 0.7), surfaces.planks(rng, 0.2, 0.2, True))
    if rng.random() < 0.3:
        x, y, scale = stage.project((rng.uniform(-0.7, 0.7), 0, 1.9))
        traffic.person(canvas, rng, x, y, 1.7 * scale)
