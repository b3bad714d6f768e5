"""A tiny data set, its archive, its registry, and fake synthetic sets, for tests to break."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = ("coast", "forest")


def files() -> dict[str, bytes]:
    """Return twelve files by path, whose bytes don't compress, like those of pictures."""
    draw = np.random.default_rng(0)
    return {
        f"{part}/{label}/image_{i:04}.jpg": draw.bytes(9000)
        for part in ("train", "test")
        for label in CLASSES
        for i in range(1, 4)
    }


def archive(contents: dict[str, bytes] | None = None, top: str = "tiny/") -> bytes:
    """Return a zip of `contents`, by default those of the tiny set, in the folder `top`."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in (files() if contents is None else contents).items():
            packed.writestr(top + name, data)
    return memory.getvalue()


def registry(url: str | list[str], sha256: str = "") -> str:
    """Return the registry entry of the set "tiny", with the archive tiny.zip, at `url` if given."""
    where = f", urls = {[url] if isinstance(url, str) else url}" if url else ""
    known = f', sha256 = "{sha256}"' if sha256 else ""
    return f"""
[tiny]
title = "A tiny data set"
licence = "MIT"
homepage = ""
citation = "none"
layout = "train and test"
split = "By the course's rule"
folders = ["train", "test"]
classes = ["coast", "forest"]
stand_in = true
max_files = 50
max_unpacked_mb = 1

[[tiny.sources]]
title = "a source for tests"
files = [{{ name = "tiny.zip"{where}{known} }}]
"""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def draw(name: str, out: Path, *, seed: int = 0, scale: float = 1.0, progress: bool = True) -> None:
    """Replace data_scripts.synthetic.generate: draw a few small pictures in the same layout."""
    random = np.random.default_rng(seed)
    count = max(2, round(20 * scale))
    if name == "camvid":
        _draw_camvid(out, random, count)
        return
    labels = {"animals": ("cats", "dogs", "pandas"), "tiny": CLASSES}.get(name, ("coast", "store"))
    parts = {"animals": ("",), "pretext": ("train/",)}.get(name, ("train/", "test/"))
    for part in parts:
        for label in labels:
            folder = out / f"{part}{label}"
            folder.mkdir(parents=True)
            for i in range(count):
                pixels = random.integers(0, 256, (20 + i, 30, 3), dtype=np.uint8)
                image = Image.fromarray(pixels).convert("RGB" if name == "animals" else "L")
                image.save(folder / f"image_{i + 1:04}.jpg")


def _draw_camvid(out: Path, random: np.random.Generator, count: int) -> None:
    for part in ("train", "val", "test"):
        (out / part).mkdir(parents=True)
        (out / f"{part}annot").mkdir()
        for i in range(count):
            pixels = random.integers(0, 256, (36, 48, 3), dtype=np.uint8)
            ids = random.integers(0, 12, (36, 48), dtype=np.uint8)
            Image.fromarray(pixels).save(out / part / f"frame_{i:03}.jpg")
            Image.fromarray(ids).save(out / f"{part}annot" / f"frame_{i:03}.png")
