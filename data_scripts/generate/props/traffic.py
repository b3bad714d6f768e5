"""Cars, people, bicycles, lamp posts and signs, each drawn in its own small frame."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.generate.canvas import Canvas, Colour

Rng = np.random.Generator


def paintwork(rng: Rng) -> tuple[float, float, float]:
    """A car's colour: greys, silver, dark blue, red, white, black, seldom green."""
    choices = (
        (0.75, 0.76, 0.78), (0.12, 0.12, 0.14), (0.55, 0.1, 0.1), (0.15, 0.2, 0.4),
        (0.88, 0.88, 0.86), (0.35, 0.36, 0.38), (0.2, 0.32, 0.26), (0.5, 0.45, 0.35),
    )
    r, g, b = choices[int(rng.integers(len(choices)))]
    f = rng.uniform(0.8, 1.15)
    return (r * f, g * f, b * f)


def car_end(
    canvas: Canvas, rng: Rng, x: float, foot: float, width: float, colour: Colour,
    label: int | None = None, front: bool = False, tall: float = 0.8,
) -> None:
    """A car from behind or before; `width` in pixels, standing on row `foot`."""
    h = width * tall
    body = canvas.colour(colour)
    if width < 5:
        canvas.rectangle(x - width / 2, foot - h, x + width / 2, foot, body * 0.8, label=label)
        return

    def slab(x0: float, y0: float, x1: float, y1: float, c: Colour, squeeze: float = 0.0) -> None:
        a, b = x + x0 * width, x + x1 * width
        canvas.polygon(
            [(a, foot - y0 * h), (a + squeeze * width, foot - y1 * h),
             (b - squeeze * width, foot - y1 * h), (b, foot - y0 * h)], c, label=label,
        )

    canvas.scale(canvas.oval(x, foot, width * 0.6, width * 0.08), 0.45)
    slab(-0.46, 0, -0.28, 0.25, 0.06)
    slab(0.28, 0, 0.46, 0.25, 0.06)
    slab(-0.42, 0.55, 0.42, 1.0, body * 0.95, 0.09)
    slab(-0.36, 0.58, 0.36, 0.94, (0.12, 0.14, 0.17) if rng.random() < 0.7 else (0.4, 0.45, 0.5), 0.07)
    slab(-0.5, 0.16, 0.5, 0.6, body, 0.02)
    slab(-0.5, 0.12, 0.5, 0.3, body * 0.6)
    lamp: Colour = (0.95, 0.95, 0.85) if front else (0.75, 0.12, 0.08)
    slab(-0.49, 0.38, -0.33, 0.54, lamp)
    slab(0.33, 0.38, 0.49, 0.54, lamp)
    slab(-0.15, 0.28, 0.15, 0.38, (0.9, 0.9, 0.85) if front else (0.85, 0.8, 0.3))


def car_side(
    canvas: Canvas, rng: Rng, x: float, foot: float, length: float, colour: Colour,
    label: int | None = None, facing: int = 1, squeeze: float = 1.0,
) -> None:
    """A car from the side; `squeeze` below one where it stands at an angle."""
    h = length * 0.34
    length = length * squeeze
    body = canvas.colour(colour)
    estate = rng.random() < 0.4

    def at(u: float, v: float) -> tuple[float, float]:
        return (x + facing * (u - 0.5) * length, foot - v * h)

    canvas.scale(canvas.oval(x, foot, length * 0.55, h * 0.16), 0.45)
    rear = 0.06 if estate else 0.2
    canvas.polygon([at(rear - 0.06, 0.55), at(rear + 0.06, 0.98), at(0.62, 1.0), at(0.78, 0.55)], body, label=label)
    glass: Colour = (0.13, 0.15, 0.18) if rng.random() < 0.7 else (0.45, 0.5, 0.55)
    canvas.polygon([at(rear, 0.58), at(rear + 0.09, 0.92), at(0.44, 0.93), at(0.44, 0.58)], glass, label=label)
    canvas.polygon([at(0.47, 0.58), at(0.47, 0.93), at(0.6, 0.92), at(0.72, 0.58)], glass, label=label)
    canvas.polygon([at(0, 0.2), at(0.01, 0.58), at(0.78, 0.62), at(0.98, 0.48), at(1, 0.2)], body, label=label)
    canvas.polygon([at(0, 0.16), at(0, 0.3), at(1, 0.3), at(1, 0.16)], body * 0.6, label=label)
    for u in (0.2, 0.8):
        wx, wy = at(u, 0.18)
        canvas.ellipse(wx, wy, h * 0.24 * max(squeeze, 0.5), h * 0.24, 0.06, label=label)
        canvas.ellipse(wx, wy, h * 0.12 * max(squeeze, 0.5), h * 0.12, 0.45, label=label)


def van(
    canvas: Canvas, rng: Rng, x: float, foot: float, width: float, colour: Colour, label: int | None = None
) -> None:
    """A lorry, bus or van from behind."""
    h = width * rng.uniform(1.1, 1.45)
    body = canvas.colour(colour)
    canvas.scale(canvas.oval(x, foot, width * 0.6, width * 0.07), 0.45)
    for side in (-0.34, 0.34):
        canvas.rectangle(x + (side - 0.1) * width, foot - 0.16 * h, x + (side + 0.1) * width, foot, 0.06, label=label)
    canvas.rectangle(x - width / 2, foot - h, x + width / 2, foot - 0.1 * h, body, label=label)
    canvas.rectangle(x - width * 0.44, foot - 0.92 * h, x + width * 0.44, foot - 0.6 * h, body * rng.uniform(0.2, 0.9), label=label)
    canvas.rectangle(x - width / 2, foot - 0.2 * h, x + width / 2, foot - 0.1 * h, body * 0.4, label=label)
    canvas.stroke([(x, foot - 0.92 * h), (x, foot - 0.2 * h)], max(width * 0.02, 0.6), body * 0.5, label=label)


def person(
    canvas: Canvas, rng: Rng, x: float, foot: float, height: float, label: int | None = None,
    stride: float | None = None,
) -> None:
    """Somebody standing or walking."""
    coat = tuple(float(v) for v in rng.uniform(0.05, 0.6, 3))
    legs = tuple(float(v) for v in rng.uniform(0.05, 0.35, 3))
    skin = tuple(float(v) * rng.uniform(0.5, 1.0) for v in (0.85, 0.65, 0.52))
    step = (rng.uniform(-0.1, 0.1) if stride is None else stride) * height
    hip, shoulder, head = foot - 0.47 * height, foot - 0.82 * height, foot - 0.92 * height
    for side in (-1, 1):
        canvas.stroke([(x + side * 0.04 * height, hip), (x + side * (0.05 * height + step), foot)], 0.09 * height, legs, label=label)  # type: ignore[arg-type]
    canvas.polygon(
        [(x - 0.1 * height, hip + 0.04 * height), (x - 0.13 * height, shoulder), (x + 0.13 * height, shoulder),
         (x + 0.1 * height, hip + 0.04 * height)], coat, label=label,  # type: ignore[arg-type]
    )
    for side in (-1, 1):
        canvas.stroke([(x + side * 0.12 * height, shoulder + 0.02 * height), (x + side * 0.15 * height + step * 0.5, hip)], 0.06 * height, coat, label=label)  # type: ignore[arg-type]
    canvas.ellipse(x, head, 0.06 * height, 0.075 * height, skin, label=label)  # type: ignore[arg-type]
    canvas.ellipse(x, head - 0.03 * height, 0.062 * height, 0.05 * height, rng.uniform(0.05, 0.4), label=label)


def bicycle(canvas: Canvas, x: float, foot: float, height: float, colour: Colour, label: int | None = None, squeeze: float = 1.0) -> None:
    """A bicycle from the side; `height` is that of a rider on it."""
    r = 0.19 * height
    reach = 0.31 * height * squeeze
    for dx in (-reach, reach):
        points = [
            (x + dx + r * squeeze * math.cos(a * math.pi / 5), foot - r + r * math.sin(a * math.pi / 5))
            for a in range(11)
        ]
        canvas.stroke(points, max(0.035 * height, 1.0), 0.1, label=label)
    seat, bar, pedal = (x - 0.12 * height * squeeze, foot - 0.5 * height), (x + 0.24 * height * squeeze, foot - 0.52 * height), (x, foot - r)
    for a, b in ((seat, pedal), (seat, bar), (pedal, bar), (pedal, (x - reach, foot - r)), ((x + reach, foot - r), bar)):
        canvas.stroke([a, b], max(0.03 * height, 1.0), colour, label=label)


def cyclist(canvas: Canvas, rng: Rng, x: float, foot: float, height: float, label: int | None = None, squeeze: float = 0.6) -> None:
    """A rider on a bicycle."""
    bicycle(canvas, x, foot, height, tuple(float(v) for v in rng.uniform(0.1, 0.7, 3)), label, squeeze)  # type: ignore[arg-type]
    coat = tuple(float(v) for v in rng.uniform(0.1, 0.9, 3))
    seat = (x - 0.1 * height * squeeze, foot - 0.5 * height)
    chest = (x + 0.08 * height * squeeze, foot - 0.82 * height)
    canvas.stroke([seat, (x + 0.06 * height, foot - 0.3 * height), (x, foot - 0.1 * height)], 0.1 * height, 0.12, label=label)
    canvas.stroke([seat, chest], 0.2 * height, coat, label=label)  # type: ignore[arg-type]
    canvas.stroke([chest, (x + 0.26 * height * squeeze, foot - 0.54 * height)], 0.07 * height, coat, label=label)  # type: ignore[arg-type]
    canvas.ellipse(chest[0] + 0.03 * height, foot - 0.92 * height, 0.065 * height, 0.08 * height, (0.75, 0.58, 0.47), label=label)


def lamp_post(canvas: Canvas, x: float, foot: float, height: float, colour: Colour, reach: float = 0.2, label: int | None = None) -> None:
    """A lamp post; `reach` (of its height, signed) is how far its arm hangs over the road."""
    width = max(height * 0.022, 1.2)
    canvas.stroke([(x, foot), (x, foot - height)], width, colour, label=label)
    canvas.rectangle(x - width, foot - height * 0.16, x + width, foot, colour, label=label)
    tip = x + reach * height
    canvas.stroke([(x, foot - height), (tip, foot - height * 1.03)], max(width * 0.8, 1.0), colour, label=label)
    canvas.ellipse(tip, foot - height * 1.02, max(height * 0.03, 1.0), max(height * 0.013, 0.8), 0.8, label=label)


def sign(canvas: Canvas, rng: Rng, x: float, y: float, size: float, label: int | None = None) -> None:
    """A road sign: round, three-cornered or square, centred on (x, y)."""
    kind = int(rng.integers(4))
    red, blue, white = (0.75, 0.12, 0.12), (0.15, 0.3, 0.65), (0.92, 0.92, 0.9)
    if kind == 0:
        canvas.ellipse(x, y, size / 2, size / 2, red, label=label)
        canvas.ellipse(x, y, size * 0.34, size * 0.34, white, label=label)
    elif kind == 1:
        for k, c in ((1.0, red), (0.6, white)):
            canvas.polygon([(x, y - 0.55 * size * k), (x + 0.55 * size * k, y + 0.45 * size * k), (x - 0.55 * size * k, y + 0.45 * size * k)], c, label=label)
    elif kind == 2:
        canvas.ellipse(x, y, size / 2, size / 2, blue, label=label)
        canvas.rectangle(x - 0.08 * size, y - 0.3 * size, x + 0.08 * size, y + 0.3 * size, white, label=label)
    else:
        tone = tuple(float(v) for v in rng.uniform(0.2, 0.9, 3))
        canvas.rectangle(x - size * 0.6, y - size * 0.42, x + size * 0.6, y + size * 0.42, tone, label=label)  # type: ignore[arg-type]
        canvas.rectangle(x - size * 0.4, y - size * 0.08, x + size * 0.4, y + size * 0.08, white, label=label)
