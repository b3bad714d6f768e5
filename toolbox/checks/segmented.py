"""What a trained segmentation network is worth: its mean IoU on test images."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import torch

from toolbox import course
from toolbox.checkpoints import CheckpointError, load_weights
from toolbox.checks.deadline import TooSlow, deadline
from toolbox.checks.running import fresh_modules
from toolbox.thresholds import Threshold, Verdict
from toolbox.thresholds import verdict as worth

SECONDS = 150.0  # for measuring; decoding the images is not counted
SIZE = (180, 240)


def images() -> tuple[torch.Tensor, torch.Tensor, Any]:
    """Return mean and standard deviation of the training images, and the test images."""
    from toolbox import data

    mean, std = data.pixel_statistics(data.driving("train", SIZE))
    return mean, std, data.driving("test", SIZE)


def verdict(threshold: Threshold, model: str, origin: str) -> Verdict:
    """Measure the weights of a run in the student's class, on the course's small backbone.

    The images and masks are `SIZE`; the counting is ours. No points at a mean IoU of 1/K², which
    is what guessing K classes at random comes to.
    """
    from toolbox.segmentation import measure, small_backbone
    from toolbox.segmentation.measuring import class_ious, mean_of_known
    from toolbox.trainer import weights_file

    mean, std, test = images()
    classes = len(test.classes)
    try:
        with fresh_modules(course.find_root()), deadline(SECONDS):
            module, name = model.split(".")
            network = getattr(importlib.import_module(f"student_code.{module}"), name)
            net = network(pretrained=False, num_classes=classes, backbone=small_backbone())
            load_weights(Path(weights_file(threshold.run)), net)
            found = mean_of_known(class_ious(measure(net, test, mean=mean, std=std)))
    except TooSlow:
        return Verdict(None, 0.0, "the network took too long on the test images")
    except CheckpointError as problem:
        return Verdict(None, 0.0, str(problem))
    except Exception as problem:  # the student's module may do anything
        said = f"{type(problem).__name__}: {problem}"
        return Verdict(None, 0.0, f"{model} can't be made or run: {said}")
    return worth(found, threshold, origin, chance=1 / classes**2, what="mean IoU")
