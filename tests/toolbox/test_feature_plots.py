"""Plots of features and confusions are reproducible and have alt texts."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from toolbox import plots
from toolbox.analysis.embedding import tsne


def clouds() -> tuple[np.ndarray, np.ndarray]:
    """Return three groups of 12 points in 20 dimensions, far from each other."""
    rng = np.random.default_rng(0)
    labels = np.arange(36) % 3
    return rng.normal(size=(3, 20))[labels] * 8 + rng.normal(size=(36, 20)), labels


def test_neighbors_stay_neighbors() -> None:
    points, labels = clouds()
    drawn = tsne(points)
    assert drawn.shape == (36, 2)
    assert drawn.dtype == np.float32
    distances = np.linalg.norm(drawn[:, None] - drawn[None], axis=2) + np.eye(36) * 1e9
    assert (labels[distances.argmin(axis=1)] == labels).mean() > 0.9
    assert np.array_equal(drawn, tsne(points))


@pytest.mark.parametrize(
    ("points", "dimensions", "words"),
    [(np.zeros((20, 4)), 4, "2 or 3"), (np.zeros((5, 4)), 2, "10 points")],
)
def test_invalid_embeddings_are_rejected(points: np.ndarray, dimensions: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        tsne(points, dimensions)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_maps_show_every_point(dimensions: int) -> None:
    points, labels = clouds()
    panels = {"before": points[:, :dimensions], "after": points[:, 3 : 3 + dimensions]}
    held_out = np.arange(36) >= 24
    picture = plots.feature_maps(panels, labels, held_out, "abc", source="drawn", title="Maps")
    drawn: list[Any] = picture.figure.axes
    assert len(drawn) == 2
    assert all(sum(len(c.get_offsets()) for c in one.collections) == 36 for one in drawn)
    assert "36 images of 3 classes" in picture.alt
    assert "before, after" in picture.alt
    plt.close(picture.figure)


def test_confusions_name_the_most_frequent_error() -> None:
    counts = np.array([[5, 4, 0], [1, 8, 0], [0, 0, 0]])
    picture = plots.confusions(counts, ("bedroom", "kitchen", "coast"), source="drawn")
    assert "13 of 18 images lie on the diagonal" in picture.alt
    assert "bedroom as kitchen (4)" in picture.alt
    texts = sorted(t.get_text() for t in picture.figure.axes[0].texts)
    assert texts == ["1", "4", "5", "8"]
    plt.close(picture.figure)
