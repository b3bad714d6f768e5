"""Cars and vans."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic.canvas import Canvas, Colour

Rng = np.random.Generator


def paintwork(rng: Rng) -> tuple[float, float, float]:
    """Return a car color: gray, silver, dark blue, red, white, black, rarely green."""
    choices = (
        (0.75, 0.76, 0.78),
        (0.12, 0.12, 0.14),
        (0.55, 0.1, 0.1),
        (0.15, 0.2, 0.4),
        (0.88, 0.88, 0.86),
        (0.35, 0.36, 0.38),
        (0.2, 0.32, 0.26),
        (0.5, 0.45, 0.35),
    )
    r, g, b = choices[int(rng.integers(len(choices)))]
    f = rng.uniform(0.8, 1.15)
    return (r * f, g * f, b * f)


def car_end(
    canvas: Canvas,
    rng: Rng,
    x: float,
    foot: float,
    width: float,
    colour: Colour,
    label: int | None = None,
    front: bool = False,
    tall: float = 0.8,
) -> None:
    """A car from behind or from the front; `width` in pixels, standing on row `foot`."""
    h = width * tall
    body = canvas.colour(colour)
    if width < 5:
        canvas.rectangle(x - width / 2, foot - h, x + width / 2, foot, body * 0.8, label=label)
        return

    def slab(x0: float, y0: float, x1: float, y1: float, c: Colour, squeeze: float = 0.0) -> None:
        a, b = x + x0 * width, x + x1 * width
        canvas.polygon(
            [
                (a, foot - y0 * h),
                (a + squeeze * width, foot - y1 * h),
                (b - squeeze * width, foot - y1 * h),
                (b, foot - y0 * h),
            ],
            c,
            label=label,
        )

    canvas.scale(canvas.oval(x, foot, width * 0.6, width * 0.08), 0.45)
    slab(-0.46, 0, -0.28, 0.25, 0.06)
    slab(0.28, 0, 0.46, 0.25, 0.06)
    slab(-0.42, 0.55, 0.42, 1.0, body * 0.95, 0.09)
    slab(
        -0.36,
        0.58,
        0.36,
        0.94,
        (0.12, 0.14, 0.17) if rng.random() < 0.7 else (0.4, 0.45, 0.5),
        0.07,
    )
    slab(-0.5, 0.16, 0.5, 0.6, body, 0.02)
    slab(-0.5, 0.12, 0.5, 0.3, body * 0.6)
    lamp: Colour = (0.95, 0.95, 0.85) if front else (0.75, 0.12, 0.08)
    slab(-0.49, 0.38, -0.33, 0.54, lamp)
    slab(0.33, 0.38, 0.49, 0.54, lamp)
    slab(-0.15, 0.28, 0.15, 0.38, (0.9, 0.9, 0.85) if front else (0.85, 0.8, 0.3))


def car_side(
    canvas: Canvas,
    rng: Rng,
    x: float,
    foot: float,
    length: float,
    colour: Colour,
    label: int | None = None,
    facing: int = 1,
    squeeze: float = 1.0,
) -> None:
    """A car from the side; `squeeze` is below one if it stands at an angle."""
    h = length * 0.34
    length = length * squeeze
    body = canvas.colour(colour)
    estate = rng.random() < 0.4

    def at(u: float, v: float) -> tuple[float, float]:
        return (x + facing * (u - 0.5) * length, foot - v * h)

    canvas.scale(canvas.oval(x, foot, length * 0.55, h * 0.16), 0.45)
    rear = 0.06 if estate else 0.2
    canvas.polygon(
        [at(rear - 0.06, 0.55), at(rear + 0.06, 0.98), at(0.62, 1.0), at(0.78, 0.55)],
        body,
        label=label,
    )
    glass: Colour = (0.13, 0.15, 0.18) if rng.random() < 0.7 else (0.45, 0.5, 0.55)
    canvas.polygon(
        [at(rear, 0.58), at(rear + 0.09, 0.92), at(0.44, 0.93), at(0.44, 0.58)], glass, label=label
    )
    canvas.polygon(
        [at(0.47, 0.58), at(0.47, 0.93), at(0.6, 0.92), at(0.72, 0.58)], glass, label=label
    )
    canvas.polygon(
        [at(0, 0.2), at(0.01, 0.58), at(0.78, 0.62), at(0.98, 0.48), at(1, 0.2)], body, label=label
    )
    canvas.polygon([at(0, 0.16), at(0, 0.3), at(1, 0.3), at(1, 0.16)], body * 0.6, label=label)
    for u in (0.2, 0.8):
        wx, wy = at(u, 0.18)
        canvas.ellipse(wx, wy, h * 0.24 * max(squeeze, 0.5), h * 0.24, 0.06, label=label)
        canvas.ellipse(wx, wy, h * 0.12 * max(squeeze, 0.5), h * 0.12, 0.45, label=label)


def van(
    canvas: Canvas,
    rng: Rng,
    x: float,
    foot: float,
    width: float,
    colour: Colour,
    label: int | None = None,
) -> None:
    """A truck, bus or van from behind."""
    h = width * rng.uniform(1.1, 1.45)
    body = canvas.colour(colour)
    canvas.scale(canvas.oval(x, foot, width * 0.6, width * 0.07), 0.45)
    for side in (-0.34, 0.34):
        canvas.rectangle(
            x + (side - 0.1) * width,
            foot - 0.16 * h,
            x + (side + 0.1) * width,
            foot,
            0.06,
            label=label,
        )
    canvas.rectangle(x - width / 2, foot - h, x + width / 2, foot - 0.1 * h, body, label=label)
    canvas.rectangle(
        x - width * 0.44,
        foot - 0.92 * h,
        x + width * 0.44,
        foot - 0.6 * h,
        body * rng.uniform(0.2, 0.9),
        label=label,
    )
    canvas.rectangle(
        x - width / 2, foot - 0.2 * h, x + width / 2, foot - 0.1 * h, body * 0.4, label=label
    )
    canvas.stroke(
        [(x, foot - 0.92 * h), (x, foot - 0.2 * h)], max(width * 0.02, 0.6), body * 0.5, label=label
    )
