"""Suburb: a house with a pitched roof behind its lawn."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import land, plants, vehicles
from data_scripts.synthetic.scenes.weather import some_sky
from data_scripts.synthetic.stage import Block, Stage

Rng = np.random.Generator


@painter
def suburb(canvas: Canvas, rng: Rng) -> None:
    """A house with a pitched roof behind a lawn, with trees and a driveway."""
    away = rng.uniform(11, 26)
    stage = Stage(
        canvas,
        rng,
        eye=(rng.uniform(-3, 3), 1.7, 0),
        yaw=rng.uniform(-0.15, 0.15),
        pitch=rng.uniform(-0.02, 0.07),
        focal=rng.uniform(0.75, 1.3),
        light=(rng.uniform(-1, 1), 0.8, -0.8),
        ambient=rng.uniform(0.4, 0.6),
    )
    horizon = stage.horizon()
    some_sky(canvas, rng, max(horizon, 4), 0.1)
    leaf = rng.uniform(0.1, 0.35)
    for _ in range(int(rng.integers(2, 9))):
        px, py, scale = stage.project((rng.uniform(-20, 20), 0, away + rng.uniform(8, 25)))
        plants.broadleaf(
            canvas, rng, px, py, rng.uniform(6, 14) * scale, leaf * rng.uniform(0.8, 1.4)
        )
    land.ground(canvas, rng, horizon - 3, rng.uniform(0.3, 0.65), 0.2, "fine", 60, horizon + 2)
    drive = rng.uniform(-8, 8)
    stage.face(
        (drive, 0.01, 0.2),
        (rng.uniform(1, 4), 0, 0),
        (0, 0, away),
        rng.uniform(0.5, 0.85),
        surfaces.stained(rng, 0.06, 10),
    )
    if rng.random() < 0.5:
        stage.face(
            (-60, 0.01, 0.2),
            (120, 0, 0),
            (0, 0, rng.uniform(2.5, 6)),
            rng.uniform(0.3, 0.7),
            surfaces.stained(rng, 0.06, 10),
        )
    house(stage, rng.uniform(-3, 3), away)
    if rng.random() < 0.3:
        house(stage, rng.choice([-1, 1]) * rng.uniform(14, 18), away + rng.uniform(0, 4))
    for _ in range(int(rng.integers(2, 10))):
        px, py, scale = stage.project((rng.uniform(-9, 9), 0, away - rng.uniform(0.5, 1.6)))
        plants.bush(canvas, rng, px, py, rng.uniform(0.6, 1.6) * scale, leaf)
    if rng.random() < 0.3:
        px, py, scale = stage.project((drive + 1.5, 0, away - rng.uniform(3, 6)))
        vehicles.car_end(canvas, rng, px, py, 1.8 * scale, vehicles.paintwork(rng))
    if rng.random() < 0.2:
        z = rng.uniform(5, 9)
        stage.face(
            (-30, 0, z),
            (60, 0, 0),
            (0, 0.9, 0),
            rng.uniform(0.6, 1),
            surfaces.stripes(0.25, 0.0),
            alpha=0.15,
        )
        for k in range(60):
            stage.face((-15 + 0.5 * k, 0, z), (0.14, 0, 0), (0, 0.95, 0), 0.92)
    if rng.random() < 0.4:
        px, py, scale = stage.project((rng.uniform(-6, 6), 0, rng.uniform(6, 10)))
        plants.broadleaf(canvas, rng, px, py, rng.uniform(6, 9) * scale, leaf * 0.8)


def house(stage: Stage, x: float, away: float) -> None:
    """A detached house with its gable or its eaves to the street, a door, windows and a porch."""
    rng = stage.rng
    wide, tall = rng.uniform(8, 14), rng.uniform(2.8, 5.5)
    tone, roof = rng.uniform(0.4, 1.0), rng.uniform(0.15, 0.55)
    rise = wide * rng.uniform(0.2, 0.5)
    wall = (
        surfaces.planks(rng, 0.25, 0.08, True)
        if rng.random() < 0.5
        else surfaces.bricks(rng, 0.4, 0.15, 1.1)
    )
    left, shade = x - wide / 2, stage.shade((0.0, 0.0, -1.0))
    stage.piece(
        (x, 0, away + 4),
        0,
        [Block((0, 0, 0), (wide, tall, 8), tone, {"front": wall, "left": wall, "right": wall})],
    )
    if rng.random() < 0.5:
        stage.face(
            (left - 0.5, tall - 0.2, away - 0.5),
            (wide + 1, 0, 0),
            (0, rise, 4.5),
            roof,
            surfaces.bricks(rng, 0.5, 0.35, 0.75),
            1.0,
        )
        if rng.random() < 0.5:  # a gable facing the street
            gx = x + rng.uniform(-0.25, 0.25) * wide
            gw = wide * rng.uniform(0.25, 0.45)
            gable(stage, gx - gw / 2, away - 1, gw, tall, gw * 0.5, tone, roof, shade)
    else:
        gable(stage, left, away, wide, tall, rise, tone, roof, shade)
    door = x + rng.uniform(-0.3, 0.3) * wide
    for k in range(max(2, int(wide / 2.6))):
        wx = left + 0.7 + k * 2.6
        if abs(wx + 0.7 - door) > 1.3:
            pane(stage, wx, 0.9, away - 0.05, rng.uniform(1.0, 1.7), 1.3)
            if tall > 4.6:
                pane(stage, wx, 3.3, away - 0.05, 1.1, 1.1)
    stage.face((door - 0.5, 0.1, away - 0.06), (1, 0, 0), (0, 2.1, 0), rng.uniform(0.1, 0.8))
    if rng.random() < 0.45:  # a porch
        pw = rng.uniform(3, wide)
        for k in range(4):
            stage.face(
                (door - pw / 2 + k * pw / 3 - 0.1, 0, away - 2), (0.2, 0, 0), (0, 2.5, 0), 0.92
            )
        stage.face(
            (door - pw / 2 - 0.3, 2.5, away - 2.2),
            (pw + 0.6, 0, 0),
            (0, 0.9, 2.2),
            roof * 1.1,
            surfaces.bricks(rng, 0.5, 0.3, 0.8),
        )
    if rng.random() < 0.35:
        gx = x + rng.choice([-1, 1]) * (wide / 2 - 1.6)
        stage.face(
            (gx - 1.4, 0, away - 0.08),
            (2.8, 0, 0),
            (0, 2.2, 0),
            rng.uniform(0.6, 0.95),
            surfaces.tiles(rng, 0.55, 0.8),
        )
    if rng.random() < 0.4:
        stage.face(
            (x + wide * 0.2, tall + rise * 0.4, away + 2),
            (0.8, 0, 0),
            (0, rise * 0.8, 0),
            0.4,
            surfaces.bricks(rng),
        )


def gable(
    stage: Stage,
    left: float,
    z: float,
    wide: float,
    tall: float,
    rise: float,
    tone: float,
    roof: float,
    shade: float,
) -> None:
    """A gable end: wall, triangle and the two slopes of the roof's edge."""
    stage.face(
        (left, 0, z),
        (wide, 0, 0),
        (0, tall, 0),
        tone,
        surfaces.planks(stage.rng, 0.25, 0.06, True),
        shade,
    )
    peak = (left + wide / 2, tall + rise, z)
    for corners, colour in (
        (
            [
                (left - 0.6, tall - 0.3, z),
                (left + wide + 0.6, tall - 0.3, z),
                (peak[0], peak[1] + 0.4, z),
            ],
            roof,
        ),
        (
            [(left, tall, z - 0.02), (left + wide, tall, z - 0.02), (peak[0], peak[1], z - 0.02)],
            tone * shade * 0.95,
        ),
    ):
        points = stage.outline(corners)
        if len(points) > 2:
            stage.canvas.polygon(points, colour)
    pane(stage, peak[0] - 0.5, tall + rise * 0.25, z - 0.04, 1.0, min(1.0, rise * 0.3))


def pane(stage: Stage, x: float, y: float, z: float, wide: float, high: float) -> None:
    """A window with its frame and bars."""
    stage.face((x - 0.1, y - 0.1, z), (wide + 0.2, 0, 0), (0, high + 0.2, 0), 0.95)
    stage.face((x, y, z - 0.01), (wide, 0, 0), (0, high, 0), stage.rng.uniform(0.08, 0.5))
    stage.face((x + wide / 2 - 0.04, y, z - 0.02), (0.08, 0, 0), (0, high, 0), 0.95)
