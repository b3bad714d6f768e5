"""Solid objects along the road: houses, fences, parked cars."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.driving.labels import (
    BUILDING,
    CAR,
    FENCE,
)
from data_scripts.synthetic.driving.world import RGB, Thing
from data_scripts.synthetic.props import vehicles
from data_scripts.synthetic.stage import Block, Stage

Rng = np.random.Generator


def parked(stage: Stage, rng: Rng, thing: Thing, side: float) -> None:
    """Paint a parked car in 3D: a body and a cabin as blocks, and wheels."""
    colour = vehicles.paintwork(rng)
    dark = (0.1, 0.11, 0.13)
    long, tall = rng.uniform(3.8, 4.6), rng.uniform(0.85, 1.0)
    low = (colour[0] * 0.75, colour[1] * 0.75, colour[2] * 0.75)
    glazed = surfaces.windows(rng, 1.5, 0.62, 0.9, 0.75, 0.2, 1.0, 0.2, -0.04)
    blocks = [
        Block((-side * 0.72, 0, -long * 0.3), (0.2, 0.6, 0.62), dark, label=CAR),
        Block((-side * 0.72, 0, long * 0.3), (0.2, 0.6, 0.62), dark, label=CAR),
        Block((0, 0.2, 0), (1.7, tall - 0.4, long), low, layer=1, label=CAR),
        Block((0, tall - 0.25, 0), (1.66, 0.2, long * 0.98), colour, layer=2, label=CAR),
        Block(
            (0, tall - 0.05, 0.1),
            (1.5, 0.5, long * 0.52),
            colour,
            dict.fromkeys(("front", "left", "right", "back"), glazed),
            layer=3,
            label=CAR,
        ),
    ]
    lamp = 0.85 if side > 0 else 0.7
    for dx in (-0.66, 0.66):
        blocks.append(
            Block(
                (dx, tall - 0.32, -long / 2),
                (0.3, 0.16, 0.04),
                (lamp, 0.15 if side < 0 else 0.85, 0.1 if side < 0 else 0.75),
                layer=4,
                label=CAR,
            )
        )
    blocks.append(
        Block((0, 0.45, -long / 2), (0.5, 0.12, 0.03), (0.85, 0.82, 0.4), layer=4, label=CAR)
    )
    stage.shadow((thing.x, 0, thing.z), 2.1, long, 0.45)
    stage.piece((thing.x, 0, thing.z), 0.0, blocks)


def house(stage: Stage, rng: Rng, thing: Thing, side: float) -> None:
    """Paint a house front along the road, its gable toward the viewer, roof, shop and chimney."""
    near = max(thing.z, stage.eye[2] + 0.25)
    wide, cut = thing.size - (near - thing.z), near - thing.z
    if wide < 0.3:
        return
    walls: tuple[RGB, ...] = (
        (0.62, 0.45, 0.36),
        (0.75, 0.68, 0.55),
        (0.82, 0.8, 0.75),
        (0.55, 0.52, 0.48),
        (0.5, 0.32, 0.26),
        (0.7, 0.6, 0.42),
    )
    tone = walls[int(rng.integers(len(walls)))]
    tall = rng.uniform(7.5, 17)
    x = thing.x
    brick = (
        surfaces.bricks(rng, 0.45, 0.16, 1.12)
        if rng.random() < 0.5
        else surfaces.stained(rng, 0.05, 10)
    )
    shop = rng.random() < 0.5
    look = surfaces.windows(
        rng,
        rng.uniform(1.9, 3.5),
        rng.uniform(2.7, 3.4),
        rng.uniform(0.35, 0.65),
        rng.uniform(0.45, 0.65),
        rng.uniform(0.2, 0.5),
        rng.uniform(1.0, 1.4),
        0.25,
        3.2 if shop else 0.4,
        wall=brick,
    )
    shade = stage.shade((-side, 0.0, 0.0))
    roofed = rng.random() < 0.6
    if roofed:
        tile = (0.3, 0.2, 0.17) if rng.random() < 0.5 else (0.25, 0.26, 0.29)
        for corners in (
            [
                (x, tall, near),
                (x, tall, near + wide),
                (x + side * 3.5, tall + 2.8, near + wide),
                (x + side * 3.5, tall + 2.8, near),
            ],
            [(x, tall, near), (x + side * 7, tall, near), (x + side * 3.5, tall + 2.8, near)],
        ):
            points = stage.outline(corners)
            if len(points) > 2:
                stage.canvas.polygon(points, tile, label=BUILDING)
    stage.face(
        (x, 0, near),
        (side * 9, 0, 0),
        (0, tall, 0),
        tone,
        brick,
        stage.shade((0.0, 0.0, -1.0)),
        label=BUILDING,
    )
    stage.face(
        (x, 0, near),
        (0, 0, wide),
        (0, tall, 0),
        tone,
        lambda u, v: look(u + cut, v),
        shade,
        label=BUILDING,
    )
    if shop:
        front = surfaces.shop_front(rng, rng.uniform(3, 5))
        colour = tuple(float(v) for v in rng.uniform(0.25, 0.9, 3))
        stage.face(
            (x, 0, near),
            (0, 0, wide),
            (0, 3.1, 0),
            colour,
            lambda u, v: front(u + cut, v),
            shade,
            label=BUILDING,
        )


def fence(stage: Stage, rng: Rng, thing: Thing, side: float) -> None:
    """Paint railings or a hoarding between sidewalk and ground."""
    near = max(thing.z, stage.eye[2] + 0.25)
    long, cut = thing.size - (near - thing.z), near - thing.z
    if long < 0.3:
        return
    high = rng.uniform(1.2, 2.0)
    tone = (0.3, 0.32, 0.3) if rng.random() < 0.5 else (0.5, 0.38, 0.25)
    bars = surfaces.stripes(rng.uniform(0.12, 0.3), 0.45, duty=0.6)
    stage.face(
        (thing.x, 0, near),
        (0, 0, long),
        (0, high, 0),
        tone,
        lambda u, v: bars(u + cut, v),
        stage.shade((-side, 0.0, 0.0)) * 1.1,
        label=FENCE,
    )
    stage.face(
        (thing.x - side * 0.02, high - 0.1, near),
        (0, 0, long),
        (0, 0.1, 0),
        (0.2, 0.2, 0.2),
        label=FENCE,
    )
