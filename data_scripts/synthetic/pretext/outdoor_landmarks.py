"""Outdoor classes with a landmark: cave, dam, farm, lighthouse, ruins, runway."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import noise, surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.pretext.materials import any_colour
from data_scripts.synthetic.pretext.outdoor_grounds import lawn
from data_scripts.synthetic.pretext.outdoor_landscapes import outside, weather
from data_scripts.synthetic.props import land
from data_scripts.synthetic.stage import Block

Rng = np.random.Generator


@painter
def runway(canvas: Canvas, rng: Rng) -> None:
    """An airplane on wide tarmac, with markings and a distant terminal."""
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
        tone, side = rng.uniform(0.6, 1.0), rng.choice((-1.0, 1.0))
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


@painter
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
    stage.face((x - 1.6, 0, z - 0.1), (3.2, 0, 0), (0, 3.4, 0), rng.choice((0.1, 0.95)))
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


@painter
def cave(canvas: Canvas, rng: Rng) -> None:
    """Stalactites and stalagmites around a dark or bright opening."""
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


@painter
def lighthouse(canvas: Canvas, rng: Rng) -> None:
    """A banded tower with a lantern on a rock, with the keeper's hut."""
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
        side = rng.choice((-1.0, 1.0))
        hx, hw = x + side * wide * 2.6, wide * 1.3
        canvas.rectangle(hx - hw, foot - hw, hx + hw, foot + 2, 0.9)
        canvas.polygon(
            [(hx - hw * 1.1, foot - hw), (hx, foot - hw * 1.8), (hx + hw * 1.1, foot - hw)], dark
        )


@painter
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
        canvas.blend(region, rng.uniform(0.5, 0.85) * (1.0 - 0.5 * part * rng.choice((-1.0, 1.0))))
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


@painter
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
