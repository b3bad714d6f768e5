"""Hidden tests of `student_code.simple_segmentation_net`."""

import torch

from student_code import simple_segmentation_net
from toolbox.checks import expect, task
from unit_tests import segmenting

NAME = "SimpleSegmentationNet"


@task("simple_segmentation_net.SimpleSegmentationNet")
def test_inputs_stay() -> None:
    """`forward` modifies neither images nor masks."""
    segmenting.check_inputs_stay(simple_segmentation_net.SimpleSegmentationNet, NAME)


@task("simple_segmentation_net.SimpleSegmentationNet")
def test_images_do_not_mix() -> None:
    """The logits of an image depend on that image, and not on the rest of the batch."""
    segmenting.check_images_do_not_mix(simple_segmentation_net.SimpleSegmentationNet, NAME)


@task("simple_segmentation_net.SimpleSegmentationNet")
def test_no_auxiliary_loss() -> None:
    """With y, aux_loss is 0, because there is no auxiliary head."""
    model = segmenting.build(simple_segmentation_net.SimpleSegmentationNet)
    aux = model(segmenting.images(), segmenting.masks())[3]
    value = torch.as_tensor(aux).detach().double().mean()  # a plain 0 is right, too
    expect.close(value, 0.0, f"aux_loss of {NAME}()(x, y)", atol=0)
