"""Run a student's networks on given images in a separate process.

The process gets images and weights, never labels, and returns predicted classes; another process
compares them with the labels. It has limits on time and output. Still, it runs the student's
class: use it only where you would grade.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from toolbox.training import checkpoints

SECONDS = 120
MOST_WRITTEN = 64_000_000


@dataclass(frozen=True)
class PredictionJob:
    """One run to evaluate on one set of images."""

    run: str
    model: str  # the student's class, "module.Name"
    num_classes: int
    images: Tensor  # uint8 (N, C, H, W)
    mean: Tensor
    std: Tensor


def predict(
    files: dict[str, bytes], jobs: list[PredictionJob], root: Path
) -> list[list[int] | str]:
    """Return the predicted classes for each job, or a sentence on why there are none.

    `files` are those of a submission: student_code and checkpoints come from it, the toolbox from
    the course in `root`.
    """
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        place = Path(folder)
        for name, content in files.items():
            if name.startswith(("student_code/", "results/checkpoints/")):
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_bytes(content)
        # Without this, the course's own student_code, the solution, would be imported.
        (place / "student_code").mkdir(exist_ok=True)
        (place / "student_code" / "__init__.py").touch()
        checkpoints.save(place / "jobs.pt", [vars(job) for job in jobs])
        said = _run(place, root)
        answers = place / "answers.json"
        try:
            found = json.loads(answers.read_text(encoding="utf-8"))
            return [_checked(each, job) for each, job in zip(found, jobs, strict=True)]
        except (OSError, ValueError, TypeError):
            return [f"the student's code could not be run: {said}"] * len(jobs)


def _run(place: Path, root: Path) -> str:
    """Run the jobs in `place`. Return the last line of the error output."""
    script = (
        f"import sys; sys.path[:0] = [{str(place)!r}, {str(root)!r}]; "
        "from coursekit.report_audit.predictions import work; work()"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=place,
            capture_output=True,
            text=True,
            env={"PATH": os.environ.get("PATH", ""), "OMP_NUM_THREADS": "1", "HOME": str(place)},
            timeout=SECONDS,
            preexec_fn=_bound,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it was still running after {SECONDS} s"
    lines = done.stderr.strip().splitlines()
    return lines[-1] if lines else f"it ended with status {done.returncode}"


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _checked(answer: object, job: PredictionJob) -> list[int] | str:
    if isinstance(answer, str):
        return answer[:300]
    if not isinstance(answer, list) or len(answer) != len(job.images):
        return "the network did not return one prediction per image"
    return [int(each) for each in answer]


def work() -> None:
    """Answer `jobs.pt` with `answers.json`, in the process that runs the student's code."""
    answers: list[Any] = []
    for job in checkpoints.load("jobs.pt"):
        try:
            answers.append(_predictions(**job))
        except Exception as problem:  # student code can raise anything
            answers.append(f"the network cannot be run: {type(problem).__name__}: {problem}")
    Path("answers.json").write_text(json.dumps(answers), encoding="utf-8")


def _predictions(
    run: str, model: str, num_classes: int, images: Tensor, mean: Tensor, std: Tensor
) -> list[int]:
    module, name = model.split(".")
    made = getattr(importlib.import_module(f"student_code.{module}"), name)
    given: dict[str, Any] = {"num_classes": num_classes}
    if "backbone" in inspect.signature(made).parameters:
        from toolbox.models.backbones import load_backbone

        backbone = load_backbone("alexnet", "course")
        given["backbone"] = backbone.model
        mean, std = torch.tensor(backbone.mean[:1]), torch.tensor(backbone.std[:1])
    network = made(**given)
    checkpoints.load_weights(Path("results/checkpoints") / run / "weights.pt", network)
    network.eval()
    found: list[int] = []
    with torch.no_grad():
        for some in images.split(250):
            x = some.float().div(255).sub(mean.view(1, -1, 1, 1)).div(std.view(1, -1, 1, 1))
            found += network(x).argmax(dim=1).tolist()
    return found
