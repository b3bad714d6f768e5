"""The theory figures are drawn without warnings, wide enough to read, and have alt texts."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from student_code import theory_answers
from toolbox import questions, theory_figures
from toolbox.plots.style import Picture
from toolbox.questions.architecture import STACKS

ARROWS = {"a": "xz", "b": "ax", "c": "b", "y": "c"}
STEPS = {
    "a": "a = x + 10 % 4 + z",
    "b": "b = a ** (4 * x)",
    "c": "c = 5 * (b + 3)",
    "y": "y = mean(c)",
}
FIGURES: dict[str, Callable[[], Picture]] = {
    "losses": theory_figures.squared_error_against_cross_entropy,
    "sigmoid": theory_figures.slope_of_the_sigmoid,
    "exponential": theory_figures.exponential_graph,
    "small": lambda: theory_figures.small_expression_graph(6, -3, -2),
    "small_solved": lambda: theory_figures.small_expression_graph(6, -3, -2, (9, -38, -3)),
    "stacks": lambda: theory_figures.stacks_of_seven(STACKS),
    "inception": theory_figures.inception_blocks,
    "lenet": lambda: theory_figures.lenet_connections(theory_figures.LENET_C3),
    "curves": lambda: theory_figures.five_curves("CEDBA"),
    "decays": lambda: theory_figures.decay_curves((0.01, 0.1, 0.5, 2.0), "CADB"),
    "softmax": lambda: theory_figures.softmax_of_logits(((1, 2, 3), (3, 4, 5), (2, 4, 6))),
    "surprise": lambda: theory_figures.loss_of_one_prediction((0.7, 0.2, 0.1)),
    "divergence": lambda: theory_figures.divergence_in_terms((0.5, 0.5, 0.0), (0.25, 0.5, 0.25)),
    "penalty": lambda: theory_figures.weights_under_a_penalty(4.0, (0.02, 0.05, 0.1)),
    "shapes": lambda: theory_figures.shapes_of_a_layer(3, 2, 5),
    "worked_graph": lambda: theory_figures.worked_graph(2, 3),
    "vector_graph": lambda: theory_figures.graph_of_arrows(ARROWS, STEPS),
    "shares": lambda: theory_figures.share_derivatives((1, 1, 2)),
    "positions": lambda: theory_figures.kernel_positions(7, 3, stride=2, padding=1),
    "counts": lambda: theory_figures.convolution_counts(3, 2, 3),
    "field": lambda: theory_figures.field_with_strides([(3, 2), (3, 1)]),
    "batch": lambda: theory_figures.normalized_batch((2, 4, 6, 8), gamma=2, beta=1),
    "layers": lambda: theory_figures.layers_with_and_without((0.5, 1.0, 4.0)),
    "spread": lambda: theory_figures.spread_of_predictions(5, (2, 2.5, 4.5)),
    "sketch": lambda: theory_figures.sketched_curves(theory_answers.bias_variance_sketch()),
    "neighbors": lambda: theory_figures.neighbors_of_a_point(
        ((0, 0), (2, 2), (3, 0)), ("cat", "dog", "dog"), (1, 0), (1, 3)
    ),
    "logistic": lambda: theory_figures.logistic_curve((-3, 0.1), (20, 40.99)),
    "left_out": lambda: theory_figures.left_out_points((0, 1, 2), (1, 2, 6)),
    "parabola": lambda: theory_figures.points_and_curve(
        [-1.0, 0.5, 2.0], [-3.0, 0.0, -6.0], lambda v: v - 2 * v**2, "x − 2x²"
    ),
    "rates": lambda: theory_figures.rates_in_time(0.6, 0.5, marked=4),
    "stopping": lambda: theory_figures.stopping_curve((0.50, 0.40, 0.42, 0.36, 0.45)),
    "marked": lambda: theory_figures.stopping_curve(**questions.numbers("stopping_curve", "ab123")),
    "directions": lambda: theory_figures.directions((3, 4), {"A": (4, 3), "C": (-3, -1)}),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_drawn_and_described(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = FIGURES[name]()
        buffer = io.BytesIO()
        picture.figure.savefig(buffer, format="png", dpi=100)
    plt.close(picture.figure)
    image = Image.open(buffer).convert("L")
    assert 400 <= image.width <= 1000  # a notebook's column is about 900 wide
    assert np.asarray(image).min() < 100
    assert np.asarray(image).max() > 250
    assert len(picture.alt) > 80


def test_lenet_s_connections_are_the_famous_ones() -> None:
    groups = [len(seen) for seen in theory_figures.LENET_C3]
    assert groups == [3] * 6 + [4] * 9 + [6]
    assert sum(25 * seen + 1 for seen in groups) == 1516
    assert all(len(set(seen)) == len(seen) for seen in theory_figures.LENET_C3)


def test_every_stack_sees_seven_pixels() -> None:
    for stack in STACKS:
        assert 1 + sum(kernel - 1 for kernel in stack) == 7


def test_the_curves_end_at_distinct_heights() -> None:
    numbers = questions.numbers("five_curves", "ab123")
    axes = theory_figures.five_curves(**numbers).figure.axes[0]
    ends = np.sort([np.asarray(line.get_ydata())[-1] for line in axes.lines])
    assert np.diff(ends).min() > 0.04
