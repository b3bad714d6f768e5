"""The effects of a camera on a scene: exposure, contrast, vignetting, blur and grain."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import noise
from data_scripts.synthetic.canvas import Canvas


def expose(
    canvas: Canvas, rng: np.random.Generator, strength: float = 1.0, grain: float = 0.012
) -> None:
    """Apply the effects of a photograph; `strength` scales how much the exposure varies."""
    pixels = canvas.pixels
    np.clip(pixels, 0, 1.2, out=pixels)
    if rng.random() < 0.6:
        pixels[:] = _softened(pixels)
    gamma = float(np.exp(rng.normal(0, 0.22 * strength)))
    contrast = float(np.exp(rng.normal(0.02, 0.18 * strength)))
    shift = rng.normal(0.02, 0.06 * strength)
    levels = np.linspace(0, 1.2, 241, dtype=np.float32)
    curve = (levels**gamma - 0.45) * contrast + 0.45 + shift
    index = (pixels * 200).astype(np.intp)
    pixels[:] = curve.astype(np.float32)[index]
    if rng.random() < 0.4:
        x0, y0 = rng.uniform(0.3, 0.7, 2).tolist()
        fall = (canvas.xs / canvas.width - x0) ** 2 + (canvas.ys / canvas.height - y0) ** 2
        pixels *= 1 - rng.uniform(0.2, 0.8) * fall
    amount = grain * rng.uniform(0.3, 1.6)
    pixels += amount * noise.window(rng, "white", canvas.height, canvas.width)


def _softened(pixels: noise.Field) -> noise.Field:
    """Apply a three by three blur, like that of a cheap lens."""
    out = pixels.copy()
    out[:, :, 1:-1] = 0.25 * (pixels[:, :, :-2] + pixels[:, :, 2:]) + 0.5 * pixels[:, :, 1:-1]
    rows = out.copy()
    rows[:, 1:-1] = 0.25 * (out[:, :-2] + out[:, 2:]) + 0.5 * out[:, 1:-1]
    return rows
