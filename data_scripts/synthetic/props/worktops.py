"""Equipment of kitchens and offices as blocks, with the front toward smaller z."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Colour
from data_scripts.synthetic.stage import Block

Rng = np.random.Generator


def office_chair(rng: Rng, cloth_colour: Colour) -> list[Block]:
    """A swivel chair."""
    return [
        Block((0, 0, 0), (0.55, 0.05, 0.08), 0.15),
        Block((0, 0, 0), (0.08, 0.05, 0.55), 0.15),
        Block((0, 0.05, 0), (0.06, 0.4, 0.06), 0.2, layer=1),
        Block((0, 0.44, 0), (0.52, 0.1, 0.5), cloth_colour, layer=2),
        Block((0, 0.6, 0.24), (0.48, rng.uniform(0.4, 0.65), 0.08), cloth_colour, layer=3),
    ]


def desk(rng: Rng, width: float, wood: Colour) -> list[Block]:
    """A desk with drawers on one or both sides."""
    blocks = [
        Block(
            (0, 0.7, 0),
            (width, 0.05, 0.75),
            wood,
            {"top": surfaces.stained(rng, 0.06, 30, "streak")},
            layer=1,
        ),
        Block((width / 2 - 0.22, 0, 0), (0.42, 0.7, 0.68), wood, {"front": surfaces.drawers(0.23)}),
    ]
    if rng.random() < 0.5:
        blocks.append(Block((-width / 2 + 0.03, 0, 0), (0.05, 0.7, 0.7), wood))
    else:
        blocks.append(
            Block(
                (-width / 2 + 0.22, 0, 0),
                (0.42, 0.7, 0.68),
                wood,
                {"front": surfaces.drawers(0.23)},
            )
        )
    return blocks


def computer(rng: Rng, base: float, x: float = 0.0) -> list[Block]:
    """A monitor and a keyboard at height `base`."""
    case = rng.uniform(0.08, 0.2) if rng.random() < 0.5 else rng.uniform(0.65, 0.85)
    deep = 0.4 if case > 0.5 else 0.07
    w, h = rng.uniform(0.42, 0.6), rng.uniform(0.34, 0.42)
    glow = rng.uniform(0.1, 1.0)
    return [
        Block((x, base, 0.1), (0.22, 0.08, 0.2), case, layer=2),
        Block((x, base + 0.08, 0.1), (w, h, deep), case, layer=3),
        Block(
            (x, base + 0.12, 0.1 - deep / 2 - 0.01),
            (w - 0.08, h - 0.08, 0.01),
            glow,
            {"front": surfaces.stained(rng, 0.25, 60, "fine")},
            layer=4,
        ),
        Block(
            (x, base, -0.2),
            (0.44, 0.03, 0.16),
            min(1.0, case + 0.15),
            {"top": surfaces.tiles(rng, 0.03, 0.6)},
            layer=2,
        ),
    ]


def papers(rng: Rng, base: float, width: float, count: int) -> list[Block]:
    """Sheets, books and boxes scattered at height `base`."""
    return [
        Block(
            (rng.uniform(-0.45, 0.45) * width, base, rng.uniform(-0.25, 0.25)),
            (rng.uniform(0.15, 0.32), rng.uniform(0.01, 0.16), rng.uniform(0.15, 0.28)),
            rng.uniform(0.3, 1.05),
            layer=3,
        )
        for _ in range(count)
    ]


def cabinet(rng: Rng, colour: Colour) -> list[Block]:
    """A filing cabinet."""
    return [Block((0, 0, 0), (0.48, 1.3, 0.6), colour, {"front": surfaces.drawers(0.33)})]


def stove(rng: Rng, colour: Colour) -> list[Block]:
    """A stove: oven door, cooktop and knobs."""
    return [
        Block((0, 0, 0), (0.6, 0.88, 0.6), colour),
        Block((0, 0.2, -0.305), (0.48, 0.42, 0.01), 0.12, layer=1),
        Block((0, 0.66, -0.31), (0.5, 0.03, 0.03), 0.85, layer=2),
        Block(
            (0, 0.75, -0.305),
            (0.56, 0.08, 0.01),
            0.3,
            {"front": surfaces.stripes(0.1, 0.6)},
            layer=1,
        ),
        *[
            Block((sx * 0.15, 0.88, sz * 0.15), (0.18, 0.015, 0.18), 0.08, layer=1)
            for sx in (-1, 1)
            for sz in (-1, 1)
        ],
        *(
            [
                Block(
                    (0.15, 0.9, 0.15),
                    (0.2, rng.uniform(0.1, 0.2), 0.2),
                    rng.uniform(0.3, 0.9),
                    layer=2,
                )
            ]
            if rng.random() < 0.6
            else []
        ),
    ]


def fridge(rng: Rng, colour: Colour) -> list[Block]:
    """A tall refrigerator with two doors."""
    split = rng.uniform(1.0, 1.3)
    return [
        Block((0, 0, 0), (0.7, 1.8, 0.68), colour),
        Block((0, split, -0.345), (0.7, 0.025, 0.01), 0.2, layer=1),
        Block((-0.27, split + 0.08, -0.36), (0.035, 0.35, 0.03), 0.35, layer=1),
        Block((-0.27, split - 0.5, -0.36), (0.035, 0.42, 0.03), 0.35, layer=1),
    ]


def counter(rng: Rng, width: float, front: Colour, top: Colour, bay: float) -> list[Block]:
    """Kitchen base units below a worktop."""
    return [
        Block(
            (0, 0, 0),
            (width, 0.86, 0.58),
            front,
            {"front": surfaces.doors(bay, inset=0.15), "left": surfaces.stained(rng, 0.04)},
        ),
        Block(
            (0, 0.86, -0.02),
            (width, 0.05, 0.64),
            top,
            {"top": surfaces.stained(rng, 0.1, 60)},
            layer=1,
        ),
    ]


def wall_units(width: float, front: Colour, bay: float, height: float = 0.7) -> list[Block]:
    """Wall-mounted kitchen units, whose bottom is at their own base."""
    return [
        Block((0, 0, 0), (width, height, 0.34), front, {"front": surfaces.doors(bay, inset=0.15)})
    ]


def clutter(rng: Rng, base: float, width: float, count: int) -> list[Block]:
    """Jars, pots, boxes and bottles along a worktop."""
    return [
        Block(
            (rng.uniform(-0.48, 0.48) * width, base, rng.uniform(-0.1, 0.22)),
            (rng.uniform(0.06, 0.24), rng.uniform(0.08, 0.34), rng.uniform(0.06, 0.2)),
            rng.uniform(0.1, 1.05),
            layer=2,
        )
        for _ in range(count)
    ]
