"""Grade a trained segmentation network by its mean IoU on the test images."""

from __future__ import annotations

from typing import Any

import torch

from toolbox.checks import served_networks
from toolbox.checks.deadline import TooSlow
from toolbox.checks.seeds import seed_for
from toolbox.checks.thresholds import NetworkVerdict, Threshold
from toolbox.checks.thresholds import verdict as worth

SECONDS = 150.0  # time limit of the measurement; decoding the images is not counted
SIZE = (180, 240)


def images() -> tuple[torch.Tensor, torch.Tensor, Any]:
    """Return the mean and standard deviation of the training images, and the test images."""
    from toolbox import data

    mean, std = data.pixel_statistics(data.driving("train", SIZE))
    return mean, std, data.driving("test", SIZE)


def verdict(threshold: Threshold, model: str, origin: str) -> NetworkVerdict:
    """Measure the weights of a run in the student's class, on the course's small backbone.

    Images and masks have the size `SIZE`; the course code counts the pixels. A mean IoU of 1/K²,
    the score of guessing K classes at random, earns no points.
    """
    from toolbox.segmentation.evaluation import class_ious, mean_of_known

    mean, std, test = images()
    classes = len(test.classes)
    wanted = served_networks.Wanted(threshold.run, model, classes, masks=True)
    try:
        with served_networks.trained(wanted, SECONDS) as network:
            counts = _counts(network, model, test, mean, std)
    except TooSlow:
        return NetworkVerdict(None, 0.0, "The network took too long on the test images.")
    except served_networks.Unusable as problem:
        return NetworkVerdict(None, 0.0, str(problem))
    found = mean_of_known(class_ious(counts))
    return worth(found, threshold, origin, chance=1 / classes**2, what="Mean IoU")


def _counts(
    network: served_networks.Network, model: str, test: Any, mean: torch.Tensor, std: torch.Tensor
) -> torch.Tensor:
    """Return the pixel counts of all test images by true and predicted class."""
    from toolbox.data import Batches
    from toolbox.segmentation.evaluation import count_pixels

    classes = len(test.classes)
    counts = torch.zeros(classes, classes, dtype=torch.int64)
    for x, truth in Batches(test, 8, mean=mean, std=std, shuffle=True, seed=seed_for(0)):
        predicted = network.predict(x, (truth.shape[1], truth.shape[2]))
        try:
            counts += count_pixels(predicted, truth, classes)
        except IndexError as problem:  # the network returned more scores than classes
            said = f"The network {model} can't be made or run: {type(problem).__name__}: {problem}"
            raise served_networks.Unusable(said) from problem
    return counts
