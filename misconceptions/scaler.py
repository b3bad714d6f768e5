"""Wrong implementations of `student_code.scaler`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from misconceptions.catalogue import variant_of, wrong
from student_code.scaler import StreamingScaler


@wrong(
    "scaler.StreamingScaler",
    looks_like="each batch overwrites the previous ones",
    hints=(
        "After the second batch, the statistics are those of that batch only.",
        "Does partial_fit combine the new values with the earlier ones, or replace them?",
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
    looks_like="the sample variance is computed, with N − 1 in the denominator",
    hints=(
        "The variance is slightly too large, especially for few values.",
        "There are a sample variance and a population variance. Which one does the task ask for?",
    ),
)
class SampleVariance(StreamingScaler):
    @property
    def var_(self) -> np.float64:
        self._require_values()
        return self._squares / max(self.count_ - 1, 1)


@wrong(
    "scaler.StreamingScaler",
    looks_like="the mean is computed as the unweighted mean of the batch means",
    hints=(
        "A batch of one value counts as much as a batch of a hundred.",
        "How should the sizes of two groups enter when you combine them?",
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
    looks_like=(
        "the variances of the batches are combined without the differences between their means"
    ),
    hints=(
        "The variance is too small if the batches have different means.",
        "Two constant batches with different values still have a spread. Which term is missing?",
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
    looks_like="the variance is computed as the mean of the squares minus the square of the mean",
    hints=(
        "The variance loses its significant digits if the mean is large.",
        "Two huge and almost equal numbers are subtracted. Which sum would stay small?",
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
    looks_like="the calls of partial_fit are counted instead of the values",
    hints=(
        "count_ grows by 1 per batch, regardless of the batch size.",
        "How many values does an array of shape (2, 3, 4) contain?",
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
    looks_like="the values are divided by a standard deviation of zero",
    hints=(
        "If all values are equal, the result is NaN or infinite.",
        "What should the divisor be if the standard deviation is 0?",
    ),
)
class DividesByZero(StreamingScaler):
    def transform(self, x: Any) -> np.ndarray:
        with np.errstate(all="ignore"):
            return (np.asarray(x, dtype=np.float64) - self.mean_) / np.float64(self.std_)


@wrong(
    "scaler.StreamingScaler",
    looks_like="the values are divided by the variance",
    hints=(
        "The transformed values don't have a standard deviation of 1.",
        "Which one has the same unit as the values: the variance or the standard deviation?",
    ),
)
class DividesByVariance(StreamingScaler):
    def transform(self, x: Any) -> np.ndarray:
        return (np.asarray(x, dtype=np.float64) - self.mean_) / (self.var_ or 1.0)

    def inverse_transform(self, x: Any) -> np.ndarray:
        return np.asarray(x, dtype=np.float64) * (self.var_ or 1.0) + self.mean_


@wrong(
    "scaler.StreamingScaler",
    looks_like="empty batches, or a scaler without any data, are accepted",
    hints=(
        "There is no mean of zero values, but no error was raised.",
        "What should partial_fit do if there is nothing to learn from?",
    ),
)
class AcceptsNothing(StreamingScaler):
    def partial_fit(self, values: Any) -> StreamingScaler:
        return super().partial_fit(values) if np.size(values) else self


@wrong(
    "scaler.StreamingScaler",
    looks_like="pixels are added up as bytes",
    hints=(
        "Small integer types wrap around: in a byte, 250 + 10 is 4.",
        "Which dtype do the values have when you compute with them?",
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
    looks_like="all images count equally, regardless of their size",
    hints=(
        "The result is the mean of the means of the images.",
        "How much should an image of 12 pixels count compared to one of 4 pixels?",
    ),
)
def averages_over_images(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    images = _checked(dir_name)
    mean = np.mean([image.mean() for image in images])
    std = np.mean([image.std() for image in images])
    return np.array([mean]), np.array([std])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="the pixels are not scaled to [0, 1]",
    hints=(
        "The mean is larger than 1.",
        "Which range should the pixels be in before you compute the statistics?",
    ),
)
def forgets_to_scale(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name)]) * 255
    return np.array([pixels.mean()]), np.array([pixels.std()])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="the sample standard deviation is computed, with N − 1 in the denominator",
    hints=(
        "The standard deviation is slightly too large, especially for few pixels.",
        "Is it the sample or the population standard deviation? Check the divisor or ddof.",
    ),
)
def sample_deviation(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name)])
    return np.array([pixels.mean()]), np.array([pixels.std(ddof=1)])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="only the top-level folder is searched",
    hints=(
        "Images in nested folders are not counted.",
        "Does your search for files descend into subfolders, and into their subfolders?",
    ),
)
def top_folder_only(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name, "*")])
    return np.array([pixels.mean()]), np.array([pixels.std()])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="the variance is returned instead of the standard deviation",
    hints=(
        "The second result is the square of the expected value.",
        "Which of the two has the same unit as the pixels?",
    ),
)
def returns_variance(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name)])
    return np.array([pixels.mean()]), np.array([pixels.var()])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="every file is opened as an image",
    hints=(
        "A file that is not an image stops the whole computation.",
        "Which error does PIL raise if a file is not an image, and what should happen then?",
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
        "The values are right, but their shape isn't.",
        "How do you turn a number into an array with one element?",
    ),
)
def returns_plain_numbers(dir_name: str) -> tuple[np.float64, np.float64]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name)])
    return pixels.mean(), pixels.std()


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="a color image is converted to gray by a plain average of its channels",
    hints=(
        "Red, green and blue have equal weights.",
        'PIL can convert the image for you. What does its mode "L" do?',
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
    looks_like="a missing folder is not noticed",
    hints=(
        "A folder that doesn't exist should raise its own error.",
        "What does your way of listing files do if the folder doesn't exist?",
    ),
)
def missing_folder_unnoticed(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    images = _images(Path(dir_name))
    if not images:
        raise ValueError("no images")
    pixels = np.concatenate([image.ravel() for image in images])
    return np.array([pixels.mean()]), np.array([pixels.std()])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="only files with one particular extension are read",
    hints=(
        "Images with other extensions, such as .png, are left out.",
        "Which pattern does your search use? The images of a data set may have any format.",
    ),
)
def only_one_extension(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name, "**/*.jpg")])
    return np.array([pixels.mean()]), np.array([pixels.std()])


@variant_of(only_one_extension)
def only_png(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name, "**/*.png")])
    return np.array([pixels.mean()]), np.array([pixels.std()])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="the search assumes that all images lie equally deep",
    hints=(
        "Images at other depths than those of your pattern are left out.",
        "How many folders may lie between the given one and an image?",
    ),
)
def fixed_depth(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name, "*/*/*")])
    return np.array([pixels.mean()]), np.array([pixels.std()])


@variant_of(fixed_depth)
def one_folder_deep(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name, "*/*")])
    return np.array([pixels.mean()]), np.array([pixels.std()])


@wrong(
    "scaler.compute_mean_and_std",
    looks_like="the pixels are squared as bytes",
    hints=(
        "Bytes hold at most 255: the square of a larger pixel than 15 wraps around.",
        "Which dtype do the pixels have when you compute with them?",
    ),
)
def squares_bytes(dir_name: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.concatenate([image.ravel() for image in _checked(dir_name)])
    levels = np.round(pixels * 255).astype(np.uint8)
    var = (levels**2).sum() / 255.0**2 / pixels.size - pixels.mean() ** 2
    return np.array([pixels.mean()]), np.array([np.sqrt(max(var, 0.0))])
