"""Public tests of `student_code.simple_segmentation_net`."""

from student_code import simple_segmentation_net
from toolbox.checks import expect, task
from unit_tests import segmenting


@task("simple_segmentation_net.SimpleSegmentationNet", share=2)
def test_scores_for_every_pixel() -> None:
    """Logits (N, num_classes, H, W), their highest as yhat (N, H, W), no losses without y."""
    segmenting.check_shapes(simple_segmentation_net.SimpleSegmentationNet, "SimpleSegmentationNet")


@task("simple_segmentation_net.SimpleSegmentationNet")
def test_any_size() -> None:
    """H and W needn't be equal, nor multiples of 32."""
    model = segmenting.build(simple_segmentation_net.SimpleSegmentationNet).eval()
    logits = model(segmenting.images(1, (45, 83)))[0]
    expect.shape(logits, (1, 11, 45, 83), "logits of SimpleSegmentationNet()(x (1, 3, 45, 83))")


@task("simple_segmentation_net.SimpleSegmentationNet", share=2)
def test_main_loss() -> None:
    """main_loss is the mean cross-entropy of the pixels that aren't void."""
    segmenting.check_main_loss(
        simple_segmentation_net.SimpleSegmentationNet, "SimpleSegmentationNet"
    )


@task("simple_segmentation_net.SimpleSegmentationNet")
def test_all_void() -> None:
    """Where all pixels are void, the loss is 0, not NaN."""
    segmenting.check_all_void(
        simple_segmentation_net.SimpleSegmentationNet, "SimpleSegmentationNet"
    )


@task("simple_segmentation_net.SimpleSegmentationNet")
def test_criterion_is_used() -> None:
    """A criterion that is handed in is the one that is used."""
    segmenting.check_criterion(
        simple_segmentation_net.SimpleSegmentationNet, "SimpleSegmentationNet"
    )


@task("simple_segmentation_net.SimpleSegmentationNet", share=2)
def test_backbone_is_used() -> None:
    """The backbone's layers are in the network with their weights, and learn along."""
    segmenting.check_stem(simple_segmentation_net.SimpleSegmentationNet, "SimpleSegmentationNet")


@task("simple_segmentation_net.SimpleSegmentationNet")
def test_enlarging_is_smooth() -> None:
    """The scores of the deepest map are enlarged bilinearly: neighbours differ a little."""
    model = segmenting.build(simple_segmentation_net.SimpleSegmentationNet).eval()
    logits = model(segmenting.images(1, (64, 96)))[0].detach()
    steps = (logits[..., 1:] - logits[..., :-1]).abs()
    # Nearest neighbour would repeat each score 32 times: one step in 32 would differ from zero.
    # Bilinear weights change at each pixel, apart from up to 16 at either edge.
    share = float((steps > 0).float().mean())
    expect.true(
        share > 0.5,
        "share of neighbours with different logits, SimpleSegmentationNet()(x (1, 3, 64, 96))",
        expected="most of them",
        got=share,
    )


@task("simple_segmentation_net.SimpleSegmentationNet")
def test_logits_are_raw() -> None:
    """Logits are raw: of either sign, no probabilities."""
    segmenting.check_raw(simple_segmentation_net.SimpleSegmentationNet, "SimpleSegmentationNet")
