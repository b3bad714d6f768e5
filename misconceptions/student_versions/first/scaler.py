"""Scaler, written with plain loops and running sums."""

import os

import numpy as np
from PIL import Image


class StreamingScaler:
    def __init__(self):
        self.count_ = 0
        self.running_mean = 0.0
        self.m2 = 0.0

    def partial_fit(self, values):
        data = np.array(values, dtype=np.float64).flatten()
        if len(data) == 0:
            raise ValueError("values is empty")
            # or AcceptsNothing: return self
        n = len(data)
        # or CountsRows: n = 1
        batch_mean = np.mean(data)
        # or AddsUpBytes: raw = np.array(values).flatten()
        # or AddsUpBytes: batch_mean = np.sum(raw, dtype=raw.dtype) / n
        batch_m2 = np.sum((data - batch_mean) ** 2)
        # or CountsRows: batch_m2 = np.var(data)
        self.combine(n, batch_mean, batch_m2)
        # or ForgetsEarlierBatches: self.count_, self.running_mean, self.m2 = n, batch_mean, batch_m2
        return self

    def combine(self, n, other_mean, other_m2):
        new_count = self.count_ + n
        if new_count == 0:
            return
        delta = other_mean - self.running_mean
        self.m2 = self.m2 + other_m2 + delta**2 * self.count_ * n / new_count
        # or VarianceWithinBatchesOnly: self.m2 = self.m2 + other_m2
        weighted = self.running_mean * self.count_ + other_mean * n
        self.running_mean = weighted / new_count
        # or MeanOfMeans: self.batches = getattr(self, "batches", 0) + 1
        # or MeanOfMeans: self.running_mean += delta / self.batches
        self.count_ = new_count

    def merge(self, other):
        if other.count_ == 0:
            raise ValueError("other is empty")
        self.combine(other.count_, other.running_mean, other.m2)
        return self

    def check(self):
        if self.count_ == 0:
            raise ValueError("call partial_fit first")

    @property
    def mean_(self):
        self.check()
        return np.float64(self.running_mean)

    @property
    def var_(self):
        self.check()
        return np.float64(self.m2 / self.count_)
        # or SampleVariance: return np.float64(self.m2 / max(1, self.count_ - 1))

    @property
    def std_(self):
        return np.sqrt(self.var_)

    def transform(self, x):
        x = np.array(x, dtype=np.float64)
        scale = self.std_
        # or DividesByVariance: scale = self.var_
        if scale == 0:
            scale = 1.0
            # or DividesByZero: scale = np.float64(0.0)
        return (x - self.mean_) / scale

    def inverse_transform(self, x):
        x = np.array(x, dtype=np.float64)
        scale = self.std_
        # or DividesByVariance: scale = self.var_
        if scale == 0:
            scale = 1.0
        return x * scale + self.mean_


def compute_mean_and_std(dir_name):
    if not os.path.exists(dir_name):
        # or missing_folder_unnoticed: if False:
        raise FileNotFoundError(dir_name)
    total, total_sq, count = 0.0, 0.0, 0
    for folder, subfolders, files in os.walk(dir_name):
        # or top_folder_only: for folder, subfolders, files in list(os.walk(dir_name))[:1]:
        for file in sorted(files):
            # or only_one_extension: for file in [f for f in files if f.endswith(".jpg")]:
            try:
                img = Image.open(os.path.join(folder, file))
            except OSError:
                continue
                # or stops_at_other_files: raise
            img = img.convert("L")
            # or averages_channels: img = np.array(img.convert("RGB")).mean(axis=2)
            pixels = np.array(img, dtype=np.float64) / 255.0
            # or forgets_to_scale: pixels = np.array(img, dtype=np.float64)
            # or squares_bytes: pixels = np.array(img)
            # and averages_over_images: pixels = np.array([pixels.mean(), pixels.mean()])
            total += pixels.sum()
            # or squares_bytes: total += (pixels / 255.0).sum()
            total_sq += (pixels**2).sum()
            # or squares_bytes: total_sq += (pixels**2).sum() / 255.0**2
            count += pixels.size
    if count == 0:
        raise ValueError("no images found")
    mean = total / count
    var = total_sq / count - mean**2
    # and sample_deviation: var = var * count / (count - 1)
    std = np.sqrt(max(var, 0))
    # or returns_variance: std = max(var, 0)
    return np.array([mean]), np.array([std])
    # or returns_plain_numbers: return mean, std
