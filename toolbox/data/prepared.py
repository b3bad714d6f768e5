"""Decode a data set once, for processes that can read the caches but not write them."""

from __future__ import annotations

from toolbox.data.folders import split_folders
from toolbox.data.location import locate
from toolbox.data.sets import animals, driving, scenes

SPLITS = ("train", "validation", "test")


def fill_caches(name: str) -> None:
    """Put a data set in place and decode it in the sizes that the notebooks use.

    Does nothing for data that is already in place. Raises `DataProblem` or `OSError` if the set
    cannot be provided.
    """
    locate(name, say=lambda line: None)
    if name == "scene15":
        for split in SPLITS:
            scenes(split)
        split_folders(name)
    elif name == "camvid":
        for split in SPLITS:
            driving(split)
    elif name == "animals":
        animals()
