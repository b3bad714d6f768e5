"""What goes wrong in `student_code.scaler`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from misconceptions.catalogue import wrong
from student_code.scaler import StreamingScaler


@wrong(
    "scaler.StreamingScaler",
    looks_like="each batch replaces the ones before it",
    hints=(
        "After the second batch, the statistics are those of that batch alone.",
        "Look at what partial_fit keeps of the earlier batches: does it add, or assign?",
    ),
)
class ForgetsEarlierBatches(StreamingScaler):
    def partial_fit(self, values: Any) -> StreamingScaler:
        self.count_ = 0
        self._mean = np.float64(0.0)
        self._squares = np.float64(0.0)
        return super().partial_fit(values)


@wrong(
    "scaler.StreamingScaler",
    looks_like="the variance divides by N − 1",
    hints=(
        "The variance is a little too large, most of all for few values.",
        "There is a sample variance and a population variance: which one was asked for?",
    ),
)
class SampleVariance(StreamingScaler):
    @property
    def var_(self) -> np.float64:
        self._require_values()
        return self._squares / max(self.count_ - 1, 1)


@wrong(
    "scaler.StreamingScaler",
    looks_like="the mean is a mean of the batches' means",
    hints=(
        "A batch of one value weighs as much as a batch of a hundred.",
        "When two groups are joined, how should the size of each enter?",
    ),
)
class MeanOfMeans(StreamingScaler):
    def _join(self, count: int, mean: np.float64, squares: np.float64) -> None:
        self._batches = getattr(self, "_batches", 0) + 1
        super()._join(count, mean, squares)
        self._plain = getattr(self, "_plain", 0.0) + (mean - getattr(self, "_plain", 0.0)) / (
            self._batches
        )

    @property
    def mean_(self) -> np.float64:
        self._require_values()
        return np.float64(self._plain)


@wrong(
    "scaler.StreamingScaler",
    looks_like="the batches' variances are added up, and the distance of their means is forgotten",
    hints=(
        "The variance is too small as soon as the batches have different means.",
        "Two batches that are each constant still spread if their values differ. What is missing?",
    ),
)
class VarianceWithinBatchesOnly(StreamingScaler):
    def _join(self, count: int, mean: np.float64, squares: np.float64) -> None:
        total = self.count_ + count
        self._squares += squares
        self._mean += (mean - self._mean) * count / total
        self.count_ = total


@wrong(
    "scaler.StreamingScaler",
    looks_like="the variance is the mean of squares less the square of the mean",
    hints=(
        "The digits of the variance are lost when the mean is large.",
        "Two huge numbers that are almost equal are subtracted. Which sum would stay small?",
    ),
)
class LosesDigits(StreamingScaler):
    def __init__(self) -> None:
        super().__init__()
        self._sum = np.float64(0.0)
        self._sum_of_squares = np.float64(0.0)

    def partial_fit(self, values: Any) -> StreamingScaler:
        super().partial_fit(values)
        batch = np.asarray(values, dtype=np.float64)
        self._sum += batch.sum()
        self._sum_of_squares += np.square(batch).sum()
        return self

    def merge(self, other: StreamingScaler) -> StreamingScaler:
        super().merge(other)
        if isinstance(other, LosesDigits):
            self._sum += other._sum
            self._sum_of_squares += other._sum_of_squares
        return self

    @property
    def var_(self) -> np.float64:
        self._require_values()
        mean = self._sum / self.count_
        return np.maximum(self._sum_of_squares / self.count_ - mean * mean, 0.0)


@wrong(
    "scaler.StreamingScaler",
    looks_like="calls of partial_fit are counted instead of values",
    hints=(
        "count_ grows by one a batch, whatever its size.",
        "How many numbers are in an array of shape (2, 3, 4)?",
    ),
)
class CountsRows(StreamingScaler):
    def partial_fit(self, values: Any) -> StreamingScaler:
        batch = np.asarray(values, dtype=np.float64)
        if batch.size == 0:
            raise ValueError("no values")
        mean = batch.mean()
        self._join(1, mean, np.square(batch - mean).sum() / batch.size)
        return self


@wrong(
    "scaler.StreamingScaler",
    looks_like="a deviation of zero is divided by",
    hints=(
        "Values that are all equal come out as NaN or infinity.",
        "What should the divisor be where the deviation is 0?",
    ),
)
class DividesByZero(StreamingScaler):
    def transform(self, x: Any) -> np.ndarray:
        with np.errstate(all="ignore"):
            return (np.asarray(x, dtype=np.float64) - self.mean_) / np.float64(self.std_)


@wrong(
    "scaler.StreamingScaler",
    looks_like="values are divided by the variance",
    hints=(
        "The transformed values don't have a deviation of 1.",
        "Variance or standard deviation: which one has the unit of the values?",
    ),
)
class DividesByVariance(StreamingScaler):
    def transform(self, x: Any) -> np.ndarray:
        return (np.asarray(x, dtype=np.float64) - self.mean_) / (self.var_ or 1.0)

    def inverse_transform(self, x: Any) -> np.ndarray:
        return np.asarray(x, dtype=np.float64) * (self.var_ or 1.0) + self.mean_


@wrong(
    "scaler.StreamingScaler",
    looks_like="an empty batch, or no batch at all, is let through",
    hints=(
        "No values have no mean, and nothing said so.",
        "What should happen in partial_fit when there is nothing to learn from?",
    ),
)
class AcceptsNothing(StreamingScaler):
    def partial_fit(self, values: Any) -> StreamingScaler:
        return super().partial_fit(values) if np.size(values) else self


@wrong(
    "scaler.StreamingScaler",
    looks_like="pixels are added up as bytes",
    hints=(
        "Whole numbers of a small type wrap around: 250 + 10 is 4 in a byte.",
        "Which dtype do the values have at the moment you compute with them?",
    ),
)
class AddsUpBytes(StreamingScaler):
    def partial_fit(self, values: Any) -> StreamingScaler:
        batch = np.asarray(values)
        if batch.size and batch.dtype == np.uint8:
            mean = np.float64(batch.sum(dtype=np.uint8)) / batch.size
            self._join(batch.size, mean, np.square(batch - mean).sum())
            return self
        return super().partial_fit(values)


def _images(folder: Path, pattern: str = "**/*") -> list[np.ndarray]:
    found = []
    for path in sorted(folder.glob(pattern)):
        try:
            with Image.open(path) as image:
                found.append(np.asarray(image.convert("L"), dtype=np.float64) / 255.0)
        except OSError:
            continue
    return found


def _checked(dir_name: str, pattern: str = "**/*") -> list[np.ndarray]:
    if not Path(dir_name).is_dir():
        raise FileNotFoundError(dir_name)
    images = _images(Path(dir_name), pattern)
    if not images:
        raise ValueError("no images")
    return images


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="each image counts the same, whatever its size",
    hints=(
        "The result is a mean of the images' means.",
        "An image of 12 pixels should weigh three times as much as one of 4.",
    ),
)
def averages_over_images(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    images = _checked(dir_name)
    mean = np.mean([image.mean() for image in images])
    std = np.mean([image.std() for image in images])
    return np.array([mean]), np.array([std])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="pixels are left between 0 and 255",
    hints=(
        "The mean is larger than 1.",
        "In which range should the pixels be before they are counted?",
    ),
)
def forgets_to_scale(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name)]) * 255
    return np.array([pixels.mean()]), np.array([pixels.std()])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="the deviation divides by N − 1",
    hints=(
        "The deviation is a little too large, most of all for few pixels.",
        "Sample or population: look at the divisor, or at ddof.",
    ),
)
def sample_deviation(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name)])
    return np.array([pixels.mean()]), np.array([pixels.std(ddof=1)])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="only the folder itself is searched, not the folders in it",
    hints=(
        "Images further down were not counted.",
        "How does your search for files go into subfolders, and into theirs?",
    ),
)
def top_folder_only(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name, "*")])
    return np.array([pixels.mean()]), np.array([pixels.std()])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="the variance is returned where the deviation was asked for",
    hints=(
        "The second result is the square of what it should be.",
        "Which of the two has the unit of the pixels?",
    ),
)
def returns_variance(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name)])
    return np.array([pixels.mean()]), np.array([pixels.var()])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="every file is opened as if it were an image",
    hints=(
        "A file that is no image stops the whole computation.",
        "What does PIL raise when a file is no image, and what should happen then?",
    ),
)
def stops_at_other_files(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    if not Path(dir_name).is_dir():
        raise FileNotFoundError(dir_name)
    images = []
    for path in sorted(Path(dir_name).rglob("*.*")):
        with Image.open(path) as image:
            images.append(np.asarray(image.convert("L"), dtype=np.float64) / 255.0)
    if not images:
        raise ValueError("no images")
    pixels = np.concatenate([image.ravel() for image in images])
    return np.array([pixels.mean()]), np.array([pixels.std()])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="plain numbers are returned instead of arrays of shape (1,)",
    hints=(
        "The values are right, their shape isn't.",
        "How do you make an array with one element out of a number?",
    ),
)
def returns_plain_numbers(dir_name: str) -> tuple[np.float64, np.float64]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name)])
    return pixels.mean(), pixels.std()


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="the three channels of a colour image are averaged as they are",
    hints=(
        "Red, green and blue were given the same weight.",
        'Let PIL do the conversion: what is its mode "L"?',
    ),
)
def averages_channels(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    _checked(dir_name)
    parts = []
    for path in sorted(Path(dir_name).rglob("*")):
        try:
            with Image.open(path) as image:
                parts.append(np.asarray(image, dtype=np.float64).ravel() / 255.0)
        except OSError:
            continue
    pixels = np.concatenate(parts)
    return np.array([pixels.mean()]), np.array([pixels.std()])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="a missing folder goes unnoticed",
    hints=(
        "A folder that doesn't exist should be an error of its own.",
        "What does your way of listing files do when the folder isn't there?",
    ),
)
def missing_folder_unnoticed(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    images = _images(Path(dir_name))
    if not images:
        raise ValueError("no images")
    pixels = np.concatenate([image.ravel() for image in images])
    return np.array([pixels.mean()]), np.array([pixels.std()])
