"""Public tests of `student_code.pspnet`."""

from typing import Any

import torch
from torch import nn

from student_code import pspnet
from toolbox.checks import expect, layers_shown, task
from unit_tests import segmenting


@task("pspnet.PSPNet", share=2)
def test_scores_for_every_pixel() -> None:
    """The results are logits (N, num_classes, H, W), argmax (N, H, W), and no losses without y."""
    segmenting.check_shapes(pspnet.PSPNet, "PSPNet")


@task("pspnet.PSPNet", share=2)
def test_zoom_factors() -> None:
    """For a zoom of 1, 2, 4, 8, logits have size H / 8 * zoom, rounded up; others are an error."""
    for zoom, size in ((1, (7, 10)), (2, (13, 19)), (4, (25, 38)), (8, (50, 75))):
        model = segmenting.build(pspnet.PSPNet, zoom_factor=zoom).eval()
        with layers_shown():
            logits = model(segmenting.images(1, (50, 75)))[0]
            expect.shape(logits, (1, 11, *size), f"logits of PSPNet(zoom_factor={zoom})(50 x 75)")
    for zoom in (0, 3, 16):
        expect.raises(
            ValueError,
            lambda zoom=zoom: segmenting.build(pspnet.PSPNet, zoom_factor=zoom),  # type: ignore[misc]
            f"PSPNet(zoom_factor={zoom})",
        )


@task("pspnet.PSPNet", share=3)
def test_dilation_and_stride() -> None:
    """All 3x3 convolutions have dilation 2 in layer3 and 4 in layer4, and no stride remains."""
    model = segmenting.build(pspnet.PSPNet)
    for name, dilation in (("layer3", 2), ("layer4", 4)):
        for place, module in getattr(model, name).named_modules():
            if not isinstance(module, nn.Conv2d):
                continue
            called = f"PSPNet().{name}.{place}"
            expect.equal(pair(module.stride), (1, 1), f"stride of {called}")
            if module.kernel_size == (3, 3):
                both = (dilation, dilation)
                expect.equal(pair(module.dilation), both, f"dilation of {called}")
                expect.equal(pair(module.padding), both, f"padding of {called}")
    # The layers must also compute what their attributes claim.
    model, mine = model.eval(), segmenting.backbone().eval()
    for name, dilation, channels in (("layer3", 2, 16), ("layer4", 4, 32)):
        x = torch.randn(2, channels, 9, 13, generator=torch.Generator().manual_seed(dilation))
        got, wanted = getattr(model, name)(x), x
        for block in getattr(mine, name):
            wanted = segmenting.through_block(block, wanted, dilation)
        called = (
            f"PSPNet().{name}(noise), compared with blocks of dilation {dilation} and no stride"
        )
        expect.close(got, wanted, called, atol=segmenting.CLOSE)


def pair(setting: Any) -> Any:
    """Return a setting of a convolution as torch understands it: one number is for both sides."""
    return (setting, setting) if isinstance(setting, int) else tuple(setting)


@task("pspnet.PSPNet", share=2)
def test_maps_keep_an_eighth() -> None:
    """The feature maps of layer3 and layer4 have 1/8 of the image's height and width."""
    model = segmenting.build(pspnet.PSPNet).eval()
    maps: dict[str, torch.Tensor] = {}
    for name in ("layer3", "layer4"):
        getattr(model, name).register_forward_hook(
            lambda module, given, out, name=name: maps.update({name: out.detach()})
        )
    x = segmenting.images(1, (64, 96))
    with layers_shown({"layer3": (1, 32, 8, 12), "layer4": (1, 64, 8, 12)}):
        model(x)
        for name in ("layer3", "layer4"):
            size = tuple(maps[name].shape[2:]) if name in maps else None
            expect.equal(size, (8, 12), f"size of {name}'s output, PSPNet()(x (1, 3, 64, 96))")
    wanted = segmenting.maps_of(segmenting.backbone().eval(), x, dilated=True)
    for name in ("layer3", "layer4"):
        called = f"{name}'s output, PSPNet()(x (1, 3, 64, 96))"
        expect.close(maps[name], wanted[name], called, atol=segmenting.CLOSE)


@task("pspnet.PSPNet")
def test_main_loss() -> None:
    """main_loss is the mean cross-entropy of the pixels that aren't void."""
    segmenting.check_main_loss(pspnet.PSPNet, "PSPNet")


@task("pspnet.PSPNet", share=2)
def test_auxiliary_head_sees_layer3() -> None:
    """aux_loss depends on layer3 but not on layer4; main_loss depends on both."""
    model, places = segmenting.build(pspnet.PSPNet).eval(), {"main_loss": 2, "aux_loss": 3}
    x, y = segmenting.images(), segmenting.masks()
    out = model(x, y)
    slopes = {}
    for kind in ("aux_loss", "main_loss"):
        loss = out[places[kind]]
        model.zero_grad()
        expect.true(
            torch.is_tensor(loss) and loss.requires_grad,
            f"{kind} of PSPNet()(x, y)",
            expected="a tensor that requires a gradient",
            got=loss,
        )
        loss.backward(retain_graph=True)
        for name in ("layer3", "layer4"):
            weights = [p for p in getattr(model, name).parameters() if p.grad is not None]
            size = sum(float(p.grad.abs().sum()) for p in weights)
            called = f"size of the gradient of {kind} at layer{name[-1]}"
            if (kind, name) == ("aux_loss", "layer4"):
                expect.equal(size, 0.0, called)
            else:
                expect.true(size > 0, called, expected="a nonzero number", got=size)
                slopes[kind, name] = weights[0], weights[0].grad.clone()
    for (kind, name), (weight, gradient) in slopes.items():
        weight.grad = gradient
        segmenting.check_slope(
            lambda kind=kind: float(model(x, y)[places[kind]].detach()),  # type: ignore[misc]
            weight,
            f"gradient of {kind} at layer{name[-1]}",
        )
    with torch.no_grad():
        segmenting.first_weight(model.layer4).mul_(2)
    other = model(x, y)
    called = "of PSPNet()(x, y), after changing a weight in layer4"
    same = out[3].detach()
    expect.close(other[3].detach(), same, f"aux_loss {called}", atol=segmenting.CLOSE)
    change = float((other[2] - out[2]).detach().abs())
    called = f"change of main_loss {called}"
    expect.true(change > 1e-3, called, expected="more than zero", got=change)


@task("pspnet.PSPNet")
def test_backbone_is_used() -> None:
    """The network contains the backbone's layers with their weights, and trains them."""
    segmenting.check_stem(pspnet.PSPNet, "PSPNet", dilated=True)


@task("pspnet.PSPNet", share=0.5)
def test_all_void() -> None:
    """If all pixels are void, both losses are 0, not NaN."""
    segmenting.check_all_void(pspnet.PSPNet, "PSPNet")


@task("pspnet.PSPNet")
def test_logits_are_raw() -> None:
    """The logits are raw scores of both signs, not probabilities."""
    segmenting.check_raw(pspnet.PSPNet, "PSPNet")
