"""Cats, dogs and pandas: portraits and whole figures in colour, before rooms, lawns and bamboo."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.generate import noise, surfaces
from data_scripts.generate.canvas import Canvas, Colour, Region
from data_scripts.generate.props import land, plants
from data_scripts.generate.stage import Stage

Rng = np.random.Generator
RGB = tuple[float, float, float]

CAT_COATS: tuple[RGB, ...] = ((0.72, 0.45, 0.22), (0.5, 0.48, 0.46), (0.14, 0.13, 0.13), (0.88, 0.86, 0.82), (0.55, 0.5, 0.42), (0.62, 0.6, 0.6))
DOG_COATS: tuple[RGB, ...] = ((0.75, 0.55, 0.32), (0.42, 0.27, 0.16), (0.13, 0.12, 0.12), (0.9, 0.87, 0.8), (0.66, 0.47, 0.28), (0.56, 0.5, 0.44))


class Figure:
    """A frame for one animal: unit circle coordinates, y down, turned, scaled, maybe mirrored."""

    def __init__(self, canvas: Canvas, rng: Rng, x: float, y: float, size: float, turn: float, mirror: bool = False) -> None:
        self.canvas, self.rng, self.x, self.y, self.size, self.turn = canvas, rng, x, y, size, turn
        self.sign = -1.0 if mirror else 1.0
        self.fur = noise.window(rng, "fine", canvas.height, canvas.width)
        self.patches = noise.window(rng, "cloud", canvas.height, canvas.width, 2)
        self.stripes = 0.0
        self.patched = 0.0
        self.second: RGB = (0.9, 0.88, 0.85)

    def at(self, u: float, v: float) -> tuple[float, float]:
        """Canvas pixels of a point of the frame."""
        c, s = math.cos(self.turn), math.sin(self.turn)
        u *= self.sign
        return self.x + self.size * (u * c - v * s), self.y + self.size * (u * s + v * c)

    def coat(self, region: Region | None, colour: Colour, v: float = 0.0, plain: bool = False) -> None:
        """Lay fur over a region: lit from above, with stripes or patches."""
        if region is None:
            return
        box = (region.rows, region.columns)
        ys = (self.canvas.ys[region.rows] - self.y) / self.size - v
        shade = np.clip(1 - 0.16 * ys + 0.075 * self.fur[box], 0.3, 1.6)
        tone = self.canvas.colour(colour) * shade
        if self.stripes and not plain:
            xs = (self.canvas.xs[:, region.columns] - self.x) / self.size
            wave = np.sin((xs * 1.2 + ys * 0.5 + 0.25 * self.patches[box]) * 15)
            tone = tone * (1 - self.stripes * np.clip(wave, 0, 1))
        if self.patched and not plain:
            mask = np.clip((self.patches[box] + self.patched - 1.2) * 5, 0, 1)
            tone = tone + mask * (self.canvas.colour(self.second) * shade - tone)
        self.canvas.blend(region, tone)

    def oval(self, u: float, v: float, rx: float, ry: float, colour: Colour, turn: float = 0.0, fur: bool = True, plain: bool = False) -> None:
        """An ellipse of the frame, in fur or plain paint."""
        x, y = self.at(u, v)
        region = self.canvas.oval(x, y, rx * self.size, ry * self.size, self.turn + turn * self.sign)
        if fur:
            self.coat(region, colour, v, plain)
        else:
            self.canvas.blend(region, colour)

    def shape(self, points: list[tuple[float, float]], colour: Colour, fur: bool = True) -> None:
        """A convex polygon of the frame."""
        region = self.canvas.inside([self.at(u, v) for u, v in points])
        if fur:
            self.coat(region, colour, points[0][1])
        else:
            self.canvas.blend(region, colour)

    def line(self, points: list[tuple[float, float]], width: float, colour: Colour, alpha: float = 1.0) -> None:
        """A line of the frame."""
        self.canvas.stroke([self.at(u, v) for u, v in points], max(width * self.size, 0.8), colour, alpha)


def background(canvas: Canvas, rng: Rng, weights: tuple[float, float, float, float]) -> None:
    """A room, a lawn, a blanket or bamboo, in proportion to the weights."""
    H, W = canvas.height, canvas.width
    kind = rng.choice(4, p=np.array(weights) / sum(weights))
    horizon = H * rng.uniform(0.25, 0.7)
    if kind == 0:
        wall = tuple(float(v) for v in np.array([0.75, 0.7, 0.64]) * rng.uniform(0.5, 1.2) * rng.uniform(0.88, 1.1, 3))
        canvas.pixels[:] = canvas.colour(wall) * (1 + 0.06 * noise.window(rng, "cloud", H, W))  # type: ignore[arg-type]
        stage = Stage(canvas, rng, eye=(0, 1, 0), pitch=(horizon - H / 2) / W)
        floor = tuple(float(v) for v in np.array([0.55, 0.42, 0.31]) * rng.uniform(0.6, 1.4) * rng.uniform(0.93, 1.07, 3))
        stage.face((-9, 0, 0.3), (18, 0, 0), (0, 0, 5), floor, surfaces.planks(rng, 0.3, 0.2))  # type: ignore[arg-type]
        if rng.random() < 0.5:
            x = rng.uniform(0, W)
            canvas.rectangle(x, 0.05 * H, x + 0.3 * W, 0.35 * H, tuple(float(v) for v in rng.uniform(0.3, 0.9, 3)))  # type: ignore[arg-type]
    elif kind == 1:
        land.sky(canvas, rng, horizon, (0.5, 0.65, 0.85), (0.8, 0.87, 0.92), rng.uniform(0, 0.8), (0.95, 0.95, 0.95))
        for _ in range(int(rng.integers(0, 9))):
            plants.crown(canvas, rng, rng.uniform(0, W), horizon - 0.04 * H, 0.2 * W, 0.14 * H, (0.2, 0.33, 0.14))
        land.ground(canvas, rng, horizon - 9, (0.3, 0.45, 0.16), 0.25, "fine", 60, horizon)
    elif kind == 2:
        tone = tuple(float(v) for v in rng.uniform(0.2, 0.8) * rng.uniform(0.75, 1.25, 3))
        canvas.pixels[:] = canvas.colour(tone) * np.clip(1 + 0.2 * noise.zoomed(rng, "cloud", H, W, 2) + 0.05 * noise.window(rng, "rough", H, W), 0.3, 1.7)  # type: ignore[arg-type]
    else:
        canvas.pixels[:] = canvas.colour((0.25, 0.36, 0.17)) * np.clip(1 + 0.4 * noise.window(rng, "rough", H, W), 0.2, 2)
        for _ in range(int(rng.integers(6, 22))):
            x = rng.uniform(0, W)
            f = rng.uniform(0.5, 1.3)
            canvas.stroke([(x, 0), (x + rng.uniform(-0.1, 0.1) * W, H)], rng.uniform(0.01, 0.035) * W, (0.45 * f, 0.58 * f, 0.22 * f))
        for _ in range(40):
            x, y, f = rng.uniform(0, W), rng.uniform(0, H), rng.uniform(0.5, 1.4)
            canvas.ellipse(x, y, 0.06 * W, 0.012 * W, (0.3 * f, 0.48 * f, 0.16 * f), rng.uniform(-1, 1))
        land.ground(canvas, rng, horizon, (0.35, 0.38, 0.2), 0.35, "fine", 60, H * rng.uniform(0.75, 1.0))


def eyes(figure: Figure, y: float, apart: float, size: float, iris: Colour, slit: float) -> None:
    """Two eyes with a glint; `slit` narrows the pupils."""
    for side in (-1, 1):
        figure.oval(side * apart, y, size * 1.25, size * 1.05, (0.06, 0.05, 0.05), fur=False)
        figure.oval(side * apart, y, size, size * 0.88, iris, fur=False)
        figure.oval(side * apart, y, size * slit, size * 0.75, (0.02, 0.02, 0.02), fur=False)
        figure.oval(side * apart - 0.3 * size, y - 0.3 * size, size * 0.22, size * 0.22, (1.0, 1.0, 1.0), fur=False)


def cat_head(figure: Figure, coat: RGB) -> None:
    """Pricked ears, a short muzzle, slit pupils, whiskers."""
    rng = figure.rng
    tall, spread = rng.uniform(0.75, 1.15), rng.uniform(0.75, 0.95)
    for side in (-1, 1):
        figure.shape([(side * 0.2, -0.62), (side * spread, -0.6 - 0.65 * tall), (side * 0.92, -0.1)], coat)
        figure.shape([(side * 0.36, -0.62), (side * (spread - 0.06), -0.55 - 0.5 * tall), (side * 0.8, -0.3)], (0.75, 0.5, 0.46), False)
    figure.oval(0, 0, rng.uniform(0.92, 1.05), rng.uniform(0.78, 0.9), coat)
    light = tuple(min(1.0, c * 1.15 + 0.12) for c in coat)
    for side in (-1, 1):
        figure.oval(side * 0.2, 0.36, 0.27, 0.21, light, plain=True)  # type: ignore[arg-type]
    figure.oval(0, 0.55, 0.2, 0.13, light, plain=True)  # type: ignore[arg-type]
    irises: tuple[RGB, ...] = ((0.65, 0.7, 0.2), (0.75, 0.55, 0.15), (0.35, 0.6, 0.75), (0.4, 0.6, 0.3))
    eyes(figure, -0.1, rng.uniform(0.36, 0.44), rng.uniform(0.14, 0.2), irises[int(rng.integers(4))], rng.uniform(0.2, 0.75))
    figure.shape([(-0.1, 0.2), (0.1, 0.2), (0, 0.32)], (0.7, 0.42, 0.4), False)
    figure.line([(-0.18, 0.46), (0, 0.42), (0.18, 0.46)], 0.025, (0.2, 0.12, 0.1))
    for side in (-1, 1):
        for k in range(3):
            figure.line([(side * 0.25, 0.33 + 0.06 * k), (side * 1.1, 0.2 + 0.16 * k)], 0.012, (0.95, 0.95, 0.95), 0.7)


def dog_head(figure: Figure, coat: RGB) -> None:
    """Hanging or pricked ears, a long muzzle with a big nose, often a tongue."""
    rng = figure.rng
    deep = rng.uniform(0.45, 0.95)
    dark = tuple(c * deep for c in coat)
    pricked = rng.random() < 0.35
    for side in (-1, 1):
        if pricked:
            figure.shape([(side * 0.2, -0.6), (side * 0.7, -1.15), (side * 0.85, -0.15)], dark)  # type: ignore[arg-type]
    figure.oval(0, -0.05, rng.uniform(0.78, 0.95), rng.uniform(0.8, 0.95), coat)
    if not pricked:
        for side in (-1, 1):
            figure.oval(side * 0.86, rng.uniform(-0.05, 0.2), 0.25, rng.uniform(0.45, 0.7), dark, side * -0.25)  # type: ignore[arg-type]
    pale = rng.uniform(0.0, 0.2)
    light = tuple(min(1.0, c * 1.1 + pale) for c in coat)
    long = rng.uniform(0.3, 0.45)
    figure.oval(0, 0.42, 0.42, long, light, plain=True)  # type: ignore[arg-type]
    if rng.random() < 0.5:
        figure.oval(0, 0.82, 0.15, 0.22, (0.82, 0.42, 0.45), fur=False)
    figure.oval(0, 0.26, 0.19, 0.13, (0.06, 0.05, 0.05), fur=False)
    figure.oval(-0.06, 0.21, 0.05, 0.03, (0.5, 0.5, 0.5), fur=False)
    figure.line([(0, 0.36), (0, 0.56), (-0.24, 0.66)], 0.03, (0.12, 0.08, 0.07))
    figure.line([(0, 0.56), (0.24, 0.66)], 0.03, (0.12, 0.08, 0.07))
    eyes(figure, -0.16, rng.uniform(0.33, 0.4), rng.uniform(0.1, 0.15), (0.32, 0.19, 0.1), 0.6)


def panda_head(figure: Figure, coat: RGB) -> None:
    """Round black ears, black patches about the eyes, a white face."""
    black = (0.08, 0.08, 0.09)
    for side in (-1, 1):
        figure.oval(side * 0.75, -0.72, 0.3, 0.3, black)
    figure.oval(0, 0, 1.0, figure.rng.uniform(0.84, 0.95), coat)
    for side in (-1, 1):
        figure.oval(side * 0.4, -0.05, 0.2, 0.29, black, side * 0.5, plain=True)
    figure.oval(0, 0.42, 0.36, 0.26, tuple(min(1.0, c * 1.05) for c in coat), plain=True)  # type: ignore[arg-type]
    eyes(figure, -0.07, 0.38, 0.075, (0.2, 0.12, 0.08), 0.6)
    figure.oval(0, 0.3, 0.14, 0.09, (0.05, 0.05, 0.05), fur=False)
    figure.line([(-0.15, 0.55), (0, 0.48), (0.15, 0.55)], 0.03, (0.15, 0.1, 0.1))


def body(figure: Figure, name: str, coat: RGB, pose: int) -> None:
    """The body below or beside the head: sitting or lying, with legs and tail."""
    black = (0.09, 0.09, 0.1)
    limb = black if name == "pandas" else coat
    if pose == 0:  # sitting, seen from before
        if name != "pandas":
            figure.line([(0.9, 2.7), (1.5, 2.5), (1.7, 1.7), (1.5, 1.3)], 0.24 if name == "cats" else 0.2, coat)
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
PLACES = {"cats": (0.5, 0.2, 0.27, 0.03), "dogs": (0.3, 0.47, 0.2, 0.03), "pandas": (0.08, 0.35, 0.12, 0.45)}


def draw(canvas: Canvas, rng: Rng, name: str) -> None:
    """Paint one animal of a class on the canvas."""
    H, W = canvas.height, canvas.width
    background(canvas, rng, PLACES[name])
    pose = int(rng.choice([0, 1, 2, 3], p=[0.3, 0.2, 0.15, 0.35]))  # 3: the head alone
    size = min(H, W) * (rng.uniform(0.2, 0.42) if pose == 3 else rng.uniform(0.1, 0.19))
    mirror = bool(rng.random() < 0.5)
    x = W * (rng.uniform(0.3, 0.7) if pose in (0, 3) else (0.75 if mirror else 0.25) + rng.normal(0, 0.05))
    y = H * (rng.uniform(0.35, 0.65) if pose == 3 else rng.uniform(0.22, 0.5))
    figure = Figure(canvas, rng, x, y, size, rng.normal(0, 0.22 if pose == 3 else 0.08), mirror)
    if name == "pandas":
        coat: RGB = tuple(float(v) for v in np.array([0.92, 0.9, 0.85]) * rng.uniform(0.8, 1.05))  # type: ignore[assignment]
    else:
        coats = CAT_COATS if name == "cats" else DOG_COATS
        base = np.array(coats[int(rng.integers(len(coats)))]) * rng.uniform(0.85, 1.15)
        coat = tuple(float(v) for v in base)  # type: ignore[assignment]
        if rng.random() < (0.5 if name == "cats" else 0.12):
            figure.stripes = rng.uniform(0.2, 0.5)
        if rng.random() < 0.4:
            figure.patched = rng.uniform(0.5, 1.3)
    if pose != 3:
        foot = (0.0, 2.85) if pose == 0 else (1.9, 2.6 if pose == 1 else 1.95)
        canvas.scale(canvas.oval(*figure.at(*foot), (1.7 if pose == 0 else 2.2) * size, 0.3 * size), 0.7)
        body(figure, name, coat, min(pose, 2))
    else:
        figure.oval(0, 1.5, 1.2, 1.1, (0.1, 0.1, 0.11) if name == "pandas" else coat)
    HEADS[name](figure, coat)
    if name == "pandas" and rng.random() < 0.4:
        figure.line([(-1.2, 1.3), (1.0, 0.6)], 0.1, (0.45, 0.6, 0.22))
    if rng.random() < 0.25:  # something in the way
        plants.grass(canvas, rng, H * 0.8, H * 1.05, 60, (0.3, 0.45, 0.18))
