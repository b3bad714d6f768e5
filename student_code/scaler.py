"""Mean and standard deviation of more numbers than fit in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError


class StreamingScaler:
    """A scaler that standardizes values, with statistics learned batch by batch.

    Attributes, each computed over all values seen so far:
        count_: the number of values, an int; 0 at first.
        mean_: their mean, a float64.
        var_: their population variance (divisor N), a float64.
        std_: the square root of `var_`, a float64.

    If the scaler has seen no values, reading any of these except `count_`, or transforming
    anything, raises `ValueError`.
    """

    def __init__(self) -> None:
        ### BEGIN SOLUTION
        self.count_ = 0
        self._mean = np.float64(0.0)
        self._squares = np.float64(0.0)  # sum of squared distances from the mean
        ### END SOLUTION

    def partial_fit(self, values: Any) -> StreamingScaler:
        """Update the statistics with `values`, in addition to all values seen before.

        Args:
            values: an array-like of numbers of any shape, with at least one number.
        Returns: the scaler itself.
        Raises: `ValueError` if `values` is empty.

        Data with a mean of 1e8 and a standard deviation of 1 must keep 6 digits, so don't sum the
        squares of the values themselves.
        """
        ### BEGIN SOLUTION
        batch = np.asarray(values, dtype=np.float64)
        if batch.size == 0:
            raise ValueError("partial_fit needs at least one value")
        mean = batch.mean()
        self._join(batch.size, mean, np.square(batch - mean).sum())
        return self
        ### END SOLUTION

    def merge(self, other: StreamingScaler) -> StreamingScaler:
        """Update the statistics with all values that `other` has seen.

        Args:
            other: a fitted scaler; it is not modified.
        Returns: the scaler itself.
        """
        ### BEGIN SOLUTION
        if other.count_ == 0:
            raise ValueError("the other scaler has seen no values")
        self._join(other.count_, other._mean, other._squares)
        return self

    def _join(self, count: int, mean: np.float64, squares: np.float64) -> None:
        """Add a group of values given by its count, mean and sum of squared distances."""
        total = self.count_ + count
        step = mean - self._mean
        self._squares += squares + step * step * self.count_ * count / total
        self._mean += step * count / total
        self.count_ = total
        ### END SOLUTION

    @property
    def mean_(self) -> np.float64:
        """The mean of all values seen so far."""
        ### BEGIN SOLUTION
        self._require_values()
        return self._mean
        ### END SOLUTION

    @property
    def var_(self) -> np.float64:
        """The population variance of all values seen so far."""
        ### BEGIN SOLUTION
        self._require_values()
        return self._squares / self.count_

    def _require_values(self) -> None:
        if self.count_ == 0:
            raise ValueError("this scaler has seen no values: call partial_fit first")
        ### END SOLUTION

    @property
    def std_(self) -> np.float64:
        """The population standard deviation of all values seen so far."""
        ### BEGIN SOLUTION
        return np.sqrt(self.var_)
        ### END SOLUTION

    def transform(self, x: Any) -> np.ndarray:
        """Return `(x − mean) / std`, in the shape of `x`, float64. If std is zero, divide by 1."""
        ### BEGIN SOLUTION
        return (np.asarray(x, dtype=np.float64) - self.mean_) / (self.std_ or 1.0)
        ### END SOLUTION

    def inverse_transform(self, x: Any) -> np.ndarray:
        """Undo `transform`; return the result in the shape of `x`, float64."""
        ### BEGIN SOLUTION
        return np.asarray(x, dtype=np.float64) * (self.std_ or 1.0) + self.mean_
        ### END SOLUTION


def compute_mean_and_std(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    """Compute the mean and population standard deviation of all pixels of all images in a folder.

    Each image, in the folder or any subfolder, is read as grayscale (PIL mode "L") and scaled to
    [0, 1]. Every pixel counts once, so a large image counts more than a small one. Images may have
    any extension that PIL can read, such as .png; other files are skipped. Only one image is in
    memory at any time.

    Args:
        dir_name: the folder.
    Returns: `(mean, std)`, two float64 arrays of shape (1,).
    Raises: `FileNotFoundError` if the folder doesn't exist, `ValueError` if it contains no images.
    """
    ### BEGIN SOLUTION
    folder = Path(dir_name)
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {dir_name}")
    scaler = StreamingScaler()
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        try:
            with Image.open(path) as image:
                pixels = np.asarray(image.convert("L"), dtype=np.float64) / 255.0
        except UnidentifiedImageError:
            continue
        scaler.partial_fit(pixels)
    if scaler.count_ == 0:
        raise ValueError(f"there are no images under {dir_name}")
    return np.array([scaler.mean_]), np.array([scaler.std_])
    ### END SOLUTION
