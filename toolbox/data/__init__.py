"""Data sets for the notebooks: locate them, load images as tensors, and iterate in batches.

from toolbox.data import Augment, Batches, pixel_statistics, scenes

train = scenes("train", size=64)
mean, std = pixel_statistics(train)
loader = Batches(train, 64, shuffle=True, augment=Augment(), mean=mean, std=std)
print(train.provenance.label)
"""

from data_scripts.problems import DataProblem
from toolbox.data.augment import Augment
from toolbox.data.batches import Batches, PerChannel
from toolbox.data.folders import split_folders
from toolbox.data.location import Located, locate
from toolbox.data.sets import VOID, animals, driving, pretext, scenes
from toolbox.data.split_fingerprint import split_fingerprint
from toolbox.data.tensors import ImageTensors, Provenance, pixel_statistics

__all__ = [
    "VOID",
    "Augment",
    "Batches",
    "DataProblem",
    "ImageTensors",
    "Located",
    "PerChannel",
    "Provenance",
    "animals",
    "driving",
    "locate",
    "pixel_statistics",
    "pretext",
    "scenes",
    "split_fingerprint",
    "split_folders",
]
