"""People on foot and on bicycles."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic.canvas import Canvas, Colour

Rng = np.random.Generator


def person(
    canvas: Canvas,
    rng: Rng,
    x: float,
    foot: float,
    height: float,
    label: int | None = None,
    stride: float | None = None,
) -> None:
    """Paint a person who stands or walks."""
    coat = tuple(float(v) for v in rng.uniform(0.05, 0.6, 3))
    legs = tuple(float(v) for v in rng.uniform(0.05, 0.35, 3))
    skin = tuple(float(v) * rng.uniform(0.5, 1.0) for v in (0.85, 0.65, 0.52))
    step = (rng.uniform(-0.1, 0.1) if stride is None else stride) * height
    hip, shoulder, head = foot - 0.47 * height, foot - 0.82 * height, foot - 0.92 * height
    for side in (-1, 1):
        canvas.stroke(
            [(x + side * 0.04 * height, hip), (x + side * (0.05 * height + step), foot)],
            0.09 * height,
            legs,
            label=label,
        )
    canvas.polygon(
        [
            (x - 0.1 * height, hip + 0.04 * height),
            (x - 0.13 * height, shoulder),
            (x + 0.13 * height, shoulder),
            (x + 0.1 * height, hip + 0.04 * height),
        ],
        coat,
        label=label,
    )
    for side in (-1, 1):
        canvas.stroke(
            [
                (x + side * 0.12 * height, shoulder + 0.02 * height),
                (x + side * 0.15 * height + step * 0.5, hip),
            ],
            0.06 * height,
            coat,
            label=label,
        )
    canvas.ellipse(x, head, 0.06 * height, 0.075 * height, skin, label=label)
    canvas.ellipse(
        x, head - 0.03 * height, 0.062 * height, 0.05 * height, rng.uniform(0.05, 0.4), label=label
    )


def bicycle(
    canvas: Canvas,
    x: float,
    foot: float,
    height: float,
    colour: Colour,
    label: int | None = None,
    squeeze: float = 1.0,
) -> None:
    """Paint a bicycle from the side; `height` is that of a rider on it."""
    r = 0.19 * height
    reach = 0.31 * height * squeeze
    for dx in (-reach, reach):
        points = [
            (
                x + dx + r * squeeze * math.cos(a * math.pi / 5),
                foot - r + r * math.sin(a * math.pi / 5),
            )
            for a in range(11)
        ]
        canvas.stroke(points, max(0.035 * height, 1.0), 0.1, label=label)
    seat, bar, pedal = (
        (x - 0.12 * height * squeeze, foot - 0.5 * height),
        (x + 0.24 * height * squeeze, foot - 0.52 * height),
        (x, foot - r),
    )
    for a, b in (
        (seat, pedal),
        (seat, bar),
        (pedal, bar),
        (pedal, (x - reach, foot - r)),
        ((x + reach, foot - r), bar),
    ):
        canvas.stroke([a, b], max(0.03 * height, 1.0), colour, label=label)


def cyclist(
    canvas: Canvas,
    rng: Rng,
    x: float,
    foot: float,
    height: float,
    label: int | None = None,
    squeeze: float = 0.6,
) -> None:
    """Paint a rider on a bicycle."""
    bicycle(
        canvas, x, foot, height, tuple(float(v) for v in rng.uniform(0.1, 0.7, 3)), label, squeeze
    )
    coat = tuple(float(v) for v in rng.uniform(0.1, 0.9, 3))
    seat = (x - 0.1 * height * squeeze, foot - 0.5 * height)
    chest = (x + 0.08 * height * squeeze, foot - 0.82 * height)
    canvas.stroke(
        [seat, (x + 0.06 * height, foot - 0.3 * height), (x, foot - 0.1 * height)],
        0.1 * height,
        0.12,
        label=label,
    )
    canvas.stroke([seat, chest], 0.2 * height, coat, label=label)
    canvas.stroke(
        [chest, (x + 0.26 * height * squeeze, foot - 0.54 * height)],
        0.07 * height,
        coat,
        label=label,
    )
    canvas.ellipse(
        chest[0] + 0.03 * height,
        foot - 0.92 * height,
        0.065 * height,
        0.08 * height,
        (0.75, 0.58, 0.47),
        label=label,
    )
