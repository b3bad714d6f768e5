"""The course's plots: one style, colors that suit color-blind readers, and alt text for each.

Every function returns a `Picture`: the matplotlib figure and its alt text.
"""

from toolbox.plots.class_examples import class_examples
from toolbox.plots.confusions import calibration, confusion_matrices, explained, picture_matrix
from toolbox.plots.datasets import before_and_after, class_distribution, pixel_histograms
from toolbox.plots.feature_maps import confusions, feature_maps
from toolbox.plots.image_grids import image_grid, predictions
from toolbox.plots.masks import (
    SEGMENT_COLOURS,
    class_ious,
    label_maps,
    one_class_at_a_time,
    pixel_shares,
)
from toolbox.plots.metric_logs import logged_metrics, minibatches, over_seeds
from toolbox.plots.probabilities import probability_bars
from toolbox.plots.quantization import channel_ranges, round_trip, trade
from toolbox.plots.style import COLOURS, Picture, use_style
from toolbox.plots.training_curves import descent, study, training_curves

__all__ = [
    "COLOURS",
    "SEGMENT_COLOURS",
    "Picture",
    "before_and_after",
    "calibration",
    "channel_ranges",
    "class_distribution",
    "class_examples",
    "class_ious",
    "confusion_matrices",
    "confusions",
    "descent",
    "explained",
    "feature_maps",
    "image_grid",
    "label_maps",
    "logged_metrics",
    "minibatches",
    "one_class_at_a_time",
    "over_seeds",
    "picture_matrix",
    "pixel_histograms",
    "pixel_shares",
    "predictions",
    "probability_bars",
    "round_trip",
    "study",
    "trade",
    "training_curves",
    "use_style",
]
