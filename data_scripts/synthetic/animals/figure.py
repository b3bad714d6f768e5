"""The coordinate frame in which an animal is painted, and its fur."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import noise
from data_scripts.synthetic.canvas import Canvas, Colour, Region

Rng = np.random.Generator
RGB = tuple[float, float, float]


class Figure:
    """A frame for one animal in unit circle coordinates, y down; turned, scaled, maybe mirrored."""

    def __init__(
        self,
        canvas: Canvas,
        rng: Rng,
        x: float,
        y: float,
        size: float,
        turn: float,
        mirror: bool = False,
    ) -> None:
        self.canvas, self.rng, self.x, self.y, self.size, self.turn = canvas, rng, x, y, size, turn
        self.sign = -1.0 if mirror else 1.0
        self.fur = noise.window(rng, "fine", canvas.height, canvas.width)
        self.patches = noise.window(rng, "cloud", canvas.height, canvas.width, 2)
        self.stripes = 0.0
        self.patched = 0.0
        self.second: RGB = (0.9, 0.88, 0.85)

    def at(self, u: float, v: float) -> tuple[float, float]:
        """Return the canvas pixels of a point of the frame."""
        c, s = math.cos(self.turn), math.sin(self.turn)
        u *= self.sign
        return self.x + self.size * (u * c - v * s), self.y + self.size * (u * s + v * c)

    def coat(
        self, region: Region | None, colour: Colour, v: float = 0.0, plain: bool = False
    ) -> None:
        """Paint fur on a region: lit from above, with stripes or patches."""
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

    def oval(
        self,
        u: float,
        v: float,
        rx: float,
        ry: float,
        colour: Colour,
        turn: float = 0.0,
        fur: bool = True,
        plain: bool = False,
    ) -> None:
        """Paint an ellipse of the frame, with fur or a plain color."""
        x, y = self.at(u, v)
        region = self.canvas.oval(
            x, y, rx * self.size, ry * self.size, self.turn + turn * self.sign
        )
        if fur:
            self.coat(region, colour, v, plain)
        else:
            self.canvas.blend(region, colour)

    def shape(self, points: list[tuple[float, float]], colour: Colour, fur: bool = True) -> None:
        """Paint a convex polygon of the frame."""
        region = self.canvas.inside([self.at(u, v) for u, v in points])
        if fur:
            self.coat(region, colour, points[0][1])
        else:
            self.canvas.blend(region, colour)

    def line(
        self, points: list[tuple[float, float]], width: float, colour: Colour, alpha: float = 1.0
    ) -> None:
        """Draw a line of the frame."""
        self.canvas.stroke(
            [self.at(u, v) for u, v in points], max(width * self.size, 0.8), colour, alpha
        )
