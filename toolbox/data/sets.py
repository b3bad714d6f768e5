"""Load each of the course's data sets, ready for training, with one call."""

from __future__ import annotations

import numpy as np
import torch

from data_scripts.manifest import read_manifest
from data_scripts.registry import data_set
from data_scripts.splits import split_of
from toolbox.data.cache import Pixels, decoded_images, decoded_masks
from toolbox.data.location import Located, locate
from toolbox.data.tensors import ImageTensors, Provenance

VOID = 255
_UNKNOWN = 254
_SPLITS = ("train", "validation", "test")
Size = int | tuple[int, int]

DRIVING_NOTES = {
    "train": "",
    "validation": "All validation frames come from a video that is also in the training set.",
    "test": "A quarter of the test frames come from a video that is also in the training set.",
}


def scenes(split: str = "train", size: Size = 64, mode: str = "L") -> ImageTensors:
    """Load scene15: grayscale images (N, 1, H, W), or (N, 3, H, W) with mode "RGB"; 15 labels.

    split: "train", "validation" or "test". size: one number for a square, or (H, W); images are
    resized to it without keeping their aspect ratio. Raises ValueError for anything else.
    """
    return _classified("scene15", split, size, mode)


def pretext(split: str = "train", size: Size = 64, mode: str = "L") -> ImageTensors:
    """Load synthetic scenes of other classes for pre-training; split: "train", "validation"."""
    return _classified("pretext", split, size, mode)


def animals(size: Size = 64, mode: str = "RGB") -> ImageTensors:
    """Load all cats, dogs and pandas, not split. To split them, see `ImageTensors.subset`."""
    located = locate("animals")
    names = sorted(read_manifest(located.path))
    return _labelled(located, names, [name.split("/")[0] for name in names], size, mode, "all")


def driving(split: str = "train", size: Size = (180, 240)) -> ImageTensors:
    """Load CamVid: color images (N, 3, H, W) and masks (N, H, W), uint8.

    Masks contain the course's ids, 0 Building to 10 Bicyclist, and 255 for void; they are resized
    by nearest neighbor. `provenance.note` says which videos the splits share.
    """
    located, pair = locate("camvid"), _pair(size)
    names = _names(located, split)
    masks = [_mask_name(name) for name in names]
    images = decoded_images(located, names, pair, "RGB")
    ids = decoded_masks(located, masks, pair, _table())
    note = DRIVING_NOTES[split] if located.origin == "real" else ""
    return _tensors(located, names, images, torch.from_numpy(ids), split, note)


def _classified(name: str, split: str, size: Size, mode: str) -> ImageTensors:
    located = locate(name)
    names = _names(located, split)
    return _labelled(located, names, [path.split("/")[1] for path in names], size, mode, split)


def _labelled(
    located: Located, names: list[str], labels: list[str], size: Size, mode: str, split: str
) -> ImageTensors:
    if mode not in {"L", "RGB"}:
        raise ValueError(f'mode must be "L" for grayscale or "RGB" for color, not {mode!r}')
    ids = {label: i for i, label in enumerate(located.classes)}
    targets = torch.tensor([ids[label] for label in labels], dtype=torch.int64)
    images = decoded_images(located, names, _pair(size), mode)
    return _tensors(located, names, images, targets, split)


def _tensors(
    located: Located,
    names: list[str],
    images: Pixels,
    targets: torch.Tensor,
    split: str,
    note: str = "",
) -> ImageTensors:
    label = f"{located.label}, {split}"
    provenance = Provenance(located.name, located.origin, located.fingerprint, split, label, note)
    return ImageTensors(
        torch.from_numpy(images), targets, located.classes, tuple(names), provenance
    )


def _names(located: Located, split: str) -> list[str]:
    if split not in _SPLITS:
        raise ValueError(f"split must be one of {', '.join(_SPLITS)}, not {split!r}")
    names = split_of(located.name, read_manifest(located.path)).parts[split]
    if not names:
        raise ValueError(f"{located.name} has no {split} images")
    return list(names)


def _pair(size: Size) -> tuple[int, int]:
    pair = (size, size) if isinstance(size, int) else tuple(size)
    if len(pair) != 2 or min(pair) < 1:
        raise ValueError(f"size must be a positive number or a pair (H, W), not {size!r}")
    return pair


def _mask_name(name: str) -> str:
    folder, _, file = name.partition("/")
    return f"{folder}annot/{file.rpartition('.')[0]}.png"


def _table() -> Pixels:
    """Return a table that maps the ids in CamVid's files to the course's ids."""
    entry = data_set("camvid")
    table = np.full(256, _UNKNOWN, np.uint8)
    for name, theirs in entry.source_ids.items():
        table[theirs] = VOID if name == "void" else entry.classes.index(name)
    return table
