"""The toolbox of Part 5: random views, backbones, training, evaluation, plots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from student_code.pspnet import PSPNet
from student_code.simple_segmentation_net import SimpleSegmentationNet
from toolbox import plots
from toolbox.data import ImageTensors, Provenance
from toolbox.segmentation import (
    RecipeSettings,
    Views,
    measure,
    predict,
    resnet,
    small_backbone,
    train,
)

CLASSES = tuple("abcdefghijk")


def streets(count: int = 6, split: str = "train") -> ImageTensors:
    """Return a bright block on dark ground, class 1 on class 0; the last row is void."""
    images = torch.full((count, 3, 32, 48), 30, dtype=torch.uint8)
    masks = torch.zeros(count, 32, 48, dtype=torch.uint8)
    for number in range(count):
        place = (number, slice(4, 16), slice(4 + 4 * (number % 6), 22 + 4 * (number % 6)))
        masks[place] = 1
        images[number, :, place[1], place[2]] = 220
    masks[:, -1] = 255
    where = Provenance("camvid", "offline", "0", split, f"blocks, {split}")
    return ImageTensors(images, masks, CLASSES, tuple(map(str, range(count))), where)


def test_views_move_image_and_mask_alike() -> None:
    data = streets()
    view = Views(size=(24, 40), scale=(0.7, 1.4), brightness=0.0, contrast=0.0)
    generator = torch.Generator().manual_seed(0)
    for _ in range(5):
        x, y = view(data.images.float() / 255, data.masks.long(), generator)
        assert x.shape == (6, 3, 24, 40)
        assert y.shape == (6, 24, 40)
        assert set(y.unique().tolist()) <= {0, 1, 255}
        known = y != 255
        # Interpolation blurs the edges of the block: at most about 60 of 960 pixels.
        assert ((x[:, 0] > 0.5) == (y == 1))[known].float().mean() > 0.93


def test_smaller_masks_are_the_same_view() -> None:
    data = streets()
    same = {"size": (24, 40), "brightness": 0.0, "contrast": 0.0}
    x, y = Views(**same)(  # type: ignore[arg-type]
        data.images.float() / 255, data.masks.long(), torch.Generator().manual_seed(1)
    )
    x2, y2 = Views(**same, mask_stride=2)(  # type: ignore[arg-type]
        data.images.float() / 255, data.masks.long(), torch.Generator().manual_seed(1)
    )
    assert torch.equal(x, x2)
    assert y2.shape == (6, 12, 20)
    assert (y2 == y[:, ::2, ::2]).float().mean() > 0.9


def test_pasted_pixels_bring_their_labels_and_never_void() -> None:
    data = streets()
    plain = {"size": (24, 40), "brightness": 0.0, "contrast": 0.0, "scale": (1.0, 1.0)}
    before_x, before_y = Views(**plain)(  # type: ignore[arg-type]
        data.images.float() / 255, data.masks.long(), torch.Generator().manual_seed(2)
    )
    x, y = Views(**plain, mix=1.0)(  # type: ignore[arg-type]
        data.images.float() / 255, data.masks.long(), torch.Generator().manual_seed(2)
    )
    theirs_x, theirs_y = before_x.roll(1, dims=0), before_y.roll(1, dims=0)
    changed = (x != before_x).any(dim=1) | (y != before_y)
    assert 0.1 < changed.float().mean() < 0.9
    assert torch.equal(y[changed], theirs_y[changed])
    assert torch.equal(x.movedim(1, -1)[changed], theirs_x.movedim(1, -1)[changed])
    assert (theirs_y[changed] != 255).all()


def test_invalid_views_are_rejected() -> None:
    with pytest.raises(ValueError, match="mix"):
        Views(mix=1.5)
    with pytest.raises(ValueError, match="scale"):
        Views(scale=(0.0, 1.0))
    with pytest.raises(ValueError, match="masks"):
        Views()(torch.zeros(2, 3, 8, 8), torch.zeros(2).long())


def test_small_backbone_is_a_resnet() -> None:
    net: Any = small_backbone(8, (1, 1, 2, 2), seed=3)
    again: Any = small_backbone(8, (1, 1, 2, 2), seed=3)
    assert torch.equal(net.conv1.weight, again.conv1.weight)
    x = torch.randn(2, 3, 64, 96)
    assert net(x).shape == (2, 1000)
    sizes = []
    x = net.maxpool(net.relu(net.bn1(net.conv1(x))))
    for number in range(1, 5):
        x = getattr(net, f"layer{number}")(x)
        sizes.append(tuple(x.shape[1:]))
    assert sizes == [(16, 16, 24), (32, 8, 12), (64, 4, 6), (128, 2, 3)]
    assert net.fc.in_features == 128
    assert net.layer4[0].conv1.in_channels == 64


def test_a_torchvision_resnet_is_dilated_without_new_weights() -> None:
    base: Any = resnet(50, pretrained=False)
    before = {key: value.shape for key, value in base.state_dict().items()}
    stem = base.conv1.weight.clone()
    net = PSPNet(backbone=base, pretrained=False).eval()
    assert torch.equal(base.conv1.weight, stem)
    assert {key: value.shape for key, value in base.state_dict().items()} == before
    with torch.no_grad():
        logits = net(torch.randn(1, 3, 40, 56))[0]
    assert logits.shape == (1, 11, 40, 56)
    assert base.layer4[1].conv2.dilation == (4, 4)
    with pytest.raises(ValueError, match="50, 101 or 152"):
        resnet(18)


def test_training_learns_and_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_RESULTS", str(tmp_path))
    data, validation = streets(12), streets(6, "validation")
    settings = RecipeSettings(
        epochs=6, batch_size=4, optimizer="adamw", base_lr=0.01, scale=(0.9, 1.1), device="cpu"
    )

    def net() -> PSPNet:
        torch.manual_seed(0)
        return PSPNet(backbone=small_backbone(4, (1, 1, 1, 1), seed=0), pretrained=False)

    first = net()
    history = train(first, data, validation, settings, name="blocks")
    assert len(history) == 6
    assert history.train_loss[-1] < history.train_loss[0]
    assert history.learning_rate[0] > history.learning_rate[-1] > 0
    again = net()
    assert len(train(again, data, validation, settings, name="blocks")) == 6
    for one, other in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)  # loaded from the checkpoint
    assert (tmp_path / "checkpoints" / "blocks" / "weights.pt").is_file()


def test_backbone_and_heads_have_separate_learning_rates() -> None:
    from toolbox.segmentation.recipe import make_optimizer

    net = SimpleSegmentationNet(pretrained=False, backbone=small_backbone(4, (1, 1, 1, 1)))
    optimizer = make_optimizer(net, RecipeSettings(base_lr=0.01, head_factor=10.0))
    sizes = {group["base_lr"]: len(group["params"]) for group in optimizer.param_groups}
    assert sizes[0.1] == 2  # one convolution, with its bias
    assert sizes[0.01] == len(list(net.parameters())) - 2
    with pytest.raises(ValueError, match="optimizer"):
        RecipeSettings(optimizer="lion")
    with pytest.raises(ValueError, match="precision"):
        RecipeSettings(precision="half")


class Knows(torch.nn.Module):
    """Predict class 1 for bright pixels, at half the size; 0 for all others."""

    def forward(self, x: torch.Tensor, y: Any = None) -> tuple[torch.Tensor]:
        scores = torch.zeros(len(x), len(CLASSES), x.shape[2] // 2, x.shape[3] // 2)
        scores[:, 1] = x[:, 0, ::2, ::2] + x[:, 0, 1::2, 1::2]
        return (scores,)


def test_evaluation_counts_every_known_pixel() -> None:
    data = streets()
    net = Knows()
    counts = measure(net, data, mean=[0.5] * 3, std=[0.2] * 3, batch_size=4)
    assert counts.sum() == (data.masks != 255).sum()
    assert counts[1, 1] / counts[1].sum() > 0.95
    assert counts[2:].sum() == 0
    assert net.training
    larger = data.masks.repeat_interleave(2, 1).repeat_interleave(2, 2)
    assert measure(net, data, mean=0.5, std=0.2, masks=larger).sum() == 4 * counts.sum()


def test_scores_of_another_shape_are_rejected() -> None:
    with pytest.raises(ValueError, match="num_classes"):
        predict(torch.nn.Flatten(), torch.zeros(2, 3, 4, 4), (4, 4))


def test_plots_have_alt_texts() -> None:
    data = streets()
    maps = [np.zeros((32, 48, 3), np.uint8)] * 3
    pictures = [
        plots.label_maps(
            {"truth": maps, "predicted": maps}, CLASSES, source="blocks", title="Blocks"
        ),
        plots.one_class_at_a_time(data.images[0], data.masks[0], CLASSES, source="blocks"),
        plots.pixel_shares([5] * 11, CLASSES, source="blocks"),
        plots.class_ious({"one": [0.5] * 10 + [float("nan")]}, CLASSES, source="blocks"),
    ]
    for picture in pictures:
        assert len(picture.alt) > 40
        plt.close(picture.figure)
    one = plots.label_maps({"": maps}, CLASSES, source="", title="Car", black="anything else")
    assert one.alt.startswith("Car: 3 pictures in a row; each class of")
    assert one.alt.endswith("anything else is black.")
    names = [text.get_text() for text in one.figure.legends[0].get_texts()]
    assert names[-1] == "anything else"
    plt.close(one.figure)
    assert "mean 0.50" in pictures[3].alt
    with pytest.raises(ValueError, match="same number"):
        plots.label_maps({"a": maps, "b": maps[:2]}, CLASSES, source="", title="")


def test_colors_are_distinct_for_color_blind_readers() -> None:
    """No two classes look alike in Machado's simulations of the three kinds at full strength."""
    kinds = {
        "none": np.eye(3),
        "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
        "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
        "tritan": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
    }
    for kind, matrix in kinds.items():
        colours = np.array([*plots.SEGMENT_COLOURS, (0, 0, 0)]) / 255
        linear = (colours**2.2) @ np.array(matrix).T
        seen = np.clip(linear, 0, 1) ** (1 / 2.2)
        apart = np.linalg.norm(seen[:, None] - seen[None], axis=2)
        np.fill_diagonal(apart, 9)
        assert apart.min() > 0.2, (kind, np.unravel_index(apart.argmin(), apart.shape))
