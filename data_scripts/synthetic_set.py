"""Synthetic data sets, which the course draws itself in the layout of the real ones."""

from __future__ import annotations

import errno
import hashlib
import importlib
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from data_scripts.arrange import by_folders
from data_scripts.landing import fresh_workshop, land, refuse_to_bury
from data_scripts.lock import locked
from data_scripts.manifest import Marker, looks_complete, measure, read_marker
from data_scripts.places import data_home, incoming, lock_file, offline_place
from data_scripts.problems import DataProblem
from data_scripts.progress import someone_is_looking
from data_scripts.registry import Source, data_set

ORIGIN = "offline stand-in"
DRAWN = Source("data_scripts.synthetic", ())


def make_offline(
    name: str, *, seed: int = 0, scale: float = 1.0, say: Callable[[str], None] = print
) -> Marker:
    """Draw the synthetic version of `name`, unless the same one already exists.

    seed: determines the images. scale: the fraction of the images to draw, in (0, 1].
    """
    entry = data_set(name)
    if not entry.stand_in:
        able = "scene15, camvid, animals and pretext have one"
        raise DataProblem(f"{name} has no synthetic version.", f"Only {able}.")
    if not 0 < scale <= 1:
        raise DataProblem(
            f"scale must be in (0, 1], but is {scale}: it is the fraction of the images to draw."
        )
    place, workshop = offline_place(name), incoming("offline", name)
    with locked(lock_file(f"offline-{name}"), say):
        generator = _generator()
        details = {"seed": seed, "scale": scale, "drawn_by": code_hash(generator)}
        marker = read_marker(place)
        if marker and marker.details == details and looks_complete(place):
            return marker
        refuse_to_bury(place, name)
        fresh_workshop(workshop)
        say(f"Drawing the synthetic data set {name} in {place}.")
        try:
            folder = workshop / "arranged"
            _draw(generator, name, workshop / "unpacked", seed, scale)
            by_folders(workshop / "unpacked", folder, entry, DRAWN)
            manifest = measure(folder)
            source = f"data_scripts.synthetic, seed {seed}, scale {scale:g}"
            return land(
                folder, place, manifest, name=name, origin=ORIGIN, source=source, details=details
            )
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise DataProblem(
                    f"The disk that contains {data_home()} is full.",
                    "Free some space, or set COURSE_DATA to a folder on a larger disk. The "
                    "images drawn so far were removed.",
                ) from error
            raise
        finally:
            shutil.rmtree(workshop, ignore_errors=True)


def usable_stand_in(name: str) -> Marker | None:
    """Return the marker of any synthetic set that the current code has drawn, or None."""
    marker = read_marker(offline_place(name))
    try:
        current = marker and marker.details.get("drawn_by") == code_hash(_generator())
    except DataProblem:  # without the code, no newer set can be drawn
        current = True
    return marker if current else None


def code_hash(generator: ModuleType) -> str:
    """Return a short hash of the drawing code; a set drawn by different code is drawn again."""
    file = getattr(generator, "__file__", None)
    if not file:  # not loaded from a file, so nothing can be compared
        return "unknown"
    state = hashlib.sha256()
    for path in sorted(Path(file).parent.rglob("*.py")):
        state.update(path.read_bytes())
    return state.hexdigest()[:12]


def _generator() -> ModuleType:
    try:
        return importlib.import_module("data_scripts.synthetic")
    except ModuleNotFoundError as error:
        raise DataProblem(
            f"Cannot load the code that draws synthetic data sets ({error}).",
            "Check that your copy of the course contains the folder data_scripts/synthetic.",
        ) from error


def _draw(generator: ModuleType, name: str, out: Path, seed: int, scale: float) -> None:
    out.mkdir()
    generator.generate(name, out, seed=seed, scale=scale, progress=someone_is_looking())
