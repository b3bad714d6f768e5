"""Draw one planned picture and write its files."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from data_scripts.synthetic import animals, driving, plan, pretext, scenes
from data_scripts.synthetic.canvas import Canvas
from data_scripts.synthetic.photograph import expose

# Heights and widths of the real scenes in pixels: most are square, the rest vary.
SQUARE_CLASSES = frozenset(
    (
        "coast",
        "forest",
        "highway",
        "insidecity",
        "mountain",
        "opencountry",
        "street",
        "tallbuilding",
    )
)
QUALITY = {"scene15": 76, "camvid": 90, "animals": 86, "pretext": 86}
PRETEXT_SIDE = 128


def size_of(name: str, subject: str, rng: np.random.Generator) -> tuple[int, int]:
    """Return (height, width) of a picture of a set."""
    if name == "camvid":
        return driving.HEIGHT, driving.WIDTH
    if name == "pretext":
        return PRETEXT_SIDE, PRETEXT_SIDE
    if name == "animals":
        return int(rng.integers(180, 300)), int(rng.integers(180, 320))
    if subject in SQUARE_CLASSES:
        return 256, 256
    long = int(rng.choice([293, 293, 330, 326, 311, 289, int(rng.integers(240, 350))]))
    return (long, 220) if rng.random() < 0.12 else (220, long)


def draw(name: str, picture: plan.PlannedPicture, seed: int) -> Canvas:
    """Return the canvas of one picture, which depends only on the arguments."""
    if name == "camvid":
        return driving.frame(seed, picture.subject, picture.key[1])
    rng = np.random.default_rng([seed, plan.NAMES.index(name), *picture.key])
    height, width = size_of(name, picture.subject, rng)
    canvas = Canvas(height, width, 1 if name == "scene15" else 3)
    if name == "scene15":
        scenes.PAINTERS[picture.subject](canvas, rng)
    elif name == "animals":
        animals.draw(canvas, rng, picture.subject)
    else:
        pretext.PAINTERS[picture.subject](canvas, rng)
    expose(canvas, rng)
    return canvas


def encoded(pixels: npt.NDArray[np.uint8], quality: int | None) -> bytes:
    """Return a JPEG of the given quality, or a PNG if the quality is None."""
    out = io.BytesIO()
    if quality is None:
        Image.fromarray(pixels).save(out, "PNG", optimize=False)
    else:
        Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def write(name: str, picture: plan.PlannedPicture, seed: int, out: Path) -> None:
    """Draw one picture and write it, with its labels if it has any, below `out`."""
    canvas = draw(name, picture, seed)
    path = out / picture.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(canvas.to_bytes(), QUALITY[name]))
    if canvas.labels is not None:
        labels = out / f"{path.parent.name}annot" / f"{path.stem}.png"
        labels.parent.mkdir(parents=True, exist_ok=True)
        labels.write_bytes(encoded(canvas.labels, None))
