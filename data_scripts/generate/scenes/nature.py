"""Coast, mountain, forest, open country: skylines, water and plants in perspective."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.generate import noise
from data_scripts.generate.canvas import Canvas
from data_scripts.generate.props import land, plants

Rng = np.random.Generator


def some_sky(canvas: Canvas, rng: Rng, horizon: float, brightness: float = 0.0) -> float:
    """A sky of any weather above the horizon's row; returns how bright it is."""
    low = float(np.clip(rng.uniform(0.5, 0.95) + brightness, 0.25, 1))
    top = low * rng.uniform(0.4, 0.95)
    clouds = rng.choice([0.0, rng.uniform(0.2, 0.6), rng.uniform(0.6, 1.0)])
    cloud = rng.uniform(0.85, 1.0) if rng.random() < 0.75 else rng.uniform(0.25, 0.5)
    land.sky(canvas, rng, horizon, top, low, clouds, cloud)
    return low


def coast(canvas: Canvas, rng: Rng) -> None:
    """Sea and sky; a beach, a headland, rocks, islands, boats or a setting sun."""
    H, W = canvas.height, canvas.width
    horizon = H * rng.uniform(0.2, 0.62)
    sunset = rng.random() < 0.22
    bright = some_sky(canvas, rng, horizon, -0.2 if sunset else 0.0)
    sun = rng.uniform(0.2, 0.8)
    if sunset:
        canvas.ellipse(sun * W, horizon - rng.uniform(0.02, 0.25) * H, 0.03 * W, 0.03 * W, 1.0)
    for _ in range(int(rng.integers(0, 3))):  # far land, only on a part of the horizon
        left = rng.uniform(-0.4, 0.9) * W
        wide, high = rng.uniform(0.2, 0.7) * W, rng.uniform(0.02, 0.12) * H
        hump = np.clip(1 - ((canvas.xs[0] - left - wide / 2) / (wide / 2)) ** 2, 0, 1)
        line = horizon + 1 - high * np.sqrt(hump) - noise.profile(rng, W, high * 0.3, 0.5) * hump
        canvas.blend(canvas.below(line), bright * rng.uniform(0.3, 0.8))
    land.water(
        canvas, rng, horizon, bright * rng.uniform(0.35, 0.95), rng.uniform(0.08, 0.4),
        rng.uniform(0.2, 0.6) if sunset or rng.random() < 0.2 else 0.0, sun,
        rng.uniform(0.2, 0.8) if rng.random() < 0.4 else 0.0,
    )
    for _ in range(int(rng.integers(0, 3)) if rng.random() < 0.3 else 0):
        boat(canvas, rng, horizon)
    kind = rng.random()
    if kind < 0.42:
        beach(canvas, rng, horizon)
    elif kind < 0.75:
        headland(canvas, rng, horizon)
    if rng.random() < 0.3:
        rocks(canvas, rng, horizon + (H - horizon) * rng.uniform(0.3, 0.8), int(rng.integers(3, 10)))


def boat(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """A boat with or without a sail."""
    y = horizon + rng.uniform(0.02, 0.3) * (canvas.height - horizon)
    x, size = rng.uniform(0.1, 0.9) * canvas.width, 5 + 0.25 * (y - horizon)
    tone = rng.uniform(0.1, 0.95)
    canvas.polygon([(x - size, y - size * 0.3), (x - size * 0.7, y), (x + size * 0.7, y), (x + size, y - size * 0.3)], tone)
    if rng.random() < 0.7:
        canvas.polygon([(x, y - size * 0.35), (x, y - size * 2.2), (x + size * 0.8, y - size * 0.4)], rng.uniform(0.7, 1))


def beach(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """Sand that comes in from one side or from below, with a line of surf."""
    H, W = canvas.height, canvas.width
    start, end = horizon + (H - horizon) * rng.uniform(0.1, 1.1), horizon + (H - horizon) * rng.uniform(0.35, 1.1)
    if rng.random() < 0.5:
        start, end = end, start
    part = canvas.xs[0] / W
    bend = part ** float(rng.uniform(0.5, 2.0))
    line = (start + (end - start) * bend + noise.profile(rng, W, 0.02 * H, 0.2)).astype(np.float32)
    sand = rng.uniform(0.5, 0.9)
    for k in range(int(rng.integers(1, 4))):
        away = line - (6 + 9 * k) * (line - horizon) / (H - horizon) - noise.profile(rng, W, 3, 0.5)
        foam = canvas.below(away.astype(np.float32))
        if foam is not None:
            canvas.blend(foam, 0.95 if k == 0 else 0.8, 0.8 - 0.2 * k)
            if k:
                canvas.blend(canvas.below((away + 2.5 + k).astype(np.float32)), rng.uniform(0.45, 0.6), 0.8)
    land.ground(canvas, rng, horizon, sand, 0.1, "fine", 60, line)
    if rng.random() < 0.4:
        plants.grass(canvas, rng, H * 0.8, H * 1.05, 60, 0.3)


def headland(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """A cliff or a green hill that falls into the sea from one side."""
    H, W = canvas.height, canvas.width
    part = canvas.xs[0] / W
    if rng.random() < 0.5:
        part = 1 - part
    reach, crest = rng.uniform(0.3, 0.8), horizon - H * rng.uniform(-0.1, 0.3)
    foot = H * rng.uniform(0.75, 1.2)
    fall = np.clip(part / reach, 0, 1) ** float(rng.uniform(1, 4))
    line = crest + (foot - crest) * fall + noise.profile(rng, W, 0.03 * H, 0.7)
    region = canvas.below(line.astype(np.float32))
    if region is None:
        return
    h, w = region.cover.shape
    tone = rng.uniform(0.15, 0.5) * np.clip(
        1 + 0.35 * noise.window(rng, "relief", h, w, 2) + 0.2 * noise.window(rng, "fine", h, w), 0.2, 2
    )
    canvas.blend(region, tone)


def rocks(canvas: Canvas, rng: Rng, y: float, count: int) -> None:
    """Boulders around row y, larger below."""
    field = noise.window(rng, "rough", canvas.height, canvas.width)
    for _ in range(count):
        x, foot = rng.uniform(0, canvas.width), y + rng.uniform(0, 0.35) * canvas.height
        size = rng.uniform(4, 12) + 0.12 * (foot - y)
        tone = rng.uniform(0.12, 0.45)
        canvas.blend(canvas.blob(x, foot, size * 1.4, size, field, 0.4), tone)
        canvas.blend(canvas.blob(x - size * 0.3, foot - size * 0.4, size * 0.9, size * 0.5, field, 0.4), tone * 1.6)


def mountain(canvas: Canvas, rng: Rng) -> None:
    """Peaks of rock, with snow or without, behind hills, firs or a lake."""
    H, W = canvas.height, canvas.width
    base = H * rng.uniform(0.75, 1.25)
    some_sky(canvas, rng, base, -0.1)
    snowy = rng.random() < 0.55
    for layer in range(int(rng.integers(1, 4))):
        count = int(rng.integers(1, 4))
        peaks = [
            (rng.uniform(-0.1, 1.1) * W, rng.uniform(0.45, 0.95) * H * (1 - 0.25 * layer), rng.uniform(0.25, 0.8) * W)
            for _ in range(count)
        ]
        rock = rng.uniform(0.15, 0.5) * (1 - 0.15 * layer)
        line = H * rng.uniform(0.3, 0.9) if snowy and layer < 2 else -H
        land.mountain(canvas, rng, base, peaks, rock, rng.uniform(0.75, 1.0), line)
    kind = rng.random()
    if kind < 0.3:
        land.ridge(canvas, rng, H * rng.uniform(0.75, 0.95), 0.08 * H, 0.4, rng.uniform(0.1, 0.4), 0.25)
        for _ in range(int(rng.integers(8, 30))):
            plants.conifer(canvas, rng, rng.uniform(0, W), H * rng.uniform(0.85, 1.1), H * rng.uniform(0.08, 0.3), rng.uniform(0.08, 0.25))
    elif kind < 0.42:
        land.water(canvas, rng, H * rng.uniform(0.72, 0.9), rng.uniform(0.2, 0.6), 0.2)
    elif kind < 0.6:
        horizon = H * rng.uniform(0.72, 0.9)
        land.ground(canvas, rng, horizon - 20, rng.uniform(0.3, 0.6), 0.3, "fine", 60, horizon + noise.profile(rng, W, 8, 0.4))


def forest(canvas: Canvas, rng: Rng) -> None:
    """Among trunks, before a wall of firs, in undergrowth, along a path or a stream."""
    kind = rng.random()
    H, W = canvas.height, canvas.width
    back = rng.uniform(0.2, 0.8)
    canvas.pixels[:] = back * np.clip(1 + 0.5 * noise.window(rng, "fine", H, W) + 0.4 * noise.window(rng, "cloud", H, W, 2), 0.1, 2)
    floor = H * rng.uniform(0.5, 0.95)
    land.ground(canvas, rng, floor - 0.3 * H, rng.uniform(0.2, 0.7), 0.45, "fine", 60, floor + noise.profile(rng, W, 8, 0.5))
    if rng.random() < 0.3:
        path_or_stream(canvas, rng, floor)
    if kind < 0.45:
        trunks(canvas, rng, floor, back)
    elif kind < 0.7:
        if rng.random() < 0.5:
            some_sky(canvas, rng, H * 0.5)
            land.ground(canvas, rng, floor - 0.3 * H, rng.uniform(0.3, 0.9), 0.3, "fine", 60, floor)
        snow = 0.7 if rng.random() < 0.25 else 0.0
        for row in range(4):
            for _ in range(int(rng.integers(5, 10))):
                foot = floor + row * 0.06 * H
                plants.conifer(canvas, rng, rng.uniform(0, W), foot, H * rng.uniform(0.45, 1.0), rng.uniform(0.14, 0.45) * (1.2 - 0.12 * row), snow=snow)
    else:
        for i in range(int(rng.integers(18, 36))):
            y = H * rng.uniform(0.05, 0.5) + i * 0.014 * H
            plants.crown(canvas, rng, rng.uniform(0, W), y, H * rng.uniform(0.08, 0.25), H * rng.uniform(0.07, 0.2), rng.uniform(0.1, 0.65), 0.8, 0.4)
        for _ in range(int(rng.integers(0, 7))):
            plants.trunk(canvas, rng, rng.uniform(0, W), floor + rng.uniform(0, 0.2) * H, W * rng.uniform(0.006, 0.03), rng.uniform(0.05, 0.5), rng.uniform(-0.3, 0.3))
        for _ in range(6):
            plants.crown(canvas, rng, rng.uniform(0, W), H * rng.uniform(0, 1), H * rng.uniform(0.08, 0.2), H * rng.uniform(0.05, 0.15), rng.uniform(0.1, 0.65), 0.8, 0.35)
        if rng.random() < 0.5:
            plants.grass(canvas, rng, H * 0.6, H, 120, rng.uniform(0.3, 0.7))


def trunks(canvas: Canvas, rng: Rng, floor: float, back: float) -> None:
    """Trunks in rows, paler far away, and leaves over the top."""
    H, W = canvas.height, canvas.width
    dark = rng.random() < 0.7
    for row in range(4):
        near = (row + 1) / 4
        for _ in range(int(rng.integers(3, 8) * (1.4 - near))):
            tone = rng.uniform(0.05, 0.3) if dark else rng.uniform(0.5, 0.9)
            tone = tone * near + back * 0.8 * (1 - near)
            plants.trunk(canvas, rng, rng.uniform(0, W), floor + near ** 2 * (H - floor) * 0.9, W * rng.uniform(0.008, 0.035) * (0.5 + 2 * near), tone, rng.uniform(-0.1, 0.1))
    for _ in range(int(rng.integers(3, 14))):
        plants.crown(canvas, rng, rng.uniform(0, W), H * rng.uniform(-0.05, 0.3), W * rng.uniform(0.08, 0.25), H * rng.uniform(0.05, 0.16), rng.uniform(0.1, 0.7), 0.9, 0.6)


def path_or_stream(canvas: Canvas, rng: Rng, floor: float) -> None:
    """A bright way that narrows into the wood."""
    H, W = canvas.height, canvas.width
    end, start = rng.uniform(0.3, 0.7) * W, rng.uniform(0.1, 0.9) * W
    tone = rng.uniform(0.4, 0.85)
    for i in range(12):
        a, b = i / 12, (i + 1) / 12
        xa, xb = end + (start - end) * a**1.5, end + (start - end) * b**1.5
        wa, wb = W * (0.02 + 0.2 * a), W * (0.02 + 0.2 * b)
        ya, yb = floor + (H - floor) * a, floor + (H - floor) * b + 1
        canvas.polygon([(xa - wa, ya), (xa + wa, ya), (xb + wb, yb), (xb - wb, yb)], tone * rng.uniform(0.85, 1.15))


def opencountry(canvas: Canvas, rng: Rng) -> None:
    """Fields and meadows under a wide sky: hedges, hay, flowers, fences, a river, far hills."""
    H, W = canvas.height, canvas.width
    horizon = H * rng.uniform(0.22, 0.6)
    some_sky(canvas, rng, horizon)
    for layer in range(int(rng.integers(0, 3))):
        tone = rng.uniform(0.25, 0.6)
        land.ridge(canvas, rng, horizon - H * rng.uniform(0.0, 0.16) * (2 - layer), H * rng.uniform(0.02, 0.1), 0.25, tone, 0.2, 0.3 - 0.12 * layer)
    rolling = noise.profile(rng, W, H * rng.uniform(0.0, 0.08), 0.15)
    tone = rng.uniform(0.25, 0.75)
    land.ground(canvas, rng, horizon - 4, tone, rng.uniform(0.12, 0.45), str(rng.choice(["fine", "rough", "streak"])), 60, horizon + rolling)
    if rng.random() < 0.5:
        fields(canvas, rng, horizon)
    if rng.random() < 0.2:
        river(canvas, rng, horizon)
    if rng.random() < 0.6:
        tree_line(canvas, rng, horizon + rolling)
    kind = rng.random()
    if kind < 0.25:
        plants.grass(canvas, rng, horizon + 0.5 * (H - horizon), H * 1.05, 260, rng.uniform(0.3, 0.8))
    elif kind < 0.45:
        flowers(canvas, rng, horizon)
    elif kind < 0.6:
        fence(canvas, rng, horizon)
    elif kind < 0.75:
        hay(canvas, rng, horizon)
    if rng.random() < 0.25:
        foot = H * rng.uniform(0.75, 1.1)
        plants.broadleaf(canvas, rng, rng.uniform(0, W), foot, foot - H * rng.uniform(0.05, 0.4), rng.uniform(0.1, 0.3), bare=rng.random())


def fields(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """Bands of other crops, and furrows that run to a point on the horizon."""
    H, W = canvas.height, canvas.width
    y = horizon + 3
    for _ in range(int(rng.integers(1, 5))):
        y += rng.uniform(0.03, 0.25) * (H - horizon)
        line = y + noise.profile(rng, W, 4, 0.1) + rng.uniform(-0.06, 0.06) * (canvas.xs[0] - W / 2)
        land.ground(canvas, rng, horizon - 4, rng.uniform(0.2, 0.8), 0.2, "fine", 60, line.astype(np.float32))
    if rng.random() < 0.4:
        point = rng.uniform(-0.2, 1.2) * W
        region = canvas.below(horizon + rng.uniform(0.1, 0.4) * (H - horizon))
        if region is not None:
            turn = (canvas.xs - point) / (canvas.ys[region.rows] - horizon + 2)
            canvas.scale(region, 1 - 0.3 * (np.sin(turn * rng.uniform(6, 14)) > 0.2))


def river(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """A bright river that winds through the plain."""
    H, W = canvas.height, canvas.width
    phase, sway = rng.uniform(0, 6), rng.uniform(0.1, 0.35) * W
    middle, tone = rng.uniform(0.3, 0.7) * W, rng.uniform(0.6, 0.95)
    banks = []
    for i in range(25):
        a = (i / 24) ** 2
        x = middle + sway * math.sin(phase + i * 0.35) * (0.25 + a)
        banks.append((x, W * (0.008 + 0.14 * a), horizon + 3 + (H - horizon) * a))
    for (x0, half0, y0), (x1, half1, y1) in zip(banks[:-1], banks[1:], strict=True):
        corners = [(x0 - half0, y0), (x0 + half0, y0), (x1 + half1, y1 + 1), (x1 - half1, y1 + 1)]
        canvas.polygon(corners, tone)


def tree_line(canvas: Canvas, rng: Rng, line: noise.Field) -> None:
    """Hedges and clumps of trees along the far edge of the land."""
    W = canvas.width
    size, tone = canvas.height * rng.uniform(0.02, 0.12), rng.uniform(0.1, 0.35)
    conifers = rng.random() < 0.3
    for _ in range(int(rng.integers(3, 26))):
        x = rng.uniform(0, W - 1)
        foot = float(line[int(x)]) + 2
        if conifers:
            plants.conifer(canvas, rng, x, foot, size * rng.uniform(0.8, 2), tone)
        else:
            plants.bush(canvas, rng, x, foot, size * rng.uniform(0.6, 1.4), tone * rng.uniform(0.8, 1.3))


def flowers(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """A meadow dotted with flowers that grow towards the viewer."""
    H = canvas.height
    tone = rng.uniform(0.8, 1.0)
    for _ in range(140):
        part = rng.random() ** 0.5
        size = 0.5 + 3.5 * part * part
        canvas.ellipse(rng.uniform(0, canvas.width), horizon + part * (H - horizon), size, size * 0.7, tone * rng.uniform(0.8, 1))


def fence(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """A fence that runs across the meadow or away from the viewer."""
    H, W = canvas.height, canvas.width
    y0, y1 = horizon + rng.uniform(0.2, 0.9) * (H - horizon), horizon + rng.uniform(0.2, 0.9) * (H - horizon)
    tone = rng.uniform(0.1, 0.9)
    tops = []
    for i in range(13):
        a = i / 12
        y = y0 + (y1 - y0) * a
        size = 6 + 0.28 * (y - horizon)
        canvas.stroke([(a * W, y), (a * W, y - size)], max(1.2, size * 0.09), tone)
        tops.append((a * W, y - size * 0.9))
    for drop in (0.0, 0.4):
        canvas.stroke([(x, y + drop * (6 + 0.28 * (y - horizon))) for x, y in tops], 1.2, tone)


def hay(canvas: Canvas, rng: Rng, horizon: float) -> None:
    """Hay bales, or grazing animals far away."""
    H = canvas.height
    animals = rng.random() < 0.5
    tone = rng.uniform(0.1, 0.95) if animals else rng.uniform(0.5, 0.8)
    for _ in range(int(rng.integers(3, 12))):
        y = horizon + rng.uniform(0.08, 0.8) * (H - horizon)
        size = 2 + 0.12 * (y - horizon)
        x = rng.uniform(0, canvas.width)
        canvas.scale(canvas.oval(x, y, size * 1.3, size * 0.3), 0.6)
        canvas.ellipse(x, y - size * 0.7, size * 1.1, size * 0.6 if animals else size * 0.8, tone)
        if animals:
            canvas.ellipse(x + size, y - size * 1.0, size * 0.35, size * 0.3, tone * 0.8)
            for dx in (-0.6, 0.6):
                canvas.stroke([(x + dx * size, y - size * 0.4), (x + dx * size, y)], 1.2, tone * 0.6)
