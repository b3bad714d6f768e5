"""Draw the figures of the theory part: curves, computational graphs, stacks of layers.

Each function returns a `Picture`: the matplotlib figure and its alt text.
"""

from toolbox.theory_figures.gradient_graphs import (
    exponential_graph,
    graph_of_arrows,
    shapes_of_a_layer,
    share_derivatives,
    small_expression_graph,
    worked_graph,
)
from toolbox.theory_figures.layer_drawings import (
    LENET_C3,
    convolution_counts,
    field_with_strides,
    inception_blocks,
    kernel_positions,
    lenet_connections,
    stacks_of_seven,
)
from toolbox.theory_figures.learning_plots import (
    decay_curves,
    five_curves,
    rates_in_time,
    sketched_curves,
    stopping_curve,
)
from toolbox.theory_figures.loss_plots import (
    divergence_in_terms,
    loss_of_one_prediction,
    slope_of_the_sigmoid,
    softmax_of_logits,
    squared_error_against_cross_entropy,
    weights_under_a_penalty,
)
from toolbox.theory_figures.model_plots import (
    directions,
    left_out_points,
    logistic_curve,
    neighbors_of_a_point,
    points_and_curve,
    spread_of_predictions,
)
from toolbox.theory_figures.normalization_plots import layers_with_and_without, normalized_batch

__all__ = [
    "LENET_C3",
    "convolution_counts",
    "decay_curves",
    "directions",
    "divergence_in_terms",
    "exponential_graph",
    "field_with_strides",
    "five_curves",
    "graph_of_arrows",
    "inception_blocks",
    "kernel_positions",
    "layers_with_and_without",
    "left_out_points",
    "lenet_connections",
    "logistic_curve",
    "loss_of_one_prediction",
    "neighbors_of_a_point",
    "normalized_batch",
    "points_and_curve",
    "rates_in_time",
    "shapes_of_a_layer",
    "share_derivatives",
    "sketched_curves",
    "slope_of_the_sigmoid",
    "small_expression_graph",
    "softmax_of_logits",
    "spread_of_predictions",
    "squared_error_against_cross_entropy",
    "stacks_of_seven",
    "stopping_curve",
    "weights_under_a_penalty",
    "worked_graph",
]
