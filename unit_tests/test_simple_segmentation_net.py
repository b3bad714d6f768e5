"""Public tests of `student_code.simple_segmentation_net`."""

from student_code import simple_segmentation_net
from toolbox.checks import expect, layers_shown, task
from unit_tests import segmenting


@task("simple_segmentation_net.SimpleSegmentationNet", share=2)
def test_scores_for_every_pixel() -> None:
    """The results are logits (N, num_classes, H, W), argmax (N, H, W), and no losses without y."""
    segmenting.check_shapes(simple_segmentation_net.SimpleSegmentationNet, "SimpleSegmentationNet")


@task("simple_segmentation_net.SimpleSegmentationNet")
def test_any_size() -> None:
    """H and W may differ and need not be multiples of 32."""
    model = segmenting.build(simple_segmentation_net.SimpleSegmentationNet).eval()
    with layers_shown():
        logits = model(segmenting.images(1, (45, 83)))[0]
        expect.shape(logits, (1, 11, 45, 83), "logits of SimpleSegmentationNet()(x (1, 3, 45, 83))")


@task("simple_segmentation_net.SimpleSegmentationNet", share=2)
def test_main_loss() -> None:
    """main_loss is the mean cross-entropy of the pixels that aren't void."""
    segmenting.check_main_loss(
        simple_segmentation_net.SimpleSegmentationNet, "SimpleSegmentationNet"
    )


@task("simple_segmentation_net.SimpleSegmentationNet", share=0.5)
def test_all_void() -> None:
    """If all pixels are void, the loss is 0, not NaN."""
    segmenting.check_all_void(
        simple_segmentation_net.SimpleSegmentationNet, "SimpleSegmentationNet"
    )


@task("simple_segmentation_net.SimpleSegmentationNet")
def test_criterion_is_used() -> None:
    """If a criterion is given, main_loss is computed with it."""
    segmenting.check_criterion(
        simple_segmentation_net.SimpleSegmentationNet, "SimpleSegmentationNet"
    )


@task("simple_segmentation_net.SimpleSegmentationNet", share=2)
def test_backbone_is_used() -> None:
    """The network contains the backbone's layers with their weights, and trains them."""
    segmenting.check_stem(simple_segmentation_net.SimpleSegmentationNet, "SimpleSegmentationNet")


@task("simple_segmentation_net.SimpleSegmentationNet")
def test_enlarging_is_smooth() -> None:
    """The scores are upsampled bilinearly, so adjacent pixels differ slightly."""
    model = segmenting.build(simple_segmentation_net.SimpleSegmentationNet).eval()
    logits = model(segmenting.images(1, (64, 96)))[0].detach()
    steps = (logits[..., 1:] - logits[..., :-1]).abs()
    # Nearest neighbor would repeat each score 32 times: one difference in 32 would not be zero.
    # Bilinear weights change at each pixel, except for up to 16 pixels at either edge.
    share = float((steps > 0).float().mean())
    expect.true(
        share > 0.5,
        "fraction of adjacent logits that differ, SimpleSegmentationNet()(x (1, 3, 64, 96))",
        expected="most of them",
        got=share,
    )


@task("simple_segmentation_net.SimpleSegmentationNet")
def test_logits_are_raw() -> None:
    """The logits are raw scores of both signs, not probabilities."""
    segmenting.check_raw(simple_segmentation_net.SimpleSegmentationNet, "SimpleSegmentationNet")
