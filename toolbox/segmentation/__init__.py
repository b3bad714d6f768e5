"""Semantic segmentation for Part 5: backbones, random views, training and evaluation."""

from toolbox.segmentation.class_tables import class_rows, class_text
from toolbox.segmentation.evaluation import measure, predict
from toolbox.segmentation.example_frames import example_frames
from toolbox.segmentation.random_views import Views
from toolbox.segmentation.recipe import RecipeSettings, train
from toolbox.segmentation.resnet_backbones import SmallResNet, resnet, small_backbone

__all__ = [
    "RecipeSettings",
    "SmallResNet",
    "Views",
    "class_rows",
    "class_text",
    "example_frames",
    "measure",
    "predict",
    "resnet",
    "small_backbone",
    "train",
]
