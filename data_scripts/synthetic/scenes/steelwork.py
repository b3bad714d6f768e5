"""Steelwork: frames with vessels, lattice masts, cranes, and round bodies."""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic.stage import Stage


def frame(stage: Stage, x: float, z: float) -> None:
    """An open steel frame full of pipes and vessels, as in a refinery."""
    rng = stage.rng
    wide, tall = rng.uniform(8, 18), rng.uniform(12, 32)
    for _ in range(int(rng.integers(2, 6))):
        cx = x + rng.uniform(-0.4, 0.4) * wide
        cylinder(
            stage,
            cx,
            z + 1,
            0,
            tall * rng.uniform(0.5, 1.15),
            rng.uniform(0.6, 1.6),
            rng.uniform(0.5, 1.4),
            rng.uniform(0.3, 0.95),
        )
    tone, storeys = rng.uniform(0.08, 0.5), int(rng.integers(3, 6))
    nodes = [
        [
            stage.project((x + (i / 3 - 0.5) * wide, tall * j / storeys, z))
            for j in range(storeys + 1)
        ]
        for i in range(4)
    ]
    thick = max(1.0, 0.3 * nodes[0][0][2])
    for i in range(4):
        stage.canvas.stroke([nodes[i][0][:2], nodes[i][-1][:2]], thick, tone)
    for j in range(storeys + 1):
        stage.canvas.stroke([nodes[0][j][:2], nodes[3][j][:2]], thick, tone)
    for j in range(storeys):
        i = int(rng.integers(3))
        stage.canvas.stroke([nodes[i][j][:2], nodes[i + 1][j + 1][:2]], thick * 0.7, tone)


def pylon(stage: Stage, x: float, z: float) -> None:
    """A lattice mast with wires."""
    rng, canvas = stage.rng, stage.canvas
    tall, tone = rng.uniform(20, 36), rng.uniform(0.08, 0.35)
    half = tall * 0.12
    left = [stage.project((x - half * (1 - j / 7), tall * j / 6, z))[:2] for j in range(7)]
    right = [stage.project((x + half * (1 - j / 7), tall * j / 6, z))[:2] for j in range(7)]
    canvas.stroke(left, 1.3, tone)
    canvas.stroke(right, 1.3, tone)
    for j in range(6):
        canvas.stroke([left[j], right[j + 1]], 1, tone)
        canvas.stroke([right[j], left[j + 1]], 1, tone)
    for part in (0.75, 0.9):
        a, b = (
            stage.project((x - half * 1.6, tall * part, z)),
            stage.project((x + half * 1.6, tall * part, z)),
        )
        canvas.stroke([a[:2], b[:2]], 1.5, tone)
        for px, py, _ in (a, b):
            wire = [
                (px + d * canvas.width * 0.12, py + 0.03 * canvas.width * (1 - (d / 4 - 1) ** 2))
                for d in range(9)
            ]
            canvas.stroke(wire, 0.7, tone)
            canvas.stroke([(2 * px - wx, wy) for wx, wy in wire], 0.7, tone)


def crane(stage: Stage, x: float, z: float) -> None:
    """A tower crane."""
    rng, canvas = stage.rng, stage.canvas
    tall, reach, tone = rng.uniform(25, 45), rng.uniform(14, 28), rng.uniform(0.08, 0.6)
    side = rng.choice([-1.0, 1.0])
    foot, top = stage.project((x, 0, z))[:2], stage.project((x, tall, z))[:2]
    tip, tail = (
        stage.project((x + side * reach, tall, z))[:2],
        stage.project((x - side * reach * 0.35, tall, z))[:2],
    )
    peak = stage.project((x, tall * 1.12, z))[:2]
    wide = max(2.0, math.dist(foot, top) * 0.03)
    canvas.stroke([foot, top, peak], wide, tone)
    canvas.stroke([tail, tip], wide * 0.8, tone)
    for end in (tail, tip):
        canvas.stroke([peak, end], 0.9, tone)
    hook = (top[0] + (tip[0] - top[0]) * 0.7, top[1])
    canvas.stroke([hook, (hook[0], hook[1] + math.dist(foot, top) * 0.4)], 0.8, tone)


def cylinder(
    stage: Stage, x: float, z: float, bottom: float, top: float, r0: float, r1: float, tone: float
) -> None:
    """A round body with shading across it and an elliptic lid."""
    ax, ay, s = stage.project((x, bottom, z))
    bx, by, t = stage.project((x, top, z))
    if s == 0 or t == 0:
        return
    region = stage.canvas.inside(
        [(ax - r0 * s, ay), (bx - r1 * t, by), (bx + r1 * t, by), (ax + r0 * s, ay)]
    )
    if region is not None:
        across = (stage.canvas.xs[:, region.columns] - (ax + bx) / 2) / max(r0 * s, 1)
        lit = 1 if stage.light[0] > 0 else -1
        stage.canvas.blend(
            region, tone * np.clip(0.85 + 0.45 * lit * across - 0.25 * across * across, 0.2, 1.3)
        )
    lid = abs(stage.eye[1] - top) / max(z, 1)
    stage.canvas.ellipse(
        bx, by, r1 * t, max(r1 * t * lid, 0.5), tone * (1.15 if stage.eye[1] > top else 0.6)
    )
