"""Outdoor classes of open grounds: cemetery, orchard, parking lot, playground, plaza, stadium."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.pretext.materials import any_colour
from data_scripts.synthetic.pretext.outdoor_landscapes import outside
from data_scripts.synthetic.props import land, plants, vehicles
from data_scripts.synthetic.stage import Block, Stage

Rng = np.random.Generator


def lawn(stage: Stage, rng: Rng) -> None:
    """Paint grass or earth up to the horizon, with a distant line of trees or hills."""
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


@painter
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


@painter
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


@painter
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


@painter
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


@painter
def plaza(canvas: Canvas, rng: Rng) -> None:
    """A paved square with a fountain or a statue on steps."""
    stage = outside(canvas, rng, (1.6, 5))
    land.ridge(
        canvas, rng, stage.horizon() - 6, 0.06 * canvas.height, 0.8, any_colour(rng, 0.2, 0.5), 0.1
    )
    stage.face(
        (-150, 0, 0.3),
        (300, 0, 0),
        (0, 0, 200),
        any_colour(rng, 0.4, 0.8, 0.1),
        surfaces.tiles(rng, rng.uniform(0.8, 2.5), 0.75, rng.choice((0.0, 0.3))),
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


@painter
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
