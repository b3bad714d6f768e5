"""Painters for the things along the road, each with its label."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import noise, surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.driving.labels import (
    BICYCLIST,
    CAR,
    PEDESTRIAN,
    POLE,
    ROAD,
    SIDEWALK,
    SIGN,
    SKY,
    TREE,
    VOID,
)
from data_scripts.synthetic.driving.solid import fence, house, parked
from data_scripts.synthetic.driving.world import Drive, Thing
from data_scripts.synthetic.props import land, people, plants, roadside, vehicles
from data_scripts.synthetic.stage import Block, Stage

Rng = np.random.Generator


def backdrop(stage: Stage, drive: Drive, rng: Rng) -> None:
    """Paint the sky, distant roofs and trees, and the open ground."""
    canvas, horizon = stage.canvas, stage.horizon()
    land.sky(
        canvas,
        rng,
        horizon,
        (0.55, 0.68, 0.86),
        (0.85, 0.9, 0.95),
        drive.clouds,
        (0.93, 0.94, 0.95),
        SKY,
    )
    # the distant line turns with the view, as distant things do
    shift = int(math.atan2(stage.axes[2][0], stage.axes[2][2]) * stage.focal)
    wide = canvas.width * 3
    far = np.abs(noise.profile(rng, wide, 0.05 * canvas.height, 0.8))
    start = max(0, min(wide - canvas.width, canvas.width + shift))
    line = horizon - 6 - far[start : start + canvas.width]
    canvas.blend(canvas.below(line.astype(np.float32)), (0.38, 0.42, 0.36), label=TREE)
    land.ground(
        canvas, rng, horizon - 2, (0.34, 0.4, 0.22), 0.2, "fine", 60, horizon + 2, label=TREE
    )


def roadway(stage: Stage, drive: Drive, rng: Rng, here: float) -> None:
    """Paint the road, curbs, sidewalks, paving beyond, lane markings and crossings."""
    half, walk = drive.half, drive.walk
    near, long = here + 0.3, 320.0
    paving = (0.52, 0.5, 0.48)
    for side in (-1.0, 1.0):
        x = side * half
        stage.face(
            (x, 0.0, near),
            (side * walk, 0, 0),
            (0, 0, long),
            paving,
            surfaces.tiles(rng, 0.6, 0.86),
            label=SIDEWALK,
        )
    asphalt = surfaces.stained(rng, 0.1, 7)
    stage.face(
        (-half, 0, near), (2 * half, 0, 0), (0, 0, long), (0.36, 0.36, 0.38), asphalt, label=ROAD
    )
    for side in (-1.0, 1.0):
        stage.face(
            (side * half, 0, near),
            (side * 0.22, 0, 0),
            (0, 0, long),
            (0.66, 0.65, 0.62),
            label=SIDEWALK,
        )
        stage.face(
            (side * (half - 0.5), 0, near),
            (-side * 0.12, 0, 0),
            (0, 0, long),
            (0.75, 0.65, 0.25),
            alpha=0.8,
            label=ROAD,
        )
    first = math.floor(here / 6.0) * 6.0
    for k in range(16):
        z = max(first + 6.0 * k, here + 0.4)
        stage.face((-0.07, 0, z), (0.14, 0, 0), (0, 0, 2.4), (0.88, 0.88, 0.86), label=ROAD)
    crossing = 95.0
    for k in range(3):
        z = math.floor(here / crossing) * crossing + k * crossing + 40
        if z > here + 1.5:
            for j in range(int(2 * half)):
                stage.face(
                    (-half + 0.2 + j, 0, z), (0.5, 0, 0), (0, 0, 3), (0.85, 0.85, 0.84), label=ROAD
                )


def paint(stage: Stage, thing: Thing, z: float, drive: Drive) -> None:
    """Paint one thing with its label."""
    rng = np.random.default_rng(thing.seed)
    canvas = stage.canvas
    side = math.copysign(1.0, thing.x)
    if thing.kind == "house":
        house(stage, rng, thing, side)
        return
    if thing.kind == "fence":
        fence(stage, rng, thing, side)
        return
    x, y, scale = stage.project((thing.x, 0, z))
    if scale == 0 or not -0.6 * canvas.width < x < 1.6 * canvas.width:
        return
    size = thing.size * scale
    if thing.kind == "tree":
        green = (rng.uniform(0.15, 0.4), rng.uniform(0.28, 0.44), rng.uniform(0.1, 0.2))
        plants.broadleaf(
            canvas, rng, x, y, size, green, (0.24, 0.19, 0.15), TREE, bare=0.75 * rng.random()
        )
        if rng.random() < 0.5:
            plants.bush(canvas, rng, x + 0.2 * size, y, 0.25 * size, green, TREE)
    elif thing.kind == "lamp":
        pole = (0.28, 0.3, 0.3) if rng.random() < 0.7 else (0.6, 0.62, 0.6)
        roadside.lamp_post(canvas, x, y, size, pole, -0.2 * side, POLE)
        if rng.random() < 0.35:
            light_box(canvas, x, y - 0.42 * size, 0.05 * size, rng)
    elif thing.kind == "sign":
        top = y - rng.uniform(2.1, 2.9) * scale
        canvas.stroke([(x, y), (x, top)], max(0.1 * scale, 1.3), (0.45, 0.46, 0.46), label=POLE)
        roadside.sign(canvas, rng, x, top, size, SIGN)
    elif thing.kind == "board":
        high = rng.uniform(2.4, 3.6) * scale
        tone = tuple(float(v) for v in rng.uniform(0.2, 0.9, 3))
        canvas.rectangle(
            x - 0.6 * size, y - high, x + 0.6 * size, y - high + 0.9 * size, tone, label=SIGN
        )
        canvas.rectangle(
            x - 0.4 * size,
            y - high + 0.35 * size,
            x + 0.4 * size,
            y - high + 0.5 * size,
            0.9,
            label=SIGN,
        )
    elif thing.kind == "bollard":
        canvas.stroke(
            [(x, y), (x, y - scale)], max(0.14 * scale, 1.4), (0.15, 0.15, 0.16), label=POLE
        )
    elif thing.kind == "bin":
        canvas.rectangle(
            x - 0.35 * size, y - 1.1 * size, x + 0.35 * size, y, (0.12, 0.2, 0.16), label=VOID
        )
        canvas.rectangle(
            x - 0.4 * size, y - 1.15 * size, x + 0.4 * size, y - size, (0.2, 0.28, 0.24), label=VOID
        )
    elif thing.kind == "skip":
        tone = (0.55, 0.42, 0.12) if rng.random() < 0.5 else (0.3, 0.33, 0.38)
        rust = surfaces.stained(rng, 0.15, 20)
        deep = Block(
            (0, 0, 0),
            (1.7 * thing.size, 1.4 * thing.size, 3.2 * thing.size),
            tone,
            {"front": rust, "left": rust, "right": rust},
            label=VOID,
        )
        stage.piece((thing.x, 0, z), 0.0, [deep])
    elif thing.kind == "person":
        people.person(
            canvas, rng, x, y, size, PEDESTRIAN, stride=0.1 * math.sin(stage.eye[2] + thing.seed)
        )
    elif thing.kind == "rider":
        people.cyclist(canvas, rng, x, y, size, BICYCLIST)
    elif thing.kind == "parked":
        parked(stage, rng, thing, side)
    elif rng.random() < 0.15:
        vehicles.van(canvas, rng, x, y, 2.3 * size, vehicles.paintwork(rng), CAR)
    else:
        vehicles.car_end(
            canvas, rng, x, y, 1.75 * size, vehicles.paintwork(rng), CAR, thing.kind == "oncoming"
        )


def light_box(canvas: Canvas, x: float, y: float, half: float, rng: Rng) -> None:
    """Paint a traffic light."""
    half = max(half, 1.5)
    canvas.rectangle(
        x - half, y - 2.4 * half, x + half, y + 2.4 * half, (0.07, 0.07, 0.07), label=SIGN
    )
    lit = int(rng.integers(3))
    for k, colour in enumerate(((0.9, 0.15, 0.1), (0.95, 0.6, 0.1), (0.15, 0.85, 0.4))):
        shown = colour if k == lit else (colour[0] * 0.25, colour[1] * 0.25, colour[2] * 0.25)
        canvas.ellipse(x, y + (k - 1) * 1.5 * half, 0.6 * half, 0.6 * half, shown, label=SIGN)
