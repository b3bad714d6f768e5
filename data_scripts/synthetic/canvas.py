"""A canvas, and the basic shapes that all pictures consist of, in plain NumPy.

Shapes are filled with soft edges (coverage from the distance to the edge), only inside their own
bounding boxes, so a picture of hundreds of shapes takes milliseconds. A canvas may have labels: a
shape painted with a label sets it on the pixels that it covers by at least half, so labels are
exact by construction.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from data_scripts.synthetic.noise import Field

# One level, an RGB triple, or an array that broadcasts to (channels, height, width) of a region.
Colour: TypeAlias = float | tuple[float, ...] | Field
Points: TypeAlias = Sequence[tuple[float, float]]

LUMINANCE = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class Region:
    """The extent of a shape: its bounding box on the canvas and its coverage (h, w) in [0, 1]."""

    rows: slice
    columns: slice
    cover: Field


class Canvas:
    """`pixels` (channels, H, W) float32, nominally in [0, 1]; `labels` (H, W) uint8 or None."""

    def __init__(
        self, height: int, width: int, channels: int = 3, label: int | None = None
    ) -> None:
        self.height, self.width, self.channels = height, width, channels
        self.pixels = np.zeros((channels, height, width), np.float32)
        self.labels = None if label is None else np.full((height, width), label, np.uint8)
        self.xs = np.arange(width, dtype=np.float32)[None, :]
        self.ys = np.arange(height, dtype=np.float32)[:, None]

    def colour(self, colour: Colour) -> float | Field:
        """Return a color that broadcasts over (channels, h, w)."""
        if isinstance(colour, tuple):
            if self.channels == 1:
                return float(sum(c * w for c, w in zip(colour, LUMINANCE, strict=True)))
            return np.array(colour, np.float32)[:, None, None]
        if isinstance(colour, np.ndarray) and colour.ndim == 3 and colour.shape[0] == 3:
            if self.channels == 1:
                return np.tensordot(np.array(LUMINANCE, np.float32), colour, 1)
            return colour
        return colour

    def blend(
        self, region: Region | None, colour: Colour, alpha: float = 1.0, label: int | None = None
    ) -> None:
        """Blend a color into a region, in proportion to its coverage times alpha."""
        if region is None:
            return
        cover = region.cover if alpha == 1.0 else region.cover * alpha
        patch = self.pixels[:, region.rows, region.columns]
        patch += cover * (self.colour(colour) - patch)
        if label is not None and self.labels is not None:
            self.labels[region.rows, region.columns][region.cover >= 0.5] = label

    def scale(self, region: Region | None, factor: float | Field) -> None:
        """Darken or lighten the existing pixels (a shadow: factor 0.5)."""
        if region is not None:
            patch = self.pixels[:, region.rows, region.columns]
            patch *= 1 + region.cover * (factor - 1)

    def box(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[slice, slice] | None:
        """Return the slices of a bounding box within the canvas, or None if they do not overlap."""
        x0, x1 = max(0, math.floor(left)), min(self.width, math.ceil(right) + 1)
        y0, y1 = max(0, math.floor(top)), min(self.height, math.ceil(bottom) + 1)
        return None if x0 >= x1 or y0 >= y1 else (slice(y0, y1), slice(x0, x1))

    def inside(self, points: Points) -> Region | None:
        """Return the region of a convex polygon; its corners (x, y) may be in either order."""
        px, py = [p[0] for p in points], [p[1] for p in points]
        box = self.box(min(px) - 1, min(py) - 1, max(px) + 1, max(py) + 1)
        if box is None:
            return None
        xs, ys = self.xs[:, box[1]], self.ys[box[0]]
        count = len(points)
        area = sum(px[i - 1] * py[i] - px[i] * py[i - 1] for i in range(count))
        sign = 1.0 if area > 0 else -1.0
        across: Field | None = None  # vertical edges depend only on x, horizontal ones only on y
        down: Field | None = None
        distance: Field | None = None
        x0, x1, y0, y1 = (float(v) for v in (xs[0, 0], xs[0, -1], ys[0, 0], ys[-1, 0]))
        for i in range(count):
            dx, dy = px[i] - px[i - 1], py[i] - py[i - 1]
            length = math.hypot(dx, dy)
            if length < 1e-6:
                continue
            a, b = -sign * dy / length, sign * dx / length
            c = 0.5 - a * px[i - 1] - b * py[i - 1]
            if min(a * x0, a * x1) + min(b * y0, b * y1) + c >= 1:
                continue  # the whole box is inside this edge
            if abs(b) < 1e-4:
                across = (
                    xs * a + (c + b * y0)
                    if across is None
                    else np.minimum(across, xs * a + (c + b * y0))
                )
            elif abs(a) < 1e-4:
                down = (
                    ys * b + (c + a * x0)
                    if down is None
                    else np.minimum(down, ys * b + (c + a * x0))
                )
            else:
                edge = (xs * a + c) + ys * b
                distance = edge if distance is None else np.minimum(distance, edge, out=distance)
        for line in (across, down):
            if line is not None:
                distance = line if distance is None else np.minimum(distance, line)
        shape = (ys.shape[0], xs.shape[1])
        if distance is None:
            return Region(*box, np.ones(shape, np.float32))
        cover = np.clip(distance, 0, 1)
        return Region(*box, cover if cover.shape == shape else np.broadcast_to(cover, shape))

    def polygon(
        self, points: Points, colour: Colour, alpha: float = 1.0, label: int | None = None
    ) -> None:
        """Fill a convex polygon."""
        self.blend(self.inside(points), colour, alpha, label)

    def rectangle(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        colour: Colour,
        alpha: float = 1.0,
        label: int | None = None,
    ) -> None:
        """Fill an axis-aligned rectangle."""
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        self.polygon(corners, colour, alpha, label)

    def oval(self, x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> Region | None:
        """Return the region of an ellipse with half axes rx and ry, rotated by `turn` radians."""
        rx, ry = max(rx, 0.3), max(ry, 0.3)
        c, s = math.cos(turn), math.sin(turn)
        reach_x, reach_y = math.hypot(rx * c, ry * s) + 1, math.hypot(rx * s, ry * c) + 1
        box = self.box(x - reach_x, y - reach_y, x + reach_x, y + reach_y)
        if box is None:
            return None
        dx, dy = self.xs[:, box[1]] - x, self.ys[box[0]] - y
        u, v = (dx * c + dy * s) / rx, (dy * c - dx * s) / ry
        radius = np.sqrt(u * u + v * v)
        return Region(*box, np.clip((1 - radius) * min(rx, ry) + 0.5, 0, 1))

    def ellipse(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        colour: Colour,
        turn: float = 0.0,
        alpha: float = 1.0,
        label: int | None = None,
    ) -> None:
        """Fill an ellipse."""
        self.blend(self.oval(x, y, rx, ry, turn), colour, alpha, label)

    def stroke(
        self,
        points: Points,
        width: float,
        colour: Colour,
        alpha: float = 1.0,
        label: int | None = None,
    ) -> None:
        """Draw a line of a width through the points; thin lines fade instead of vanishing."""
        alpha *= min(1.0, width)
        half = max(width, 1.0) / 2
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            length = math.hypot(x1 - x0, y1 - y0)
            if length < 1e-6:
                continue
            nx, ny = -(y1 - y0) / length * half, (x1 - x0) / length * half
            corners = (
                (x0 + nx, y0 + ny),
                (x1 + nx, y1 + ny),
                (x1 - nx, y1 - ny),
                (x0 - nx, y0 - ny),
            )
            self.polygon(corners, colour, alpha, label)

    def below(self, line: Field | float) -> Region | None:
        """Return the region below a skyline, given by its y for each column, or one y for all."""
        heights = np.broadcast_to(np.asarray(line, np.float32), (self.width,))
        top = max(0, int(heights.min()) - 1)
        if top >= self.height:
            return None
        rows, columns = slice(top, self.height), slice(0, self.width)
        return Region(rows, columns, np.clip(self.ys[rows] - heights[None, :] + 0.5, 0, 1))

    def blob(
        self, x: float, y: float, rx: float, ry: float, field: Field, raggedness: float = 0.35
    ) -> Region | None:
        """Return an ellipse whose edge follows a canvas-sized noise field: a crown, a rock."""
        reach = 1 + 1.5 * raggedness
        box = self.box(x - rx * reach, y - ry * reach, x + rx * reach, y + ry * reach)
        if box is None:
            return None
        u, v = (self.xs[:, box[1]] - x) / max(rx, 0.5), (self.ys[box[0]] - y) / max(ry, 0.5)
        edge = 1 - (u * u + v * v) + raggedness * field[box]
        return Region(*box, np.clip(edge * (0.25 * min(rx, ry) + 1) + 0.5, 0, 1))

    def to_bytes(self) -> npt.NDArray[np.uint8]:
        """Return the pixels as (H, W) or (H, W, 3) uint8, ready to encode."""
        rounded = (np.clip(self.pixels, 0, 1) * 255 + 0.5).astype(np.uint8)
        return (
            rounded[0] if self.channels == 1 else np.ascontiguousarray(rounded.transpose(1, 2, 0))
        )
