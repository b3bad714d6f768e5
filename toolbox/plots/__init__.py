"""The course's plots: one style, colours that colour-blind readers tell apart, alt text on each.

Every function returns a `Picture`: the matplotlib figure and the words that stand for it.
"""

from toolbox.plots.datasets import before_and_after, class_distribution, pixel_histograms
from toolbox.plots.features import confusions, feature_maps
from toolbox.plots.pictures import image_grid, predictions
from toolbox.plots.quantization import channel_ranges, round_trip, trade
from toolbox.plots.style import COLOURS, Picture, use_style
from toolbox.plots.training import descent, study, training_curves

__all__ = [
    "COLOURS",
    "Picture",
    "before_and_after",
    "channel_ranges",
    "class_distribution",
    "confusions",
    "descent",
    "feature_maps",
    "image_grid",
    "pixel_histograms",
    "predictions",
    "round_trip",
    "study",
    "trade",
    "training_curves",
    "use_style",
]
