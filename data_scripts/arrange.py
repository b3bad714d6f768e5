"""From what an archive held to the layout that the course expects."""

from __future__ import annotations

import shutil
from pathlib import Path

from data_scripts.manifest import Manifest
from data_scripts.problems import DataProblem
from data_scripts.registry import DataSet, Source
from data_scripts.splits import read_split


def arrange(unpacked: Path, arranged: Path, entry: DataSet, source: Source) -> None:
    """Move the set's own folders from anywhere in `unpacked` to directly under `arranged`."""
    arranged.mkdir()
    if source.arrange == "split":
        _sort_by_split(unpacked, arranged, entry, source)
        return
    root = _find(unpacked, entry.folders)
    if root is None:
        raise DataProblem(
            f"The folders {', '.join(entry.folders)} of {entry.name} aren't in what was unpacked."
        )
    for folder in entry.folders:
        (root / folder).replace(arranged / folder)


def copy_folders(origin: Path, arranged: Path, entry: DataSet) -> None:
    """Copy the set's own folders from a mirror's folder, links refused."""
    arranged.mkdir()
    for folder in entry.folders:
        for path in sorted((origin / folder).rglob("*")):
            if path.is_symlink():
                raise DataProblem(f"{path} is a link; a mirror must hold the files themselves.")
            if path.is_file() and not path.name.startswith("."):
                target = arranged / path.relative_to(origin)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)


def check_names(manifest: Manifest, entry: DataSet) -> None:
    """A DataProblem where a set with a split manifest lacks one of its images or masks."""
    split = read_split(entry.name)
    if split is None:
        return
    stems = {name.rpartition(".")[0] for name in manifest}
    wanted = {name.rpartition(".")[0] for paths in split.parts.values() for name in paths}
    if entry.source_ids:
        wanted |= {stem.replace("/", "annot/", 1) for stem in wanted}
    if missing := sorted(wanted - stems):
        raise DataProblem(
            f"{len(missing)} files of {entry.name} are missing, {missing[0]} the first of them."
        )


def _find(top: Path, folders: tuple[str, ...]) -> Path | None:
    """The folder nearest to the top that has all of these folders in it."""
    level = [top]
    while level:
        for folder in level:
            if all((folder / wanted).is_dir() for wanted in folders):
                return folder
        level = sorted(sub for folder in level for sub in folder.iterdir() if sub.is_dir())
    return None


def _sort_by_split(unpacked: Path, arranged: Path, entry: DataSet, source: Source) -> None:
    split = read_split(entry.name)
    if split is None:
        raise DataProblem(f"{entry.name} has no split manifest to be sorted by.")
    theirs = {ours: name for name, ours in source.rename.items()}
    root = _find(unpacked, tuple(theirs.get(name, name) for name in entry.classes))
    if root is None:
        raise DataProblem(f"The class folders of {entry.name} aren't in what was unpacked.")
    for path in (path for paths in split.parts.values() for path in paths):
        _, label, name = path.split("/")
        found = root / theirs.get(label, label) / name
        if not found.is_file():
            raise DataProblem(f"{found.relative_to(root)} isn't in what was unpacked.")
        (arranged / path).parent.mkdir(parents=True, exist_ok=True)
        found.replace(arranged / path)
