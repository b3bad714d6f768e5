"""Inside city, tall building, suburb, industrial: what people have built, seen from outside."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.generate import surfaces
from data_scripts.generate.canvas import Canvas
from data_scripts.generate.props import land, plants, traffic
from data_scripts.generate.scenes.nature import some_sky
from data_scripts.generate.stage import Block, Stage, Surface

Rng = np.random.Generator


def front(rng: Rng, first: float = 0.4) -> Surface:
    """A house front of any style."""
    wall = surfaces.bricks(rng, 0.5, 0.2, 1.15) if rng.random() < 0.35 else surfaces.stained(rng, 0.05, 10)
    return surfaces.windows(
        rng, rng.uniform(1.6, 4), rng.uniform(2.7, 3.8), rng.uniform(0.3, 0.8), rng.uniform(0.4, 0.75),
        rng.uniform(0.12, 0.6), rng.uniform(0.8, 1.45), rng.uniform(0, 0.5), first, bool(rng.random() < 0.25), wall,
    )


def insidecity(canvas: Canvas, rng: Rng) -> None:
    """A front seen from across the street, filling the picture; shops, cars, people."""
    stage = Stage(
        canvas, rng, eye=(0, rng.uniform(1.5, 4.5), 0), yaw=rng.uniform(-0.55, 0.55), pitch=rng.uniform(-0.05, 0.16),
        roll=rng.normal(0, 0.02), focal=rng.uniform(0.8, 1.6), light=(rng.uniform(-1, 1), 0.6, -1), ambient=rng.uniform(0.4, 0.7),
    )
    some_sky(canvas, rng, max(stage.horizon(), 4), 0.1)
    away = rng.uniform(9, 20)
    stage.face((-120, 0, 0.2), (240, 0, 0), (0, 0, away - 2), rng.uniform(0.2, 0.6), surfaces.stained(rng, 0.12, 9))
    stage.face((-120, 0.02, away - 2.5), (240, 0, 0), (0, 0, 3), rng.uniform(0.5, 0.8), surfaces.tiles(rng, 0.8, 0.85))
    x = -32.0
    shops = rng.random() < 0.6
    low, high = rng.uniform(3.5, 9), rng.uniform(9, 22)
    while x < 34:
        wide, tall = rng.uniform(5, 20), rng.uniform(low, high)
        tone = rng.uniform(0.25, 0.95)
        shade = stage.shade((0.0, 0.0, -1.0))
        stage.face((x, 0, away), (wide, 0, 0), (0, tall, 0), tone, front(rng, 3.4 if shops else 0.5), shade)
        stage.face((x, tall - 0.5, away - 0.3), (wide, 0, 0), (0, 0.5, 0), tone * 1.15, shade=shade)
        if rng.random() < 0.3:
            points = stage.outline([(x, tall, away), (x + wide, tall, away), (x + wide / 2, tall + wide * 0.3, away)])
            if len(points) > 2:
                canvas.polygon(points, rng.uniform(0.15, 0.5))
        if shops and rng.random() < 0.8:
            stage.face((x, 0, away - 0.05), (wide, 0, 0), (0, 3.3, 0), rng.uniform(0.4, 1), surfaces.shop_front(rng, rng.uniform(2.5, 5), 3.3, rng.uniform(0.1, 0.5)), shade)
            if rng.random() < 0.4:
                stage.face((x + 0.5, 2.9, away - 1.2), (wide - 1, 0, 0), (0, 0.8, 1.2), rng.uniform(0.3, 1), surfaces.stripes(0.6, 0.4))
        elif rng.random() < 0.5:
            entrance(stage, x + wide / 2, away, tone)
        x += wide
    for _ in range(int(rng.integers(0, 4))):
        px, py, scale = stage.project((rng.uniform(-12, 12), 0, away - rng.uniform(2.6, 4)))
        traffic.car_side(canvas, rng, px, py, 4.2 * scale, traffic.paintwork(rng), facing=int(rng.choice([-1, 1])))
    for _ in range(int(rng.integers(0, 6))):
        px, py, scale = stage.project((rng.uniform(-10, 10), 0, away - rng.uniform(0.4, 6)))
        traffic.person(canvas, rng, px, py, 1.72 * scale)
    for _ in range(int(rng.integers(0, 3))):
        px, py, scale = stage.project((rng.uniform(-8, 8), 0, away - rng.uniform(1, 5)))
        if rng.random() < 0.5:
            traffic.lamp_post(canvas, px, py, 6 * scale, 0.2, rng.choice([-0.15, 0.15]))
        else:
            plants.broadleaf(canvas, rng, px, py, rng.uniform(4, 8) * scale, rng.uniform(0.1, 0.35), bare=rng.random())


def entrance(stage: Stage, x: float, away: float, tone: float) -> None:
    """Columns, steps and a dark door."""
    for k in range(4):
        stage.face((x - 3 + 0.2 * k, 0.18 * k, away - 1 + 0.2 * k), (6 - 0.4 * k, 0, 0), (0, 0.18, 0), tone * (1 - 0.06 * k))
    stage.face((x - 1, 0.7, away - 0.06), (2, 0, 0), (0, 3, 0), 0.12)
    for dx in (-2.2, -1.2, 1.2, 2.2):
        stage.face((x + dx - 0.2, 0.7, away - 0.5), (0.4, 0, 0), (0, 3.4, 0), tone * 1.2)
    points = stage.outline([(x - 3, 4.1, away - 0.6), (x + 3, 4.1, away - 0.6), (x, 5.6, away - 0.6)])
    if len(points) > 2:
        stage.canvas.polygon(points, tone * 1.1)


def tower(stage: Stage, x: float, z: float, wide: float, tall: float, turn: float) -> None:
    """A high-rise: glass, bands or windows, with a top of some kind."""
    rng = stage.rng
    kind, tone = rng.random(), rng.uniform(0.2, 0.95)
    look: Surface
    if kind < 0.4:
        look = surfaces.curtain_wall(rng, rng.uniform(1.2, 3), rng.uniform(3, 4.5), rng.uniform(0.3, 0.9))
    elif kind < 0.8:
        look = surfaces.windows(rng, rng.uniform(2, 4.5), rng.uniform(3, 4), rng.uniform(0.4, 0.8), rng.uniform(0.4, 0.7), rng.uniform(0.2, 0.6), 1.0, 0.2)
    else:
        look = surfaces.stripes(rng.uniform(2, 4), rng.uniform(0.3, 0.6), bool(rng.random() < 0.6))
    skin = {name: look for name in ("front", "back", "left", "right")}
    deep = wide * rng.uniform(0.6, 1.2)
    blocks = [Block((0, 0, 0), (wide, tall, deep), tone, skin)]
    if rng.random() < 0.4:
        blocks.append(Block((0, tall, 0), (wide * 0.6, tall * 0.12, deep * 0.6), tone, skin, layer=1))
    if rng.random() < 0.25:
        blocks.append(Block((0, tall, 0), (1.2, tall * 0.25, 1.2), 0.3, layer=2))
    stage.piece((x, 0, z), turn, blocks)


def tallbuilding(canvas: Canvas, rng: Rng) -> None:
    """Towers from below, a skyline from afar, or a city from above."""
    kind = rng.random()
    light = (rng.uniform(-1, 1), rng.uniform(0.2, 0.7), rng.uniform(-1, 0))
    if kind < 0.45:
        stage = Stage(canvas, rng, eye=(0, 1.7, 0), pitch=rng.uniform(0.25, 0.75), yaw=0, roll=rng.normal(0, 0.08), focal=rng.uniform(0.8, 1.3), light=light, ambient=rng.uniform(0.2, 0.5))
        places = [(rng.uniform(-45, 45), rng.uniform(45, 130), rng.uniform(50, 190)) for _ in range(int(rng.integers(1, 6)))]
    elif kind < 0.75:
        stage = Stage(canvas, rng, eye=(0, rng.uniform(2, 30), 0), pitch=rng.uniform(0.0, 0.2), focal=rng.uniform(0.9, 1.8), light=light, ambient=rng.uniform(0.3, 0.6))
        places = [(rng.uniform(-150, 150), rng.uniform(150, 420), rng.uniform(40, 190)) for _ in range(int(rng.integers(6, 16)))]
    else:
        stage = Stage(canvas, rng, eye=(0, rng.uniform(120, 260), 0), pitch=rng.uniform(-0.6, -0.15), yaw=rng.uniform(-0.5, 0.5), focal=rng.uniform(0.8, 1.4), light=light, ambient=rng.uniform(0.35, 0.6))
        places = [(rng.uniform(-200, 200), rng.uniform(90, 420), rng.uniform(60, 190)) for _ in range(int(rng.integers(4, 14)))]
        block = rng.uniform(40, 60)  # the lower houses stand in blocks between streets
        places += [
            (i * block, 80 + j * block, rng.uniform(8, 60))
            for j in range(10) for i in range(-2 - j // 2, 3 + j // 2) if rng.random() < 0.9
        ]
    horizon = stage.horizon()
    some_sky(canvas, rng, min(max(horizon, 4), canvas.height), rng.uniform(-0.3, 0.1))
    if horizon < canvas.height:
        land.ground(canvas, rng, horizon - 2, rng.uniform(0.25, 0.6), 0.3, "fine", 60, horizon)
        if kind >= 0.45 and rng.random() < 0.35 and horizon > 0:
            land.water(canvas, rng, horizon + 0.12 * canvas.height, rng.uniform(0.2, 0.7), 0.2)
    for x, z, tall in sorted(places, key=lambda p: -p[1]):
        tower(stage, x, z, rng.uniform(15, 42), tall, rng.uniform(-0.8, 0.8) if rng.random() < 0.6 else 0.0)
    if kind < 0.75 and rng.random() < 0.35:
        size = canvas.height * rng.uniform(0.1, 0.4)
        for _ in range(int(rng.integers(1, 5))):
            plants.crown(canvas, rng, rng.uniform(0, canvas.width), canvas.height * rng.uniform(0.85, 1.05), size, size * 0.7, rng.uniform(0.08, 0.3), 0.6)


def suburb(canvas: Canvas, rng: Rng) -> None:
    """A house with a pitched roof behind a lawn, with trees and a drive."""
    away = rng.uniform(11, 26)
    stage = Stage(
        canvas, rng, eye=(rng.uniform(-3, 3), 1.7, 0), yaw=rng.uniform(-0.15, 0.15), pitch=rng.uniform(-0.02, 0.07),
        focal=rng.uniform(0.75, 1.3), light=(rng.uniform(-1, 1), 0.8, -0.8), ambient=rng.uniform(0.4, 0.6),
    )
    horizon = stage.horizon()
    some_sky(canvas, rng, max(horizon, 4), 0.1)
    leaf = rng.uniform(0.1, 0.35)
    for _ in range(int(rng.integers(2, 9))):
        px, py, scale = stage.project((rng.uniform(-20, 20), 0, away + rng.uniform(8, 25)))
        plants.broadleaf(canvas, rng, px, py, rng.uniform(6, 14) * scale, leaf * rng.uniform(0.8, 1.4))
    land.ground(canvas, rng, horizon - 3, rng.uniform(0.3, 0.65), 0.2, "fine", 60, horizon + 2)
    drive = rng.uniform(-8, 8)
    stage.face((drive, 0.01, 0.2), (rng.uniform(1, 4), 0, 0), (0, 0, away), rng.uniform(0.5, 0.85), surfaces.stained(rng, 0.06, 10))
    if rng.random() < 0.5:
        stage.face((-60, 0.01, 0.2), (120, 0, 0), (0, 0, rng.uniform(2.5, 6)), rng.uniform(0.3, 0.7), surfaces.stained(rng, 0.06, 10))
    house(stage, rng.uniform(-3, 3), away)
    if rng.random() < 0.3:
        house(stage, rng.choice([-1, 1]) * rng.uniform(14, 18), away + rng.uniform(0, 4))
    for _ in range(int(rng.integers(2, 10))):
        px, py, scale = stage.project((rng.uniform(-9, 9), 0, away - rng.uniform(0.5, 1.6)))
        plants.bush(canvas, rng, px, py, rng.uniform(0.6, 1.6) * scale, leaf)
    if rng.random() < 0.3:
        px, py, scale = stage.project((drive + 1.5, 0, away - rng.uniform(3, 6)))
        traffic.car_end(canvas, rng, px, py, 1.8 * scale, traffic.paintwork(rng))
    if rng.random() < 0.2:
        z = rng.uniform(5, 9)
        stage.face((-30, 0, z), (60, 0, 0), (0, 0.9, 0), rng.uniform(0.6, 1), surfaces.stripes(0.25, 0.0), alpha=0.15)
        for k in range(60):
            stage.face((-15 + 0.5 * k, 0, z), (0.14, 0, 0), (0, 0.95, 0), 0.92)
    if rng.random() < 0.4:
        px, py, scale = stage.project((rng.uniform(-6, 6), 0, rng.uniform(6, 10)))
        plants.broadleaf(canvas, rng, px, py, rng.uniform(6, 9) * scale, leaf * 0.8)


def house(stage: Stage, x: float, away: float) -> None:
    """A detached house: a gable to the street or the eaves, a door, windows, a porch."""
    rng = stage.rng
    wide, tall = rng.uniform(8, 14), rng.uniform(2.8, 5.5)
    tone, roof = rng.uniform(0.4, 1.0), rng.uniform(0.15, 0.55)
    rise = wide * rng.uniform(0.2, 0.5)
    wall = surfaces.planks(rng, 0.25, 0.08, True) if rng.random() < 0.5 else surfaces.bricks(rng, 0.4, 0.15, 1.1)
    left, shade = x - wide / 2, stage.shade((0.0, 0.0, -1.0))
    stage.piece((x, 0, away + 4), 0, [Block((0, 0, 0), (wide, tall, 8), tone, {"front": wall, "left": wall, "right": wall})])
    if rng.random() < 0.5:
        stage.face((left - 0.5, tall - 0.2, away - 0.5), (wide + 1, 0, 0), (0, rise, 4.5), roof, surfaces.bricks(rng, 0.5, 0.35, 0.75), 1.0)
        if rng.random() < 0.5:  # a gable in front
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
            stage.face((door - pw / 2 + k * pw / 3 - 0.1, 0, away - 2), (0.2, 0, 0), (0, 2.5, 0), 0.92)
        stage.face((door - pw / 2 - 0.3, 2.5, away - 2.2), (pw + 0.6, 0, 0), (0, 0.9, 2.2), roof * 1.1, surfaces.bricks(rng, 0.5, 0.3, 0.8))
    if rng.random() < 0.35:
        gx = x + rng.choice([-1, 1]) * (wide / 2 - 1.6)
        stage.face((gx - 1.4, 0, away - 0.08), (2.8, 0, 0), (0, 2.2, 0), rng.uniform(0.6, 0.95), surfaces.tiles(rng, 0.55, 0.8))
    if rng.random() < 0.4:
        stage.face((x + wide * 0.2, tall + rise * 0.4, away + 2), (0.8, 0, 0), (0, rise * 0.8, 0), 0.4, surfaces.bricks(rng))


def gable(stage: Stage, left: float, z: float, wide: float, tall: float, rise: float, tone: float, roof: float, shade: float) -> None:
    """A gable end: wall, triangle and the two slopes of the roof's edge."""
    stage.face((left, 0, z), (wide, 0, 0), (0, tall, 0), tone, surfaces.planks(stage.rng, 0.25, 0.06, True), shade)
    peak = (left + wide / 2, tall + rise, z)
    for corners, colour in (
        ([(left - 0.6, tall - 0.3, z), (left + wide + 0.6, tall - 0.3, z), (peak[0], peak[1] + 0.4, z)], roof),
        ([(left, tall, z - 0.02), (left + wide, tall, z - 0.02), (peak[0], peak[1], z - 0.02)], tone * shade * 0.95),
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


def industrial(canvas: Canvas, rng: Rng) -> None:
    """Chimneys and smoke, tanks, halls, pipes, pylons, cranes."""
    stage = Stage(
        canvas, rng, eye=(0, rng.uniform(1.7, 22), 0), yaw=rng.uniform(-0.2, 0.2), pitch=rng.uniform(-0.1, 0.22),
        roll=rng.normal(0, 0.015), focal=rng.uniform(0.8, 1.6), light=(rng.uniform(-1, 1), 0.6, rng.uniform(-1, 0)), ambient=rng.uniform(0.3, 0.6),
    )
    horizon = stage.horizon()
    some_sky(canvas, rng, min(max(horizon, 4), canvas.height), -0.05)
    if horizon < canvas.height:
        if rng.random() < 0.3:
            land.ridge(canvas, rng, horizon - 0.04 * canvas.height, 0.04 * canvas.height, 0.3, rng.uniform(0.2, 0.5), 0.2, 0.2)
        land.ground(canvas, rng, horizon - 3, rng.uniform(0.25, 0.6), 0.35, "rough", 60, horizon)
        if rng.random() < 0.15:
            land.water(canvas, rng, horizon + 0.2 * canvas.height, rng.uniform(0.3, 0.6), 0.2)
    makers = (hall, hall, chimneys, chimneys, tanks, tanks, frame, pylon, pipes, crane)
    count = int(rng.integers(3, 8))
    for z in sorted(rng.uniform(20, 85, count).tolist(), reverse=True):
        maker = makers[int(rng.integers(len(makers)))]
        maker(stage, rng.uniform(-0.45, 0.45) * z / stage.focal * canvas.width, z)
    if rng.random() < 0.5:
        chimneys(stage, rng.uniform(-15, 15), rng.uniform(40, 60))


def hall(stage: Stage, x: float, z: float) -> None:
    """A shed of corrugated iron or a brick works, with a saw-tooth roof or none."""
    rng = stage.rng
    wide, tall, tone = rng.uniform(15, 45), rng.uniform(6, 16), rng.uniform(0.25, 0.85)
    wall = surfaces.stripes(rng.uniform(0.6, 1.5), 0.25) if rng.random() < 0.5 else surfaces.windows(rng, 4, 5, 0.6, 0.5, 0.25)
    stage.piece((x, 0, z), rng.uniform(-0.5, 0.5), [Block((0, 0, 0), (wide, tall, wide * 0.7), tone, {"front": wall, "left": wall, "right": wall})])
    if rng.random() < 0.4:
        step = wide / 5
        for k in range(5):
            a = x - wide / 2 + k * step
            points = stage.outline([(a, tall, z - wide * 0.35), (a + step, tall, z - wide * 0.35), (a, tall + step * 0.6, z - wide * 0.35)])
            if len(points) > 2:
                stage.canvas.polygon(points, tone * 0.7)


def _cylinder(stage: Stage, x: float, z: float, bottom: float, top: float, r0: float, r1: float, tone: float) -> None:
    """A round body: shaded across, with an elliptic lid."""
    ax, ay, s = stage.project((x, bottom, z))
    bx, by, t = stage.project((x, top, z))
    if s == 0 or t == 0:
        return
    region = stage.canvas.inside([(ax - r0 * s, ay), (bx - r1 * t, by), (bx + r1 * t, by), (ax + r0 * s, ay)])
    if region is not None:
        across = (stage.canvas.xs[:, region.columns] - (ax + bx) / 2) / max(r0 * s, 1)
        lit = 1 if stage.light[0] > 0 else -1
        stage.canvas.blend(region, tone * np.clip(0.85 + 0.45 * lit * across - 0.25 * across * across, 0.2, 1.3))
    lid = abs(stage.eye[1] - top) / max(z, 1)
    stage.canvas.ellipse(bx, by, r1 * t, max(r1 * t * lid, 0.5), tone * (1.15 if stage.eye[1] > top else 0.6))


def chimneys(stage: Stage, x: float, z: float) -> None:
    """One to four chimneys, perhaps banded, perhaps smoking."""
    rng = stage.rng
    tall, tone, radius = rng.uniform(18, 55), rng.uniform(0.15, 0.8), rng.uniform(0.9, 2.4)
    smoke, banded, count = rng.random() < 0.5, rng.random() < 0.35, int(rng.integers(1, 5))
    drift = rng.uniform(-0.6, 0.6)
    for k in range(count):
        cx = x + (k - count / 2) * radius * rng.uniform(4, 5)
        if smoke:
            px, py, scale = stage.project((cx, tall, z))
            size = radius * scale
            grey = rng.uniform(0.3, 1.0)
            for i in range(12):
                plants.crown(stage.canvas, rng, px + drift * i * i * size * 0.3 + i * size * 0.4 * drift, py - i * size * 1.1, size * (0.8 + 0.35 * i), size * (0.7 + 0.28 * i), grey, 0.5, 0.12, alpha=0.75 - 0.045 * i)
        _cylinder(stage, cx, z, 0, tall, radius * 1.4, radius, tone)
        if banded:
            for i in range(3):
                _cylinder(stage, cx, z, tall * (0.7 + 0.12 * i), tall * (0.75 + 0.12 * i), radius * 1.08, radius * 1.05, 0.95 if tone < 0.5 else 0.3)


def tanks(stage: Stage, x: float, z: float) -> None:
    """A row of tanks or silos, or a cooling tower."""
    rng = stage.rng
    radius, tall, tone = rng.uniform(2.5, 7), rng.uniform(6, 18), rng.uniform(0.4, 1.0)
    for k in range(int(rng.integers(1, 5))):
        _cylinder(stage, x + k * radius * 2.3, z, 0, tall, radius, radius, tone * rng.uniform(0.9, 1.1))


def frame(stage: Stage, x: float, z: float) -> None:
    """An open steel frame full of pipes and vessels, as in a refinery."""
    rng = stage.rng
    wide, tall = rng.uniform(8, 18), rng.uniform(12, 32)
    for _ in range(int(rng.integers(2, 6))):
        cx = x + rng.uniform(-0.4, 0.4) * wide
        _cylinder(stage, cx, z + 1, 0, tall * rng.uniform(0.5, 1.15), rng.uniform(0.6, 1.6), rng.uniform(0.5, 1.4), rng.uniform(0.3, 0.95))
    tone, storeys = rng.uniform(0.08, 0.5), int(rng.integers(3, 6))
    nodes = [[stage.project((x + (i / 3 - 0.5) * wide, tall * j / storeys, z)) for j in range(storeys + 1)] for i in range(4)]
    thick = max(1.0, 0.3 * nodes[0][0][2])
    for i in range(4):
        stage.canvas.stroke([nodes[i][0][:2], nodes[i][-1][:2]], thick, tone)
    for j in range(storeys + 1):
        stage.canvas.stroke([nodes[0][j][:2], nodes[3][j][:2]], thick, tone)
    for j in range(storeys):
        i = int(rng.integers(3))
        stage.canvas.stroke([nodes[i][j][:2], nodes[i + 1][j + 1][:2]], thick * 0.7, tone)


def pylon(stage: Stage, x: float, z: float) -> None:
    """A lattice mast with wires."""
    rng, canvas = stage.rng, stage.canvas
    tall, tone = rng.uniform(20, 36), rng.uniform(0.08, 0.35)
    half = tall * 0.12
    left = [stage.project((x - half * (1 - j / 7), tall * j / 6, z))[:2] for j in range(7)]
    right = [stage.project((x + half * (1 - j / 7), tall * j / 6, z))[:2] for j in range(7)]
    canvas.stroke(left, 1.3, tone)
    canvas.stroke(right, 1.3, tone)
    for j in range(6):
        canvas.stroke([left[j], right[j + 1]], 1, tone)
        canvas.stroke([right[j], left[j + 1]], 1, tone)
    for part in (0.75, 0.9):
        a, b = stage.project((x - half * 1.6, tall * part, z)), stage.project((x + half * 1.6, tall * part, z))
        canvas.stroke([a[:2], b[:2]], 1.5, tone)
        for px, py, _ in (a, b):
            wire = [(px + d * canvas.width * 0.12, py + 0.03 * canvas.width * (1 - (d / 4 - 1) ** 2)) for d in range(9)]
            canvas.stroke(wire, 0.7, tone)
            canvas.stroke([(2 * px - wx, wy) for wx, wy in wire], 0.7, tone)


def pipes(stage: Stage, x: float, z: float) -> None:
    """A pipe bridge across the yard."""
    rng = stage.rng
    y, tone = rng.uniform(3, 8), rng.uniform(0.4, 0.9)
    for k in range(-3, 4):
        stage.face((x + 10 * k, 0, z), (0.6, 0, 0), (0, y + 2, 0), 0.25)
    for k in range(int(rng.integers(2, 5))):
        stage.face((x - 40, y + 0.8 * k, z - 0.1), (80, 0, 0), (0, 0.55, 0), tone * (1 - 0.15 * k))


def crane(stage: Stage, x: float, z: float) -> None:
    """A tower crane."""
    rng, canvas = stage.rng, stage.canvas
    tall, reach, tone = rng.uniform(25, 45), rng.uniform(14, 28), rng.uniform(0.08, 0.6)
    side = rng.choice([-1.0, 1.0])
    foot, top = stage.project((x, 0, z))[:2], stage.project((x, tall, z))[:2]
    tip, tail = stage.project((x + side * reach, tall, z))[:2], stage.project((x - side * reach * 0.35, tall, z))[:2]
    peak = stage.project((x, tall * 1.12, z))[:2]
    wide = max(2.0, math.dist(foot, top) * 0.03)
    canvas.stroke([foot, top, peak], wide, tone)
    canvas.stroke([tail, tip], wide * 0.8, tone)
    for end in (tail, tip):
        canvas.stroke([peak, end], 0.9, tone)
    hook = (top[0] + (tip[0] - top[0]) * 0.7, top[1])
    canvas.stroke([hook, (hook[0], hook[1] + math.dist(foot, top) * 0.4)], 0.8, tone)
