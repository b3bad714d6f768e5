"""Surfaces: the look of bricks, planks, tiles, shelves and rows of windows on a face.

Each function returns a `Surface`, which maps meters along the face's edges to a factor on its
color.
"""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import noise
from data_scripts.synthetic.noise import Field
from data_scripts.synthetic.stage import Surface

Rng = np.random.Generator


def _cell(u: Field, size: float) -> tuple[Field, Field]:
    """Return the integer cell number and the position within the cell, in [0, 1)."""
    scaled = u / size
    whole = np.floor(scaled)
    return whole, scaled - whole


def stained(
    rng: Rng, strength: float = 0.08, per_metre: float = 40.0, kind: str = "rough"
) -> Surface:
    """Plaster, asphalt or earth, with a varying color."""
    return lambda u, v: 1 + strength * noise.sample(rng, kind, u, v, per_metre)


def planks(rng: Rng, width: float = 0.14, contrast: float = 0.15, along_u: bool = False) -> Surface:
    """Boards with dark seams, each slightly different."""

    def surface(u: Field, v: Field) -> Field:
        a, b = (v, u) if along_u else (u, v)
        board, part = _cell(a, width)
        tone = 1 + contrast * (noise.hashed(rng, board, board) - 0.5) * 2
        grain = 0.3 * contrast * noise.sample(rng, "streak", b, a, 60.0)
        return (tone + grain) * np.where(part < 0.07, 0.65, 1.0).astype(np.float32)

    return surface


def tiles(rng: Rng, size: float = 0.3, joint: float = 0.7, checker: float = 0.0) -> Surface:
    """Square tiles with joints; `checker` darkens every second one."""

    def surface(u: Field, v: Field) -> Field:
        iu, pu = _cell(u, size)
        iv, pv = _cell(v, size)
        gap = (pu < 0.05) | (pv < 0.05)
        tone = 1 - checker * ((iu + iv) % 2) + 0.05 * (noise.hashed(rng, iu, iv) - 0.5)
        return np.where(gap, joint, tone).astype(np.float32)

    return surface


def bricks(rng: Rng, length: float = 0.24, height: float = 0.08, mortar: float = 1.3) -> Surface:
    """Courses of bricks, every second one offset by half a brick."""

    def surface(u: Field, v: Field) -> Field:
        course, pv = _cell(v, height)
        brick, pu = _cell(u + course % 2 * (length / 2), length)
        tone = 0.8 + 0.4 * noise.hashed(rng, brick, course)
        return np.where((pu < 0.06) | (pv < 0.14), mortar, tone).astype(np.float32)

    return surface


def stripes(
    period: float, contrast: float = 0.3, along_u: bool = True, duty: float = 0.5
) -> Surface:
    """Bars, blinds, corrugated iron."""

    def surface(u: Field, v: Field) -> Field:
        _, part = _cell(u if along_u else v, period)
        return np.where(part < duty, 1.0, 1.0 - contrast).astype(np.float32)

    return surface


def cloth(rng: Rng, pattern: str, size: float, contrast: float) -> Surface:
    """Bed covers and rugs: plain, striped, checked or flowered."""

    def surface(u: Field, v: Field) -> Field:
        base = 1 + 0.05 * noise.sample(rng, "rough", u, v, 50.0)
        iu, pu = _cell(u, size)
        iv, pv = _cell(v, size)
        if pattern == "striped":
            base = base - contrast * (pu < 0.5)
        elif pattern == "checked":
            base = base - contrast * 0.5 * ((pu < 0.5) * 1.0 + (pv < 0.5))
        elif pattern == "flowered":
            spot = (pu - 0.5) ** 2 + (pv - 0.5) ** 2 < 0.02 + 0.1 * noise.hashed(rng, iu, iv)
            base = base - contrast * spot
        return base.astype(np.float32)

    return surface


def windows(
    rng: Rng,
    bay: float = 2.4,
    storey: float = 3.0,
    wide: float = 0.5,
    tall: float = 0.55,
    glass: float = 0.35,
    frame: float = 1.25,
    lit: float = 0.25,
    first: float = 0.0,
    arched: bool = False,
    wall: Surface | None = None,
) -> Surface:
    """A facade with one window per bay and storey, above `first` meters; some reflect the sky."""

    def surface(u: Field, v: Field) -> Field:
        iu, pu = _cell(u, bay)
        iv, pv = _cell(v - first, storey)
        du, dv = np.abs(pu - 0.5) / wide * 2, np.abs(pv - 0.5) / tall * 2
        inner = np.maximum(du, dv)
        if arched:
            inner = np.where(pv > 0.5, np.sqrt(du * du + dv * dv), inner)
        tone = glass * (0.6 + 0.8 * noise.hashed(rng, iu, iv))
        tone = np.where(noise.hashed(rng, iv, iu) < lit, tone * 2.2, tone)
        plain = 1.0 if wall is None else wall(u, v)
        cross = (du < 0.08) | (np.abs(dv - 0.1) < 0.06)
        shown = np.where(inner < 0.85, np.where(cross, frame * 0.8, tone), frame)
        ledge = np.where(pv < 0.04, 0.85, 1.0)
        return np.where((inner < 1) & (v > first), shown, plain * ledge).astype(np.float32)

    return surface


def curtain_wall(rng: Rng, bay: float = 1.5, storey: float = 3.5, glass: float = 0.6) -> Surface:
    """A glass tower: bands of panes that reflect the sky unevenly."""

    def surface(u: Field, v: Field) -> Field:
        iu, pu = _cell(u, bay)
        iv, pv = _cell(v, storey)
        mirror = 0.25 * noise.sample(rng, "cloud", u, v, 4.0)
        tone = glass + mirror + 0.25 * (noise.hashed(rng, iu, iv) - 0.5)
        return np.where((pu < 0.12) | (pv < 0.25), 1.0, tone).astype(np.float32)

    return surface


def shop_front(rng: Rng, bay: float = 4.0, height: float = 3.2, glass: float = 0.3) -> Surface:
    """Shop windows with goods, and doors, below a sign board."""

    def surface(u: Field, v: Field) -> Field:
        iu, pu = _cell(u, bay)
        wares = glass + 0.45 * np.maximum(noise.sample(rng, "fine", u, v, 30.0), 0) * (v < 1.4)
        tone = np.where((pu > 0.72) & (pu < 0.93), glass * 0.7, wares)
        frame = (pu < 0.06) | (np.abs(pu - 0.7) < 0.02) | (v < 0.35) | (pu > 0.95)
        sign = (v > height * 0.78) & (v < height * 0.98)
        letters = 1 - 0.7 * (
            (noise.sample(rng, "white", u, v * 0.3, 7.0) > 0.2) & (pu > 0.15) & (pu < 0.85)
        )
        board = (0.5 + 0.9 * noise.hashed(rng, iu, iu)) * np.where(
            np.abs(v - height * 0.88) < 0.16, letters, 1.0
        )
        return np.where(sign, board, np.where(frame, 0.8, tone)).astype(np.float32)

    return surface


def books(rng: Rng, shelf: float = 0.32, width: float = 0.045, gaps: float = 0.15) -> Surface:
    """Shelves of books of different heights."""

    def surface(u: Field, v: Field) -> Field:
        iv, pv = _cell(v, shelf)
        iu, pu = _cell(u, width)
        tall = 0.55 + 0.38 * noise.hashed(rng, iu, iv)
        spine = 0.25 + 1.1 * noise.hashed(rng, iu + 7, iv) - 0.25 * (pu < 0.12)
        missing = noise.hashed(rng, np.floor(iu / 6), iv) < gaps
        tone = np.where((pv - 0.08 < tall) & ~missing, spine, 0.22)
        return np.where(pv < 0.08, 1.0, tone).astype(np.float32)

    return surface


def wares(rng: Rng, shelf: float = 0.42, width: float = 0.14, variety: float = 1.0) -> Surface:
    """Shop shelves: runs of the same package, with labels, some gaps, and price strips."""

    def surface(u: Field, v: Field) -> Field:
        iv, pv = _cell(v, shelf)
        iu, pu = _cell(u, width)
        brand = np.floor(iu / 4)
        tall = 0.5 + 0.4 * noise.hashed(rng, brand, iv)
        tone = 0.3 + variety * noise.hashed(rng, brand + 11, iv)
        label = (np.abs(pu - 0.5) < 0.3) & (np.abs(pv - 0.4) < 0.14)
        tone = np.where(label, 1.5 - tone, tone) * np.where(np.abs(pu - 0.5) > 0.44, 0.6, 1.0)
        stocked = (pv - 0.1 < tall) & (noise.hashed(rng, iu, iv) > 0.08)
        return np.where(pv < 0.1, 1.15, np.where(stocked, tone, 0.18)).astype(np.float32)

    return surface


def doors(
    bay: float = 0.5, handle: bool = True, joint: float = 0.55, inset: float = 0.0
) -> Surface:
    """Cupboard fronts: panels with seams, a frame and handles."""

    def surface(u: Field, v: Field) -> Field:
        iu, pu = _cell(u, bay)
        top = float(v.max()) if v.size else 1.0
        tone = np.where((pu < 0.035) | (pu > 0.965), joint, 1.0)
        if inset:
            ring = np.maximum(np.abs(pu - 0.5) * 2, np.abs(v / max(top, 0.1) - 0.5) * 2)
            tone = np.where((ring > 0.66) & (ring < 0.72), 1 - inset, tone)
        if handle:
            side = np.where(iu % 2 == 0, 0.85, 0.15)
            grip = (np.abs(pu - side) < 0.035) & (np.abs(v - 0.62 * top) < 0.07)
            tone = np.where(grip, 0.35, tone)
        return tone.astype(np.float32)

    return surface


def drawers(height: float = 0.22, joint: float = 0.5) -> Surface:
    """Drawers on top of each other, each with a handle in the middle."""

    def surface(u: Field, v: Field) -> Field:
        _, pv = _cell(v, height)
        middle = float(u.max()) / 2 if u.size else 0.0
        grip = (np.abs(u - middle) < 0.09) & (np.abs(pv - 0.5) < 0.1)
        return np.where(pv < 0.07, joint, np.where(grip, 0.35, 1.0)).astype(np.float32)

    return surface
