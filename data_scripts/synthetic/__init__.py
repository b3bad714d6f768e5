"""Synthetic versions of the course's data sets, painted from a seed with NumPy alone.

`generate("scene15", out)` writes the same folders, classes and counts as the real set. Each picture
has its own random generator, seeded by (seed, set, class, number), so the files have the same bytes
in every run and for any number of processes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tqdm.auto import tqdm

from data_scripts.synthetic import plan

PLANS: dict[str, Callable[[float], list[plan.PlannedPicture]]] = {
    "scene15": plan.scene15,
    "camvid": plan.camvid,
    "animals": plan.animals,
    "pretext": plan.pretext,
}
CHUNK = 8  # number of pictures per unit of work for a process


def generate(
    name: str,
    out: Path,
    *,
    seed: int = 0,
    scale: float = 1.0,
    progress: bool = True,
    workers: int | None = None,
) -> None:
    """Paint the synthetic data set `name` into the folder `out`, which is created if missing.

    name: scene15, camvid, animals or pretext; any other name is a ValueError.
    seed: an integer, 0 or more, that determines the pictures.
    scale: in (0, 1]; reduces the number of pictures, to no less than two per class and split.
    workers: number of processes; the default is the number of processors, but at most two.
    """
    if name not in PLANS:
        raise ValueError(f"there is no synthetic data set {name!r}; there are {', '.join(PLANS)}")
    if not 0 < scale <= 1:
        raise ValueError(f"scale is {scale}; it must lie above 0 and not above 1")
    if seed < 0:
        raise ValueError(f"seed is {seed}; it must be 0 or more")
    pictures = PLANS[name](scale)
    workers = min(2, os.cpu_count() or 1) if workers is None else workers
    bar = tqdm(total=len(pictures), desc=f"painting {name}", unit="image", disable=not progress)
    with bar:
        if workers <= 1:
            for picture in pictures:
                _paint(name, seed, out, [picture])
                bar.update()
            return
        chunks = [pictures[i : i + CHUNK] for i in range(0, len(pictures), CHUNK)]
        with ProcessPoolExecutor(workers) as pool:
            for count in pool.map(partial(_paint, name, seed, out), chunks):
                bar.update(count)


def _paint(name: str, seed: int, out: Path, pictures: list[plan.PlannedPicture]) -> int:
    from data_scripts.synthetic.drawing import write

    for picture in pictures:
        write(name, picture, seed, out)
    return len(pictures)
