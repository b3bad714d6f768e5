"""Decoded pixels, kept on disk, so that no epoch decodes a JPEG again.

One `.npy` a selection of images, memory-mapped, named by what it holds: the data set's fingerprint,
the images, the size and the colour mode. Any of these changes, and another file is made. The cache
is safe to delete at any time, and to interrupt while it is being made.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data_scripts.lock import locked
from data_scripts.places import cache_place, lock_file
from data_scripts.problems import DataProblem
from data_scripts.progress import bar
from data_scripts.whole_files import whole_file
from toolbox.data.location import Located

VERSION = 1  # of the decoding; a change of its result needs another number
Pixels = NDArray[np.uint8]


def decoded_images(
    located: Located, names: Sequence[str], size: tuple[int, int], mode: str
) -> Pixels:
    """The images `names` of a data set as uint8 (N, C, H, W), C = 1 for mode "L", 3 for "RGB".

    Each is converted to `mode` and then resized to exactly `size` = (H, W) with antialiased
    bilinear interpolation, which is what torchvision's Resize does to a PIL image.
    """
    channels = {"L": 1, "RGB": 3}[mode]

    def decode(path: Path) -> Pixels:
        with Image.open(path) as image:
            small = image.convert(mode).resize(size[::-1], Image.Resampling.BILINEAR)
        return np.asarray(small).reshape(*size, channels).transpose(2, 0, 1)

    return _cached(located, names, (channels, *size), mode, decode)


def decoded_masks(
    located: Located, names: Sequence[str], size: tuple[int, int], table: Pixels
) -> Pixels:
    """The masks `names` as uint8 (N, H, W), with each id of the file replaced by `table[id]`.

    Resized by nearest neighbour only: no id appears that wasn't there. `table` has 256 entries; an
    id whose entry is 254 is one that the data set doesn't have, and is a DataProblem.
    """

    def decode(path: Path) -> Pixels:
        with Image.open(path) as image:
            if image.mode not in {"L", "P"}:
                raise DataProblem(
                    f"{path} is no mask: its mode is {image.mode}, not one byte a pixel."
                )
            ids = np.asarray(image.resize(size[::-1], Image.Resampling.NEAREST))
        ours = table[ids]
        if (ours == 254).any():
            raise DataProblem(f"{path} holds the unknown class {ids[ours == 254][0]}.")
        return ours

    key = "ids" + hashlib.sha256(table.tobytes()).hexdigest()[:8]
    return _cached(located, names, size, key, decode)


def _cached(
    located: Located,
    names: Sequence[str],
    shape: tuple[int, ...],
    mode: str,
    decode: Callable[[Path], Pixels],
) -> Pixels:
    what = json.dumps([VERSION, located.fingerprint, list(names), shape, mode])
    key = hashlib.sha256(what.encode()).hexdigest()[:16]
    size = "x".join(str(side) for side in shape[-2:])
    path = cache_place() / f"{located.name}-{size}-{mode}-{key}.npy"
    if (pixels := _open(path)) is not None:
        return pixels
    with locked(lock_file(f"cache-{key}")):
        if (pixels := _open(path)) is not None:
            return pixels  # another process made it while we waited
        pixels = _decode_all(located, names, (len(names), *shape), decode)
        return _keep(path, pixels)


def _open(path: Path) -> Pixels | None:
    """The cached pixels, or None where there are none or a crash left them cut short."""
    try:
        # Copy on write: torch wants memory that could be written; the file stays as it is.
        pixels: Pixels = np.load(path, mmap_mode="c")
    except (OSError, ValueError, EOFError):
        return None
    return pixels


def _decode_all(
    located: Located, names: Sequence[str], shape: tuple[int, ...], decode: Callable[[Path], Pixels]
) -> Pixels:
    pixels = np.empty(shape, np.uint8)

    def fill(i: int) -> None:
        path = located.path / names[i]
        try:
            pixels[i] = decode(path)
        except OSError as error:
            raise DataProblem(
                f"{path} can't be read as an image ({error}).",
                f"Look for more of these with: python -m data_scripts verify {located.name}",
            ) from error

    pool = ThreadPoolExecutor(min(8, os.cpu_count() or 1))  # decoding lets go of Python's lock
    try:
        with bar(f"decoding {located.name}", len(names), "image") as progress:
            for _ in pool.map(fill, range(len(names))):
                progress.update()
    finally:
        pool.shutdown(cancel_futures=True)
    return pixels


def _keep(path: Path, pixels: Pixels) -> Pixels:
    """Write the pixels and hand out the file's; where the disk is full, do without a file."""
    try:
        with whole_file(path) as unfinished, unfinished.open("wb") as stream:
            np.save(stream, pixels)
    except OSError as error:
        print(f"The decoded images couldn't be kept ({error}): they stay in memory this time.")
        return pixels
    kept = _open(path)
    return pixels if kept is None else kept
