"""A pinhole camera in front of a canvas: flat faces and boxes in perspective.

World coordinates are in meters: x to the right, y up, z away from the viewer. A box stands on its
base; its front faces smaller z before it is turned. Things are painted from far to near.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from data_scripts.synthetic.canvas import Canvas, Colour, Points, Region
from data_scripts.synthetic.noise import Field

Vector: TypeAlias = tuple[float, float, float]
# Maps meters along a face's two edges to a factor on its color, (h, w) or (channels, h, w).
Surface: TypeAlias = Callable[[Field, Field], Field]

NEAR = 0.12  # distance in meters at which faces are clipped


def _difference(a: Vector, b: Vector) -> Vector:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def _length(a: Vector) -> float:
    return math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])


@dataclass(frozen=True)
class Block:
    """One box of a piece of furniture, in the coordinate frame of the piece.

    `at` is the center of its base, `size` is (width, height, depth). `surfaces` maps front, back,
    left, right and top to a surface. The blocks of a piece are painted by `layer`, then from far to
    near.
    """

    at: Vector
    size: Vector
    colour: Colour
    surfaces: dict[str, Surface] = field(default_factory=dict)
    layer: int = 0
    label: int | None = None


class Stage:
    """Canvas, camera and light. `rng` belongs to this picture only."""

    def __init__(
        self,
        canvas: Canvas,
        rng: np.random.Generator,
        *,
        eye: Vector = (0.0, 1.6, 0.0),
        yaw: float = 0.0,
        pitch: float = 0.0,
        roll: float = 0.0,
        focal: float = 1.0,
        light: Vector = (-0.5, 0.8, -0.4),
        ambient: float = 0.55,
    ) -> None:
        """`focal` is in image widths; yaw turns right, pitch up, roll clockwise, in radians."""
        self.canvas, self.rng, self.eye = canvas, rng, eye
        self.focal = focal * canvas.width
        self.cx, self.cy = canvas.width / 2, canvas.height / 2
        length = _length(light)
        self.light: Vector = (light[0] / length, light[1] / length, light[2] / length)
        self.ambient = ambient
        sy, cy, sp, cp = math.sin(yaw), math.cos(yaw), math.sin(pitch), math.cos(pitch)
        right, up = (cy, 0.0, -sy), (-sp * sy, cp, -sp * cy)
        forward = (cp * sy, sp, cp * cy)
        c, s = math.cos(roll), math.sin(roll)
        self.axes: tuple[Vector, Vector, Vector] = (
            (right[0] * c + up[0] * s, right[1] * c + up[1] * s, right[2] * c + up[2] * s),
            (up[0] * c - right[0] * s, up[1] * c - right[1] * s, up[2] * c - right[2] * s),
            forward,
        )

    def _turned(self, v: Vector) -> Vector:
        a, b, c = self.axes
        return (
            a[0] * v[0] + a[1] * v[1] + a[2] * v[2],
            b[0] * v[0] + b[1] * v[1] + b[2] * v[2],
            c[0] * v[0] + c[1] * v[1] + c[2] * v[2],
        )

    def seen(self, point: Vector) -> Vector:
        """Return a world point in camera coordinates (right, up, forward)."""
        return self._turned(_difference(point, self.eye))

    def project(self, point: Vector) -> tuple[float, float, float]:
        """Return pixel x, y and the pixels per meter there (0 behind the camera)."""
        x, y, z = self.seen(point)
        if z < NEAR:
            return self.cx, self.cy, 0.0
        return self.cx + self.focal * x / z, self.cy - self.focal * y / z, self.focal / z

    def horizon(self) -> float:
        """Return the pixel row of the horizon at the middle column, ignoring roll."""
        forward, up = self.axes[2], self.axes[1]
        flat = math.hypot(forward[0], forward[2])
        return self.cy + self.focal * forward[1] / max(flat, 1e-3) * (1 if up[1] > 0 else -1)

    def outline(self, corners: Sequence[Vector]) -> Points:
        """Return the image of a convex world polygon, clipped at the near plane; may be empty."""
        camera = [self.seen(p) for p in corners]
        shown: list[tuple[float, float]] = []
        for i, b in enumerate(camera):
            a = camera[i - 1]
            if (a[2] < NEAR) != (b[2] < NEAR):
                t = (NEAR - a[2]) / (b[2] - a[2])
                x, y = a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])
                shown.append((self.cx + self.focal * x / NEAR, self.cy - self.focal * y / NEAR))
            if b[2] >= NEAR:
                shown.append(
                    (self.cx + self.focal * b[0] / b[2], self.cy - self.focal * b[1] / b[2])
                )
        return shown

    def shade(self, normal: Vector) -> float:
        """Return the brightness of a face with this normal, from ambient to one."""
        n, light = normal, self.light
        facing = max(0.0, n[0] * light[0] + n[1] * light[1] + n[2] * light[2])
        return self.ambient + (1 - self.ambient) * facing

    def face(
        self,
        origin: Vector,
        along: Vector,
        upward: Vector,
        colour: Colour,
        surface: Surface | None = None,
        shade: float = 1.0,
        alpha: float = 1.0,
        label: int | None = None,
    ) -> None:
        """Paint the parallelogram origin + s * along + t * upward, s and t in [0, 1]."""
        far = (origin[0] + along[0], origin[1] + along[1], origin[2] + along[2])
        corners = (
            origin,
            far,
            (far[0] + upward[0], far[1] + upward[1], far[2] + upward[2]),
            (origin[0] + upward[0], origin[1] + upward[1], origin[2] + upward[2]),
        )
        points = self.outline(corners)
        if len(points) < 3:
            return
        region = self.canvas.inside(points)
        if region is None:
            return
        paint = self.canvas.colour(colour)
        if surface is None:
            self.canvas.blend(region, paint * shade, alpha, label)
            return
        u, v = self._coordinates(region, origin, along, upward)
        self.canvas.blend(region, surface(u, v) * paint * shade, alpha, label)

    def _coordinates(
        self, region: Region, origin: Vector, along: Vector, upward: Vector
    ) -> tuple[Field, Field]:
        """Return meters along the two edges of a face for each pixel of a region."""
        lengths = (_length(along), _length(upward))
        unit_along = (along[0] / lengths[0], along[1] / lengths[0], along[2] / lengths[0])
        unit_up = (upward[0] / lengths[1], upward[1] / lengths[1], upward[2] / lengths[1])
        columns = (self._turned(unit_along), self._turned(unit_up), self.seen(origin))
        matrix: npt.NDArray[np.float64] = np.array(columns).T
        if abs(np.linalg.det(matrix)) < 1e-9:
            zero = np.zeros_like(region.cover)
            return zero, zero
        solve = np.linalg.inv(matrix).tolist()
        ray_x = (self.canvas.xs[:, region.columns] - self.cx) / self.focal
        ray_y = (self.cy - self.canvas.ys[region.rows]) / self.focal
        parts = [(ray_x * row[0] + row[2]) + ray_y * row[1] for row in solve]
        depth = np.maximum(parts[2], 1e-4)
        u = np.clip(parts[0] / depth, -0.5, lengths[0] + 0.5)
        return u, np.clip(parts[1] / depth, -0.5, lengths[1] + 0.5)

    def piece(self, at: Vector, turn: float, blocks: Sequence[Block]) -> None:
        """Paint a piece made of blocks that stands at `at`, turned by `turn` around its center."""
        c, s = math.cos(turn), math.sin(turn)

        def place(p: Vector) -> Vector:
            return (at[0] + p[0] * c + p[2] * s, at[1] + p[1], at[2] - p[0] * s + p[2] * c)

        def distance(block: Block) -> float:
            x, y, z = block.at
            return _length(_difference(place((x, y + block.size[1] / 2, z)), self.eye))

        for block in sorted(blocks, key=lambda b: (b.layer, -distance(b))):
            self._block(block, place, (c, 0.0, -s), (s, 0.0, c))

    def _block(
        self, block: Block, place: Callable[[Vector], Vector], right: Vector, back: Vector
    ) -> None:
        (x, y, z), (w, h, d) = block.at, block.size
        across = (right[0] * w, 0.0, right[2] * w)
        inward = (back[0] * d, 0.0, back[2] * d)
        minus = (-across[0], 0.0, -across[2])
        outward = (-inward[0], 0.0, -inward[2])
        up = (0.0, h, 0.0)
        x0, x1, z0, z1 = x - w / 2, x + w / 2, z - d / 2, z + d / 2
        faces = (
            ("front", place((x0, y, z0)), across, up, (-back[0], 0.0, -back[2])),
            ("back", place((x1, y, z1)), minus, up, back),
            ("left", place((x0, y, z1)), outward, up, (-right[0], 0.0, -right[2])),
            ("right", place((x1, y, z0)), inward, up, right),
            ("top", place((x0, y + h, z0)), across, inward, (0.0, 1.0, 0.0)),
            ("bottom", place((x0, y, z0)), across, inward, (0.0, -1.0, 0.0)),
        )
        for name, origin, along, upward, normal in faces:
            toward = _difference(self.eye, origin)
            if toward[0] * normal[0] + toward[1] * normal[1] + toward[2] * normal[2] <= 0:
                continue
            self.face(
                origin,
                along,
                upward,
                block.colour,
                block.surfaces.get(name),
                self.shade(normal),
                label=block.label,
            )

    def shadow(self, at: Vector, width: float, depth: float, strength: float = 0.5) -> None:
        """Paint a soft dark patch on the ground below a thing."""
        x, y, scale = self.project(at)
        if scale == 0:
            return
        _x0, y0, _ = self.project((at[0], at[1], at[2] - depth / 2))
        _x1, y1, _ = self.project((at[0], at[1], at[2] + depth / 2))
        tall = max(abs(y1 - y0) / 2, 1.0)
        region = self.canvas.oval(x, (y0 + y1) / 2 if y1 != y else y, width * scale / 2, tall)
        self.canvas.scale(region, 1 - strength)
