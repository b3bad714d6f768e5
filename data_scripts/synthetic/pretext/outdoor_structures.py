"""Outdoor classes of structures: bridge, camp, castle, railway, tunnel, turbines."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import noise, surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.pretext.materials import any_colour
from data_scripts.synthetic.pretext.outdoor_landscapes import outside, weather
from data_scripts.synthetic.props import land
from data_scripts.synthetic.stage import Block

Rng = np.random.Generator


@painter
def bridge(canvas: Canvas, rng: Rng) -> None:
    """Arches, or a deck hung from towers, over water."""
    H, W = canvas.height, canvas.width
    horizon = H * rng.uniform(0.4, 0.7)
    weather(canvas, rng, horizon)
    land.ridge(canvas, rng, horizon, 0.07 * H, 0.4, any_colour(rng, 0.2, 0.5), 0.2)
    deck, tone, slope = (
        horizon - H * rng.uniform(0.02, 0.2),
        any_colour(rng, 0.15, 0.8),
        rng.uniform(-0.15, 0.15),
    )
    thick = H * rng.uniform(0.015, 0.05)

    def road(x: float) -> float:
        return deck + slope * (x - W / 2)

    hung = rng.random() < 0.5
    if hung:
        towers = [W * rng.uniform(0.1, 0.35), W * rng.uniform(0.6, 0.9)]
        high = H * rng.uniform(0.15, 0.35)
        span = towers[1] - towers[0]
        for k in range(40):
            x = -0.2 * W + k * 1.4 * W / 40
            inside = (x - towers[0]) / span
            sag = (
                1 - 4 * (inside - 0.5) ** 2
                if 0 <= inside <= 1
                else min(1.0, abs(inside - (0 if inside < 0 else 1)) * 1.6)
            )
            top = road(x) - high * (1 - 0.9 * sag)
            canvas.stroke([(x, top), (x, road(x))], 0.9, tone)
            canvas.ellipse(x, top, 1.5, 1.5, tone)
        for x in towers:
            canvas.rectangle(
                x - 0.012 * W, road(x) - high * 1.03, x + 0.012 * W, horizon + 0.12 * H, tone
            )
    canvas.polygon([(0, road(0)), (W, road(W)), (W, road(W) + thick), (0, road(0) + thick)], tone)
    land.water(canvas, rng, horizon + 0.03 * H, (0.28, 0.38, 0.45), 0.3)
    if not hung:
        count = int(rng.integers(2, 6))
        bay = W / count
        foot = horizon + 0.1 * H
        canvas.polygon([(0, road(0)), (W, road(W)), (W, foot), (0, foot)], tone)
        for k in range(count):
            x = (k + 0.5) * bay
            top = road(x) + thick
            canvas.ellipse(x, foot, bay * 0.4, (foot - top) * 0.85, (0.35, 0.45, 0.52))
        low = canvas.below(foot)
        if low is not None:
            canvas.blend(low, (0.28, 0.38, 0.45), 0.8)


@painter
def camp(canvas: Canvas, rng: Rng) -> None:
    """Tents on a meadow."""
    stage = outside(canvas, rng)
    land.ground(
        canvas, rng, stage.horizon() - 3, (0.32, 0.42, 0.2), 0.25, "fine", 60, stage.horizon()
    )
    for z in sorted(rng.uniform(6, 40, int(rng.integers(3, 12))).tolist(), reverse=True):
        x, tone, size = (
            rng.uniform(-0.5, 0.5) * z,
            any_colour(rng, 0.3, 1.0, 0.5),
            rng.uniform(1.2, 2.6),
        )
        turn = rng.uniform(-1, 1)
        c, s = math.cos(turn) * size, math.sin(turn) * size
        peak, back = (x, size * 1.1, z), (x + s * 1.6, size * 1.1, z + c * 1.6)
        left, right = (x - c, 0.0, z + s), (x + c, 0.0, z - s)
        for corners, f in (
            ([right, (right[0] + s * 1.6, 0.0, right[2] + c * 1.6), back, peak], 0.6),
            ([left, (left[0] + s * 1.6, 0.0, left[2] + c * 1.6), back, peak], 0.8),
            ([left, right, peak], 1.0),
        ):
            points = stage.outline(corners)
            if len(points) > 2:
                canvas.polygon(points, (tone[0] * f, tone[1] * f, tone[2] * f))
        points = stage.outline(
            [(x - 0.25 * c, 0, z + 0.25 * s), (x + 0.25 * c, 0, z - 0.25 * s), (x, size * 0.7, z)]
        )
        if len(points) > 2:
            canvas.polygon(points, 0.1)


@painter
def castle(canvas: Canvas, rng: Rng) -> None:
    """Round towers and walls with battlements on a rise."""
    stage = outside(canvas, rng)
    H, W = canvas.height, canvas.width
    hill = stage.horizon() - noise.profile(rng, W, 0.06 * H, 0.2)
    land.ground(canvas, rng, stage.horizon() - 12, (0.32, 0.38, 0.2), 0.3, "rough", 60, hill)
    stone = surfaces.bricks(rng, 1.2, 0.6, 0.85)
    tone = any_colour(rng, 0.3, 0.8, 0.12)
    for _ in range(int(rng.integers(3, 7))):
        x, z = rng.uniform(-14, 14), rng.uniform(32, 45)
        wide, tall = rng.uniform(3, 16), rng.uniform(5, 17)
        stage.face(
            (x - wide / 2, 0, z), (wide, 0, 0), (0, tall, 0), tone, stone, rng.uniform(0.6, 1)
        )
        for k in range(int(wide / 1.2)):
            stage.face(
                (x - wide / 2 + 1.2 * k, tall, z), (0.7, 0, 0), (0, 0.9, 0), tone, shade=0.85
            )
        if wide < 6 and rng.random() < 0.5:
            points = stage.outline(
                [(x - wide * 0.6, tall, z), (x + wide * 0.6, tall, z), (x, tall + wide * 1.2, z)]
            )
            if len(points) > 2:
                canvas.polygon(points, any_colour(rng, 0.15, 0.4))
        stage.face((x - 0.3, tall * 0.5, z - 0.1), (0.6, 0, 0), (0, 1.4, 0), 0.08)


@painter
def railway(canvas: Canvas, rng: Rng) -> None:
    """Tracks with sleepers, ballast, masts, perhaps a train."""
    stage = outside(canvas, rng, (1.5, 6))
    H = canvas.height
    land.ridge(canvas, rng, stage.horizon() - 3, 0.05 * H, 0.6, (0.25, 0.32, 0.2), 0.2)
    land.ground(
        canvas,
        rng,
        stage.horizon() - 3,
        any_colour(rng, 0.25, 0.6, 0.15),
        0.3,
        "fine",
        60,
        stage.horizon(),
    )
    for track in range(int(rng.integers(1, 5))):
        x = (track - 1) * 4.2
        stage.face(
            (x - 1.8, 0, 0.3),
            (3.6, 0, 0),
            (0, 0, 250),
            rng.uniform(0.35, 0.6),
            surfaces.stained(rng, 0.3, 20, "fine"),
        )
        stage.face(
            (x - 1.25, 0.02, 0.3),
            (2.5, 0, 0),
            (0, 0, 90),
            rng.uniform(0.2, 0.4),
            surfaces.stripes(0.7, -0.7, False, 0.4),
        )
        for dx in (-0.72, 0.72):
            stage.face((x + dx - 0.05, 0.05, 0.3), (0.1, 0, 0), (0, 0, 250), 0.85)
    side = int(rng.choice((-1, 1)))
    for z in np.arange(120, 6, -18.0).tolist():
        stage.face((side * 6, 0, z), (0.3, 0, 0), (0, 7, 0), 0.2)
        stage.face((side * 6, 6.2, z), (-side * 5, 0, 0), (0, 0.2, 0), 0.2)
    if rng.random() < 0.4:
        z, tone = rng.uniform(12, 50), any_colour(rng, 0.2, 0.8, 0.5)
        look = surfaces.windows(rng, 2.0, 3.4, 0.7, 0.3, 0.2, 1.0, 0.2)
        stage.piece(
            (4.2 * rng.integers(-1, 2), 0.3, z + 40),
            0,
            [
                Block((0, 0, 0), (2.9, 3.6, 80), tone, {"left": look, "right": look}),
                Block((0, 1.9, -40), (2.3, 1.2, 0.1), 0.12, layer=1),
            ],
        )


@painter
def tunnel(canvas: Canvas, rng: Rng) -> None:
    """The inside of a tube with rings and lamps, and light at its end."""
    H, W = canvas.height, canvas.width
    x, y = W * rng.uniform(0.3, 0.7), H * rng.uniform(0.35, 0.6)
    tone, bend = rng.uniform(0.2, 0.8), rng.uniform(-0.3, 0.3) * W
    rings = int(rng.integers(12, 26))
    tall = rng.uniform(0.75, 1.1)
    for k in range(rings):
        depth = 1 + k * 0.7
        r = 0.95 * W / depth
        fade = 1 / (1 + 0.06 * k)
        f = tone * fade * (1.0 if k % 2 else 0.72)
        cx = x + bend * (1 - 1 / depth) ** 2
        canvas.ellipse(cx, y, r, r * tall, (f, f * 0.97, f * 0.92))
        floor = y + r * tall * 0.55
        canvas.polygon(
            [(cx - r * 0.84, floor), (cx + r * 0.84, floor), (cx + r, H + r), (cx - r, H + r)],
            tone * fade * 0.55,
        )
        if k % 3 == 1:
            for side in (-0.6, 0.6):
                canvas.ellipse(cx + side * r, y - 0.5 * r * tall, 0.05 * r, 0.025 * r, 1.0)
    r = 0.95 * W / (1 + rings * 0.7)
    canvas.ellipse(x + bend * 0.9, y, r, r * tall, rng.choice((0.02, 1.0)))
    canvas.pixels *= 1 + 0.06 * noise.window(rng, "rough", H, W)


@painter
def turbines(canvas: Canvas, rng: Rng) -> None:
    """Wind turbines on a plain."""
    H, W = canvas.height, canvas.width
    horizon = H * rng.uniform(0.55, 0.85)
    weather(canvas, rng, horizon)
    land.ridge(canvas, rng, horizon, 0.04 * H, 0.2, any_colour(rng, 0.25, 0.5), 0.2)
    land.ground(
        canvas, rng, horizon, any_colour(rng, 0.3, 0.7, 0.3), 0.25, "streak", 60, horizon + 0.03 * H
    )
    tone = rng.uniform(0.75, 1.0) if rng.random() < 0.7 else 0.25
    for tall in sorted((H * rng.uniform(0.15, 0.65, int(rng.integers(2, 8)))).tolist()):
        x, foot, turn = rng.uniform(0, W), horizon + 0.1 * tall, rng.uniform(0, 2)
        canvas.polygon(
            [
                (x - 0.018 * tall, foot),
                (x - 0.01 * tall, foot - tall),
                (x + 0.01 * tall, foot - tall),
                (x + 0.018 * tall, foot),
            ],
            tone,
        )
        for k in range(3):
            a = turn + k * 2 * math.pi / 3
            tip = (x + 0.55 * tall * math.cos(a), foot - tall + 0.55 * tall * math.sin(a))
            side = (
                x + 0.08 * tall * math.cos(a + 0.4),
                foot - tall + 0.08 * tall * math.sin(a + 0.4),
            )
            canvas.polygon([(x, foot - tall), side, tip], tone)
        canvas.ellipse(x, foot - tall, 0.025 * tall, 0.025 * tall, tone * 0.9)
