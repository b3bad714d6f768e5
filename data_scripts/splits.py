"""The split of each data set into training, validation and test images.

For the real data, the split is fixed by the manifests in `splits/`, which
`python -m data_scripts split NAME` writes. The same rules split the synthetic data sets.

The rule for a set with train and test folders has three steps. Images in the train folder that
are byte-identical to a test image are removed. Of byte-identical copies within the train folder,
only the first is kept. Then 15% of each class, namely the paths with the lowest hashes, become
validation images. The hash makes the choice the same on every machine and independent of what the
images show. A set with its own val folder keeps its published split.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from data_scripts.manifest import Manifest, fingerprint
from data_scripts.problems import DataProblem
from data_scripts.whole_files import write_whole

SPLITS = Path(__file__).with_name("splits")
PARTS = ("train", "validation", "test", "removed")
VALIDATION_SHARE = 0.15


@dataclass(frozen=True)
class Split:
    """Paths of images in `parts`, by "train", "validation", "test" and "removed".

    fingerprint: that of the data set that the split was computed from.
    """

    fingerprint: str
    parts: dict[str, tuple[str, ...]]


def split_manifest(manifest: Manifest) -> Split:
    """Split a data set by the rule for its layout."""
    images = [name for name in manifest if not name.split("/")[0].endswith("annot")]
    folders = {name.split("/")[0] for name in images}
    if "train" not in folders:
        raise DataProblem("The course's rule can split only a data set with a train folder.")
    parts = _published(images) if "val" in folders else _carved(images, manifest)
    return Split(fingerprint(manifest), {part: tuple(sorted(parts[part])) for part in PARTS})


def _published(images: list[str]) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = defaultdict(list)
    for name in images:
        folder = name.split("/")[0]
        parts["validation" if folder == "val" else folder].append(name)
    return parts


def _carved(images: list[str], manifest: Manifest) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = defaultdict(list)
    parts["test"] = [name for name in images if name.startswith("test/")]
    seen = {manifest[name].sha256 for name in parts["test"]}
    classes: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set(images) - set(parts["test"])):
        if manifest[name].sha256 in seen:
            parts["removed"].append(name)
        else:
            seen.add(manifest[name].sha256)
            classes[name.split("/")[1]].append(name)
    for names in classes.values():
        ranked = sorted(names, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
        # At least one of each class, so that a small synthetic set also has a validation set.
        count = max(1, round(VALIDATION_SHARE * len(names))) if len(names) > 1 else 0
        parts["validation"] += ranked[:count]
        parts["train"] += ranked[count:]
    return parts


def read_split(name: str) -> Split | None:
    """Return the split fixed in the repository, or None if the set has none."""
    path = SPLITS / f"{name}.txt"
    if not path.exists():
        return None
    parts: dict[str, list[str]] = {part: [] for part in PARTS}
    made_from, part = "", "train"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# fingerprint "):
            made_from = line.split()[-1]
        elif line.startswith("["):
            part = line.strip("[]")
        elif line and not line.startswith("#"):
            parts[part].append(line)
    return Split(made_from, {part: tuple(names) for part, names in parts.items()})


def write_split(name: str, split: Split, note: str) -> Path:
    """Write a split to the repository. The same data always give the same file, byte for byte."""
    lines = [
        f"# The split of {name}. Written by: python -m data_scripts split {name}",
        *textwrap.wrap(note, 98, initial_indent="# ", subsequent_indent="# "),
        f"# fingerprint {split.fingerprint}",
    ]
    for part in PARTS:
        lines += [f"[{part}]", *split.parts[part]]
    path = SPLITS / f"{name}.txt"
    write_whole(path, ("\n".join(lines) + "\n").encode())
    return path


def split_of(name: str, manifest: Manifest) -> Split:
    """Return the repository's split if it was made from these files, otherwise the rule's."""
    fixed = read_split(name)
    if fixed is not None and fixed.fingerprint == fingerprint(manifest):
        return fixed
    return split_manifest(manifest)
