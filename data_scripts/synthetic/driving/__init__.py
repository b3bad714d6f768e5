"""A drive through a generated town: frames in perspective, with a label for every pixel.

A sequence is a world of objects at fixed places along a road; each frame shows it from a position
farther along. Successive frames are similar, as in a film. Each object keeps its own seed, so it
looks the same in every frame. Labels come from the painting itself and are exact.
"""

from __future__ import annotations

import math

import numpy as np

from data_scripts.synthetic import noise
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.driving.labels import SKY, VOID
from data_scripts.synthetic.driving.painting import backdrop, paint, roadway
from data_scripts.synthetic.driving.world import DRIVES, STEP, VIEW, Drive, world
from data_scripts.synthetic.stage import Stage

Rng = np.random.Generator


HEIGHT, WIDTH = 360, 480


def frame(seed: int, sequence: str, index: int, shape: tuple[int, int] = (HEIGHT, WIDTH)) -> Canvas:
    """Return frame `index` of a sequence: pixels in RGB and labels, with ids 0 to 11."""
    drive, number = DRIVES[sequence], list(DRIVES).index(sequence)
    length = 345 * STEP + VIEW
    things = world(np.random.default_rng([seed, 1, number]), drive, length)
    sway = np.random.default_rng([seed, 2, number]).uniform(0, 6.3, 4).tolist()
    rng = np.random.default_rng([seed, 3, number, index])
    canvas = Canvas(*shape, 3, label=SKY)
    here = index * STEP
    eye = (0.5 * -drive.half + 0.5 * math.sin(index / 23 + sway[0]), 1.35, here)
    yaw = 0.06 + 0.16 * math.sin(index / 17 + sway[1]) + 0.08 * math.sin(index / 5.1 + sway[2])
    pitch = -0.005 + 0.012 * math.sin(index / 2.3 + sway[3])
    stage = Stage(
        canvas,
        rng,
        eye=eye,
        yaw=yaw,
        pitch=pitch,
        focal=0.95,
        light=(-0.7, 0.7, -0.5),
        ambient=0.55,
    )
    backdrop(stage, drive, np.random.default_rng([seed, 4, number]))
    roadway(stage, drive, np.random.default_rng([seed, 5, number]), here)
    shown = []
    for thing in things:
        z = thing.z + thing.speed * index
        if thing.speed:
            nearest = 13.0 if thing.kind == "ahead" else 3.0
            z = here + nearest + (z - here) % 160.0
        reach = thing.size if thing.kind in ("house", "fence") else 0.0
        if here + 1.5 - reach < z < here + VIEW:
            shown.append((z, thing))
    for z, thing in sorted(shown, key=lambda pair: (-pair[0], pair[1].seed)):
        paint(stage, thing, z, drive)
    if sequence in ("dusk", "town"):  # the hood of the car with the camera
        canvas.ellipse(
            canvas.width * 0.6,
            canvas.height * 1.05,
            canvas.width * 0.7,
            canvas.height * 0.12,
            0.1,
            label=VOID,
        )
    develop(canvas, drive, rng)
    return canvas


def develop(canvas: Canvas, drive: Drive, rng: Rng) -> None:
    """Apply the light and color of the day, dimmer toward dusk, and grain."""
    tint = np.array(drive.tint, np.float32)[:, None, None] * drive.light
    canvas.pixels *= tint * rng.uniform(0.94, 1.06)
    canvas.pixels += 0.012 * noise.window(rng, "white", canvas.height, canvas.width)
