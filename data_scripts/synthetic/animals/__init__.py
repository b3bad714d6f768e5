"""Cats, dogs and pandas in color: portraits and whole bodies in rooms, on lawns, among bamboo."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import noise, surfaces
from data_scripts.synthetic.animals.figure import Figure
from data_scripts.synthetic.animals.heads import cat_head, dog_head, panda_head
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.props import land, plants
from data_scripts.synthetic.stage import Stage

Rng = np.random.Generator
RGB = tuple[float, float, float]


# Cats' coats are cooler than dogs' of the same brightness, a difference that gray images hide.
CAT_COATS: tuple[RGB, ...] = (
    (0.78, 0.46, 0.2),
    (0.44, 0.47, 0.53),
    (0.12, 0.13, 0.14),
    (0.86, 0.88, 0.9),
    (0.5, 0.51, 0.5),
    (0.6, 0.63, 0.68),
)


DOG_COATS: tuple[RGB, ...] = (
    (0.78, 0.6, 0.34),
    (0.47, 0.28, 0.14),
    (0.17, 0.12, 0.09),
    (0.92, 0.86, 0.7),
    (0.66, 0.45, 0.26),
    (0.6, 0.48, 0.34),
)


def background(canvas: Canvas, rng: Rng, weights: tuple[float, float, float, float]) -> None:
    """Paint a room, a lawn, a blanket or bamboo, chosen at random by the weights."""
    H, W = canvas.height, canvas.width
    kind = rng.choice(4, p=np.array(weights) / sum(weights))
    horizon = H * rng.uniform(0.25, 0.7)
    if kind == 0:
        wall = tuple(
            float(v)
            for v in np.array([0.75, 0.7, 0.64]) * rng.uniform(0.5, 1.2) * rng.uniform(0.88, 1.1, 3)
        )
        canvas.pixels[:] = canvas.colour(wall) * (1 + 0.06 * noise.window(rng, "cloud", H, W))
        stage = Stage(canvas, rng, eye=(0, 1, 0), pitch=(horizon - H / 2) / W)
        floor = tuple(
            float(v)
            for v in np.array([0.55, 0.42, 0.31])
            * rng.uniform(0.6, 1.4)
            * rng.uniform(0.93, 1.07, 3)
        )
        stage.face((-9, 0, 0.3), (18, 0, 0), (0, 0, 5), floor, surfaces.planks(rng, 0.3, 0.2))
        if rng.random() < 0.5:
            x = rng.uniform(0, W)
            canvas.rectangle(
                x,
                0.05 * H,
                x + 0.3 * W,
                0.35 * H,
                tuple(float(v) for v in rng.uniform(0.3, 0.9, 3)),
            )
    elif kind == 1:
        land.sky(
            canvas,
            rng,
            horizon,
            (0.5, 0.65, 0.85),
            (0.8, 0.87, 0.92),
            rng.uniform(0, 0.8),
            (0.95, 0.95, 0.95),
        )
        for _ in range(int(rng.integers(0, 9))):
            plants.crown(
                canvas,
                rng,
                rng.uniform(0, W),
                horizon - 0.04 * H,
                0.2 * W,
                0.14 * H,
                (0.2, 0.33, 0.14),
            )
        land.ground(canvas, rng, horizon - 9, (0.3, 0.45, 0.16), 0.25, "fine", 60, horizon)
    elif kind == 2:
        tone = tuple(float(v) for v in rng.uniform(0.2, 0.8) * rng.uniform(0.75, 1.25, 3))
        canvas.pixels[:] = canvas.colour(tone) * np.clip(
            1 + 0.2 * noise.zoomed(rng, "cloud", H, W, 2) + 0.05 * noise.window(rng, "rough", H, W),
            0.3,
            1.7,
        )
    else:
        canvas.pixels[:] = canvas.colour((0.25, 0.36, 0.17)) * np.clip(
            1 + 0.4 * noise.window(rng, "rough", H, W), 0.2, 2
        )
        for _ in range(int(rng.integers(6, 22))):
            x = rng.uniform(0, W)
            f = rng.uniform(0.5, 1.3)
            canvas.stroke(
                [(x, 0), (x + rng.uniform(-0.1, 0.1) * W, H)],
                rng.uniform(0.01, 0.035) * W,
                (0.45 * f, 0.58 * f, 0.22 * f),
            )
        for _ in range(40):
            x, y, f = rng.uniform(0, W), rng.uniform(0, H), rng.uniform(0.5, 1.4)
            canvas.ellipse(
                x, y, 0.06 * W, 0.012 * W, (0.3 * f, 0.48 * f, 0.16 * f), rng.uniform(-1, 1)
            )
        land.ground(
            canvas, rng, horizon, (0.35, 0.38, 0.2), 0.35, "fine", 60, H * rng.uniform(0.75, 1.0)
        )


def body(figure: Figure, name: str, coat: RGB, pose: int) -> None:
    """Paint the body below or beside the head: sitting or lying, with legs and tail."""
    black = (0.09, 0.09, 0.1)
    limb = black if name == "pandas" else coat
    if pose == 0:  # sitting, seen from the front
        if name != "pandas":
            figure.line(
                [(0.9, 2.7), (1.5, 2.5), (1.7, 1.7), (1.5, 1.3)],
                0.24 if name == "cats" else 0.2,
                coat,
            )
        figure.oval(0, 1.75, 1.15 if name == "pandas" else 0.95, 1.35, coat)
        if name == "pandas":
            figure.oval(0, 1.05, 1.1, 0.45, black, plain=True)
        for side in (-1, 1):
            figure.oval(side * 0.85, 2.65, 0.55, 0.36, limb)
            figure.oval(side * 0.38, 2.1, 0.26, 0.95, limb, side * 0.06)
    else:  # lying or standing, seen from the side
        figure.oval(1.9, 1.1, 1.9, 0.85, coat, 0.1)
        if name == "pandas":
            figure.oval(0.75, 1.0, 0.55, 0.85, black, plain=True)
        for u in (0.5, 0.95, 2.6, 3.05):
            figure.oval(u, 1.95 if pose == 1 else 1.6, 0.24, 0.75 if pose == 1 else 0.4, limb)
        if name != "pandas":
            up = -0.2 if figure.rng.random() < 0.5 else 1.6
            figure.line([(3.5, 0.9), (4.1, 0.6), (4.4, up)], 0.2, coat)


HEADS = {"cats": cat_head, "dogs": dog_head, "pandas": panda_head}


PLACES = {
    "cats": (0.5, 0.2, 0.27, 0.03),
    "dogs": (0.3, 0.47, 0.2, 0.03),
    "pandas": (0.08, 0.35, 0.12, 0.45),
}


def draw(canvas: Canvas, rng: Rng, name: str) -> None:
    """Paint one animal of a class on the canvas."""
    H, W = canvas.height, canvas.width
    background(canvas, rng, PLACES[name])
    pose = int(rng.choice([0, 1, 2, 3], p=[0.3, 0.2, 0.15, 0.35]))  # 3: only the head
    size = min(H, W) * (rng.uniform(0.2, 0.42) if pose == 3 else rng.uniform(0.1, 0.19))
    mirror = bool(rng.random() < 0.5)
    x = W * (
        rng.uniform(0.3, 0.7)
        if pose in (0, 3)
        else (0.75 if mirror else 0.25) + rng.normal(0, 0.05)
    )
    y = H * (rng.uniform(0.35, 0.65) if pose == 3 else rng.uniform(0.22, 0.5))
    figure = Figure(canvas, rng, x, y, size, rng.normal(0, 0.22 if pose == 3 else 0.08), mirror)
    if name == "pandas":
        level = rng.uniform(0.8, 1.05)
        coat: RGB = (0.92 * level, 0.9 * level, 0.85 * level)
    else:
        coats = CAT_COATS if name == "cats" else DOG_COATS
        base = np.array(coats[int(rng.integers(len(coats)))]) * rng.uniform(0.85, 1.15)
        coat = (float(base[0]), float(base[1]), float(base[2]))
        if rng.random() < (0.5 if name == "cats" else 0.12):
            figure.stripes = rng.uniform(0.2, 0.5)
        if rng.random() < 0.4:
            figure.patched = rng.uniform(0.5, 1.3)
    if pose != 3:
        foot = (0.0, 2.85) if pose == 0 else (1.9, 2.6 if pose == 1 else 1.95)
        canvas.scale(
            canvas.oval(*figure.at(*foot), (1.7 if pose == 0 else 2.2) * size, 0.3 * size), 0.7
        )
        body(figure, name, coat, min(pose, 2))
    else:
        figure.oval(0, 1.5, 1.2, 1.1, (0.1, 0.1, 0.11) if name == "pandas" else coat)
    HEADS[name](figure, coat)
    if name == "pandas" and rng.random() < 0.4:
        figure.line([(-1.2, 1.3), (1.0, 0.6)], 0.1, (0.45, 0.6, 0.22))
    if rng.random() < 0.25:  # an obstacle in front
        plants.grass(canvas, rng, H * 0.8, H * 1.05, 60, (0.3, 0.45, 0.18))
