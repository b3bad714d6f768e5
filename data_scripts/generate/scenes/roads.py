"""Highway and street: a road in perspective with what stands beside it."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.generate import surfaces
from data_scripts.generate.canvas import Canvas, Colour
from data_scripts.generate.props import land, plants, traffic
from data_scripts.generate.scenes.nature import some_sky
from data_scripts.generate.stage import Stage

Rng = np.random.Generator


def road_stage(canvas: Canvas, rng: Rng, high: tuple[float, float]) -> Stage:
    """A camera over a road, looking along it, a little turned and tilted."""
    eye = (rng.uniform(-3, 3), rng.uniform(*high), 0.0)
    return Stage(
        canvas, rng, eye=eye, yaw=rng.uniform(-0.25, 0.25), pitch=rng.uniform(-0.12, 0.1),
        roll=rng.normal(0, 0.015), focal=rng.uniform(0.75, 1.5),
        light=(rng.uniform(-1, 1), rng.uniform(0.3, 1), rng.uniform(-0.6, 0.2)), ambient=rng.uniform(0.35, 0.6),
    )


def roadway(stage: Stage, half: float, asphalt: Colour, lanes: list[float], line: Colour) -> None:
    """The road, 2 * half metres wide, with broken lines at the given x and edge lines."""
    rng = stage.rng
    stage.face((-half, 0, 0.2), (2 * half, 0, 0), (0, 0, 400), asphalt, surfaces.stained(rng, 0.12, 9))
    for x in (-half + 0.5, half - 0.5):
        stage.face((x - 0.08, 0, 0.2), (0.16, 0, 0), (0, 0, 300), line)
    start = rng.uniform(0, 8)
    for x in lanes:
        for k in range(14):
            stage.face((x - 0.09, 0, start + k * 9.0), (0.18, 0, 0), (0, 0, 3.5), line)


def highway(canvas: Canvas, rng: Rng) -> None:
    """A wide road through open land: lanes, barriers, gantries, cars, bridges, hills."""
    stage = road_stage(canvas, rng, (1.4, 7.0))
    H, W = canvas.height, canvas.width
    horizon = stage.horizon()
    some_sky(canvas, rng, max(horizon, 4))
    for layer in range(int(rng.integers(0, 3))):
        land.ridge(canvas, rng, horizon - H * rng.uniform(0, 0.12) * (1.5 - layer), H * rng.uniform(0.01, 0.08), 0.3, rng.uniform(0.15, 0.55), 0.15, 0.2)
    land.ground(canvas, rng, horizon - 3, rng.uniform(0.25, 0.65), 0.2, "rough", 60, horizon)
    half = rng.uniform(4.5, 12)
    asphalt = rng.uniform(0.18, 0.62)
    lanes = [x for x in np.arange(-half + 4, half - 3, 3.6).tolist()]
    roadway(stage, half, asphalt, lanes, rng.uniform(0.75, 1.0))
    if rng.random() < 0.4:  # the other carriageway
        side = rng.choice([-1.0, 1.0])
        gap = rng.uniform(2, 6)
        x0 = half + gap if side > 0 else -half - gap - 9
        stage.face((x0, 0, 0.2), (9, 0, 0), (0, 0, 400), asphalt * rng.uniform(0.9, 1.1), surfaces.stained(rng, 0.1, 9))
        stage.face((x0 + 4.4, 0, 0.2), (0.2, 0, 0), (0, 0, 300), 0.85)
    for side in (-1, 1):
        edge = side * (half + rng.uniform(1, 3))
        kind = rng.random()
        if kind < 0.35:
            barrier(stage, edge)
        elif kind < 0.7:
            verge(stage, edge, side)
        elif kind < 0.78:
            stage.face((edge, 0, 1), (0, 0, 200), (0, rng.uniform(2, 5), 0), rng.uniform(0.3, 0.6), surfaces.tiles(rng, 2.0, 0.8))
    if rng.random() < 0.3:
        overpass(stage, rng.uniform(25, 90))
    elif rng.random() < 0.35:
        gantry(stage, half, rng.uniform(14, 50))
    if rng.random() < 0.5:
        for k in range(6, 0, -1):
            x, y, scale = stage.project((half + 1.5, 0, 14.0 * k))
            traffic.lamp_post(canvas, x, y, 9 * scale, rng.uniform(0.25, 0.6), -0.22)
    vehicles(stage, [-half + 2.2, *[x + 1.8 for x in lanes]], int(rng.integers(0, 8)), 10)
    if rng.random() < 0.12:  # the bonnet
        canvas.ellipse(W / 2, H * 1.08, W * 0.6, H * 0.16, rng.uniform(0.05, 0.5))


def vehicles(stage: Stage, tracks: list[float], count: int, nearest: float) -> None:
    """Cars and lorries ahead, on the given tracks (x in metres)."""
    rng = stage.rng
    places = sorted((nearest + 70 * rng.random() ** 1.5 for _ in range(count)), reverse=True)
    for z in places:
        x, y, scale = stage.project((float(rng.choice(tracks)), 0, z))
        if rng.random() < 0.8:
            traffic.car_end(stage.canvas, rng, x, y, 1.8 * scale, traffic.paintwork(rng), front=bool(rng.random() < 0.4))
        else:
            traffic.van(stage.canvas, rng, x, y, 2.5 * scale, traffic.paintwork(rng))


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
    stage.face((-80, 7.0, z), (160, 0, 0), (0, 0.9, 0), tone * 0.8, surfaces.stripes(1.5, 0.5, duty=0.15))
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
            stage.face((x + 0.5, 5.6 + 0.6 * k, z - 0.14), (rng.uniform(1, 2.8), 0, 0), (0, 0.28, 0), 0.95)


def street(canvas: Canvas, rng: Rng) -> None:
    """Houses on both sides of a road that runs away from the viewer."""
    stage = road_stage(canvas, rng, (1.5, 5.5))
    H = canvas.height
    horizon = stage.horizon()
    bright = some_sky(canvas, rng, max(horizon, 4), 0.1)
    half, walk = rng.uniform(2.5, 7), rng.uniform(1.2, 4)
    stage.face((-90, 0, 0.2), (180, 0, 0), (0, 0, 400), rng.uniform(0.35, 0.65), surfaces.stained(rng, 0.1, 9))
    end_of_street(stage, bright)
    asphalt = rng.uniform(0.2, 0.55)
    cobbles = surfaces.bricks(rng, 0.5, 0.4, 0.8) if rng.random() < 0.25 else surfaces.stained(rng, 0.12, 9)
    stage.face((-half, 0.01, 0.2), (2 * half, 0, 0), (0, 0, 300), asphalt, cobbles)
    if rng.random() < 0.6:
        for k in range(10):
            stage.face((-0.08, 0.01, 3 + 6.0 * k), (0.16, 0, 0), (0, 0, 2.5), 0.85)
    for side in (-1, 1):
        stage.face((side * half, 0.01, 0.2), (side * 0.25, 0, 0), (0, 0, 200), 0.75)
        row_of_houses(stage, side, half + walk)
    if rng.random() < 0.25:
        z = rng.uniform(7, 14)
        for k in range(int(half / 0.5)):
            stage.face((-half + 0.2 + k, 0.01, z), (0.5, 0, 0), (0, 0, 3), 0.92)
    furnish_street(stage, half, walk)
    if rng.random() < 0.2:
        canvas.scale(canvas.inside([(0, H * 0.7), (canvas.width, H * rng.uniform(0.6, 0.9)), (canvas.width, H), (0, H)]), 0.55)


def end_of_street(stage: Stage, bright: float) -> None:
    """What closes the view: a block, trees, a tower, or haze."""
    rng = stage.rng
    for z in (190.0, 150.0):
        for _ in range(3):
            x, wide, high = rng.uniform(-30, 15), rng.uniform(8, 30), rng.uniform(6, 32)
            stage.face((x, 0, z), (wide, 0, 0), (0, high, 0), 0.5 * bright + rng.uniform(-0.1, 0.2), surfaces.windows(rng, 4, 5))


def row_of_houses(stage: Stage, side: int, x: float) -> None:
    """House fronts side by side along the street, far to near."""
    rng = stage.rng
    low, high = rng.uniform(5, 9), rng.uniform(9, 24)
    fronts: list[tuple[float, float, float]] = []
    z = rng.uniform(-4, 2)
    while z < 130:
        wide = rng.uniform(6, 18)
        fronts.append((z, wide, rng.uniform(low, high)))
        z += wide + (rng.uniform(3, 9) if rng.random() < 0.12 else 0)
    for z, wide, tall in reversed(fronts):
        near = max(z, 0.3)
        wide = wide - (near - z)
        tone = rng.uniform(0.3, 0.95)
        shade = stage.shade((-side, 0.0, 0.0))
        stage.face((side * x, 0, near), (side * 12, 0, 0), (0, tall, 0), tone, shade=stage.shade((0.0, 0.0, -1.0)))
        wall = surfaces.bricks(rng, 0.5, 0.2, 1.15) if rng.random() < 0.3 else None
        look = surfaces.windows(
            rng, rng.uniform(1.8, 4), rng.uniform(2.8, 3.8), rng.uniform(0.3, 0.75), rng.uniform(0.4, 0.7),
            rng.uniform(0.15, 0.6), rng.uniform(0.9, 1.4), first=3.2 if rng.random() < 0.6 else 0.3,
            arched=bool(rng.random() < 0.2), wall=wall,
        )
        stage.face((side * x, 0, near), (0, 0, wide), (0, tall, 0), tone, look, shade)
        stage.face((side * x, tall - 0.4, near), (0, 0, wide), (0, 0.4, 0), tone * 1.2, shade=shade)
        if rng.random() < 0.6:
            stage.face((side * x, 0, near), (0, 0, wide), (0, 3.1, 0), rng.uniform(0.5, 1), surfaces.shop_front(rng, rng.uniform(3, 5)), shade)
        if rng.random() < 0.2:
            stage.face((side * x, 3.0, near + 1), (-side * 1.5, -0.7, 0), (0, 0, min(4.0, wide)), rng.uniform(0.3, 1), surfaces.stripes(0.5, 0.4, False))
        if rng.random() < 0.3:
            roof = [(side * x, tall, near), (side * x, tall, near + wide), (side * (x + 4), tall + 3, near + wide / 2)]
            points = stage.outline(roof)
            if len(points) >= 3:
                stage.canvas.polygon(points, rng.uniform(0.15, 0.4))


def furnish_street(stage: Stage, half: float, walk: float) -> None:
    """Parked cars, traffic, people, lamps and trees, far to near."""
    rng, canvas = stage.rng, stage.canvas
    parked, trees, crowd = rng.random() < 0.7, rng.random() < 0.35, int(rng.integers(0, 12))
    things: list[tuple[float, str, float]] = []
    for side in (-1, 1):
        if parked:
            things += [(z + rng.uniform(0, 1), "parked", side * (half - 1)) for z in np.arange(6, 60, rng.uniform(5.5, 9)).tolist() if rng.random() < 0.8]
        if trees:
            things += [(z, "tree", side * (half + 0.7)) for z in np.arange(7, 80, rng.uniform(8, 15)).tolist()]
        if rng.random() < 0.5:
            things += [(z, "lamp", side * (half + 0.5)) for z in np.arange(rng.uniform(6, 14), 90, rng.uniform(14, 28)).tolist()]
    things += [(rng.uniform(6, 45), "person", rng.choice([-1, 1]) * (half + rng.uniform(0.2, walk))) for _ in range(crowd)]
    things += [(rng.uniform(9, 70), "car", rng.choice([-1, 1]) * half * 0.35) for _ in range(int(rng.integers(0, 4)))]
    height, tone = rng.uniform(4.5, 8), rng.uniform(0.1, 0.3)
    for z, kind, x in sorted(things, reverse=True):
        px, py, scale = stage.project((x, 0, z))
        if not -canvas.width < px < 2 * canvas.width:
            continue
        if kind == "tree":
            plants.broadleaf(canvas, rng, px, py, height * scale, tone, bare=rng.random() * 0.7)
        elif kind == "lamp":
            traffic.lamp_post(canvas, px, py, 7 * scale, 0.2, -0.2 * math.copysign(1, x))
        elif kind == "person":
            traffic.person(canvas, rng, px, py, 1.72 * scale)
        elif kind == "car":
            traffic.car_end(canvas, rng, px, py, 1.8 * scale, traffic.paintwork(rng), front=x > 0)
        else:
            traffic.car_end(canvas, rng, px, py, 1.9 * scale, traffic.paintwork(rng), front=bool(rng.random() < 0.5))
