"""Compare claimed with measured numbers of a submission."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from coursekit.report_audit.predictions import PredictionJob, predict
from coursekit.report_audit.reported_numbers import ReportedNumber, claims
from coursekit.report_audit.submitted_reports import SubmittedReport
from toolbox import data
from toolbox.course import Course
from toolbox.data import ImageTensors
from toolbox.data.location import preferring
from toolbox.results import was_edited

# The same weights on the same images differ only by rounding. On another device or in half
# precision, a few images between two classes change sides, fewer than 1 in 100.
SAME = 0.01
# On other images of the same kind the accuracy is an estimate; in honest submissions, a difference
# of more than three standard errors occurs by chance about once in 700 cases.
ERRORS = 3.0
SIZE = 64


@dataclass(frozen=True)
class CheckedNumber:
    """One number of a submission: claimed, measured again, on test images, and the verdict."""

    student: str
    number: str
    holds: bool
    says: str
    claimed: float | None = None
    measured: float | None = None
    test: float | None = None


def verify(handin: SubmittedReport, root: Path, course: Course) -> list[CheckedNumber]:
    """Measure the claims of a submission about its networks again.

    Each claim is measured on the images that it is about; claims about validation images also on
    the test images, which no training used. Files that were changed later, and numbers that were
    edited by hand, are findings as well.
    """
    found = [CheckedNumber(handin.student, "the zip", False, oddity) for oddity in handin.oddities]
    numbers = handin.numbers()
    for name, record in numbers.items():
        if was_edited(record):
            says = "changed by hand after the notebook wrote it"
            found.append(CheckedNumber(handin.student, name, False, says))
    own = {trained.run for trained in course.part(handin.part).trained}
    made = [
        claim
        for claim in claims(root / "report_template" / "topics.toml", course)
        if claim.run in own and claim.number in numbers
    ]
    return found + _measured(handin, made, numbers, root, course)


def _measured(
    handin: SubmittedReport,
    made: list[ReportedNumber],
    numbers: dict[str, dict[str, Any]],
    root: Path,
    course: Course,
) -> list[CheckedNumber]:
    found: list[CheckedNumber] = []
    asked: list[tuple[ReportedNumber, float, ImageTensors, ImageTensors | None]] = []
    for claim in made:
        record = numbers[claim.number]
        claimed = record["value"].get(claim.key) if claim.key else record["value"]
        if not isinstance(claimed, (int, float)):
            says = "is not an accuracy that can be measured"
            found.append(CheckedNumber(handin.student, claim.name, False, says))
            continue
        images = _images(claim.split, _origin(record))
        if images is None:
            says = "is about real images, which are not on this machine"
            found.append(CheckedNumber(handin.student, claim.name, True, says, float(claimed)))
            continue
        test = _images("test", _origin(record)) if claim.split == "validation" else None
        asked.append((claim, float(claimed), images, test))
    jobs = [
        _job(course, claim.run, some, _origin(numbers[claim.number]))
        for claim, _, images, test in asked
        for some in ((images, test) if test is not None else (images,))
    ]
    predictions = iter(predict(handin.files, jobs, root) if jobs else [])
    for claim, claimed, images, test in asked:
        here = next(predictions)
        there = next(predictions) if test is not None else None
        found.append(_judged(handin.student, claim, claimed, (images, here), (test, there)))
    return found


def _judged(
    student: str,
    claim: ReportedNumber,
    claimed: float,
    same: tuple[ImageTensors, list[int] | str],
    other: tuple[ImageTensors | None, list[int] | str | None],
) -> CheckedNumber:
    images, here = same
    if isinstance(here, str):
        return CheckedNumber(student, claim.name, False, here, claimed)
    measured = _accuracy(images, here)
    if abs(claimed - measured) > SAME:
        says = f"the network achieves {measured:.3f} on these images"
        return CheckedNumber(student, claim.name, False, says, claimed, measured)
    test_images, there = other
    if test_images is None or not isinstance(there, list):
        return CheckedNumber(student, claim.name, True, "holds", claimed, measured)
    test = _accuracy(test_images, there)
    error = math.sqrt(claimed * (1 - claimed) * (1 / len(images) + 1 / len(test_images)))
    if claimed - test > ERRORS * error:
        says = f"holds there, but test images give {test:.3f}: were these images used in training?"
        return CheckedNumber(student, claim.name, False, says, claimed, measured, test)
    return CheckedNumber(student, claim.name, True, "holds", claimed, measured, test)


def _accuracy(images: ImageTensors, predicted: list[int]) -> float:
    right = sum(a == b for a, b in zip(images.labels.tolist(), predicted, strict=True))
    return right / len(images)


def _job(course: Course, run: str, images: ImageTensors, origin: str) -> PredictionJob:
    train = _images("train", origin)
    assert train is not None  # the other splits of the same origin exist
    mean, std = data.pixel_statistics(train)
    return PredictionJob(
        run, course.trained(run).model, len(images.classes), images.images, mean, std
    )


def _origin(record: dict[str, Any]) -> str:
    where = record.get("data")
    origin = where.get("origin", "") if isinstance(where, dict) else ""
    return "real" if origin == "real" else "offline"


@lru_cache(maxsize=8)
def _images(split: str, origin: str) -> ImageTensors | None:
    """Return the images of a split, or None if images of that origin are not available."""
    with preferring(origin):
        found = data.scenes(split, size=SIZE)
    is_real = found.provenance.origin == "real"
    return found if is_real == (origin == "real") else None
