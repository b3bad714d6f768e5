"""Grade a trained network by its accuracy on held-out images."""

from __future__ import annotations

import io
import os
from typing import Any

import torch

from toolbox import course
from toolbox.checks import served_networks, trained_segmentation
from toolbox.checks.deadline import TooSlow
from toolbox.checks.pytest_run import quiet
from toolbox.checks.seeds import seed_for
from toolbox.checks.thresholds import NetworkVerdict, Threshold, accuracy
from toolbox.checks.thresholds import verdict as worth
from toolbox.data.location import preferring
from toolbox.models.backbones import COURSE_MEAN, COURSE_STD

SECONDS = 60.0  # time limit of the measurement; drawing or decoding the images is not counted
SIZE = 64


def grade_trained(run: str) -> float:
    """Measure the weights that the training run `run` saved, and return the points.

    The weights are loaded into the student's class and measured on test images that no training
    used: on the real images if they are available, and on the synthetic ones, each with a separate
    threshold in `course.toml`; the better verdict counts. No code from the checkpoint is ever run.
    """
    trained = course.load().trained(run)
    threshold = Threshold(run, trained.points, trained.real, trained.offline)
    measured = trained_segmentation.verdict if trained.score == "mean_iou" else _verdict
    verdicts = []
    for origin in _origins(_data_set(trained)):
        with quiet(io.StringIO()), preferring(origin):
            verdicts.append(measured(threshold, trained.model, origin))
    best = max(verdicts, key=lambda verdict: verdict.points)
    mark = "✓" if best.points == trained.points else "✗"
    reason = best.reason.replace(f"{course.find_root()}{os.sep}", "")  # show relative paths
    print(f"{mark} {run}: {best.points:g} of {course.points_text(trained.points)}. {reason}")
    return best.points


def prepare(run: str) -> None:
    """Draw and decode any missing images that `grade_trained(run)` measures on.

    Graders call this before they grade, because a sandbox can read the images but not write them.
    Raises `DataProblem` or `OSError` if the images cannot be provided.
    """
    trained = course.load().trained(run)
    images = trained_segmentation.images if trained.score == "mean_iou" else _images
    for origin in _origins(_data_set(trained)):
        with preferring(origin):
            images()


def _data_set(trained: course.Trained) -> str:
    return "camvid" if trained.score == "mean_iou" else "scene15"


def _origins(name: str) -> list[str]:
    """Return the origins with test images: always offline, and real if they are available."""
    from toolbox import data

    with preferring("real"):
        real = data.locate(name, say=lambda line: None).origin == "real"
    return ["real", "offline"] if real else ["offline"]


def _images() -> tuple[torch.Tensor, torch.Tensor, Any]:
    """Return the mean and standard deviation of the training images, and the test images."""
    from toolbox import data

    mean, std = data.pixel_statistics(data.scenes("train", size=SIZE))
    return mean, std, data.scenes("test", size=SIZE)


def _verdict(threshold: Threshold, model: str, origin: str) -> NetworkVerdict:
    from toolbox import data

    mean, std, test = _images()
    wanted = served_networks.Wanted(threshold.run, model, len(test.classes), masks=False)
    try:
        with served_networks.trained(wanted, SECONDS) as network:
            if network.fine_tuned:
                mean, std = torch.tensor(COURSE_MEAN[:1]), torch.tensor(COURSE_STD[:1])
            # Shuffled, because the images are sorted by label.
            batches = data.Batches(test, 250, mean=mean, std=std, shuffle=True, seed=seed_for(0))
            found = accuracy(lambda x: network.predict(x, None), batches)
    except TooSlow:
        return NetworkVerdict(None, 0.0, "The network took too long on the test images.")
    except served_networks.Unusable as problem:
        return NetworkVerdict(None, 0.0, str(problem))
    return worth(found, threshold, origin, chance=1 / len(test.classes))
