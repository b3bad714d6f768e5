"""Public tests of `student_code.pspnet`."""

import torch
from torch import nn

from student_code import pspnet
from toolbox.checks import expect, task
from unit_tests import segmenting


@task("pspnet.PSPNet", share=2)
def test_scores_for_every_pixel() -> None:
    """Logits (N, num_classes, H, W), their highest as yhat (N, H, W), no losses without y."""
    segmenting.check_shapes(pspnet.PSPNet, "PSPNet")


@task("pspnet.PSPNet", share=2)
def test_zoom_factors() -> None:
    """A zoom factor of 1, 2, 4 or 8 gives logits of H / 8 * zoom, rounded up; another an error."""
    for zoom, size in ((1, (7, 10)), (2, (13, 19)), (4, (25, 38)), (8, (50, 75))):
        model = segmenting.build(pspnet.PSPNet, zoom_factor=zoom).eval()
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
    """layer3 has dilation 2 and layer4 dilation 4, in every 3x3 convolution; no stride is left."""
    model = segmenting.build(pspnet.PSPNet)
    for name, dilation in (("layer3", 2), ("layer4", 4)):
        for place, module in getattr(model, name).named_modules():
            if not isinstance(module, nn.Conv2d):
                continue
            called = f"PSPNet().{name}.{place}"
            expect.equal(tuple(module.stride), (1, 1), f"stride of {called}")
            if module.kernel_size == (3, 3):
                both = (dilation, dilation)
                expect.equal(tuple(module.dilation), both, f"dilation of {called}")
                expect.equal(tuple(module.padding), both, f"padding of {called}")


@task("pspnet.PSPNet", share=2)
def test_maps_keep_an_eighth() -> None:
    """The maps of layer3 and layer4 are an eighth of the image high and wide."""
    model = segmenting.build(pspnet.PSPNet).eval()
    sizes = {}
    for name in ("layer3", "layer4"):
        getattr(model, name).register_forward_hook(
            lambda module, given, out, name=name: sizes.update({name: tuple(out.shape[2:])})
        )
    model(segmenting.images(1, (64, 96)))
    expect.equal(sizes.get("layer3"), (8, 12), "size of layer3's map, PSPNet()(x (1, 3, 64, 96))")
    expect.equal(sizes.get("layer4"), (8, 12), "size of layer4's map, PSPNet()(x (1, 3, 64, 96))")


@task("pspnet.PSPNet")
def test_main_loss() -> None:
    """main_loss is the mean cross-entropy of the pixels that aren't void."""
    segmenting.check_main_loss(pspnet.PSPNet, "PSPNet")


@task("pspnet.PSPNet", share=2)
def test_auxiliary_head_sees_layer3() -> None:
    """aux_loss depends on layer3, and not on layer4; main_loss depends on both."""
    model = segmenting.build(pspnet.PSPNet)
    _, _, main, aux = model(segmenting.images(), segmenting.masks())
    sizes = {}
    for kind, loss in (("aux_loss", aux), ("main_loss", main)):
        model.zero_grad()
        expect.true(
            torch.is_tensor(loss) and loss.requires_grad,
            f"{kind} of PSPNet()(x, y)",
            expected="a tensor to go backward from",
            got=loss,
        )
        loss.backward(retain_graph=True)
        for name in ("layer3", "layer4"):
            gradients = [p.grad for p in getattr(model, name).parameters() if p.grad is not None]
            sizes[kind, name] = sum(float(g.abs().sum()) for g in gradients)
    for (kind, name), size in sizes.items():
        called = f"size of the gradient of {kind} at layer{name[-1]}"
        if (kind, name) == ("aux_loss", "layer4"):
            expect.equal(size, 0.0, called)
        else:
            expect.true(size > 0, called, expected="something other than zero", got=size)


@task("pspnet.PSPNet")
def test_backbone_is_used() -> None:
    """The backbone's layers are in the network with their weights, and learn along."""
    segmenting.check_stem(pspnet.PSPNet, "PSPNet")


@task("pspnet.PSPNet")
def test_all_void() -> None:
    """Where all pixels are void, both losses are 0, not NaN."""
    segmenting.check_all_void(pspnet.PSPNet, "PSPNet")


@task("pspnet.PSPNet")
def test_logits_are_raw() -> None:
    """Logits are raw: of either sign, no probabilities."""
    segmenting.check_raw(pspnet.PSPNet, "PSPNet")
