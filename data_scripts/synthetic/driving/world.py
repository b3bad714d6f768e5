"""The world of a drive: everything that stands or moves along a road, and its labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Rng = np.random.Generator


STEP = 2.6  # meters from frame to frame


VIEW = 130.0  # drawing distance in meters


RGB = tuple[float, float, float]


@dataclass(frozen=True)
class Drive:
    """The properties of a sequence: its light, its road, and how much of each thing is along it."""

    light: float
    tint: RGB
    clouds: float
    half: float  # of the road, in meters
    walk: float  # width of the sidewalks
    built: float  # fraction of the roadside with houses; the rest is green
    parked: float
    people: float
    riders: float
    fences: float


DRIVES = {
    "dusk": Drive(0.42, (0.92, 0.97, 1.08), 0.9, 3.9, 4.4, 0.9, 0.25, 0.75, 0.2, 0.3),
    "park": Drive(1.05, (1.03, 1.0, 0.95), 0.55, 4.8, 3.6, 0.4, 0.5, 0.45, 0.2, 0.6),
    "town": Drive(0.9, (1.0, 1.0, 1.0), 0.7, 4.2, 5.0, 0.66, 0.42, 0.9, 0.4, 0.65),
    "square": Drive(1.0, (1.02, 1.0, 0.96), 0.35, 3.9, 6.2, 0.76, 0.4, 0.95, 0.28, 0.5),
}


@dataclass(frozen=True)
class Thing:
    """A thing at z meters along the road and x meters beside it, with its own `seed`."""

    z: float
    x: float
    kind: str
    size: float
    seed: int
    speed: float = 0.0  # meters per frame along the road


def world(rng: Rng, drive: Drive, length: float) -> list[Thing]:
    """Return everything along `length` meters of road."""
    things: list[Thing] = []
    edge = drive.half + drive.walk

    def add(z: float, x: float, kind: str, size: float = 1.0, speed: float = 0.0) -> None:
        things.append(Thing(z, x, kind, size, int(rng.integers(1 << 31)), speed))

    for side in (-1.0, 1.0):
        z = -20.0
        while z < length:
            long = rng.uniform(25, 75)
            built = rng.random() < drive.built
            at = z
            while at < z + long:
                wide = rng.uniform(7, 20)
                if built:
                    add(at, side * (edge + rng.choice([0.0, 0.0, 1.5])), "house", wide)
                elif rng.random() < 0.9:
                    for _ in range(int(rng.integers(2, 6))):
                        add(
                            at + rng.uniform(0, wide),
                            side * (edge + rng.uniform(1, 14)),
                            "tree",
                            rng.uniform(5, 12),
                        )
                if not built and rng.random() < 0.5:
                    add(at, side * (edge + rng.uniform(14, 24)), "house", wide)
                at += wide
            if rng.random() < drive.fences:
                add(z, side * (edge - 0.2), "fence", min(long, rng.uniform(18, 60)))
            z += long + (rng.uniform(6, 12) if rng.random() < 0.4 else 0.0)
        for at in np.arange(rng.uniform(0, 20), length, 21.0).tolist():
            add(at + rng.uniform(-3, 3), side * (drive.half + 0.45), "lamp", rng.uniform(6, 9))
        for at in np.arange(rng.uniform(0, 9), length, 9.0).tolist():
            if rng.random() < 0.5:
                add(
                    at + rng.uniform(-3, 3),
                    side * (drive.half + rng.uniform(0.4, 0.8)),
                    "sign",
                    rng.uniform(0.55, 0.95),
                )
            if rng.random() < 0.25:
                add(at, side * (edge - 0.4), "board", rng.uniform(0.6, 1.1))
            if rng.random() < 0.25:
                add(at, side * (drive.half + 0.6), "bollard", 1.0)
            if rng.random() < 0.2:
                add(at, side * (edge - 0.5), "bin", rng.uniform(0.8, 1.4))
            if rng.random() < 0.14:
                add(at, side * (edge - 1.0), "skip", rng.uniform(0.8, 1.3))
            if rng.random() < 0.3:
                add(at, side * (drive.half + 0.9), "tree", rng.uniform(5, 9))
        z = 0.0
        while z < length:  # rows of parked cars
            if rng.random() < drive.parked:
                for k in range(int(rng.integers(1, 6))):
                    add(z + 5.6 * k, side * (drive.half - 1.0), "parked")
                    z += 1.0
            z += 34.0
        for at in np.arange(0, length, 6.0).tolist():
            if rng.random() < drive.people:
                add(
                    at + rng.uniform(0, 6),
                    side * (drive.half + rng.uniform(0.3, drive.walk)),
                    "person",
                    rng.uniform(1.5, 1.85),
                )
        for at in np.arange(0, length, 16.0).tolist():
            if rng.random() < drive.riders:
                add(at, side * (drive.half - rng.uniform(0.3, 1.2)), "rider", 1.75)
    for at in np.arange(0.0, 160.0, 22.0).tolist():
        if rng.random() < 0.35:
            add(at, -drive.half * 0.42, "ahead", rng.uniform(0.9, 1.1), rng.uniform(1.5, 2.6))
        if rng.random() < 0.35:
            add(at, drive.half * 0.42, "oncoming", rng.uniform(0.9, 1.1), rng.uniform(-2.6, -1.0))
    return things
