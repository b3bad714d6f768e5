"""Rearrange the contents of an archive into the layout that the course expects."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from data_scripts.manifest import Manifest
from data_scripts.problems import DataProblem
from data_scripts.registry import DataSet, Source
from data_scripts.splits import read_split


def by_folders(unpacked: Path, arranged: Path, entry: DataSet, source: Source) -> None:
    """Move the set's own folders from anywhere in `unpacked` to directly under `arranged`."""
    arranged.mkdir()
    root = find_folder(unpacked, lambda at: holds_set(at, entry))
    if root is None:
        raise DataProblem(
            f"The folders {', '.join(entry.folders)} of {entry.name} are missing from the archive."
        )
    for wanted in entry.folders:
        if folder := own_folder(root, wanted, entry):
            folder.replace(arranged / wanted)


def by_split(unpacked: Path, arranged: Path, entry: DataSet, source: Source) -> None:
    """Sort a flat folder of classes, under the source's names, into the folders of the split."""
    arranged.mkdir()
    split = read_split(entry.name)
    if split is None:
        raise DataProblem(
            f"{entry.name} can't be sorted into train and test: it has no split manifest."
        )
    theirs = {ours: name for name, ours in source.rename.items()}
    names = [theirs.get(name, name) for name in entry.classes]
    root = find_folder(unpacked, lambda at: all((at / name).is_dir() for name in names))
    if root is None:
        raise DataProblem(f"The class folders of {entry.name} are missing from the archive.")
    for path in (path for paths in split.parts.values() for path in paths):
        _, label, name = path.split("/")
        found = root / theirs.get(label, label) / name
        if not found.is_file():
            raise DataProblem(f"{found.relative_to(root)} is missing from the archive.")
        (arranged / path).parent.mkdir(parents=True, exist_ok=True)
        found.replace(arranged / path)


def own_folder(root: Path, wanted: str, entry: DataSet) -> Path | None:
    """Return the folder in `root` that is `wanted`, under any of its known names, or None."""
    for folder in sorted(root.iterdir()):
        name = folder.name.lower()
        if wanted in {folder.name, entry.also_called.get(name, name)} and folder.is_dir():
            return folder
    return None


def copy_folders(origin: Path, arranged: Path, entry: DataSet) -> None:
    """Copy the set's own folders from a mirror folder; links are rejected."""
    arranged.mkdir()
    for wanted in entry.folders:
        folder = own_folder(origin, wanted, entry) or origin / wanted
        for path in sorted(folder.rglob("*")):
            if path.is_symlink():
                raise DataProblem(
                    f"{path} is a link, but a mirror must contain the files themselves."
                )
            if path.is_file() and not path.name.startswith("."):
                target = arranged / wanted / path.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


def check_names(manifest: Manifest, entry: DataSet) -> None:
    """Raise a DataProblem if a set with a split manifest lacks any of its images or masks."""
    split = read_split(entry.name)
    if split is None:
        return
    stems = {name.rpartition(".")[0] for name in manifest}
    wanted = {name.rpartition(".")[0] for paths in split.parts.values() for name in paths}
    if entry.source_ids:
        wanted |= {stem.replace("/", "annot/", 1) for stem in wanted}
    if missing := sorted(wanted - stems):
        raise DataProblem(
            f"{len(missing)} files of {entry.name} are missing, starting with {missing[0]}."
        )


def holds_set(folder: Path, entry: DataSet) -> bool:
    """Return whether `folder` contains all the folders of the set."""
    return folder.is_dir() and all(own_folder(folder, name, entry) for name in entry.folders)


def find_folder(top: Path, wanted: Callable[[Path], bool]) -> Path | None:
    """Return the first folder that `wanted` accepts, nearest to the top."""
    level = [top]
    while level:
        for folder in level:
            if wanted(folder):
                return folder
        level = sorted(sub for folder in level for sub in folder.iterdir() if sub.is_dir())
    return None
