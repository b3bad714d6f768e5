"""The heads of cats, dogs and pandas."""

from __future__ import annotations

from data_scripts.synthetic.animals.figure import Figure
from data_scripts.synthetic.canvas import Colour

RGB = tuple[float, float, float]


def eyes(figure: Figure, y: float, apart: float, size: float, iris: Colour, slit: float) -> None:
    """Paint two eyes with a glint; `slit` narrows the pupils."""
    for side in (-1, 1):
        figure.oval(side * apart, y, size * 1.25, size * 1.05, (0.06, 0.05, 0.05), fur=False)
        figure.oval(side * apart, y, size, size * 0.88, iris, fur=False)
        figure.oval(side * apart, y, size * slit, size * 0.75, (0.02, 0.02, 0.02), fur=False)
        figure.oval(
            side * apart - 0.3 * size,
            y - 0.3 * size,
            size * 0.22,
            size * 0.22,
            (1.0, 1.0, 1.0),
            fur=False,
        )


def cat_head(figure: Figure, coat: RGB) -> None:
    """Paint a cat's head: pricked ears, a short muzzle, slit pupils, whiskers."""
    rng = figure.rng
    tall, spread = rng.uniform(0.75, 1.15), rng.uniform(0.75, 0.95)
    for side in (-1, 1):
        figure.shape(
            [(side * 0.2, -0.62), (side * spread, -0.6 - 0.65 * tall), (side * 0.92, -0.1)], coat
        )
        figure.shape(
            [
                (side * 0.36, -0.62),
                (side * (spread - 0.06), -0.55 - 0.5 * tall),
                (side * 0.8, -0.3),
            ],
            (0.75, 0.5, 0.46),
            False,
        )
    figure.oval(0, 0, rng.uniform(0.92, 1.05), rng.uniform(0.78, 0.9), coat)
    light = tuple(min(1.0, c * 1.15 + 0.12) for c in coat)
    for side in (-1, 1):
        figure.oval(side * 0.2, 0.36, 0.27, 0.21, light, plain=True)
    figure.oval(0, 0.55, 0.2, 0.13, light, plain=True)
    irises: tuple[RGB, ...] = (
        (0.65, 0.7, 0.2),
        (0.75, 0.55, 0.15),
        (0.35, 0.6, 0.75),
        (0.4, 0.6, 0.3),
    )
    eyes(
        figure,
        -0.1,
        rng.uniform(0.36, 0.44),
        rng.uniform(0.14, 0.2),
        irises[int(rng.integers(4))],
        rng.uniform(0.2, 0.75),
    )
    figure.shape([(-0.1, 0.2), (0.1, 0.2), (0, 0.32)], (0.7, 0.42, 0.4), False)
    figure.line([(-0.18, 0.46), (0, 0.42), (0.18, 0.46)], 0.025, (0.2, 0.12, 0.1))
    for side in (-1, 1):
        for k in range(3):
            figure.line(
                [(side * 0.25, 0.33 + 0.06 * k), (side * 1.1, 0.2 + 0.16 * k)],
                0.012,
                (0.95, 0.95, 0.95),
                0.7,
            )


def dog_head(figure: Figure, coat: RGB) -> None:
    """Paint a dog's head: hanging or pricked ears, a long muzzle, a big nose, often a tongue."""
    rng = figure.rng
    deep = rng.uniform(0.45, 0.95)
    dark = tuple(c * deep for c in coat)
    pricked = rng.random() < 0.35
    for side in (-1, 1):
        if pricked:
            figure.shape([(side * 0.2, -0.6), (side * 0.7, -1.15), (side * 0.85, -0.15)], dark)
    figure.oval(0, -0.05, rng.uniform(0.78, 0.95), rng.uniform(0.8, 0.95), coat)
    if not pricked:
        for side in (-1, 1):
            figure.oval(
                side * 0.86,
                rng.uniform(-0.05, 0.2),
                0.25,
                rng.uniform(0.45, 0.7),
                dark,
                side * -0.25,
            )
    pale = rng.uniform(0.0, 0.2)
    light = tuple(min(1.0, c * 1.1 + pale) for c in coat)
    long = rng.uniform(0.3, 0.45)
    figure.oval(0, 0.42, 0.42, long, light, plain=True)
    if rng.random() < 0.5:
        figure.oval(0, 0.82, 0.15, 0.22, (0.82, 0.42, 0.45), fur=False)
    figure.oval(0, 0.26, 0.19, 0.13, (0.06, 0.05, 0.05), fur=False)
    figure.oval(-0.06, 0.21, 0.05, 0.03, (0.5, 0.5, 0.5), fur=False)
    figure.line([(0, 0.36), (0, 0.56), (-0.24, 0.66)], 0.03, (0.12, 0.08, 0.07))
    figure.line([(0, 0.56), (0.24, 0.66)], 0.03, (0.12, 0.08, 0.07))
    eyes(figure, -0.16, rng.uniform(0.33, 0.4), rng.uniform(0.1, 0.15), (0.32, 0.19, 0.1), 0.6)


def panda_head(figure: Figure, coat: RGB) -> None:
    """Paint a panda's head: round black ears, black patches around the eyes, a white face."""
    black = (0.08, 0.08, 0.09)
    for side in (-1, 1):
        figure.oval(side * 0.75, -0.72, 0.3, 0.3, black)
    figure.oval(0, 0, 1.0, figure.rng.uniform(0.84, 0.95), coat)
    for side in (-1, 1):
        figure.oval(side * 0.4, -0.05, 0.2, 0.29, black, side * 0.5, plain=True)
    figure.oval(0, 0.42, 0.36, 0.26, tuple(min(1.0, c * 1.05) for c in coat), plain=True)
    eyes(figure, -0.07, 0.38, 0.075, (0.2, 0.12, 0.08), 0.6)
    figure.oval(0, 0.3, 0.14, 0.09, (0.05, 0.05, 0.05), fur=False)
    figure.line([(-0.15, 0.55), (0, 0.48), (0.15, 0.55)], 0.03, (0.15, 0.1, 0.1))
