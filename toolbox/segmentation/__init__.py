"""Semantic segmentation for Part 5: backbones, random views, training and evaluation."""

from toolbox.segmentation.evaluation import measure, predict
from toolbox.segmentation.random_views import Views
from toolbox.segmentation.recipe import RecipeSettings, train
from toolbox.segmentation.resnet_backbones import SmallResNet, resnet, small_backbone

__all__ = [
    "RecipeSettings",
    "SmallResNet",
    "Views",
    "measure",
    "predict",
    "resnet",
    "small_backbone",
    "train",
]
