"""Alternative implementations of `student_code.scaler`."""

from __future__ import annotations

import contextlib
import math
import os
from typing import Any

import numpy as np
from PIL import Image
from sklearn.preprocessing import StandardScaler

from misconceptions.catalogue import right


@right("scaler.StreamingScaler")
class ValueByValue:
    """A scaler with Welford's recurrence on plain Python floats; merge returns a new scaler."""

    def __init__(self) -> None:
        self.count_, self._m, self._s = 0, 0.0, 0.0

    def partial_fit(self, values: Any) -> None:
        numbers = np.asarray(values, dtype=float).ravel().tolist()
        if not numbers:
            raise ValueError("empty")
        for x in numbers:
            self.count_ += 1
            step = x - self._m
            self._m += step / self.count_
            self._s += step * (x - self._m)

    def merge(self, other: ValueByValue) -> ValueByValue:
        joined = ValueByValue()
        joined.count_ = self.count_ + other.count_
        step = other._m - self._m
        joined._m = (self._m * self.count_ + other._m * other.count_) / joined.count_
        joined._s = self._s + other._s + step**2 * self.count_ * other.count_ / joined.count_
        return joined

    @property
    def mean_(self) -> float:
        if not self.count_:
            raise ValueError("no values yet")
        return self._m

    @property
    def var_(self) -> float:
        return self._s / self.count_ if self.mean_ is not None else math.nan

    @property
    def std_(self) -> float:
        return math.sqrt(self.var_)

    def transform(self, x: Any) -> np.ndarray:
        return np.divide(np.subtract(x, self.mean_), self.std_ if self.std_ > 0 else 1)

    def inverse_transform(self, x: Any) -> np.ndarray:
        return np.multiply(x, self.std_ if self.std_ > 0 else 1) + self.mean_


@right("scaler.StreamingScaler")
class OnTopOfSklearn:
    """A scaler that leaves the sums to scikit-learn and sets the attributes after each batch."""

    def __init__(self) -> None:
        self.count_ = 0

    def __getattr__(self, name: str) -> np.float64:
        if name in {"mean_", "var_", "std_"}:
            raise ValueError("no values yet")
        raise AttributeError(name)

    def partial_fit(self, values: Any) -> OnTopOfSklearn:
        column = np.reshape(np.asarray(values, dtype=np.float64), (-1, 1))
        if len(column) == 0:
            raise ValueError("empty")
        if self.count_ == 0:
            self._inner = StandardScaler()
        self._inner.partial_fit(column)
        self._publish(int(self._inner.n_samples_seen_), self._inner.mean_[0], self._inner.var_[0])
        return self

    def _publish(self, count: int, mean: float, var: float) -> None:
        self.count_, self.mean_, self.var_ = count, np.float64(mean), np.float64(var)
        self.std_ = np.sqrt(self.var_)

    def merge(self, other: OnTopOfSklearn) -> OnTopOfSklearn:
        n, m = self.count_, other.count_
        step = other.mean_ - self.mean_
        var = (n * self.var_ + m * other.var_) / (n + m) + step**2 * n * m / (n + m) ** 2
        self._publish(n + m, self.mean_ + step * m / (n + m), var)
        return self

    def transform(self, x: Any) -> np.ndarray:
        if self.count_ == 0:
            raise ValueError("not fitted")
        return (np.array(x, dtype=float) - self.mean_) / np.where(self.std_ == 0, 1, self.std_)

    def inverse_transform(self, x: Any) -> np.ndarray:
        if self.count_ == 0:
            raise ValueError("not fitted")
        return np.array(x, dtype=float) * np.where(self.std_ == 0, 1, self.std_) + self.mean_


def _gray_images(dir_name: str) -> Any:
    for folder, _, names in os.walk(dir_name):
        for name in names:
            with contextlib.suppress(OSError):
                yield Image.open(os.path.join(folder, name)).convert("L")  # noqa: PTH118


@right("scaler.compute_mean_and_std")
def from_histograms(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    """Use 256 counters, which determine all statistics of gray pixels."""
    if not os.path.isdir(dir_name):  # noqa: PTH112
        raise FileNotFoundError(dir_name)
    counts = np.zeros(256)
    for image in _gray_images(dir_name):
        counts += image.histogram()
    if counts.sum() == 0:
        raise ValueError("no images")
    levels = np.arange(256) / 255
    mean = np.average(levels, weights=counts)
    return np.array([mean]), np.array([np.sqrt(np.average((levels - mean) ** 2, weights=counts))])


@right("scaler.compute_mean_and_std")
def with_sklearn(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    """Feed scikit-learn's scaler one image at a time."""
    if not os.path.exists(dir_name):  # noqa: PTH110
        raise FileNotFoundError(dir_name)
    scaler = StandardScaler()
    for image in _gray_images(dir_name):
        scaler.partial_fit(np.array(image).reshape(-1, 1) / 255)
    if not hasattr(scaler, "mean_"):
        raise ValueError("no images")
    return scaler.mean_, np.sqrt(scaler.var_)


@right("scaler.compute_mean_and_std")
def from_two_sums(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    """Subtract the squared mean from the mean of the squares, which is precise for [0, 1]."""
    if not os.path.isdir(dir_name):  # noqa: PTH112
        raise FileNotFoundError(dir_name)
    count, total, squares = 0, 0.0, 0.0
    for image in _gray_images(dir_name):
        pixels = np.asarray(image) / 255
        count, total = count + pixels.size, total + pixels.sum()
        squares += np.square(pixels).sum()
    if count == 0:
        raise ValueError("no images")
    mean = np.array([total / count])
    return mean, np.sqrt(np.array([squares / count]) - mean**2)
