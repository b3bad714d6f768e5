"""Lamp posts and road signs."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic.canvas import Canvas, Colour

Rng = np.random.Generator


def lamp_post(
    canvas: Canvas,
    x: float,
    foot: float,
    height: float,
    colour: Colour,
    reach: float = 0.2,
    label: int | None = None,
) -> None:
    """A lamp post; `reach` (relative to its height, signed) is how far its arm extends."""
    width = max(height * 0.017, 1.2)
    canvas.stroke([(x, foot), (x, foot - height)], width, colour, label=label)
    canvas.rectangle(x - width, foot - height * 0.16, x + width, foot, colour, label=label)
    tip = x + reach * height
    canvas.stroke(
        [(x, foot - height), (tip, foot - height * 1.03)],
        max(width * 0.8, 1.0),
        colour,
        label=label,
    )
    canvas.ellipse(
        tip,
        foot - height * 1.02,
        max(height * 0.03, 1.0),
        max(height * 0.013, 0.8),
        0.8,
        label=label,
    )


def sign(
    canvas: Canvas, rng: Rng, x: float, y: float, size: float, label: int | None = None
) -> None:
    """A road sign: round, triangular or square, centered on (x, y)."""
    kind = int(rng.integers(4))
    red, blue, white = (0.75, 0.12, 0.12), (0.15, 0.3, 0.65), (0.92, 0.92, 0.9)
    if kind == 0:
        canvas.ellipse(x, y, size / 2, size / 2, red, label=label)
        canvas.ellipse(x, y, size * 0.34, size * 0.34, white, label=label)
    elif kind == 1:
        for k, c in ((1.0, red), (0.6, white)):
            canvas.polygon(
                [
                    (x, y - 0.55 * size * k),
                    (x + 0.55 * size * k, y + 0.45 * size * k),
                    (x - 0.55 * size * k, y + 0.45 * size * k),
                ],
                c,
                label=label,
            )
    elif kind == 2:
        canvas.ellipse(x, y, size / 2, size / 2, blue, label=label)
        canvas.rectangle(
            x - 0.08 * size, y - 0.3 * size, x + 0.08 * size, y + 0.3 * size, white, label=label
        )
    else:
        tone = tuple(float(v) for v in rng.uniform(0.2, 0.9, 3))
        canvas.rectangle(
            x - size * 0.6, y - size * 0.42, x + size * 0.6, y + size * 0.42, tone, label=label
        )
        canvas.rectangle(
            x - size * 0.4, y - size * 0.08, x + size * 0.4, y + size * 0.08, white, label=label
        )
