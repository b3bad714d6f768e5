"""Embed features in two or three dimensions with t-SNE, reproducibly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def tsne(features: object, dimensions: int = 2, *, seed: int = 0) -> NDArray[np.float32]:
    """Embed points (N, D) in 2 or 3 dimensions so that neighbors stay close; float32.

    features: a tensor or an array of 10 points or more, else a `ValueError`. Distances between
    distant groups, their sizes and the axes have no meaning. Runs in one thread, so that the same
    features and seed give the same points.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    points = np.asarray(features, dtype=np.float32)
    if dimensions not in (2, 3):
        raise ValueError(f"dimensions must be 2 or 3, not {dimensions}")
    if points.ndim != 2 or len(points) < 10:
        raise ValueError(f"at least 10 points of shape (N, D) are needed, not {points.shape}")
    perplexity = min(30.0, (len(points) - 1) / 3)
    with threadpool_limits(1):
        method = TSNE(dimensions, perplexity=perplexity, init="pca", random_state=seed)
        return np.asarray(method.fit_transform(points), dtype=np.float32)
