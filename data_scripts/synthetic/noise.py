"""Random fields from which every picture draws its clouds, leaves, waves and stains.

Fractal noise for each picture would cost more than the picture itself. Therefore one bank of
periodic fields is created once per process, from a fixed seed, and each picture cuts its own random
windows out of it. The picture's generator chooses the positions, so a picture depends only on its
own seed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Field: TypeAlias = npt.NDArray[np.floating[Any]]

SIDE = 1024  # pixels of a bank field, periodic in both directions
BANK_SEED = 20061


def _periodic_spectrum(rng: np.random.Generator, slope: float, stretch: float) -> Field:
    """Return a periodic (SIDE, SIDE) field whose power falls as frequency**-slope.

    Its mean is zero and its standard deviation one. A `stretch` above one makes features longer
    along the rows (waves, wood grain).
    """
    fy = np.fft.fftfreq(SIDE)[:, None]
    fx = np.fft.rfftfreq(SIDE)[None, :] * stretch
    radius = np.sqrt(fx * fx + fy * fy)
    radius[0, 0] = 1.0
    white = rng.standard_normal((SIDE, SIDE // 2 + 1)) + 1j * rng.standard_normal(
        (SIDE, SIDE // 2 + 1)
    )
    spectrum = white / np.maximum(radius, 3.0 / SIDE) ** slope
    spectrum[0, 0] = 0.0
    field = np.fft.irfft2(spectrum, s=(SIDE, SIDE))
    return (field / field.std()).astype(np.float32)


@lru_cache(maxsize=1)
def bank() -> dict[str, Field]:
    """Return the fields by name, each (SIDE, SIDE) float32, periodic, with mean 0 and std 1.

    cloud: smooth large shapes; rough: rock and foliage; fine: leaves, gravel, cloth;
    streak: long along the rows; relief: `cloud` lit from the left, as slopes are;
    white: independent pixels.
    """
    rng = np.random.default_rng(BANK_SEED)
    cloud = _periodic_spectrum(rng, 1.8, 1.0)
    fields = {
        "cloud": cloud,
        "rough": _periodic_spectrum(rng, 1.15, 1.0),
        "fine": _periodic_spectrum(rng, 0.6, 1.0),
        "streak": _periodic_spectrum(rng, 1.0, 7.0),
        "white": rng.standard_normal((SIDE, SIDE)).astype(np.float32),
    }
    ridged = 1.0 - np.abs(_periodic_spectrum(rng, 1.7, 1.0))
    slope = np.roll(ridged, -2, axis=1) - np.roll(ridged, 2, axis=1) + 0.5 * np.roll(ridged, -3, 0)
    slope -= 0.5 * ridged
    fields["relief"] = ((slope - slope.mean()) / slope.std()).astype(np.float32)
    for field in fields.values():
        field.setflags(write=False)
    return fields


def window(rng: np.random.Generator, kind: str, height: int, width: int, step: int = 1) -> Field:
    """Return a random (height, width) window of a bank field; a larger `step` shrinks features.

    The result is a read-only view if the window fits into the bank.
    """
    field = bank()[kind]
    flip = 1 if rng.random() < 0.5 else -1
    tall, wide = height * step, width * step
    top = int(rng.integers(0, max(1, SIDE - tall)))
    left = int(rng.integers(0, max(1, SIDE - wide)))
    if tall <= SIDE and wide <= SIDE:
        return field[top : top + tall : step, left : left + wide : step][:, ::flip]
    rows = (top + step * np.arange(height)) % SIDE
    columns = (left + flip * step * np.arange(width)) % SIDE
    return field[rows[:, None], columns[None, :]]


def zoomed(rng: np.random.Generator, kind: str, height: int, width: int, factor: int) -> Field:
    """Return a `window` with features `factor` times as large, interpolated linearly."""
    small = window(rng, kind, height // factor + 2, width // factor + 2)
    return _stretch(_stretch(small, height, factor).T, width, factor).T


def _stretch(field: Field, length: int, factor: int) -> Field:
    position = np.arange(length, dtype=np.float32) / factor
    low = position.astype(np.intp)
    part = (position - low)[:, None]
    return field[low] * (1 - part) + field[low + 1] * part


def sample(rng: np.random.Generator, kind: str, u: Field, v: Field, per_unit: float) -> Field:
    """Return the pixels nearest to world coordinates (u, v), at `per_unit` pixels per unit."""
    field = bank()[kind]
    top, left = (int(x) for x in rng.integers(0, SIDE, 2))
    rows = np.asarray(v * per_unit).astype(np.int32) + top
    columns = np.asarray(u * per_unit).astype(np.int32) + left
    return field[rows & (SIDE - 1), columns & (SIDE - 1)]


def hashed(rng: np.random.Generator, iu: Field, iv: Field) -> Field:
    """Return a number in [0, 1) for each cell (iu, iv) of an integer grid."""
    table = rng.random((64, 64), dtype=np.float32)
    return table[iu.astype(np.int32) & 63, iv.astype(np.int32) & 63]


def profile(rng: np.random.Generator, length: int, amplitude: float, roughness: float) -> Field:
    """Return a skyline (length,) within about +-amplitude; roughness from 0 smooth to 1 jagged."""
    smooth = bank()["cloud"]
    jagged = bank()["rough"]
    row, left = (int(v) for v in rng.integers(0, SIDE, 2))
    columns = (left + np.arange(length)) % SIDE
    line = (1 - roughness) * smooth[row, columns] + 0.5 * roughness * jagged[row, columns]
    line = line - line.mean()
    peak = float(np.abs(line).max()) or 1.0
    return (line * (amplitude / peak)).astype(np.float32)
