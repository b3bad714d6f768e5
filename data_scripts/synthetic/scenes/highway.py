"""Highway: a wide road through open land."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.props import land, plants, roadside, vehicles
from data_scripts.synthetic.scenes.road import road_stage, roadway
from data_scripts.synthetic.scenes.weather import some_sky
from data_scripts.synthetic.stage import Stage

Rng = np.random.Generator


@painter
def highway(canvas: Canvas, rng: Rng) -> None:
    """A wide road through open land: lanes, barriers, gantries, cars, bridges, hills."""
    stage = road_stage(canvas, rng, (1.4, 7.0))
    H, W = canvas.height, canvas.width
    horizon = stage.horizon()
    some_sky(canvas, rng, max(horizon, 4))
    for layer in range(int(rng.integers(0, 3))):
        land.ridge(
            canvas,
            rng,
            horizon - H * rng.uniform(0, 0.12) * (1.5 - layer),
            H * rng.uniform(0.01, 0.08),
            0.3,
            rng.uniform(0.15, 0.55),
            0.15,
            0.2,
        )
    land.ground(canvas, rng, horizon - 3, rng.uniform(0.25, 0.65), 0.2, "rough", 60, horizon)
    half = rng.uniform(4.5, 12)
    asphalt = rng.uniform(0.18, 0.62)
    lanes = list(np.arange(-half + 4, half - 3, 3.6).tolist())
    roadway(stage, half, asphalt, lanes, rng.uniform(0.75, 1.0))
    if rng.random() < 0.4:  # the opposite lanes
        side = rng.choice((-1.0, 1.0))
        gap = rng.uniform(2, 6)
        x0 = half + gap if side > 0 else -half - gap - 9
        stage.face(
            (x0, 0, 0.2),
            (9, 0, 0),
            (0, 0, 400),
            asphalt * rng.uniform(0.9, 1.1),
            surfaces.stained(rng, 0.1, 9),
        )
        stage.face((x0 + 4.4, 0, 0.2), (0.2, 0, 0), (0, 0, 300), 0.85)
    for side in (-1, 1):
        edge = side * (half + rng.uniform(1, 3))
        kind = rng.random()
        if kind < 0.35:
            barrier(stage, edge)
        elif kind < 0.7:
            verge(stage, edge, side)
        elif kind < 0.78:
            stage.face(
                (edge, 0, 1),
                (0, 0, 200),
                (0, rng.uniform(2, 5), 0),
                rng.uniform(0.3, 0.6),
                surfaces.tiles(rng, 2.0, 0.8),
            )
    if rng.random() < 0.3:
        overpass(stage, rng.uniform(25, 90))
    elif rng.random() < 0.35:
        gantry(stage, half, rng.uniform(14, 50))
    if rng.random() < 0.5:
        for k in range(6, 0, -1):
            x, y, scale = stage.project((half + 1.5, 0, 14.0 * k))
            roadside.lamp_post(canvas, x, y, 9 * scale, rng.uniform(0.25, 0.6), -0.22)
    traffic_ahead(stage, [-half + 2.2, *[x + 1.8 for x in lanes]], int(rng.integers(0, 8)), 10)
    if rng.random() < 0.12:  # the hood
        canvas.ellipse(W / 2, H * 1.08, W * 0.6, H * 0.16, rng.uniform(0.05, 0.5))


def traffic_ahead(stage: Stage, tracks: list[float], count: int, nearest: float) -> None:
    """Cars and trucks ahead, in the given lanes (x in meters)."""
    rng = stage.rng
    places = sorted((nearest + 70 * rng.random() ** 1.5 for _ in range(count)), reverse=True)
    for z in places:
        x, y, scale = stage.project((float(rng.choice(tracks)), 0, z))
        if rng.random() < 0.8:
            vehicles.car_end(
                stage.canvas,
                rng,
                x,
                y,
                1.8 * scale,
                vehicles.paintwork(rng),
                front=bool(rng.random() < 0.4),
            )
        else:
            vehicles.van(stage.canvas, rng, x, y, 2.5 * scale, vehicles.paintwork(rng))


def barrier(stage: Stage, x: float) -> None:
    """A crash barrier on posts."""
    tone = stage.rng.uniform(0.45, 0.85)
    for k in range(18, 0, -1):
        stage.face((x, 0, 3.0 * k), (0.12, 0, 0), (0, 0.7, 0), tone * 0.6)
    stage.face((x, 0.42, 1), (0, 0, 160), (0, 0.32, 0), tone)


def verge(stage: Stage, x: float, side: int) -> None:
    """Trees and bushes along the road."""
    rng = stage.rng
    tone, conifers = rng.uniform(0.1, 0.35), rng.random() < 0.3
    spread = rng.uniform(1, 14)
    for z in sorted(rng.uniform(8, 110, int(rng.integers(6, 22))).tolist(), reverse=True):
        px, py, scale = stage.project((x + side * (2 + rng.uniform(0, spread)), 0, z))
        high = rng.uniform(2, 9) * scale
        if px < -high or px > stage.canvas.width + high:
            continue
        if conifers:
            plants.conifer(stage.canvas, rng, px, py, high, tone)
        elif high < 60 * rng.random():
            plants.bush(stage.canvas, rng, px, py, high, tone)
        else:
            plants.broadleaf(stage.canvas, rng, px, py, high, tone)


def overpass(stage: Stage, z: float) -> None:
    """A bridge across the road."""
    rng = stage.rng
    tone = rng.uniform(0.3, 0.75)
    for x in (-14.0, 0.0, 14.0):
        stage.face((x - 0.6, 0, z + 0.5), (1.2, 0, 0), (0, 6, 0), tone * 0.7)
    stage.face((-80, 5.2, z), (160, 0, 0), (0, 1.8, 0), tone, surfaces.stained(rng, 0.06, 8))
    stage.face(
        (-80, 7.0, z), (160, 0, 0), (0, 0.9, 0), tone * 0.8, surfaces.stripes(1.5, 0.5, duty=0.15)
    )
    stage.face((-80, 5.2, z), (160, 0, 0), (0, 0, 9), tone * 0.35)


def gantry(stage: Stage, half: float, z: float) -> None:
    """Direction signs over or beside the road."""
    rng = stage.rng
    for x in (-half - 1, half + 1):
        stage.face((x, 0, z), (0.35, 0, 0), (0, 7, 0), 0.35)
    stage.face((-half - 1, 6.4, z), (2 * half + 2, 0, 0), (0, 0.5, 0), 0.4)
    for _ in range(int(rng.integers(1, 4))):
        x = rng.uniform(-half, half - 4)
        board = rng.uniform(0.2, 0.6)
        stage.face((x, 5.2, z - 0.1), (4, 0, 0), (0, 2.4, 0), 0.95)
        stage.face((x + 0.12, 5.32, z - 0.12), (3.76, 0, 0), (0, 2.16, 0), board)
        for k in range(3):
            stage.face(
                (x + 0.5, 5.6 + 0.6 * k, z - 0.14), (rng.uniform(1, 2.8), 0, 0), (0, 0.28, 0), 0.95
            )
