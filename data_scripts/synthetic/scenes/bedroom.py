"""Bedroom: one or two beds, and the furniture around them."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import furniture
from data_scripts.synthetic.scenes.rooms import Room, floor_look

Rng = np.random.Generator
QUARTER = math.pi / 2


@painter
def bedroom(canvas: Canvas, rng: Rng) -> None:
    """One or two beds, with bedside tables, lamps, a wardrobe and a window."""
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
                room.put(
                    x + side * (wide / 2 + 0.35),
                    d - 0.28,
                    0,
                    furniture.nightstand(rng, wood, bool(rng.random() < 0.8)),
                )
    elif kind < 0.8:  # head against a side wall
        side = int(rng.choice([-1, 1]))
        wide = rng.uniform(0.95, 1.7)
        z = rng.uniform(0.55, 0.8) * d
        room.put(
            side * (w / 2 - 1.1), z, side * QUARTER, furniture.bed(rng, wide, wood, cover, pillow)
        )
        room.put(
            side * (w / 2 - 0.3),
            min(z + wide / 2 + 0.3, d - 0.3),
            side * QUARTER,
            furniture.nightstand(rng, wood),
        )
    else:  # two single beds
        for x in (-0.27 * w, 0.27 * w):
            room.put(x, d - 1.1, 0, furniture.bed(rng, min(1.0, 0.36 * w), wood, cover, pillow))
        room.put(0, d - 0.28, 0, furniture.nightstand(rng, wood))
    if rng.random() < 0.5:
        side = int(rng.choice([-1, 1]))
        piece = (
            furniture.wardrobe(rng, rng.uniform(0.2, 0.9))
            if rng.random() < 0.5
            else furniture.dresser(rng, wood)
        )
        room.put(side * (w / 2 - 0.3), rng.uniform(0.4, 0.6) * d, side * QUARTER, piece)
    if rng.random() < 0.25:
        room.put(
            rng.uniform(-0.3, 0.3) * w, d * 0.35, rng.uniform(-3, 3), furniture.chair(rng, wood)
        )
    room.paint_pieces()
