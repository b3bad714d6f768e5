"""A scaler that keeps sums relative to a shift."""

from pathlib import Path

import numpy as np
from PIL import Image


class StreamingScaler:
    def __init__(self):
        self.count_ = 0
        self._average = 0.0
        self._spread = 0.0  # mean squared distance from the average

    def partial_fit(self, values):
        x = np.asarray(values, dtype=np.float64)
        if x.size == 0:
            raise ValueError("empty")
            # or AcceptsNothing: return self
        self._add(x.size, x.mean(), x.var())
        # or CountsRows: self._add(1, x.mean(), x.var())
        # or ForgetsEarlierBatches: self.count_, self._average, self._spread = x.size, x.mean(), x.var()
        return self

    def _add(self, n, average, spread):
        total = self.count_ + n
        share = n / total
        gap = average - self._average
        self._spread = (1 - share) * self._spread + share * spread + share * (1 - share) * gap**2
        # or VarianceWithinBatchesOnly: self._spread = (1 - share) * self._spread + share * spread
        self._average += share * gap
        # or MeanOfMeans: self._fits = getattr(self, "_fits", 0) + 1
        # or MeanOfMeans: self._average += gap / self._fits
        self.count_ = total

    def merge(self, other):
        if not other.count_:
            raise ValueError("empty")
        self._add(other.count_, other._average, other._spread)
        return self

    @property
    def mean_(self):
        if not self.count_:
            raise ValueError("not fitted")
        return np.float64(self._average)

    @property
    def var_(self):
        if not self.count_:
            raise ValueError("not fitted")
        return np.float64(self._spread)
        # or SampleVariance: return np.float64(self._spread * self.count_ / max(self.count_ - 1, 1))

    @property
    def std_(self):
        return np.sqrt(self.var_)

    def _scale(self):
        return self.std_ if self.std_ > 0 else 1.0
        # or DividesByZero: return self.std_
        # or DividesByVariance: return self.var_ if self.var_ > 0 else 1.0

    def transform(self, x):
        with np.errstate(all="ignore"):
            return (np.asarray(x, dtype=np.float64) - self.mean_) / self._scale()

    def inverse_transform(self, x):
        return np.asarray(x, dtype=np.float64) * self._scale() + self.mean_


def compute_mean_and_std(dir_name):
    folder = Path(dir_name)
    if not folder.exists():
        raise FileNotFoundError(dir_name)
    values = []
    for path in folder.rglob("*.*"):
        # or only_one_extension: for path in folder.rglob("*.png"):
        # or top_folder_only: for path in folder.glob("*.*"):
        # or fixed_depth: for path in folder.glob("*/*.*"):
        if path.suffix in {".png", ".jpg", ".jpeg", ".bmp"}:
            # or stops_at_other_files: if path.is_file():
            image = Image.open(path).convert("L")
            # or averages_channels: image = np.asarray(Image.open(path).convert("RGB")).mean(-1)
            values.append(np.asarray(image, dtype=np.float64).ravel() / 255)
            # or forgets_to_scale: values.append(np.asarray(image, dtype=np.float64).ravel())
            # or averages_over_images: values.append(np.asarray(image, dtype=np.float64).ravel() / 255)
    if not values:
        raise ValueError("no images")
    pixels = np.concatenate(values)
    mean, std = pixels.mean(keepdims=True), pixels.std(keepdims=True)
    # or sample_deviation: mean, std = pixels.mean(keepdims=True), pixels.std(keepdims=True, ddof=1)
    # or returns_variance: mean, std = pixels.mean(keepdims=True), pixels.var(keepdims=True)
    # or averages_over_images: mean, std = np.array([np.mean([v.mean() for v in values])]), np.array([np.mean([v.std() for v in values])])
    return mean, std
    # or returns_plain_numbers: return mean.item(), std.item()
