"""Hidden tests of `student_code.pspnet`."""

import torch

from student_code import pspnet
from toolbox.checks import expect, hand_over, task
from unit_tests import segmenting


@task("pspnet.PSPNet")
def test_inputs_stay() -> None:
    """Images and masks are left as they were."""
    segmenting.check_inputs_stay(pspnet.PSPNet, "PSPNet")


@task("pspnet.PSPNet")
def test_images_do_not_mix() -> None:
    """An image gets the same logits alone and among others, and different images others."""
    segmenting.check_images_do_not_mix(pspnet.PSPNet, "PSPNet")


@task("pspnet.PSPNet")
def test_criterion_is_used_twice() -> None:
    """A criterion that is handed in judges both heads, at the size of the logits."""
    segmenting.check_criterion(pspnet.PSPNet, "PSPNet")
    criterion = hand_over(segmenting.Tripled())
    model = segmenting.build(pspnet.PSPNet, criterion=criterion)
    _, _, main, aux = model(segmenting.images(), segmenting.masks())
    called = "shapes of the scores that criterion was given by PSPNet(criterion=...)(x, y)"
    expect.equal(criterion.seen, [(2, 11, 48, 72)] * 2, called)
    expect.true(
        float(main.detach()) != float(aux.detach()),
        "main_loss and aux_loss of PSPNet(criterion=...)(x, y)",
        expected="two different numbers",
        got=float(aux.detach()),
    )


@task("pspnet.PSPNet")
def test_losses_at_a_smaller_zoom() -> None:
    """With a smaller zoom factor both losses compare scores and a mask of that size."""
    model = segmenting.build(pspnet.PSPNet, zoom_factor=2).eval()
    y = segmenting.masks(2, (12, 18))
    logits, _, main, aux = model(segmenting.images(), y)
    wanted = torch.nn.functional.cross_entropy(logits.detach(), y, ignore_index=255)
    called = "of PSPNet(zoom_factor=2)(x (2, 3, 48, 72), y (2, 12, 18))"
    expect.close(main, wanted, f"main_loss {called}", atol=segmenting.CLOSE)
    expect.true(bool(aux.isfinite()), f"aux_loss {called}", expected="a finite number", got=aux)


@task("pspnet.PSPNet")
def test_ppm_can_be_left_out() -> None:
    """use_ppm=False leaves the pyramid out: fewer weights, and no view of the whole picture."""
    sizes = {}
    for use in (True, False):
        model = segmenting.build(pspnet.PSPNet, use_ppm=use).eval()
        sizes[use] = sum(p.numel() for p in model.parameters())
        expect.shape(
            model(segmenting.images())[0], (2, 11, 48, 72), f"logits of PSPNet(use_ppm={use})(x)"
        )
    called = "parameters of PSPNet(use_ppm=False), beside PSPNet(use_ppm=True)'s"
    expect.true(sizes[False] < sizes[True], called, expected="fewer", got=sizes[False])


@task("pspnet.PSPNet")
def test_pyramid_sees_everything() -> None:
    """With the PPM, a pixel's scores depend on the farthest corner of a large image."""
    model = segmenting.build(pspnet.PSPNet, bins=(1,)).eval()
    x = segmenting.images(1, (48, 640)).requires_grad_()
    model(x)[0][0, :, 0, 0].abs().sum().backward()
    assert x.grad is not None
    far = float(x.grad[..., -16:].abs().sum())
    called = "gradient at the far right of a 48 x 640 image, of the scores in the upper left corner"
    expect.true(far > 0, called, expected="something other than zero", got=far)
