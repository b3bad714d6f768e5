"""Cache decoded pixels on disk, so that images are decoded only once.

Each selection of images has one memory-mapped `.npy` file. Its name is derived from its content:
the data set's fingerprint, the images, the size and the color mode; if any of these changes, a new
file is created. The cache can be deleted at any time, and interrupted while it is written.
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

VERSION = 1  # of the decoding; increase it whenever the decoded pixels change
Pixels = NDArray[np.uint8]


def decoded_images(
    located: Located, names: Sequence[str], size: tuple[int, int], mode: str
) -> Pixels:
    """Return the images `names` as uint8 (N, C, H, W), C = 1 for mode "L", 3 for "RGB".

    Each is converted to `mode` and then resized to exactly `size` = (H, W) with antialiased
    bilinear interpolation, the same as torchvision's Resize on a PIL image.
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
    """Return the masks `names` as uint8 (N, H, W), each id of a file replaced by `table[id]`.

    Masks are resized by nearest neighbor, so no new ids appear. `table` has 256 entries; the entry
    254 marks an id that the data set doesn't have, and raises a DataProblem.
    """

    def decode(path: Path) -> Pixels:
        with Image.open(path) as image:
            if image.mode not in {"L", "P"}:
                raise DataProblem(
                    f"{path} is not a mask: its mode is {image.mode}, not one byte per pixel."
                )
            ids = np.asarray(image.resize(size[::-1], Image.Resampling.NEAREST))
        ours = table[ids]
        if (ours == 254).any():
            raise DataProblem(f"{path} contains the unknown class {ids[ours == 254][0]}.")
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
            return pixels  # another process made it while this one waited
        pixels = _decode_all(located, names, (len(names), *shape), decode)
        return _keep(path, pixels)


def _open(path: Path) -> Pixels | None:
    """Return the cached pixels, or None if there are none or a crash truncated the file."""
    try:
        # Copy on write, because torch requires writable memory; the file does not change.
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

    pool = ThreadPoolExecutor(min(8, os.cpu_count() or 1))  # decoding releases the GIL
    try:
        with bar(f"decoding {located.name}", len(names), "image") as progress:
            for _ in pool.map(fill, range(len(names))):
                progress.update()
    finally:
        pool.shutdown(cancel_futures=True)
    return pixels


def _keep(path: Path, pixels: Pixels) -> Pixels:
    """Write the pixels and return the file's; if writing fails, return them from memory."""
    try:
        with whole_file(path) as unfinished, unfinished.open("wb") as stream:
            np.save(stream, pixels)
    except OSError as error:
        print(f"The decoded images couldn't be saved ({error}): they stay in memory this time.")
        return pixels
    kept = _open(path)
    return pixels if kept is None else kept
