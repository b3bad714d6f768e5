"""Trained networks earn points only with right predictions."""

from __future__ import annotations

import base64
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from coursekit.grading.protocol.messages import ImagesNeeded
from coursekit.grading.sandbox.levels import Limits
from data_scripts.registry import data_set
from tests.attacks import on_networks
from tests.daily import some
from tests.grading.tiny_grader import MAXIMUM, ROOT, Level, TinyGrader, Verdict
from tests.toolbox.conftest import FACTS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sandboxes need Linux")

POINTS = 4.0
ROW = {"run": "net", "model": "shapes.Net", "points": POINTS, "real": 0.9, "offline": 0.9}
FACTS_OF_ALL: dict[str, Any] = {**FACTS, "parts": [{**FACTS["parts"][0], "trained": [ROW]}]}  # type: ignore[index]
FEW = "\n\ndef scaled(count: int, scale: float) -> int:\n    return min(count, 2)\n"
SECONDS = 15.0  # to measure a network


class NetworkGrader:
    """The tiny course with a trained network and a few images per class."""

    def __init__(self, folder: Path) -> None:
        self.images = folder / "images"
        self.settings = {"COURSE_DATA": str(self.images), "COURSE_DATA_PREFER": "offline"}
        further = {"course.json": json.dumps(FACTS_OF_ALL).encode()}
        for path in (ROOT / "data_scripts").rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                further[path.relative_to(ROOT).as_posix()] = path.read_bytes()
        further["data_scripts/synthetic/plan.py"] += FEW.encode()
        self.tiny = TinyGrader(folder, further=further)
        self.tiny.course_json = further["course.json"]
        wish: ImagesNeeded = {"datasets": [], "runs": ["net"], "environment": self.settings}
        assert self.tiny.server.prepare(wish, lambda line: None) == {}

    def grade(self, module: str, weights: dict[str, torch.Tensor], **limits: Any) -> Verdict:
        """Grade a submission of a network and its weights."""
        job, _ = self.tiny.job(module)
        kept = io.BytesIO()
        torch.save(weights, kept)
        place = "results/checkpoints/net/weights.pt"
        job["sandbox"]["files"][place] = base64.b64encode(kept.getvalue()).decode()
        job["sandbox"]["environment"] |= self.settings
        job["cells"] = [
            {"kind": "network", "index": 0, "count": 1, "points": MAXIMUM, "run": "net"}
        ]
        job["sandbox"]["data"] = str(self.images)
        job["sandbox"]["limits"] = asdict(Limits(seconds_per_cell=SECONDS, **limits))
        results = self.tiny.server.run(job, {})
        assert "problem" not in results, results
        assert results["not_graded"] == {}
        outputs = results["cells"]["0"]
        text = "".join(each.get("text", "") for each in outputs)
        return Verdict(float(outputs[-1]["data"]["text/plain"]), results["flags"], text)


@pytest.fixture(scope="module")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NetworkGrader]:
    folder = tmp_path_factory.mktemp("networks")
    folder.chmod(0o755)
    found = NetworkGrader(folder)
    yield found
    found.tiny.server.close()


LEARNED_BY_HEART = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, num_classes=15):
        super().__init__()
        self.register_buffer("images", torch.zeros(30, 4096))
        self.register_buffer("labels", torch.zeros(30, dtype=torch.int64))

    def forward(self, x):
        assert not self.training and not torch.is_grad_enabled()
        flat = x.flatten(1)
        flat = (flat - flat.mean(1, True)) / flat.std(1, keepdim=True)
        found = self.labels[(flat @ self.images.T).argmax(1)]
        return nn.functional.one_hot(found, 15).float()
"""


def test_right_predictions_earn_all_points(grader: NetworkGrader) -> None:
    classes = data_set("scene15").classes
    paths = sorted(grader.images.rglob("test/*/*.*"))
    assert len(paths) == 2 * len(classes) == 30
    images = [Image.open(path).convert("L").resize((64, 64)) for path in paths]
    flat = torch.tensor(np.stack([np.asarray(image) for image in images])).float().flatten(1)
    flat = (flat - flat.mean(1, True)) / flat.std(1, keepdim=True)
    labels = torch.tensor([classes.index(path.parent.name) for path in paths])
    found = grader.grade(LEARNED_BY_HEART, {"images": flat, "labels": labels})
    assert (found.score, found.flags) == (POINTS, [])
    assert found.text.startswith("✓ net: 4 of 4 points. Accuracy 1.000 on held-out images")


def test_errors_read_as_in_a_notebook(grader: NetworkGrader) -> None:
    module = on_networks.CONSTANT
    found = grader.grade(module, {"no": torch.zeros(2)})
    path = "results/checkpoints/net/weights.pt"
    assert f"✗ net: 0 of 4 points. The file {path} doesn't fit Net (unknown: no)." in found.text
    forward = "def forward(self, x):\n    {}\nNet.forward = forward"
    for end, words in (
        ("raise KeyError('k')", "The network shapes.Net can't be made: KeyError: 'k'"),
        (forward.format("raise ValueError('v')"), "The network can't be run: ValueError: v"),
        (forward.format("return x"), "scores of shape (N, num_classes) were expected"),
    ):
        found = grader.grade(f"{module}\n{end}\n", {})
        assert words in found.text
        assert (found.score, found.flags) == (0.0, [])


@pytest.mark.parametrize("name", some({name: name for name in on_networks.ALL}, one_in=4))
def test_tricks_earn_nothing(name: str, grader: NetworkGrader) -> None:
    if name == "labels_on_the_disk" and grader.tiny.level < Level.NAMESPACES:
        pytest.skip("the data sets can be read below namespaces")
    honest = grader.grade(on_networks.CONSTANT, {})
    assert honest.score == 0.0
    found = grader.grade(on_networks.CONSTANT + on_networks.ALL[name], {}, memory=700)
    # The order is unknown, so guesses based on it are no better than chance.
    most = POINTS / 4 if name == "labels_by_the_order_of_images" else honest.score
    assert found.score <= most, found.text
    assert found.text.count("\n✓") == 0
