"""Sky, clouds, hills, water and ground, which fill a picture from edge to edge."""

from __future__ import annotations

import numpy as np

from data_scripts.synthetic import noise
from data_scripts.synthetic.canvas import Canvas, Colour, Region
from data_scripts.synthetic.noise import Field

Rng = np.random.Generator


def sky(
    canvas: Canvas,
    rng: Rng,
    horizon: float,
    top: Colour,
    low: Colour,
    clouds: float = 0.5,
    cloud: Colour = 0.95,
    label: int | None = None,
) -> None:
    """Paint a gradient with clouds (0 none to 1 overcast), down to the row of the horizon."""
    rows = max(1, min(canvas.height, int(horizon) + 2))
    part = np.clip(canvas.ys[:rows] / max(horizon, 1.0), 0, 1)
    area = Region(slice(0, rows), slice(0, canvas.width), np.ones((rows, canvas.width), np.float32))
    canvas.blend(area, top, label=label)
    canvas.blend(Region(area.rows, area.columns, np.broadcast_to(part, area.cover.shape)), low)
    if clouds <= 0:
        return
    step = int(rng.integers(1, 4))
    body = noise.window(rng, "cloud", min(rows, 1023 // step), canvas.width, step)
    if rng.random() < 0.4:  # stretched along the horizon, as distant clouds are
        body = body[:, np.linspace(0, canvas.width // 3, canvas.width).astype(np.intp)]
    body = body[np.linspace(0, len(body) - 1, rows).astype(np.intp)]
    detail = noise.window(rng, "rough", rows, canvas.width, 1)
    cover = np.clip((body + 0.22 * detail + 2.6 * clouds - 1.6) * 0.7, 0, 1)
    canvas.blend(Region(area.rows, area.columns, cover), cloud)
    if clouds > 0.4:  # undersides
        under = np.clip((np.roll(body, -6, axis=0) - body) * 0.6, 0, 0.35) * cover
        canvas.scale(Region(area.rows, area.columns, under), 0.55)


def ridge(
    canvas: Canvas,
    rng: Rng,
    height: float,
    amplitude: float,
    roughness: float,
    colour: Colour,
    relief: float = 0.0,
    haze: float = 0.0,
    label: int | None = None,
    tilt: float = 0.0,
) -> Field:
    """Paint a range of hills with a skyline around row `height`; return the skyline (W,)."""
    line = height + noise.profile(rng, canvas.width, amplitude, roughness)
    line = (line + tilt * (canvas.xs[0] - canvas.width / 2)).astype(np.float32)
    region = canvas.below(line)
    if region is None:
        return line
    h, w = region.cover.shape
    tone = canvas.colour(colour)
    if relief:
        bumps = noise.window(rng, "relief", h, w, 2) + 0.4 * noise.window(rng, "rough", h, w)
        tone = tone * np.clip(1 + relief * bumps, 0.15, 2.2)
    canvas.blend(region, tone * (1 - haze) + 0.75 * haze, label=label)
    return line


def mountain(
    canvas: Canvas,
    rng: Rng,
    base: float,
    peaks: list[tuple[float, float, float]],
    rock: float,
    snow: float,
    line: float,
) -> None:
    """Paint peaks (x, height, half width in pixels) of folded rock, with snow above row `line`."""
    xs = canvas.xs[0]
    skyline: Field = np.full(canvas.width, base, np.float32)
    for x, height, half in peaks:
        flank = base - height * np.clip(1 - np.abs(xs - x) / half, 0, 1) ** float(
            rng.uniform(0.8, 1.3)
        )
        skyline = np.minimum(skyline, flank)
    skyline = skyline + noise.profile(rng, canvas.width, 0.035 * canvas.height, 0.9)
    region = canvas.below(skyline.astype(np.float32))
    if region is None:
        return
    h, w = region.cover.shape
    bumps = noise.window(rng, "relief", h, w, 2)
    coarse = noise.zoomed(rng, "relief", h, w, 2)
    ys = canvas.ys[region.rows]
    lean = np.sign(np.gradient(skyline))[None, :] * np.exp(-(ys - skyline[None, :]) / (0.25 * h))
    light = 1 + 0.28 * bumps + 0.3 * coarse + 0.35 * lean * rng.choice([-1.0, 1.0])
    edge = line + 22 * noise.window(rng, "cloud", h, w, 2) + 10 * bumps
    white = np.clip((edge - ys) * 0.12, 0, 1) * (bumps + coarse > -1.1)
    tone = rock * np.clip(light, 0.2, 1.9)
    canvas.blend(region, tone + white * (snow * np.clip(0.75 + 0.25 * light, 0.4, 1.1) - tone))


def water(
    canvas: Canvas,
    rng: Rng,
    horizon: float,
    colour: Colour,
    swell: float = 0.3,
    glint: float = 0.0,
    glint_x: float = 0.5,
    foam: float = 0.0,
) -> None:
    """Paint a sea or lake below the row of the horizon; waves grow toward the viewer."""
    region = canvas.below(horizon)
    if region is None:
        return
    depth = 1.0 / (np.maximum(canvas.ys[region.rows] - horizon, 0.7) / canvas.height)
    u = (canvas.xs / canvas.width - 0.5) * depth
    v = np.broadcast_to(depth, u.shape)
    waves = noise.sample(rng, "streak", u, v, 24.0) + 0.6 * noise.sample(
        rng, "fine", u, v * 3, 24.0
    )
    near = np.clip(2.2 / depth, 0.15, 1.0)
    tone = canvas.colour(colour) * np.clip(1 + swell * near * waves, 0.2, 2.5)
    tone = tone * (1.12 - 0.25 * near)
    if glint:
        path = np.exp(-(((canvas.xs / canvas.width - glint_x) / (0.05 + 0.22 * near)) ** 2))
        tone = tone + glint * path * (waves > 0.2)
    if foam:
        tone = tone + foam * np.clip(waves - 1.4, 0, 1)
    canvas.blend(region, tone)


def ground(
    canvas: Canvas,
    rng: Rng,
    horizon: float,
    colour: Colour,
    texture: float = 0.2,
    kind: str = "rough",
    scale: float = 60.0,
    line: Field | float | None = None,
    label: int | None = None,
) -> None:
    """Paint land in perspective below `line`, which defaults to the row of the horizon."""
    region = canvas.below(horizon if line is None else line)
    if region is None:
        return
    depth = 1.0 / (np.maximum(canvas.ys[region.rows] - horizon, 1.5) / canvas.height)
    u = (canvas.xs / canvas.width - 0.5) * depth
    v = np.broadcast_to(depth, u.shape)
    bumps = noise.sample(rng, kind, u, v * 1.5, scale) * np.clip(3 / depth, 0.25, 1)
    wide = noise.sample(rng, "cloud", u, v * 2, 30.0)
    canvas.blend(
        region,
        canvas.colour(colour) * np.clip(1 + texture * (bumps + 0.6 * wide), 0.15, 2.2),
        label=label,
    )
