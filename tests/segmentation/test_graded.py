"""A trained segmentation network is graded by its mean IoU on the test frames."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from student_code.simple_segmentation_net import SimpleSegmentationNet
from tests.segmentation.test_toolbox import streets
from toolbox import checks, course, data
from toolbox.checks import trained
from toolbox.segmentation import measure, small_backbone
from toolbox.segmentation.evaluation import class_ious, mean_of_known
from toolbox.training import checkpoints

RUN = "part5_segmentation"


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Replace CamVid by tiny streets; return the path for the weights of the run."""
    monkeypatch.setenv("COURSE_RESULTS", str(tmp_path))
    monkeypatch.setattr(data, "driving", lambda split, size: streets(6, split))
    monkeypatch.setattr(trained, "_origins", lambda name: ["offline"])
    place = tmp_path / "checkpoints" / RUN / "weights.pt"
    place.parent.mkdir(parents=True)
    return place


def test_points_follow_the_mean_iou(weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.manual_seed(1)
    network = SimpleSegmentationNet(pretrained=False, backbone=small_backbone(seed=1))
    with torch.no_grad():
        assert network.cls.bias is not None
        network.cls.bias[0] += 100.0  # predicts class 0 everywhere
    checkpoints.save(weights, network.state_dict())
    mean, std = data.pixel_statistics(streets(6, "train"))
    found = mean_of_known(class_ious(measure(network, streets(6, "test"), mean=mean, std=std)))
    assert 0.2 < found < 0.5
    facts = course.load().trained(RUN)
    share = min((found - 1 / 121) / (facts.offline - 1 / 121), 1.0)
    assert checks.grade_trained(RUN) == pytest.approx(facts.points * share, abs=0.01)
    assert (
        f"points. Mean IoU {found:.3f} on held-out images (drawings); " in capsys.readouterr().out
    )


def test_no_weights_earn_nothing(weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checks.grade_trained(RUN) == 0
    assert "points. There is no checkpoint" in capsys.readouterr().out


def test_weights_of_another_network_are_reported(
    weights: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoints.save(weights, torch.nn.Linear(2, 2).state_dict())
    assert checks.grade_trained(RUN) == 0
    assert "doesn't fit SimpleSegmentationNet" in capsys.readouterr().out
