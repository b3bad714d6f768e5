"""Outdoor classes of landscapes: desert, harbor, ice field, palm beach, vineyard, waterfall."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import noise, surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.pretext.materials import any_colour
from data_scripts.synthetic.props import land, plants
from data_scripts.synthetic.stage import Stage

Rng = np.random.Generator


def weather(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """Paint a sky in color."""
    f = rng.uniform(0.5, 1.05)
    land.sky(
        canvas,
        rng,
        horizon,
        (0.4 * f, 0.55 * f, 0.8 * f),
        (0.8 * f, 0.86 * f, 0.92 * f),
        rng.choice((0.0, rng.uniform(0.2, 1))),
        rng.uniform(0.6, 1.0),
    )


def outside(
    canvas: Canvas, rng: Rng, eye: tuple[float, float] = (1.5, 4.0), pitch: float = 0.06
) -> Stage:
    """Return an outdoor camera, slightly turned."""
    stage = Stage(
        canvas,
        rng,
        eye=(rng.uniform(-1, 1), rng.uniform(*eye), 0),
        yaw=rng.uniform(-0.25, 0.25),
        pitch=rng.normal(0.02, pitch),
        roll=rng.normal(0, 0.02),
        focal=rng.uniform(0.8, 1.4),
        light=(rng.uniform(-1, 1), 0.6, -0.7),
        ambient=rng.uniform(0.35, 0.6),
    )
    weather(canvas, rng, max(4.0, stage.horizon()))
    return stage


@painter
def desert(canvas: Canvas, rng: Rng) -> None:
    """Dunes with sharp crests, one side in shade."""
    H, W = canvas.height, canvas.width
    top = H * rng.uniform(0.2, 0.55)
    weather(canvas, rng, top + 0.1 * H)
    f = rng.uniform(0.7, 1.15)
    for layer in range(int(rng.integers(3, 6))):
        line = top + layer * 0.16 * H + noise.profile(rng, W, 0.1 * H, 0.05)
        region = canvas.below(line)
        if region is None:
            continue
        h, w = region.cover.shape
        ripple = 1 + 0.08 * noise.window(rng, "streak", h, w)
        canvas.blend(
            region, canvas.colour((0.82 * f, 0.66 * f, 0.42 * f)) * ripple * (1 - 0.04 * layer)
        )
        x0 = rng.uniform(-0.2, 0.8) * W
        lee = np.clip(
            (canvas.xs - x0 - (canvas.ys[region.rows] - line[None, :]) * rng.uniform(0.5, 2)) * 0.1,
            0,
            1,
        ) * np.exp(-(canvas.xs - x0) / (0.3 * W))
        canvas.scale(region, (1 - 0.5 * np.clip(lee, 0, 1)).astype(np.float32))


@painter
def icefield(canvas: Canvas, rng: Rng) -> None:
    """Ice floes and bergs on dark water."""
    H, W = canvas.height, canvas.width
    horizon = H * rng.uniform(0.2, 0.5)
    weather(canvas, rng, horizon)
    land.water(canvas, rng, horizon, (0.12, 0.2, 0.28), 0.2)
    field = noise.window(rng, "cloud", H, W, 2)
    for y in sorted(
        (horizon + (H - horizon) * rng.random(int(rng.integers(12, 40))) ** 1.5).tolist()
    ):
        size = (0.02 + 0.2 * (y - horizon) / H) * W * rng.uniform(0.6, 1.6)
        x = rng.uniform(0, W)
        canvas.blend(
            canvas.blob(x, y + size * 0.1, size, size * 0.3, field, 0.3), (0.45, 0.6, 0.68)
        )
        canvas.blend(canvas.blob(x, y, size, size * 0.28, field, 0.3), (0.92, 0.95, 0.97))
        if rng.random() < 0.15:
            canvas.polygon(
                [(x - size * 0.7, y), (x - size * 0.2, y - size * 1.1), (x + size * 0.2, y)],
                (0.95, 0.97, 1.0),
            )
            canvas.polygon(
                [(x - size * 0.2, y - size * 1.1), (x + size * 0.7, y), (x + size * 0.2, y)],
                (0.65, 0.76, 0.84),
            )


@painter
def palm(canvas: Canvas, rng: Rng) -> None:
    """Palms against the sky."""
    H, W = canvas.height, canvas.width
    horizon = H * rng.uniform(0.7, 0.95)
    weather(canvas, rng, horizon)
    land.ground(canvas, rng, horizon - 5, any_colour(rng, 0.3, 0.8), 0.2, "fine", 60, horizon)
    for _ in range(int(rng.integers(1, 6))):
        x, foot = rng.uniform(0.1, 0.9) * W, horizon + rng.uniform(0, 0.1) * H
        tall, lean = H * rng.uniform(0.35, 0.8), rng.uniform(-0.2, 0.2) * W
        f = rng.uniform(0.3, 1.2)
        stem = [(x + lean * (k / 6) ** 2, foot - tall * k / 6) for k in range(7)]
        canvas.stroke(stem, 0.025 * tall + 1, (0.35 * f, 0.28 * f, 0.2 * f))
        for _frond in range(int(rng.integers(7, 13))):
            angle = rng.uniform(-0.4, math.pi + 0.4)
            for i in range(5):
                a = angle + (0.22 * i if math.cos(angle) < 0 else -0.22 * i)
                px, py = (
                    stem[-1][0] + tall * 0.075 * (i + 0.5) * math.cos(angle),
                    stem[-1][1] - tall * 0.075 * (i + 0.5) * math.sin(angle) + tall * 0.012 * i * i,
                )
                canvas.ellipse(
                    px, py, tall * 0.055, tall * 0.028, (0.2 * f, 0.34 * f, 0.14 * f), -a
                )


@painter
def vineyard(canvas: Canvas, rng: Rng) -> None:
    """Rows of plants that recede over a slope."""
    stage = outside(canvas, rng, (2, 7))
    H = canvas.height
    land.ridge(canvas, rng, stage.horizon() - 0.05 * H, 0.06 * H, 0.2, (0.3, 0.38, 0.28), 0.1, 0.2)
    land.ground(
        canvas,
        rng,
        stage.horizon() - 3,
        any_colour(rng, 0.35, 0.65, 0.2),
        0.25,
        "fine",
        60,
        stage.horizon(),
    )
    gap, high, f = rng.uniform(1.6, 3.2), rng.uniform(0.8, 1.7), rng.uniform(0.6, 1.3)
    leaves = surfaces.stained(rng, 0.45, 30, "fine")
    columns = sorted((k * gap + rng.uniform(0, 0.1) for k in range(-14, 15)), key=lambda v: -abs(v))
    for x in columns:
        if abs(x - stage.eye[0]) > 0.4:
            stage.face(
                (x, 0.2, 1.5), (0, 0, 150), (0, high, 0), (0.24 * f, 0.38 * f, 0.15 * f), leaves
            )
            stage.face(
                (x - 0.3, high + 0.2, 1.5),
                (0.6, 0, 0),
                (0, 0, 150),
                (0.34 * f, 0.5 * f, 0.2 * f),
                leaves,
            )


@painter
def waterfall(canvas: Canvas, rng: Rng) -> None:
    """White water down a dark rock face into a pool."""
    H, W = canvas.height, canvas.width
    rock = rng.uniform(0.15, 0.45)
    canvas.pixels[:] = rock * np.clip(
        1 + 0.4 * noise.window(rng, "relief", H, W, 2) + 0.25 * noise.window(rng, "fine", H, W),
        0.1,
        2.2,
    )
    foot = H * rng.uniform(0.6, 0.85)
    top = H * rng.uniform(-0.1, 0.3)
    if top > 0:
        weather(canvas, rng, top * 0.6)
    for _ in range(int(rng.integers(1, 4))):
        x, half = rng.uniform(0.2, 0.8) * W, W * rng.uniform(0.03, 0.16)
        region = canvas.inside(
            [(x - half * 0.7, top), (x + half * 0.7, top), (x + half, foot), (x - half, foot)]
        )
        if region is not None:
            h, w = region.cover.shape
            canvas.blend(
                region,
                np.clip(0.8 + 0.16 * noise.window(rng, "streak", w, h, 1).T, 0.35, 1.1),
                0.95,
            )
        for _ in range(5):
            plants.crown(
                canvas,
                rng,
                x + rng.uniform(-1, 1) * half,
                foot,
                half * 0.9,
                half * 0.4,
                0.9,
                0.5,
                0.1,
                alpha=0.5,
            )
    land.water(canvas, rng, foot, (0.3, 0.38, 0.4), 0.3, foam=0.6)
    for _ in range(int(rng.integers(0, 12))):
        f = rng.uniform(0.5, 1.3)
        plants.crown(
            canvas,
            rng,
            rng.choice((rng.uniform(0, 0.2), rng.uniform(0.8, 1))) * W,
            rng.uniform(0, 1) * H,
            0.12 * W,
            0.1 * H,
            (0.18 * f, 0.3 * f, 0.12 * f),
        )


@painter
def harbour(canvas: Canvas, rng: Rng) -> None:
    """Hulls and many masts along a quay."""
    H, W = canvas.height, canvas.width
    horizon = H * rng.uniform(0.4, 0.65)
    weather(canvas, rng, horizon)
    land.ridge(canvas, rng, horizon - 0.03 * H, 0.05 * H, 0.5, any_colour(rng, 0.25, 0.5), 0.1)
    land.water(canvas, rng, horizon, (0.25, 0.33, 0.4), 0.3)
    for y in sorted((horizon + rng.uniform(0.02, 0.45, int(rng.integers(6, 18))) * H).tolist()):
        x, size = rng.uniform(0, W), (0.05 + 0.35 * (y - horizon) / H) * W
        tone = any_colour(rng, 0.1, 1.0, 0.3)
        canvas.scale(canvas.oval(x, y + size * 0.12, size, size * 0.2), 0.6)
        canvas.polygon(
            [
                (x - size, y - size * 0.4),
                (x - size * 0.8, y),
                (x + size * 0.75, y),
                (x + size * 1.1, y - size * 0.45),
            ],
            tone,
        )
        canvas.rectangle(
            x - size * 0.4, y - size * 0.65, x + size * 0.3, y - size * 0.4, any_colour(rng, 0.5, 1)
        )
        for dx in (-0.1, 0.4)[: int(rng.integers(1, 3))]:
            mast = size * rng.uniform(1.6, 3)
            canvas.stroke(
                [(x + dx * size, y - size * 0.4), (x + dx * size, y - mast)],
                1.3,
                0.85 if rng.random() < 0.5 else 0.2,
            )
            canvas.stroke([(x + dx * size, y - mast), (x + size, y - size * 0.45)], 0.8, 0.3)
