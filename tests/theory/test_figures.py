"""The theory figures are drawn without warnings, wide enough to read, and have alt texts."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from toolbox import questions, theory_figures
from toolbox.plots.style import Picture
from toolbox.questions.architecture import STACKS

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
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_drawn_and_described(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = FIGURES[name]()
        buffer = io.BytesIO()
        picture.figure.savefig(buffer, format="png", dpi=100)
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
