"""`grade_trained`: points for a trained network, by what its weights do on held-out images."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from toolbox import course
from toolbox.backbones import COURSE_MEAN, COURSE_STD
from toolbox.checks import networks, segmented
from toolbox.checks.deadline import TooSlow
from toolbox.checks.running import quiet
from toolbox.checks.seeding import seed_for
from toolbox.thresholds import Threshold, Verdict, accuracy
from toolbox.thresholds import verdict as worth

SECONDS = 60.0  # for measuring; drawing or decoding the images is not counted
SIZE = 64


def grade_trained(run: str) -> float:
    """Measure the weights that the student's training called `run` left, and return the points.

    They are put into the student's class and measured on test images that no training saw: the
    real ones where they are here, and the drawn ones, each with a threshold of its own in
    `course.toml`; the better verdict counts. Nothing in the checkpoint is ever run.
    """
    trained = course.load().trained(run)
    threshold = Threshold(run, trained.points, trained.real, trained.offline)
    measured = segmented.verdict if trained.score == "mean_iou" else _verdict
    verdicts = []
    for origin in _origins(_data_set(trained)):
        with quiet(io.StringIO()), _preferring(origin):
            verdicts.append(measured(threshold, trained.model, origin))
    best = max(verdicts, key=lambda verdict: verdict.points)
    mark = "✓" if best.points == trained.points else "✗"
    reason = best.reason.replace(f"{course.find_root()}{os.sep}", "")  # where it lies is no news
    print(f"{mark} {run}: {best.points:g} of {trained.points:g} points. {reason}")
    return best.points


def prepare(run: str) -> None:
    """Draw and decode all images that `grade_trained(run)` measures on, if any is missing.

    Graders call it before they grade: a sandbox can read the images, but not write them. Raises
    `DataProblem` or `OSError` if there is no way to have them.
    """
    trained = course.load().trained(run)
    images = segmented.images if trained.score == "mean_iou" else _images
    for origin in _origins(_data_set(trained)):
        with _preferring(origin):
            images()


def _data_set(trained: course.Trained) -> str:
    return "camvid" if trained.score == "mean_iou" else "scene15"


def _origins(name: str) -> list[str]:
    """What there are test images of: the stand-in always, the real ones where they are."""
    from toolbox import data

    with _preferring("real"):
        real = data.locate(name, say=lambda line: None).origin == "real"
    return ["real", "offline"] if real else ["offline"]


def _images() -> tuple[torch.Tensor, torch.Tensor, Any]:
    """Return mean and standard deviation of the training images, and the test images."""
    from toolbox import data

    mean, std = data.pixel_statistics(data.scenes("train", size=SIZE))
    return mean, std, data.scenes("test", size=SIZE)


def _verdict(threshold: Threshold, model: str, origin: str) -> Verdict:
    from toolbox import data

    mean, std, test = _images()
    wanted = networks.Wanted(threshold.run, model, len(test.classes), masks=False)
    try:
        with networks.trained(wanted, SECONDS) as network:
            if network.fine_tuned:
                mean, std = torch.tensor(COURSE_MEAN[:1]), torch.tensor(COURSE_STD[:1])
            # Shuffled: the images are in the order of their labels.
            batches = data.Batches(test, 250, mean=mean, std=std, shuffle=True, seed=seed_for(0))
            found = accuracy(lambda x: network.predict(x, None), batches)
    except TooSlow:
        return Verdict(None, 0.0, "the network took too long on the test images")
    except networks.Unusable as problem:
        return Verdict(None, 0.0, str(problem))
    return worth(found, threshold, origin, chance=1 / len(test.classes))


@contextmanager
def _preferring(origin: str) -> Iterator[None]:
    key = "COURSE_DATA_PREFER"
    before = os.environ.get(key)
    os.environ[key] = origin
    try:
        yield
    finally:
        os.environ.pop(key, None)
        if before is not None:
            os.environ[key] = before
