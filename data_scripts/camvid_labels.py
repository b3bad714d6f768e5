"""Read the copy of CamVid that has frames of 960x720 and masks with 32 classes.

It has all frames in one folder, `images/NAME.png`, all masks in another, `labels/NAME_P.png`, and
`codes.txt` with the name of each number in the masks. The frames are reduced to 480x360, the size
of the other copies, and the 32 classes become the 11 of the course. The pixels differ slightly from
those of the other copies, since these were reduced by another program.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data_scripts.arrange import find_folder
from data_scripts.problems import DataProblem
from data_scripts.progress import bar
from data_scripts.registry import DataSet, Source
from data_scripts.splits import read_split

SIZE = (480, 360)
CODES = "codes.txt"
UNKNOWN = 255


def by_codes(unpacked: Path, arranged: Path, entry: DataSet, source: Source) -> None:
    """Sort the frames into the folders of the split, and translate their masks.

    Raises: DataProblem if a frame of the split is missing, or if a class is unknown.
    """
    root = find_folder(unpacked, lambda at: (at / CODES).is_file())
    split = read_split(entry.name)
    if root is None or split is None:
        raise DataProblem(f"{CODES} of {entry.name} is missing from the archive.")
    table = _table(root / CODES, entry, source)
    names = [Path(path) for paths in split.parts.values() for path in paths]
    for path in (find(root, name) for name in names for find in (_image, _labels)):
        if not path.is_file():
            missing = path.relative_to(root).as_posix()
            raise DataProblem(f"{missing} is missing from the archive.")

    def convert(name: Path) -> None:
        _frame(_image(root, name), arranged / name.with_suffix(".png"))
        masks = arranged / f"{name.parent.name}annot"
        _mask(_labels(root, name), masks / f"{name.stem}.png", table)

    for folder in entry.folders:
        (arranged / folder).mkdir(parents=True)
    with bar("converting", len(names)) as progress:
        for _ in _in_threads(convert, names):
            progress.update()


def _in_threads(convert: Callable[[Path], None], names: list[Path]) -> Iterator[None]:
    pool = ThreadPoolExecutor(min(8, os.cpu_count() or 1))  # decoding releases the GIL
    try:
        yield from pool.map(convert, names)
    finally:
        pool.shutdown(cancel_futures=True)


def _image(root: Path, name: Path) -> Path:
    return root / "images" / f"{name.stem}.png"


def _labels(root: Path, name: Path) -> Path:
    return root / "labels" / f"{name.stem}_P.png"


def _table(codes: Path, entry: DataSet, source: Source) -> NDArray[np.uint8]:
    """Return a table that maps the numbers in the masks to those that the registry defines."""
    table = np.full(256, UNKNOWN, np.uint8)
    for number, theirs in enumerate(codes.read_text(encoding="utf-8").split()):
        ours = source.rename.get(theirs, theirs)
        if ours not in entry.source_ids or number > 254:
            raise DataProblem(f"{codes.name} names the unknown class {theirs!r}.")
        table[number] = entry.source_ids[ours]
    return table


def _open(path: Path) -> Image.Image:
    try:
        image = Image.open(path)
        image.load()
        return image
    except OSError as error:
        raise DataProblem(f"{path.name} can't be read as an image ({error}).") from error


def _frame(path: Path, target: Path) -> None:
    with _open(path) as image:
        small = image.convert("RGB").resize(SIZE, Image.Resampling.BOX)
    small.save(target, compress_level=1)  # a higher level takes four times as long


def _mask(path: Path, target: Path, table: NDArray[np.uint8]) -> None:
    with _open(path) as image:
        if image.mode not in {"L", "P"}:
            raise DataProblem(f"{path.name} is not a mask: its mode is {image.mode}.")
        ids = table[np.asarray(image.resize(SIZE, Image.Resampling.NEAREST))]
    if (ids == UNKNOWN).any():
        raise DataProblem(f"{path.name} contains a number that {CODES} does not name.")
    Image.fromarray(ids).save(target)
