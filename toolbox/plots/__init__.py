"""The course's plots: one style, colours that colour-blind readers tell apart, alt text on each.

Every function returns a `Picture`: the matplotlib figure and the words that stand for it.
"""

from toolbox.plots.datasets import before_and_after, class_distribution, pixel_histograms
from toolbox.plots.pictures import image_grid, predictions
from toolbox.plots.segmentation import (
    SEGMENT_COLOURS,
    class_ious,
    label_maps,
    one_class_at_a_time,
    pixel_shares,
)
from toolbox.plots.style import COLOURS, Picture, use_style
from toolbox.plots.training import descent, study, training_curves

__all__ = [
    "COLOURS",
    "SEGMENT_COLOURS",
    "Picture",
    "before_and_after",
    "class_distribution",
    "class_ious",
    "descent",
    "image_grid",
    "label_maps",
    "one_class_at_a_time",
    "pixel_histograms",
    "pixel_shares",
    "predictions",
    "study",
    "training_curves",
    "use_style",
]
