"""Data sets for the notebooks: get them, load images as tensors, and iterate in batches.

from toolbox.data import Augment, Batches, get, pixel_statistics, scenes

get("scene15")  # the real photographs if there is a network, otherwise drawings
train = scenes("train", size=64)
mean, std = pixel_statistics(train)
loader = Batches(train, 64, shuffle=True, augment=Augment(), mean=mean, std=std)
print(train.provenance.label)
"""

from data_scripts.problems import DataProblem
from toolbox.data.augment import Augment
from toolbox.data.batches import Batches, PerChannel
from toolbox.data.choice import get
from toolbox.data.folders import split_folders
from toolbox.data.handwritten import digits
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
    "digits",
    "driving",
    "get",
    "locate",
    "pixel_statistics",
    "pretext",
    "scenes",
    "split_fingerprint",
    "split_folders",
]
