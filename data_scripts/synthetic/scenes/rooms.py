"""A room in perspective: floor, ceiling, walls and the things on them, ready to be furnished."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.noise import Field
from data_scripts.synthetic.stage import Block, Stage, Surface

Rng = np.random.Generator
Piece = tuple[float, float, float, Sequence[Block]]  # x, z, turn, blocks


class Room:
    """A room `wide` by `deep` meters, seen from near its front wall; x = 0 is its center."""

    def __init__(
        self, canvas: Canvas, rng: Rng, wide: tuple[float, float], deep: tuple[float, float]
    ) -> None:
        self.rng = rng
        self.wide, self.deep, self.high = (
            rng.uniform(*wide),
            rng.uniform(*deep),
            rng.uniform(2.4, 3.0),
        )
        eye = (rng.uniform(-0.3, 0.3) * self.wide, rng.uniform(1.1, 1.9), rng.uniform(0.05, 0.4))
        self.stage = Stage(
            canvas,
            rng,
            eye=eye,
            yaw=-eye[0] / self.deep + rng.normal(0, 0.15),
            pitch=rng.uniform(-0.3, -0.04),
            roll=rng.normal(0, 0.02),
            focal=rng.uniform(0.56, 0.86),
            light=(rng.uniform(-1, 1), 0.9, rng.uniform(-0.8, 0.5)),
            ambient=rng.uniform(0.4, 0.65),
        )
        self.pieces: list[Piece] = []

    def walls(self, wall: float, floor: float, floor_look: Surface, ceiling: float = 0.92) -> None:
        """Paint the empty room; the walls darken toward the corners."""
        rng, w, d, h = self.rng, self.wide, self.deep, self.high
        paper = (
            surfaces.stripes(rng.uniform(0.1, 0.3), 0.1)
            if rng.random() < 0.15
            else surfaces.stained(rng, 0.02, 10, "cloud")
        )

        def corners(length: float) -> Surface:
            def surface(u: Field, v: Field) -> Field:
                edge = np.minimum(np.minimum(u, length - u), np.minimum(v, h - v))
                return paper(u, v) * (0.78 + 0.22 * np.clip(edge / 0.7, 0, 1))

            return surface

        tilt = rng.uniform(0.75, 1.0), rng.uniform(0.7, 1.0)
        if rng.random() < 0.5:
            tilt = tilt[1], tilt[0]
        stage = self.stage
        stage.face((-w / 2, h, 0), (w, 0, 0), (0, 0, d), ceiling, shade=rng.uniform(0.8, 1))
        stage.face((-w / 2, 0, 0), (w, 0, 0), (0, 0, d), floor, floor_look)
        stage.face((-w / 2, 0, 0), (0, 0, d), (0, h, 0), wall, corners(d), tilt[0])
        stage.face((w / 2, 0, 0), (0, 0, d), (0, h, 0), wall, corners(d), tilt[1])
        stage.face((-w / 2, 0, d), (w, 0, 0), (0, h, 0), wall, corners(w), rng.uniform(0.75, 1.0))
        stage.face((-w / 2, 0, d - 0.01), (w, 0, 0), (0, 0.12, 0), min(1.0, wall * 1.1), shade=0.9)

    def on_wall(
        self,
        side: str,
        along: float,
        y: float,
        wide: float,
        high: float,
        colour: float,
        look: Surface | None = None,
        out: float = 0.01,
    ) -> None:
        """Paint a flat thing on the back, left or right wall; `along` is its center, 0 to 1."""
        w, d = self.wide, self.deep
        if side == "back":
            self.stage.face(
                (-w / 2 + along * w - wide / 2, y, d - out),
                (wide, 0, 0),
                (0, high, 0),
                colour,
                look,
            )
        else:
            x = -w / 2 + out if side == "left" else w / 2 - out
            self.stage.face((x, y, along * d - wide / 2), (0, 0, wide), (0, high, 0), colour, look)

    def window(self, side: str, along: float, wide: float, high: float, base: float = 0.9) -> None:
        """Paint a window with daylight, bars, blinds or curtains, and its light on the floor."""
        rng = self.rng
        self.on_wall(side, along, base - 0.08, wide + 0.16, high + 0.16, 0.95)
        view: Surface = surfaces.stained(rng, rng.uniform(0.05, 0.35), 20, "rough")
        if rng.random() < 0.3:
            view = surfaces.stripes(0.08, rng.uniform(0.2, 0.5), False)
        self.on_wall(side, along, base, wide, high, rng.uniform(0.65, 1.1), view, 0.02)
        for k in range(1, int(rng.integers(1, 4)) + 1):
            shift = (k / 4 - 0.5) * wide / (self.wide if side == "back" else self.deep)
            self.on_wall(side, along + shift, base, 0.05, high, 0.9, None, 0.03)
        if rng.random() < 0.5:
            tone, drape = rng.uniform(0.2, 1.0), surfaces.stripes(0.1, 0.25)
            for sign in (-1, 1):
                shift = sign * wide * 0.55 / (self.wide if side == "back" else self.deep)
                self.on_wall(
                    side,
                    along + shift,
                    base - rng.uniform(0.1, 0.8),
                    wide * 0.3,
                    high + 0.9,
                    tone,
                    drape,
                    0.05,
                )
        if rng.random() < 0.4 and side != "back":
            x = -self.wide / 2 + 0.4 if side == "left" else self.wide / 2 - 0.4 - wide
            points = self.stage.outline(
                [
                    (x, 0.01, along * self.deep - 1.2),
                    (x + wide, 0.01, along * self.deep - 1.6),
                    (x + wide, 0.01, along * self.deep - 0.4),
                    (x, 0.01, along * self.deep),
                ]
            )
            if len(points) > 2:
                self.stage.canvas.scale(self.stage.canvas.inside(points), 1.5)

    def picture(self, side: str, along: float) -> None:
        """Paint a framed picture."""
        rng = self.rng
        w, h, y = rng.uniform(0.3, 1.0), rng.uniform(0.3, 0.8), rng.uniform(1.35, 1.7)
        self.on_wall(side, along, y, w, h, rng.uniform(0.05, 0.9))
        self.on_wall(
            side,
            along,
            y + 0.05,
            w - 0.1,
            h - 0.1,
            rng.uniform(0.3, 1),
            surfaces.stained(rng, 0.35, 40, "cloud"),
            0.015,
        )

    def door(self, side: str, along: float) -> None:
        """Paint a door, either closed or open with darkness behind it."""
        self.on_wall(side, along, 0, 1.0, 2.1, 0.9)
        self.on_wall(
            side,
            along,
            0,
            0.84,
            2.03,
            self.rng.uniform(0.1, 0.9),
            surfaces.doors(0.84, inset=0.15),
            0.015,
        )

    def some_openings(self, windows: float = 0.75, pictures: float = 0.6) -> None:
        """Paint windows, doors and pictures at random positions on the three walls."""
        rng = self.rng
        for side in ("back", "left", "right"):
            if rng.random() < windows * 0.6:
                self.window(
                    side,
                    rng.uniform(0.3, 0.75),
                    rng.uniform(0.8, 2.0),
                    rng.uniform(1.0, 1.5),
                    rng.uniform(0.5, 1.0),
                )
            elif rng.random() < pictures:
                for _ in range(int(rng.integers(1, 3))):
                    self.picture(side, rng.uniform(0.25, 0.85))
            if rng.random() < 0.2:
                self.door(side, rng.uniform(0.3, 0.8))

    def put(
        self, x: float, z: float, turn: float, blocks: Sequence[Block], height: float = 0.0
    ) -> None:
        """Add a piece of furniture to be painted; `height` lifts it (wall units)."""
        if height:
            blocks = [
                Block((b.at[0], b.at[1] + height, b.at[2]), b.size, b.colour, b.surfaces, b.layer)
                for b in blocks
            ]
        self.pieces.append((x, z, turn, blocks))

    def paint_pieces(self) -> None:
        """Paint the added pieces from far to near, each with its shadow on the floor."""
        eye = self.stage.eye
        for x, z, turn, blocks in sorted(
            self.pieces, key=lambda p: -((p[0] - eye[0]) ** 2 + (p[1] - eye[2]) ** 2)
        ):
            standing = [b for b in blocks if b.at[1] < 0.2]
            if standing and z > 0.6:
                reach = max(max(b.size[0], b.size[2]) for b in standing)
                if reach < 1.2:
                    self.stage.shadow((x, 0.0, z), reach * 1.25, reach * 1.1, 0.3)
            self.stage.piece((x, 0.0, z), turn, blocks)

    def rug(self, x: float, z: float, wide: float, deep: float) -> None:
        """Paint a rug on the floor."""
        rng = self.rng
        look = surfaces.cloth(
            rng,
            str(rng.choice(["plain", "striped", "checked", "flowered"])),
            rng.uniform(0.2, 0.5),
            0.4,
        )
        tone = rng.uniform(0.2, 0.9)
        self.stage.face((x - wide / 2, 0.01, z - deep / 2), (wide, 0, 0), (0, 0, deep), tone * 0.7)
        self.stage.face(
            (x - wide / 2 + 0.12, 0.012, z - deep / 2 + 0.12),
            (wide - 0.24, 0, 0),
            (0, 0, deep - 0.24),
            tone,
            look,
        )


def floor_look(rng: Rng) -> Surface:
    """Return a floor of boards, carpet or tiles."""
    kind = rng.random()
    if kind < 0.4:
        return surfaces.planks(rng, rng.uniform(0.08, 0.2), 0.15, bool(rng.random() < 0.3))
    if kind < 0.75:
        return surfaces.stained(rng, 0.07, 90, "fine")
    return surfaces.tiles(rng, rng.uniform(0.25, 0.5), 0.75)
