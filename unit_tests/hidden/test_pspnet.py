"""Hidden tests of `student_code.pspnet`."""

from typing import Any

import torch

from student_code import pspnet
from toolbox.checks import expect, task
from unit_tests import segmenting


@task("pspnet.PSPNet")
def test_inputs_stay() -> None:
    """`forward` modifies neither images nor masks."""
    segmenting.check_inputs_stay(pspnet.PSPNet, "PSPNet")


@task("pspnet.PSPNet")
def test_images_do_not_mix() -> None:
    """The logits of an image depend on that image, and not on the rest of the batch."""
    segmenting.check_images_do_not_mix(pspnet.PSPNet, "PSPNet")


@task("pspnet.PSPNet")
def test_criterion_is_used_twice() -> None:
    """If a criterion is given, both losses are computed with it, at the size of the logits."""
    segmenting.check_criterion(pspnet.PSPNet, "PSPNet")
    given: list[torch.Tensor] = []

    class Noting(segmenting.Tripled):
        """A criterion that stays in the test's process and records the scores it receives."""

        def forward(self, scores: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            given.append(scores.detach())
            return super().forward(scores, y)

    model = segmenting.build(pspnet.PSPNet, criterion=Noting())
    x, y = segmenting.images(), segmenting.masks()
    logits, _, main, aux = model(x, y)
    called = "shapes of the scores passed to criterion by PSPNet(criterion=...)(x, y)"
    expect.equal([tuple(each.shape) for each in given], [(2, 11, 48, 72)] * 2, called)
    mine, other = sorted(given, key=lambda scores: float((scores - logits.detach()).abs().max()))
    expect.close(
        mine, logits, "scores passed for main_loss, compared with the logits", atol=segmenting.CLOSE
    )
    for kind, loss, scores in (("main_loss", main, mine), ("aux_loss", aux, other)):
        wanted = segmenting.Tripled()(scores, y)
        called = f"{kind} of PSPNet(criterion=...)(x, y), for the scores passed to criterion"
        expect.close(loss, wanted, called, atol=segmenting.CLOSE)
    expect.true(
        float(main.detach()) != float(aux.detach()),
        "main_loss and aux_loss of PSPNet(criterion=...)(x, y)",
        expected="two different numbers",
        got=float(aux.detach()),
    )


@task("pspnet.PSPNet")
def test_losses_at_a_smaller_zoom() -> None:
    """With a smaller zoom factor, both losses compare scores and mask at that size."""
    model = segmenting.build(pspnet.PSPNet, zoom_factor=2).eval()
    y = segmenting.masks(2, (12, 18))
    logits, _, main, aux = model(segmenting.images(), y)
    wanted = torch.nn.functional.cross_entropy(logits.detach(), y, ignore_index=255)
    called = "of PSPNet(zoom_factor=2)(x (2, 3, 48, 72), y (2, 12, 18))"
    expect.close(main, wanted, f"main_loss {called}", atol=segmenting.CLOSE)
    expect.true(bool(aux.isfinite()), f"aux_loss {called}", expected="a finite number", got=aux)


@task("pspnet.PSPNet")
def test_ppm_can_be_left_out() -> None:
    """`use_ppm=False` leaves out the pyramid: fewer weights, and no view of the whole image."""
    sizes = {}
    for use in (True, False):
        model = segmenting.build(pspnet.PSPNet, use_ppm=use).eval()
        sizes[use] = sum(p.numel() for p in model.parameters())
        expect.shape(
            model(segmenting.images())[0], (2, 11, 48, 72), f"logits of PSPNet(use_ppm={use})(x)"
        )
    called = "parameters of PSPNet(use_ppm=False), compared with PSPNet(use_ppm=True)"
    expect.true(sizes[False] < sizes[True], called, expected="fewer", got=sizes[False])
    far = seen_from_the_corner(segmenting.build(pspnet.PSPNet, use_ppm=False))
    called = "change of the upper left scores with the far right, use_ppm=False"
    # The same operations on the same numbers; a view of the whole image changes scores by 5e-3.
    expect.close(far, 0.0, called, atol=1e-6)


def seen_from_the_corner(model: Any) -> float:
    """Return how much the upper left scores change with the far right of a wide image."""
    model.eval()
    x = segmenting.images(1, (48, 640))
    other = x.clone()
    other[..., -16:] += 4
    before, now = (model(each)[0].detach()[0, :, 0, 0] for each in (x, other))
    return float((now - before).abs().max())


@task("pspnet.PSPNet")
def test_pyramid_sees_everything() -> None:
    """With the PPM, the scores of a pixel depend on the farthest corner of a large image."""
    far = seen_from_the_corner(segmenting.build(pspnet.PSPNet, bins=(1,)))
    called = "change of the upper left scores with the far right of a 48 x 640 image"
    expect.true(far > 1e-5, called, expected="more than zero", got=far)
