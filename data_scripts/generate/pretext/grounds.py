"""More places outside: grounds and yards told apart by what stands on them."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.generate import noise, surfaces
from data_scripts.generate.canvas import Canvas
from data_scripts.generate.pretext.landscapes import outside, weather
from data_scripts.generate.pretext.materials import any_colour
from data_scripts.generate.props import land, plants, vehicles
from data_scripts.generate.stage import Block, Stage

Rng = np.random.Generator


def lawn(stage: Stage, rng: Rng) -> None:
    """Grass or earth to the horizon, with a far line of trees or hills."""
    canvas, horizon = stage.canvas, stage.horizon()
    if rng.random() < 0.6:
        land.ridge(
            canvas,
            rng,
            horizon - 4,
            0.05 * canvas.height,
            rng.uniform(0.2, 0.9),
            any_colour(rng, 0.15, 0.45),
            0.2,
        )
    land.ground(
        canvas, rng, horizon - 3, any_colour(rng, 0.25, 0.65, 0.2), 0.25, "fine", 60, horizon
    )


def playground(canvas: Canvas, rng: Rng) -> None:
    """A slide, swings and a climbing frame."""
    stage = outside(canvas, rng)
    lawn(stage, rng)
    for z in sorted(rng.uniform(7, 18, 3).tolist(), reverse=True):
        x, tone, kind = (
            rng.uniform(-0.4, 0.4) * z,
            any_colour(rng, 0.2, 0.9, 0.6),
            int(rng.integers(3)),
        )
        if kind == 0:
            for dx in (-2.0, 2.0):
                for lean in (-0.6, 0.6):
                    canvas.stroke(
                        [
                            stage.project((x + dx + lean, 0, z))[:2],
                            stage.project((x + dx, 2.6, z))[:2],
                        ],
                        2.0,
                        tone,
                    )
            canvas.stroke(
                [stage.project((x - 2, 2.6, z))[:2], stage.project((x + 2, 2.6, z))[:2]], 2.0, tone
            )
            for dx in (-0.8, 0.8):
                seat = stage.project((x + dx + rng.uniform(-0.5, 0.5), 0.5, z))[:2]
                canvas.stroke([stage.project((x + dx, 2.6, z))[:2], seat], 1.0, 0.2)
                canvas.ellipse(*seat, 4, 1.5, 0.15)
        elif kind == 1:
            canvas.stroke(
                [
                    stage.project((x, 2.2, z))[:2],
                    stage.project((x + 1.6, 0.9, z))[:2],
                    stage.project((x + 3, 0.2, z))[:2],
                ],
                0.5 * stage.project((x, 1, z))[2],
                tone,
            )
            for dx in (0.0, -0.7):
                canvas.stroke(
                    [stage.project((x + dx, 0, z))[:2], stage.project((x + dx * 0.3, 2.3, z))[:2]],
                    2.0,
                    0.3,
                )
            for k in range(5):
                canvas.stroke(
                    [
                        stage.project((x - 0.65 + 0.1 * k, 0.4 * k + 0.2, z))[:2],
                        stage.project((x, 0.4 * k + 0.2, z))[:2],
                    ],
                    1.2,
                    0.3,
                )
        else:
            for k in range(5):
                canvas.stroke(
                    [
                        stage.project((x - 1.2 + 0.6 * k, 0, z))[:2],
                        stage.project((x - 1.2 + 0.6 * k, 2.4, z))[:2],
                    ],
                    1.6,
                    tone,
                )
                canvas.stroke(
                    [
                        stage.project((x - 1.2, 0.6 * k, z))[:2],
                        stage.project((x + 1.2, 0.6 * k, z))[:2],
                    ],
                    1.6,
                    tone,
                )


def cemetery(canvas: Canvas, rng: Rng) -> None:
    """Rows of headstones and crosses on grass."""
    stage = outside(canvas, rng)
    lawn(stage, rng)
    for z in np.arange(32, 4, -2.6).tolist():
        for x in np.arange(-z * 0.5, z * 0.5, 1.9).tolist():
            if rng.random() < 0.25:
                continue
            tone, tall = rng.uniform(0.3, 0.9), rng.uniform(0.6, 1.3)
            if rng.random() < 0.25:
                stage.face((x - 0.07, 0, z), (0.14, 0, 0), (0, tall, 0), tone)
                stage.face((x - 0.35, tall * 0.65, z), (0.7, 0, 0), (0, 0.14, 0), tone)
            else:
                stage.piece((x, 0, z), 0, [Block((0, 0, 0), (0.6, tall, 0.15), tone)])


def runway(canvas: Canvas, rng: Rng) -> None:
    """An aeroplane on wide tarmac, marks, a far terminal."""
    stage = outside(canvas, rng, (1.7, 6))
    lawn(stage, rng)
    stage.face(
        (-200, 0, 0.3),
        (400, 0, 0),
        (0, 0, 150),
        rng.uniform(0.3, 0.65),
        surfaces.stained(rng, 0.06, 6),
    )
    stage.face((-0.2, 0.01, 0.3), (0.5, 0, 0), (0, 0, 150), 0.9)
    for _ in range(int(rng.integers(1, 4))):
        z = rng.uniform(24, 70)
        x, y, s = stage.project((rng.uniform(-0.35, 0.35) * z, 2.6, z))
        tone, side = rng.uniform(0.6, 1.0), rng.choice([-1.0, 1.0])
        canvas.ellipse(x, y, 11 * s, 1.5 * s, tone)
        canvas.polygon(
            [
                (x - side * 10 * s, y),
                (x - side * 11.5 * s, y - 5 * s),
                (x - side * 9.5 * s, y - 5 * s),
                (x - side * 6.5 * s, y - 0.8 * s),
            ],
            any_colour(rng, 0.2, 0.8, 0.5),
        )
        canvas.polygon(
            [
                (x + 1.5 * s, y),
                (x - 1.5 * s, y),
                (x - side * 5 * s, y + 2.6 * s),
                (x - side * 3.5 * s, y + 2.6 * s),
            ],
            tone * 0.7,
        )
        for k in range(12):
            canvas.ellipse(x + (k - 6) * 1.2 * s, y - 0.4 * s, 0.25 * s, 0.3 * s, 0.15)
        for dx in (-2, 7):
            canvas.ellipse(x + side * dx * s, y + 2.3 * s, 0.5 * s, 0.5 * s, 0.08)


def stadium(canvas: Canvas, rng: Rng) -> None:
    """A striped pitch with goals or lines and a stand full of people."""
    stage = outside(canvas, rng, (6, 16), 0.03)
    deep = rng.uniform(60, 100)
    seats = surfaces.stained(rng, 0.9, 8, "white")
    stage.face((-160, 0, deep), (320, 0, 0), (0, 14, 18), any_colour(rng, 0.3, 0.7, 0.3), seats)
    stage.face((-160, 14, deep + 18), (320, 0, 0), (0, 5, 0), rng.uniform(0.1, 0.9))
    stage.face(
        (-160, 0, 0.5),
        (320, 0, 0),
        (0, 0, deep),
        any_colour(rng, 0.3, 0.5, 0.2),
        surfaces.stripes(rng.uniform(6, 12), 0.15, bool(rng.random() < 0.5)),
    )
    for z in (deep - 6, deep * 0.55, 12):
        stage.face((-50, 0.02, z), (100, 0, 0), (0, 0, 0.7), 1.0)
    for x in (-50.0, 0.0, 50.0):
        stage.face((x, 0.02, 12), (0.5, 0, 0), (0, 0, deep - 18), 1.0)
    x, y, s = stage.project((rng.uniform(-30, 30), 0, deep * 0.7))
    canvas.stroke(
        [(x - 4 * s, y), (x - 4 * s, y - 2.6 * s), (x + 4 * s, y - 2.6 * s), (x + 4 * s, y)],
        1.6,
        1.0,
    )


def parking(canvas: Canvas, rng: Rng) -> None:
    """Cars in rows between painted lines, seen from above."""
    stage = outside(canvas, rng, (3, 14), 0.1)
    lawn(stage, rng)
    stage.face(
        (-80, 0, 0.3),
        (160, 0, 0),
        (0, 0, 60),
        rng.uniform(0.3, 0.6),
        surfaces.stained(rng, 0.08, 8),
    )
    for z in np.arange(52, 5, -9.0).tolist():
        for x in np.arange(-22, 22, 2.7).tolist():
            stage.face((x, 0.01, z - 2.2), (0.12, 0, 0), (0, 0, 4.4), 0.9)
            if rng.random() < 0.75:
                tone = vehicles.paintwork(rng)
                stage.piece(
                    (x + 1.35, 0, z),
                    0,
                    [
                        Block((0, 0.15, 0), (1.75, 0.65, 4.2), tone),
                        Block((0, 0.8, 0.2), (1.5, 0.55, 2.2), (0.15, 0.17, 0.2), layer=1),
                        Block((0, 1.34, 0.2), (1.4, 0.04, 1.7), tone, layer=2),
                    ],
                )


def farm(canvas: Canvas, rng: Rng) -> None:
    """A barn with a big door and a curved roof, a round silo, fences."""
    stage = outside(canvas, rng)
    lawn(stage, rng)
    z, x, wide, tall = (
        rng.uniform(22, 40),
        rng.uniform(-8, 8),
        rng.uniform(8, 14),
        rng.uniform(4, 6),
    )
    tone, roof = any_colour(rng, 0.2, 0.7, 0.5), rng.uniform(0.2, 0.7)
    if rng.random() < 0.7:
        sx, sy, s = stage.project((x + wide * 0.8, 0, z + 3))
        canvas.rectangle(sx - 2 * s, sy - 11 * s, sx + 2 * s, sy, rng.uniform(0.5, 0.9))
        canvas.ellipse(sx, sy - 11 * s, 2 * s, 1.6 * s, rng.uniform(0.5, 0.95))
    stage.piece(
        (x, 0, z + 8),
        0,
        [Block((0, 0, 0), (wide, tall, 16), tone, {"front": surfaces.planks(rng, 0.3, 0.15)})],
    )
    corners = [(0.5, 0.0), (0.36, 0.6), (0.0, 0.9), (-0.36, 0.6), (-0.5, 0.0)]
    points = stage.outline([(x + u * wide, tall + v * tall * 0.8, z) for u, v in corners])
    if len(points) > 2:
        canvas.polygon(points, roof)
    stage.face((x - 1.6, 0, z - 0.1), (3.2, 0, 0), (0, 3.4, 0), rng.choice([0.1, 0.95]))
    for a, b in (((-1.6, 0.0), (1.6, 3.4)), ((1.6, 0.0), (-1.6, 3.4))):
        canvas.stroke(
            [
                stage.project((x + a[0], a[1], z - 0.2))[:2],
                stage.project((x + b[0], b[1], z - 0.2))[:2],
            ],
            1.5,
            0.9,
        )
    for k in range(16):
        stage.face((-16 + 2 * k, 0, z - 8), (0.2, 0, 0), (0, 1.2, 0), 0.7)
    stage.face((-16, 0.8, z - 8), (32, 0, 0), (0, 0.15, 0), 0.7)


def cave(canvas: Canvas, rng: Rng) -> None:
    """Stalactites and stalagmites about a dark or bright opening."""
    H, W = canvas.height, canvas.width
    canvas.pixels[:] = rng.uniform(0.02, 0.3)
    if rng.random() < 0.5:
        canvas.ellipse(
            W * rng.uniform(0.3, 0.7), H * rng.uniform(0.4, 0.6), W * 0.2, H * 0.16, 0.95
        )
    rock = rng.uniform(0.25, 0.6)
    for side in (0, 1):
        for k in range(int(rng.integers(8, 18))):
            x, long, half = (
                rng.uniform(0, W),
                H * rng.uniform(0.1, 0.5),
                W * rng.uniform(0.015, 0.06),
            )
            y0, y1 = (0, long) if side == 0 else (H, H - long * 0.8)
            canvas.polygon(
                [(x - half, y0), (x + half, y0), (x + half * 0.1, y1), (x - half * 0.1, y1)],
                rock * rng.uniform(0.5, 1.3) * (0.6 + 0.03 * k),
            )
    canvas.pixels *= np.clip(
        1 + 0.25 * noise.window(rng, "relief", H, W, 2) + 0.15 * noise.window(rng, "rough", H, W),
        0.2,
        2,
    )


def plaza(canvas: Canvas, rng: Rng) -> None:
    """A paved square with a fountain or statue on steps."""
    stage = outside(canvas, rng, (1.6, 5))
    land.ridge(
        canvas, rng, stage.horizon() - 6, 0.06 * canvas.height, 0.8, any_colour(rng, 0.2, 0.5), 0.1
    )
    stage.face(
        (-150, 0, 0.3),
        (300, 0, 0),
        (0, 0, 200),
        any_colour(rng, 0.4, 0.8, 0.1),
        surfaces.tiles(rng, rng.uniform(0.8, 2.5), 0.75, rng.choice([0.0, 0.3])),
    )
    z, x, stone = rng.uniform(9, 20), rng.uniform(-2, 2), rng.uniform(0.4, 0.9)
    for k in range(3):
        stage.piece(
            (x, 0.25 * k, z),
            0,
            [Block((0, 0, 0), (6 - 1.2 * k, 0.25, 6 - 1.2 * k), stone * (1 - 0.06 * k))],
        )
    px, py, s = stage.project((x, 0.75, z))
    canvas.rectangle(px - 0.7 * s, py - 1.6 * s, px + 0.7 * s, py, stone * 0.9)
    if rng.random() < 0.5:
        for k in range(14):
            a = (k - 6.5) / 7
            arc = [
                (px + a * 3.2 * s * t, py - 1.6 * s - 2.6 * s * (t - 1.1 * t * t))
                for t in (0.0, 0.25, 0.5, 0.75, 1.0)
            ]
            canvas.stroke(arc, 1.2, 0.97, 0.8)
    else:
        canvas.ellipse(px, py - 3.8 * s, 0.3 * s, 0.35 * s, stone * 0.6)
        canvas.polygon(
            [
                (px - 0.5 * s, py - 1.6 * s),
                (px - 0.6 * s, py - 3.3 * s),
                (px + 0.6 * s, py - 3.3 * s),
                (px + 0.5 * s, py - 1.6 * s),
            ],
            stone * 0.6,
        )
        canvas.stroke(
            [(px + 0.5 * s, py - 3.2 * s), (px + 1.3 * s, py - 4.1 * s)], 0.25 * s, stone * 0.6
        )


def orchard(canvas: Canvas, rng: Rng) -> None:
    """Round trees in straight rows on grass."""
    stage = outside(canvas, rng)
    lawn(stage, rng)
    size, tone, gap = rng.uniform(2.5, 4), any_colour(rng, 0.15, 0.4), rng.uniform(4, 6)
    shift = rng.uniform(-2, 2)
    for z in np.arange(50, 6, -gap).tolist():
        for column in range(-5, 6):
            x, y, s = stage.project((column * gap + shift, 0, z))
            if -20 < x < canvas.width + 20 and s > 0:
                canvas.stroke([(x, y), (x, y - size * 0.5 * s)], max(1.2, 0.18 * s), 0.2)
                plants.crown(
                    canvas, rng, x, y - size * 0.65 * s, size * 0.42 * s, size * 0.36 * s, tone, 0.3
                )
                for _ in range(3 if s > 8 else 0):
                    canvas.ellipse(
                        x + rng.uniform(-0.3, 0.3) * size * s,
                        y - size * s * rng.uniform(0.45, 0.85),
                        0.1 * s,
                        0.1 * s,
                        any_colour(rng, 0.5, 0.9, 0.5),
                    )


def lighthouse(canvas: Canvas, rng: Rng) -> None:
    """A banded tower with a lantern on a rock, with its keeper's hut."""
    H, W = canvas.height, canvas.width
    horizon = H * rng.uniform(0.65, 0.9)
    weather(canvas, rng, horizon)
    line = land.ridge(
        canvas, rng, horizon + 0.04 * H, 0.05 * H, 0.6, any_colour(rng, 0.2, 0.5), 0.3
    )
    x, tall = W * rng.uniform(0.25, 0.75), H * rng.uniform(0.35, 0.65)
    foot, wide = float(line[int(x)]) + 3, tall * rng.uniform(0.08, 0.13)
    bands, dark = int(rng.integers(1, 7)), any_colour(rng, 0.1, 0.5, 0.6)
    for k in range(bands):
        a, b = k / bands, (k + 1) / bands
        wa, wb = wide * (1 - 0.35 * a), wide * (1 - 0.35 * b)
        canvas.polygon(
            [
                (x - wa, foot - tall * a),
                (x + wa, foot - tall * a),
                (x + wb, foot - tall * b),
                (x - wb, foot - tall * b),
            ],
            0.95 if k % 2 == 0 else dark,
        )
    top = foot - tall
    canvas.rectangle(x - wide * 0.9, top - 2, x + wide * 0.9, top, 0.2)
    canvas.rectangle(x - wide * 0.45, top - wide * 1.1, x + wide * 0.45, top - 2, 1.0)
    canvas.polygon(
        [
            (x - wide * 0.6, top - wide * 1.1),
            (x, top - wide * 1.9),
            (x + wide * 0.6, top - wide * 1.1),
        ],
        dark,
    )
    if rng.random() < 0.6:
        side = rng.choice([-1.0, 1.0])
        hx, hw = x + side * wide * 2.6, wide * 1.3
        canvas.rectangle(hx - hw, foot - hw, hx + hw, foot + 2, 0.9)
        canvas.polygon(
            [(hx - hw * 1.1, foot - hw), (hx, foot - hw * 1.8), (hx + hw * 1.1, foot - hw)], dark
        )


def dam(canvas: Canvas, rng: Rng) -> None:
    """A curved concrete wall between rock flanks, spilling or dry."""
    H, W = canvas.height, canvas.width
    top = H * rng.uniform(0.25, 0.45)
    weather(canvas, rng, top)
    land.ridge(canvas, rng, top - 0.06 * H, 0.1 * H, 0.5, any_colour(rng, 0.2, 0.45, 0.1), 0.3)
    x0, x1, foot = (
        W * rng.uniform(0.05, 0.25),
        W * rng.uniform(0.75, 0.95),
        H * rng.uniform(0.75, 0.95),
    )
    middle = (x0 + x1) / 2
    region = canvas.inside(
        [(x0, top), (x1, top), (middle + 0.2 * W, foot), (middle - 0.2 * W, foot)]
    )
    if region is not None:
        part = (canvas.xs[:, region.columns] - middle) / (0.5 * W)
        canvas.blend(region, rng.uniform(0.5, 0.85) * (1.0 - 0.5 * part * rng.choice([-1.0, 1.0])))
    for k in range(9):
        y = top + (foot - top) * k / 9
        canvas.stroke([(x0, y), (x1, y)], 0.7, 0.3, 0.25)
    if rng.random() < 0.6:
        for _ in range(int(rng.integers(1, 5))):
            x = middle + rng.uniform(-0.14, 0.14) * W
            canvas.polygon([(x - 3, top), (x + 3, top), (x + 6, foot), (x - 6, foot)], 0.97, 0.85)
    for side in (0, 1):
        edge = [(0, top - 0.05 * H), (x0 + 4, top), (middle - 0.2 * W + 4, foot), (0, H * 1.4)]
        corners = edge if side == 0 else [(W - x, y) for x, y in edge]
        rock = canvas.inside(corners)
        if rock is not None:
            canvas.blend(rock, rng.uniform(0.2, 0.45))
    land.water(canvas, rng, foot, (0.25, 0.33, 0.36), 0.3)


def ruins(canvas: Canvas, rng: Rng) -> None:
    """Standing and broken columns on a stepped floor."""
    stage = outside(canvas, rng)
    lawn(stage, rng)
    z0, stone = rng.uniform(12, 22), any_colour(rng, 0.5, 0.9, 0.12)
    for k in range(3):
        stage.piece((0, 0.3 * k, z0 + 6), 0, [Block((0, 0, 0), (22 - k, 0.3, 12), stone)])
    whole = rng.random() < 0.5
    for z in (z0 + 10, z0 + 1.5):
        for x in np.linspace(-9, 9, int(rng.integers(4, 9))).tolist():
            tall = 5.5 if whole or rng.random() < 0.5 else rng.uniform(0.8, 4.5)
            px, py, s = stage.project((x, 0.9, z))
            region = canvas.inside(
                [
                    (px - 0.5 * s, py),
                    (px - 0.42 * s, py - tall * s),
                    (px + 0.42 * s, py - tall * s),
                    (px + 0.5 * s, py),
                ]
            )
            if region is not None:
                flutes = np.cos((canvas.xs[:, region.columns] - px) / max(s, 1) * math.pi * 6)
                canvas.blend(
                    region,
                    canvas.colour(stone) * (0.85 + 0.13 * flutes) * np.ones_like(region.cover),
                )
            if tall > 5:
                canvas.rectangle(px - 0.65 * s, py - 5.8 * s, px + 0.65 * s, py - 5.5 * s, stone)
        if whole:
            stage.face((-10, 6.7, z), (20, 0, 0), (0, 1.0, 0), stone, shade=0.9)
    if whole and rng.random() < 0.7:
        points = stage.outline([(-10, 7.7, z0 + 1.5), (10, 7.7, z0 + 1.5), (0, 10, z0 + 1.5)])
        if len(points) > 2:
            canvas.polygon(points, stone)
