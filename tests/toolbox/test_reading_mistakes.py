"""Metrics and plots of a model's mistakes, and the fingerprint of a split."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from toolbox import plots
from toolbox.analysis.metrics import reliability, top_k_accuracy
from toolbox.analysis.occlusion import occlusion_map
from toolbox.data import split_fingerprint

PROBABILITIES = np.array(
    [[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.05, 0.0, 0.95], [0.9, 0.06, 0.04], [0.4, 0.35, 0.25]]
)
LABELS = np.array([0, 2, 2, 1, 0])


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def axes_of(picture: plots.Picture) -> list[Any]:
    return list(picture.figure.axes)


def words(figure: Any) -> list[str]:
    return [text.get_text() for one in figure.axes for text in one.texts]


def test_top_k_ranks_the_classes() -> None:
    assert [top_k_accuracy(LABELS, PROBABILITIES, k) for k in (1, 2, 3)] == [0.6, 1.0, 1.0]
    labels, probabilities = torch.from_numpy(LABELS), torch.from_numpy(PROBABILITIES)
    assert top_k_accuracy(labels, probabilities, 1) == 0.6


def test_ties_count_against_the_network() -> None:
    same = np.full((4, 3), 1 / 3)
    assert top_k_accuracy([0, 1, 2, 0], same, 2) == 0


@pytest.mark.parametrize("bad", [([0], PROBABILITIES), ([], np.empty((0, 3)))])
def test_invalid_input_is_rejected(bad: Any) -> None:
    with pytest.raises(ValueError):
        top_k_accuracy(bad[0], bad[1], 1)
    with pytest.raises(ValueError):
        reliability(bad[0], bad[1])


def test_reliability_by_hand() -> None:
    found = reliability(LABELS, PROBABILITIES, bins=2)
    # Below one half: 0.4, right. From one half: 0.6 right, 0.5 wrong, 0.95 right, 0.9 wrong.
    assert found.count.tolist() == [1, 4]
    assert found.accuracy == pytest.approx([1, 0.5])
    assert found.confidence == pytest.approx([0.4, 2.95 / 4])
    assert found.error == pytest.approx((0.6 + 4 * abs(2.95 / 4 - 0.5)) / 5)


def test_a_calibrated_network_has_no_error() -> None:
    chance = np.random.default_rng(0)
    sure = chance.uniform(0.5, 1, 40_000)
    labels = (chance.uniform(size=len(sure)) > sure).astype(int)
    found = reliability(labels, np.stack([sure, 1 - sure], axis=1))
    # 8,000 predictions per bin: each bin's accuracy is off by 0.005 (one standard error) at most.
    assert found.error < 0.012
    assert reliability([0], [[1.0, 0.0]]).count[-1] == 1  # certainty belongs to the last bin


def test_confusion_matrices_are_side_by_side() -> None:
    shares = np.array([[0.75, 0.25], [0.05, 0.95]])
    picture = plots.confusion_matrices(
        {"plain": shares, "tuned": np.eye(2)}, ["cat", "dog"], source="made up", title="Two"
    )
    first, second = axes_of(picture)[:2]
    assert first.images[0].get_array().tolist() == shares.tolist()
    assert [text.get_text() for text in first.texts] == ["75", "25", "95"]
    assert second.get_title() == "tuned: mean recall 1.00"
    assert "cat predicted as dog (25%)" in picture.alt


def test_calibration_plots_the_measured_values() -> None:
    found = reliability(LABELS, PROBABILITIES, bins=2)
    picture = plots.calibration({"net": found}, source="made up", title="Sure?")
    above, below = axes_of(picture)
    assert [bar.get_height() for bar in above.patches] == pytest.approx([1, 0.5])
    assert [bar.get_height() for bar in below.patches] == pytest.approx([0.2, 0.8])
    assert "net has a mean confidence of 67% and an accuracy of 60%" in picture.alt


def test_the_picture_matrix_shows_the_most_confident_images() -> None:
    images = [torch.full((3, 4, 4), float(i)) + torch.arange(4) for i in range(5)]
    picture = plots.picture_matrix(
        images, LABELS, PROBABILITIES, ["cat", "dog", "panda"], source="made up", title="All"
    )
    shown = [one for one in picture.figure.axes if one.images]
    assert len(shown) == 4  # cat as cat (twice), dog as cat, panda as dog, panda as panda
    assert words(picture.figure).count("none") == 5
    assert "0.60" in words(picture.figure)  # of the two cats, the more confident prediction
    assert "0.40" not in words(picture.figure)
    assert "cat as cat: 2" in picture.alt
    assert "panda as dog: 1" in picture.alt


def test_logged_metrics_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("epoch\tloss\taccuracy\n1\t2.0\t0.25\n2\t1.5\t0.5\n")
    table = np.genfromtxt(tmp_path / "train.txt", names=True, delimiter="\t")
    picture = plots.logged_metrics(
        {"train": table}, ["loss", "accuracy"], source="made up", title="Log"
    )
    assert [one.lines[0].get_ydata().tolist() for one in axes_of(picture)] == [
        [2.0, 1.5],
        [0.25, 0.5],
    ]
    assert "train accuracy 0.50" in picture.alt


def test_minibatches_show_each_step_and_the_ends_of_epochs() -> None:
    losses = [float(24 - i) for i in range(24)]
    picture = plots.minibatches(losses, [0.5] * 24, 8, source="made up", title="Steps")
    left = axes_of(picture)[0]
    ends, points, mean = left.lines[:2], left.lines[2], left.lines[3]
    assert [end.get_xdata()[0] for end in ends] == [8.5, 16.5]
    assert list(points.get_ydata()) == losses
    assert mean.get_ydata()[0] == pytest.approx(np.mean(losses[:10]))
    assert "24 minibatches in 3 epochs" in picture.alt


def test_runs_over_seeds_show_every_seed_and_the_mean() -> None:
    measures = {"accuracy": {"plain": [0.8, 0.9, 1.0], "focal": [0.5, 0.7, 0.6]}}
    picture = plots.over_seeds(measures, source="made up", title="Losses")
    (axes,) = axes_of(picture)
    assert [line.get_ydata().tolist() for line in axes.lines] == [[0.8, 0.9, 1.0], [0.5, 0.7, 0.6]]
    assert "plain accuracy 0.900 ± 0.100" in picture.alt


def test_split_fingerprints_ignore_the_location() -> None:
    def split(root: str, separator: str = "/") -> list[list[tuple[str, int]]]:
        names = [("cats", "a.jpg", 0), ("dogs", "b.jpg", 1), ("dogs", "c.jpg", 1)]
        pairs = [(separator.join([root, folder, file]), label) for folder, file, label in names]
        return [pairs[:2], pairs[2:]]

    here = split_fingerprint(*split("/home/somebody/data"))
    assert here == split_fingerprint(*split("data")) == split_fingerprint(*split("C:\\zoo", "\\"))
    first, second = split("data")
    for other in ([first + second, []], [second, first], [first[::-1], second]):
        assert split_fingerprint(*other) != here


class Corner(torch.nn.Module):
    """Detects class 1 by the upper left corner alone."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        there = x[:, 0, :8, :8].mean(dim=(1, 2))
        return torch.stack([torch.zeros_like(there), 4 * there], dim=1)


def test_covering_the_evidence_lowers_the_probability() -> None:
    image = torch.zeros(1, 32, 24)
    image[:, :8, :8] = 1
    model = Corner().train()
    lost = occlusion_map(model, image, 1, patch=8, stride=4)
    assert lost.shape == (32, 24)
    assert model.training
    # One patch covers these pixels: the corner becomes the mean of the image, 64 of 768 pixels.
    fall = torch.tensor(4.0).sigmoid() - torch.tensor(4 * 64 / 768).sigmoid()
    assert torch.allclose(lost[:4, :4], fall.expand(4, 4), atol=1e-5)
    assert lost[8:, :].abs().max() < lost[:8, :8].min()
    assert torch.allclose(occlusion_map(model, image, 0, patch=8)[:4, :4], -fall, atol=1e-5)
    with pytest.raises(ValueError, match="fit"):
        occlusion_map(model, image, 1, patch=25)


def test_explanations_show_image_and_map() -> None:
    maps = [torch.zeros(4, 5), torch.full((4, 5), -0.25)]
    picture = plots.explained(
        list(torch.rand(2, 1, 4, 5)), maps, ["a\nb", "c"], source="made up", title="Why"
    )
    assert axes_of(picture)[3].images[1].get_array().min() == -0.25
    assert "(a b, c)" in picture.alt
    assert "up to 0.25" in picture.alt
