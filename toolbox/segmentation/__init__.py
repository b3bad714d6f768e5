"""One label a pixel: backbones, random views, training and measuring for Part 5."""

from toolbox.segmentation.backbones import SmallResNet, resnet, small_backbone
from toolbox.segmentation.measuring import measure, predict
from toolbox.segmentation.training import Settings, train
from toolbox.segmentation.views import Views

__all__ = [
    "Settings",
    "SmallResNet",
    "Views",
    "measure",
    "predict",
    "resnet",
    "small_backbone",
    "train",
]
