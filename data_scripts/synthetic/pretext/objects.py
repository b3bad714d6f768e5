"""One object, or a few of a kind, in front of any background."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import noise, surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.painters import painter
from data_scripts.synthetic.pretext.materials import any_colour, shaded
from data_scripts.synthetic.props import furniture, land, people, plants, vehicles, worktops
from data_scripts.synthetic.stage import Stage

Rng = np.random.Generator


def anywhere(canvas: Canvas, rng: Rng) -> float:
    """Paint a background (wall and floor, lawn, blur); return the row of the floor's edge."""
    H, W = canvas.height, canvas.width
    edge = H * rng.uniform(0.35, 0.8)
    kind = rng.random()
    if kind < 0.3:
        canvas.pixels[:] = canvas.colour(any_colour(rng)) * np.clip(
            1 + 0.25 * noise.zoomed(rng, "cloud", H, W, 3), 0.3, 1.7
        )
    elif kind < 0.65:
        canvas.pixels[:] = canvas.colour(any_colour(rng)) * (
            1 + 0.05 * noise.window(rng, "rough", H, W)
        )
        stage = Stage(canvas, rng, eye=(0, 1.4, 0), pitch=(edge - H / 2) / W)
        look = surfaces.planks(rng, 0.3, 0.2) if rng.random() < 0.5 else surfaces.tiles(rng, 0.5)
        stage.face((-9, 0, 0.3), (18, 0, 0), (0, 0, 6), any_colour(rng), look)
    else:
        land.sky(
            canvas,
            rng,
            edge,
            any_colour(rng, 0.4, 0.8),
            any_colour(rng, 0.6, 0.95, 0.1),
            rng.uniform(0, 1),
        )
        for _ in range(int(rng.integers(0, 8))):
            plants.crown(
                canvas, rng, rng.uniform(0, W), edge, 0.15 * W, 0.12 * H, any_colour(rng, 0.1, 0.35)
            )
        land.ground(canvas, rng, edge - 9, any_colour(rng, 0.2, 0.7), 0.25, "fine", 60, edge)
    return edge


@painter
def bicycle(canvas: Canvas, rng: Rng) -> None:
    """A bicycle or two from the side, or a rider."""
    anywhere(canvas, rng)
    for _ in range(int(rng.integers(1, 3))):
        x, foot = rng.uniform(0.35, 0.65) * canvas.width, canvas.height * rng.uniform(0.75, 0.97)
        size = canvas.height * rng.uniform(0.8, 1.5)
        squeeze = rng.uniform(0.5, 1.0)
        if rng.random() < 0.3:
            people.cyclist(canvas, rng, x, foot, size * 0.65, squeeze=squeeze)
        else:
            people.bicycle(canvas, x, foot, size, any_colour(rng), squeeze=squeeze)


@painter
def bottles(canvas: Canvas, rng: Rng) -> None:
    """Bottles, jars and glasses on a table."""
    H, W = canvas.height, canvas.width
    edge = anywhere(canvas, rng)
    canvas.polygon([(0, edge), (W, edge), (W, H), (0, H)], any_colour(rng))
    for foot in sorted((H * rng.uniform(0.7, 0.97, int(rng.integers(2, 8)))).tolist()):
        x, tall = rng.uniform(0.1, 0.9) * W, H * rng.uniform(0.25, 0.65)
        wide, tone = tall * rng.uniform(0.12, 0.25), any_colour(rng, 0.1, 0.9, 0.5)
        neck, shoulder = wide * rng.uniform(0.25, 0.6), tall * rng.uniform(0.5, 0.75)
        canvas.scale(canvas.oval(x, foot, wide * 1.4, wide * 0.3), 0.6)
        for points in (
            [
                (x - wide, foot),
                (x - wide, foot - shoulder),
                (x + wide, foot - shoulder),
                (x + wide, foot),
            ],
            [
                (x - wide, foot - shoulder),
                (x - neck, foot - shoulder - wide),
                (x + neck, foot - shoulder - wide),
                (x + wide, foot - shoulder),
            ],
            [
                (x - neck, foot - shoulder - wide),
                (x - neck, foot - tall),
                (x + neck, foot - tall),
                (x + neck, foot - shoulder - wide),
            ],
        ):
            canvas.polygon(points, tone)
        canvas.stroke(
            [(x - wide * 0.6, foot - 3), (x - wide * 0.6, foot - shoulder)], wide * 0.25, 1.0, 0.35
        )
        if rng.random() < 0.6:
            canvas.rectangle(
                x - wide * 0.98,
                foot - shoulder * 0.75,
                x + wide * 0.98,
                foot - shoulder * 0.3,
                any_colour(rng, 0.5, 1),
            )


@painter
def car(canvas: Canvas, rng: Rng) -> None:
    """A car that fills the picture, from the side, behind or the front."""
    anywhere(canvas, rng)
    W, foot = canvas.width, canvas.height * rng.uniform(0.7, 0.92)
    if rng.random() < 0.6:
        vehicles.car_side(
            canvas,
            rng,
            W * rng.uniform(0.4, 0.6),
            foot,
            W * rng.uniform(0.65, 1.1),
            vehicles.paintwork(rng),
            facing=int(rng.choice([-1, 1])),
            squeeze=rng.uniform(0.7, 1),
        )
    else:
        vehicles.car_end(
            canvas,
            rng,
            W * rng.uniform(0.4, 0.6),
            foot,
            W * rng.uniform(0.5, 0.9),
            vehicles.paintwork(rng),
            front=bool(rng.random() < 0.5),
            tall=rng.uniform(0.7, 0.9),
        )


@painter
def chairs(canvas: Canvas, rng: Rng) -> None:
    """One chair or several, in any orientation."""
    anywhere(canvas, rng)
    stage = Stage(
        canvas,
        rng,
        eye=(0, rng.uniform(1, 2), 0),
        pitch=rng.uniform(-0.35, -0.1),
        roll=rng.normal(0, 0.03),
        focal=rng.uniform(0.8, 1.2),
        ambient=0.35,
    )
    for z in sorted(rng.uniform(1.6, 4, int(rng.integers(1, 5))).tolist(), reverse=True):
        make = furniture.chair if rng.random() < 0.65 else worktops.office_chair
        stage.piece(
            (rng.uniform(-0.35, 0.35) * z, 0, z), rng.uniform(-3.1, 3.1), make(rng, any_colour(rng))
        )


@painter
def clock(canvas: Canvas, rng: Rng) -> None:
    """A round dial with marks and hands."""
    anywhere(canvas, rng)
    H, W = canvas.height, canvas.width
    x, y, r = (
        rng.uniform(0.35, 0.65) * W,
        rng.uniform(0.35, 0.65) * H,
        min(H, W) * rng.uniform(0.2, 0.45),
    )
    wide = rng.uniform(0.7, 1.0)
    face, rim = any_colour(rng, 0.75, 1.0, 0.1), any_colour(rng, 0.1, 0.6)
    if rng.random() < 0.3:
        face, rim = rim, face
    canvas.ellipse(x, y, r * wide, r, rim)
    canvas.ellipse(x, y, r * wide * 0.9, r * 0.9, face)
    hour = rng.uniform(0, 12)
    for k in range(12):
        a = k * math.pi / 6
        canvas.stroke(
            [
                (x + 0.72 * r * wide * math.sin(a), y - 0.72 * r * math.cos(a)),
                (x + 0.84 * r * wide * math.sin(a), y - 0.84 * r * math.cos(a)),
            ],
            r * 0.05,
            rim,
        )
    for a, length, width in (
        (hour * math.pi / 6, 0.45, 0.07),
        ((hour % 1) * 2 * math.pi, 0.7, 0.045),
    ):
        canvas.stroke(
            [(x, y), (x + length * r * wide * math.sin(a), y - length * r * math.cos(a))],
            r * width,
            rim,
        )


@painter
def crowd(canvas: Canvas, rng: Rng) -> None:
    """Many people, from far to near."""
    edge = anywhere(canvas, rng)
    H, W = canvas.height, canvas.width
    for part in sorted((rng.random(int(rng.integers(8, 40))) ** 1.5).tolist()):
        foot = edge + part * (H * 1.05 - edge)
        people.person(canvas, rng, rng.uniform(0, W), foot, H * (0.12 + 0.55 * part))


@painter
def flowers(canvas: Canvas, rng: Rng) -> None:
    """Blossoms with petals, close up."""
    H, W = canvas.height, canvas.width
    canvas.pixels[:] = canvas.colour(any_colour(rng, 0.1, 0.45)) * np.clip(
        1 + 0.5 * noise.window(rng, "rough", H, W), 0.2, 2
    )
    tone, middle, petals = (
        any_colour(rng, 0.5, 1.0, 0.6),
        any_colour(rng, 0.1, 0.8, 0.5),
        int(rng.integers(5, 14)),
    )
    for size in sorted((W * rng.uniform(0.05, 0.28, int(rng.integers(2, 16)))).tolist()):
        x, y, turn = rng.uniform(0, W), rng.uniform(0, H), rng.uniform(0, 3)
        canvas.stroke(
            [(x, y), (x + rng.uniform(-0.2, 0.2) * W, H)], size * 0.08 + 1, (0.2, 0.35, 0.12)
        )
        for k in range(petals):
            a, f = turn + k * 2 * math.pi / petals, rng.uniform(0.8, 1.1)
            canvas.ellipse(
                x + 0.6 * size * math.cos(a),
                y + 0.6 * size * math.sin(a),
                size * 0.42,
                size * 1.5 / petals + 1,
                (tone[0] * f, tone[1] * f, tone[2] * f),
                a,
            )
        canvas.ellipse(x, y, size * 0.26, size * 0.26, middle)


@painter
def portrait(canvas: Canvas, rng: Rng) -> None:
    """An invented face: head, hair, eyes, nose, mouth and shoulders."""
    anywhere(canvas, rng)
    H, W = canvas.height, canvas.width
    x, y, r = W * rng.uniform(0.4, 0.6), H * rng.uniform(0.38, 0.55), H * rng.uniform(0.15, 0.3)
    f = rng.uniform(0.4, 1.05)
    skin, hair = (0.88 * f, 0.68 * f, 0.55 * f), any_colour(rng, 0.05, 0.55, 0.3)
    canvas.ellipse(x, y - 0.15 * r, 0.95 * r, rng.uniform(1.1, 1.9) * r, hair)
    canvas.ellipse(x, y + 2.6 * r, 2.0 * r, 1.4 * r, any_colour(rng))
    canvas.rectangle(
        x - 0.3 * r,
        y + 0.7 * r,
        x + 0.3 * r,
        y + 1.5 * r,
        (skin[0] * 0.85, skin[1] * 0.85, skin[2] * 0.85),
    )
    canvas.ellipse(x, y, 0.78 * r, 1.05 * r, skin)
    canvas.ellipse(x, y - 0.85 * r, 0.8 * r, 0.45 * r, hair)
    for side in (-1, 1):
        canvas.ellipse(x + side * 0.3 * r, y - 0.12 * r, 0.14 * r, 0.08 * r, 0.95)
        canvas.ellipse(x + side * 0.3 * r, y - 0.12 * r, 0.07 * r, 0.08 * r, 0.1)
        canvas.stroke(
            [(x + side * 0.15 * r, y - 0.3 * r), (x + side * 0.48 * r, y - 0.32 * r)],
            0.06 * r,
            hair,
        )
    canvas.stroke(
        [(x, y - 0.05 * r), (x + 0.08 * r, y + 0.25 * r), (x - 0.05 * r, y + 0.27 * r)],
        0.05 * r,
        (skin[0] * 0.7, skin[1] * 0.7, skin[2] * 0.7),
    )
    canvas.stroke(
        [
            (x - 0.27 * r, y + 0.52 * r),
            (x, y + rng.uniform(0.5, 0.65) * r),
            (x + 0.27 * r, y + 0.52 * r),
        ],
        0.08 * r,
        (0.6 * f, 0.25 * f, 0.25 * f),
    )
    shaded(canvas, rng)
