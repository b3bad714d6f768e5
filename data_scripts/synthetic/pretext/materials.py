"""Close-ups of materials: brickwork, fabric, woodwork, pebbles."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import noise, surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.stage import Stage, Surface

Rng = np.random.Generator
RGB = tuple[float, float, float]


def any_colour(rng: Rng, low: float = 0.15, high: float = 0.9, spread: float = 0.25) -> RGB:
    """Return a color of any brightness that is not too vivid."""
    level = rng.uniform(low, high)
    r, g, b = (level * rng.uniform(1 - spread, 1 + spread, 3)).tolist()
    return (r, g, b)


def slanted(canvas: Canvas, rng: Rng, colour: RGB, look: Surface) -> None:
    """A material that fills the picture, seen at any angle."""
    stage = Stage(
        canvas,
        rng,
        eye=(0, 2, 0),
        yaw=rng.normal(0, 0.35),
        pitch=rng.normal(0, 0.25),
        roll=rng.normal(0, 0.3),
        focal=rng.uniform(0.7, 2.5),
    )
    canvas.pixels[:] = canvas.colour(colour)
    stage.face((-12, -8, 2.5), (24, 0, 0), (0, 20, 0), colour, look)


def shaded(canvas: Canvas, rng: Rng) -> None:
    """Uneven light: a gradient or a cast shadow."""
    turn = rng.uniform(0, 6.3)
    along = np.cos(turn) * (canvas.xs / canvas.width - 0.5) + np.sin(turn) * (
        canvas.ys / canvas.height - 0.5
    )
    if rng.random() < 0.7:
        canvas.pixels *= (1 + rng.uniform(0.1, 0.9) * along).astype(np.float32)
    else:
        canvas.pixels *= np.where(
            along > rng.uniform(-0.3, 0.3), 1.0, rng.uniform(0.4, 0.8)
        ).astype(np.float32)


@painter
def brickwork(canvas: Canvas, rng: Rng) -> None:
    """A wall of bricks or blocks."""
    size = rng.uniform(0.15, 0.5)
    slanted(
        canvas,
        rng,
        any_colour(rng),
        surfaces.bricks(rng, size, size * rng.uniform(0.3, 0.6), rng.uniform(0.5, 1.5)),
    )
    shaded(canvas, rng)


@painter
def fabric(canvas: Canvas, rng: Rng) -> None:
    """Cloth in folds: striped, checked or flowered."""
    look = surfaces.cloth(
        rng,
        str(rng.choice(["striped", "checked", "flowered"])),
        rng.uniform(0.1, 0.5),
        rng.uniform(0.3, 0.8),
    )
    slanted(canvas, rng, any_colour(rng, 0.3), look)
    folds = np.sin(
        canvas.xs / canvas.width * rng.uniform(5, 20)
        + 2 * noise.zoomed(rng, "cloud", canvas.height, canvas.width, 2)
    )
    canvas.pixels *= 1 + rng.uniform(0.1, 0.35) * folds


@painter
def woodwork(canvas: Canvas, rng: Rng) -> None:
    """Boards with grain and knots."""
    tone = rng.uniform(0.3, 0.9)
    slanted(
        canvas,
        rng,
        (tone, tone * 0.72, tone * 0.48),
        surfaces.planks(
            rng, rng.uniform(0.15, 0.7), rng.uniform(0.15, 0.4), bool(rng.random() < 0.5)
        ),
    )
    field = noise.window(rng, "cloud", canvas.height, canvas.width, 2)
    for _ in range(int(rng.integers(0, 8))):
        x, y, r = (
            rng.uniform(0, canvas.width),
            rng.uniform(0, canvas.height),
            canvas.width * rng.uniform(0.01, 0.04),
        )
        canvas.blend(canvas.blob(x, y, 1.6 * r, r, field, 0.2), (0.2, 0.13, 0.08), 0.7)
    shaded(canvas, rng)


@painter
def pebbles(canvas: Canvas, rng: Rng) -> None:
    """Stones on top of each other."""
    canvas.pixels[:] = canvas.colour(any_colour(rng, 0.1, 0.3))
    size = canvas.width * rng.uniform(0.03, 0.12)
    count = int(min(260, 1.6 * canvas.width * canvas.height / size**2 / 3))
    base = any_colour(rng, 0.4, 0.8)
    for _ in range(count):
        x, y = rng.uniform(0, canvas.width), rng.uniform(0, canvas.height)
        r, f, turn = size * rng.uniform(0.5, 1.2), rng.uniform(0.4, 1.4), rng.uniform(0, 3)
        canvas.scale(canvas.oval(x + r * 0.15, y + r * 0.25, r, r * 0.75, turn), 0.4)
        canvas.ellipse(x, y, r, r * 0.7, (base[0] * f, base[1] * f, base[2] * f), turn)
        canvas.ellipse(x - r * 0.2, y - r * 0.25, r * 0.5, r * 0.3, 1.0, turn, 0.22)
    shaded(canvas, rng)
