"""The recipe for CamVid from scratch computes the right values on small tensors."""

from __future__ import annotations

import torch

from benchmarks.segmentation_recipe import AtSizes, OverlapLoss, SkipNet


def test_scores_have_the_size_of_the_image_and_the_loss_that_of_the_masks() -> None:
    network = SkipNet(3, widths=(4, 4, 8, 8), criterion=OverlapLoss())
    x = torch.rand(2, 3, 48, 64)
    masks = torch.randint(0, 3, (2, 24, 32))
    scores, ids, loss, auxiliary = network.train()(x, masks)
    assert scores.shape == (2, 3, 24, 32)
    assert ids.shape == masks.shape
    assert loss.requires_grad
    assert auxiliary is None
    assert network(x)[0].shape == (2, 3, 48, 64)


def test_in_eval_mode_an_image_and_its_mirror_are_the_same() -> None:
    network = SkipNet(3, widths=(4, 4, 8, 8)).eval()
    x = torch.rand(2, 3, 48, 64)
    with torch.no_grad():
        scores, mirrored = network(x)[0], network(x.flip(-1))[0]
    torch.testing.assert_close(scores, mirrored.flip(-1))


def test_probabilities_are_averaged_over_the_sizes() -> None:
    network = SkipNet(3, widths=(4, 4, 8, 8)).eval()
    x = torch.rand(2, 3, 96, 128)
    with torch.no_grad():
        chances = AtSizes(network, ((48, 64), (80, 112)))(x)
    assert chances.shape == (2, 3, 48, 64)
    torch.testing.assert_close(chances.sum(dim=1), torch.ones(2, 48, 64))


def test_void_pixels_are_ignored() -> None:
    loss = OverlapLoss()
    scores = torch.randn(2, 3, 6, 8)
    masks = torch.randint(0, 3, (2, 6, 8))
    masks[:, :3] = 255
    other = scores.clone()
    other[:, :, :3] += torch.randn(2, 3, 3, 8)
    torch.testing.assert_close(loss(scores, masks), loss(other, masks))
