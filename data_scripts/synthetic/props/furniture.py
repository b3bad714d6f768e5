"""Furniture of living rooms and bedrooms as blocks, with the front toward smaller z."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import surfaces
from data_scripts.synthetic.canvas import Colour
from data_scripts.synthetic.stage import Block

Rng = np.random.Generator


PATTERNS = ("plain", "striped", "checked", "flowered")


def _pattern(rng: Rng) -> str:
    return PATTERNS[int(rng.integers(len(PATTERNS)))]


def legs(
    width: float, depth: float, height: float, colour: Colour, thick: float = 0.06
) -> list[Block]:
    """Four legs."""
    return [
        Block(
            (sx * (width / 2 - thick), 0, sz * (depth / 2 - thick)), (thick, height, thick), colour
        )
        for sx in (-1, 1)
        for sz in (-1, 1)
    ]


def bed(rng: Rng, width: float, wood: Colour, cover: Colour, pillow: Colour) -> list[Block]:
    """A bed, its head at the back (larger z), 2 m long."""
    sheet = surfaces.cloth(rng, _pattern(rng), rng.uniform(0.12, 0.4), rng.uniform(0.25, 0.6))
    head, high = rng.uniform(0.8, 1.3), rng.uniform(0.42, 0.6)
    panel = surfaces.stripes(0.16, 0.6) if rng.random() < 0.4 else surfaces.stained(rng, 0.06)
    blocks = [
        Block((0, 0, 1.02), (width + 0.1, head, 0.07), wood, {"front": panel}, layer=-1),
        Block(
            (0, 0.12, 0),
            (width, high - 0.12, 2.0),
            cover,
            {"top": sheet, "front": sheet, "left": sheet, "right": sheet},
        ),
    ]
    if rng.random() < 0.5:
        blocks.append(
            Block((0, 0, -1.02), (width + 0.1, head * 0.6, 0.07), wood, {"front": panel}, layer=3)
        )
    if rng.random() < 0.6:
        blocks.append(Block((0, high, 0.45), (width * 1.01, 0.03, 0.35), pillow, layer=1))
    for side in (-0.25, 0.25) if width > 1.1 else (0.0,):
        size = min(0.62, width * 0.45)
        blocks.append(Block((side * width, high, 0.75), (size, 0.15, 0.4), pillow, layer=2))
    return blocks


def nightstand(rng: Rng, wood: Colour, lamp: bool = True) -> list[Block]:
    """A bedside table with drawers, and a lamp on it."""
    blocks = [Block((0, 0, 0), (0.48, 0.58, 0.4), wood, {"front": surfaces.drawers(0.28)})]
    return blocks + (table_lamp(rng, 0.58) if lamp else [])


def table_lamp(rng: Rng, base: float) -> list[Block]:
    """A lamp that stands at height `base`."""
    return [
        Block((0, base, 0), (0.08, 0.3, 0.08), rng.uniform(0.2, 0.7), layer=1),
        Block((0, base + 0.26, 0), (0.32, 0.24, 0.32), 1.1, layer=2),
    ]


def floor_lamp(rng: Rng) -> list[Block]:
    """A standing lamp."""
    return [
        Block((0, 0, 0), (0.3, 0.03, 0.3), 0.3),
        Block((0, 0, 0), (0.035, 1.5, 0.035), 0.25, layer=1),
        Block((0, 1.4, 0), (0.42, 0.32, 0.42), rng.uniform(0.8, 1.15), layer=2),
    ]


def wardrobe(rng: Rng, wood: Colour, width: float = 1.3) -> list[Block]:
    """A wardrobe with doors."""
    front = surfaces.doors(width / 2, inset=0.2)
    return [
        Block(
            (0, 0, 0),
            (width, 2.05, 0.6),
            wood,
            {"front": front, "left": surfaces.stained(rng, 0.05)},
        )
    ]


def dresser(rng: Rng, wood: Colour) -> list[Block]:
    """A chest of drawers with a mirror."""
    return [
        Block((0, 0, 0), (1.2, 0.85, 0.5), wood, {"front": surfaces.drawers(0.28)}),
        Block(
            (0, 0.87, 0.2),
            (0.9, 0.8, 0.04),
            0.85,
            {"front": surfaces.stained(rng, 0.25, 25, "cloud")},
            layer=1,
        ),
    ]


def sofa(rng: Rng, width: float, cloth_colour: Colour) -> list[Block]:
    """A sofa, or an armchair if it is narrow, with cushions."""
    cover = surfaces.cloth(rng, _pattern(rng), rng.uniform(0.1, 0.3), rng.uniform(0.1, 0.5))
    skin = {"front": cover, "top": cover, "left": cover, "right": cover}
    back = rng.uniform(0.8, 1.0)
    arm = rng.uniform(0.14, 0.24)
    seats = max(1, round(width / 0.75))
    seat = (width - 2 * arm) / seats
    blocks = [
        Block((0, 0.08, 0.34), (width, back - 0.08, 0.22), cloth_colour, skin, layer=-1),
        Block((0, 0.08, -0.05), (width, 0.26, 0.75), cloth_colour, skin),
        Block((-width / 2 + arm / 2, 0.08, -0.05), (arm, 0.52, 0.8), cloth_colour, skin, layer=2),
        Block((width / 2 - arm / 2, 0.08, -0.05), (arm, 0.52, 0.8), cloth_colour, skin, layer=2),
    ]
    for i in range(seats):
        x = -width / 2 + arm + (i + 0.5) * seat
        blocks.append(
            Block((x, 0.34, -0.06), (seat * 0.96, 0.13, 0.68), cloth_colour, skin, layer=1)
        )
        if rng.random() < 0.4:
            blocks.append(
                Block((x, 0.47, 0.14), (0.4, 0.36, 0.12), rng.uniform(0.15, 1.0), layer=1)
            )
    return blocks


def table(rng: Rng, width: float, depth: float, height: float, wood: Colour) -> list[Block]:
    """A table; a low one has a shelf."""
    blocks = legs(width, depth, height - 0.05, wood)
    grain = surfaces.stained(rng, 0.08, 40, "streak")
    blocks.append(Block((0, height - 0.05, 0), (width, 0.05, depth), wood, {"top": grain}, layer=1))
    return blocks


def chair(rng: Rng, wood: Colour) -> list[Block]:
    """A kitchen chair with its back at the back."""
    slats = surfaces.stripes(0.09, 0.6) if rng.random() < 0.5 else surfaces.stained(rng, 0.05)
    return [
        *legs(0.42, 0.42, 0.44, wood, 0.04),
        Block((0, 0.44, 0), (0.44, 0.05, 0.44), wood, layer=1),
        Block((0, 0.49, 0.2), (0.44, 0.5, 0.04), wood, {"front": slats, "back": slats}, layer=1),
    ]


def television(rng: Rng, wood: Colour) -> list[Block]:
    """A television on its bench."""
    return [
        Block((0, 0, 0), (1.3, 0.5, 0.45), wood, {"front": surfaces.doors(0.65)}),
        Block((0, 0.5, 0), (0.9, 0.62, 0.3), 0.12, layer=1),
        Block(
            (0, 0.56, -0.16),
            (0.74, 0.48, 0.01),
            rng.uniform(0.1, 0.55),
            {"front": surfaces.stained(rng, 0.3, 25, "cloud")},
            layer=2,
        ),
    ]


def fireplace(rng: Rng, stone: Colour) -> list[Block]:
    """A fireplace with a mantelpiece and a chimney breast."""
    brick = surfaces.bricks(rng)
    return [
        Block(
            (0, 0, 0.12), (1.7, 2.6, 0.24), stone, {"front": brick} if rng.random() < 0.5 else {}
        ),
        Block((0, 0, 0), (1.5, 1.15, 0.36), stone, {"front": brick}, layer=1),
        Block((0, 0, -0.19), (0.8, 0.75, 0.01), 0.06, layer=2),
        Block((0, 1.15, -0.02), (1.75, 0.08, 0.45), 0.85, layer=2),
    ]


def bookcase(rng: Rng, width: float, height: float, wood: Colour) -> list[Block]:
    """Shelves full of books."""
    return [
        Block(
            (0, 0, 0),
            (width, height, 0.32),
            wood,
            {"front": surfaces.books(rng, gaps=rng.uniform(0.02, 0.4))},
        )
    ]
