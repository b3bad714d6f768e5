"""Provide a data set as one folder per split, for code that reads image files itself."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from data_scripts.lock import locked
from data_scripts.manifest import read_manifest
from data_scripts.places import cache_place, lock_file
from data_scripts.splits import split_of
from data_scripts.whole_files import replace_folder
from toolbox.data.location import locate


def split_folders(name: str = "scene15") -> Path:
    """Return a folder with `train/`, `validation/` and `test/`, each with one folder per class.

    Use it for ImageLoader(root, "validation"): the data set's own train folder still contains the
    validation images and the copies of test images, and this one doesn't. Files are hard links if
    the disk supports them, so they take no space; otherwise copies.
    """
    located = locate(name)
    parts = split_of(name, read_manifest(located.path)).parts
    wanted = {
        f"{split}/{path.partition('/')[2]}": path
        for split in ("train", "validation", "test")
        for path in parts[split]
    }
    key = hashlib.sha256("\n".join(sorted(wanted)).encode()).hexdigest()[:8]
    place = cache_place() / "folders" / f"{name}-{located.fingerprint}-{key}"
    with locked(lock_file(f"folders-{name}")):
        if place.exists():
            return place
        part = place.with_name(place.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        for target, source in wanted.items():
            (part / target).parent.mkdir(parents=True, exist_ok=True)
            _link(located.path / source, part / target)
        replace_folder(part, place)
    return place


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
