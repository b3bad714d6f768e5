"""Helpers for the tests of segmentation networks: a small backbone, images, masks with void."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from toolbox.checks import after, expect, hand_over, layers_shown
from toolbox.checks.seeds import seed_for
from toolbox.segmentation import small_backbone

# Networks compute in float32, in their own order of operations: 1e-4 is far above rounding and
# far below the effect of any mistake.
CLOSE = 1e-4
# How much a step changes a loss of about 2: float32 resolves it to a thousandth, and ReLUs change
# the slope by a hundredth within such a short step; a made-up gradient is completely wrong.
STEP = 5e-4


def backbone(seed: int = 5) -> Any:
    """Return a narrow, deterministic network with ResNet's parts, two blocks in layers 3 and 4."""
    return small_backbone(4, (1, 1, 2, 2), seed=seed)


def images(count: int = 2, size: tuple[int, int] = (48, 72), seed: int = 1) -> torch.Tensor:
    """Return noise in the shape of a batch of images, wider than high."""
    return torch.randn(count, 3, *size, generator=torch.Generator().manual_seed(seed_for(seed)))


def masks(count: int = 2, size: tuple[int, int] = (48, 72), classes: int = 11) -> torch.Tensor:
    """Return ids of shape (count, *size) in which every third column is void."""
    ids = torch.randint(
        0, classes, (count, *size), generator=torch.Generator().manual_seed(seed_for(2))
    )
    ids[..., ::3] = 255
    return ids


def build(network: Any, **settings: Any) -> Any:
    """Create the network on a new small backbone, from a fixed seed."""
    torch.manual_seed(seed_for(0))
    return network(**{"pretrained": False, "backbone": backbone(), **settings})


def check_shapes(network: Any, name: str) -> None:
    """Check the four results: logits of the image's size, argmax, no losses without a mask."""
    for classes, size in ((11, (48, 72)), (5, (56, 40))):
        model = build(network, num_classes=classes).eval()
        called = f"{name}(num_classes={classes})(images (2, 3, {size[0]}, {size[1]}))"
        with layers_shown():
            out = model(images(2, size))
            expect.equal(len(out), 4, f"len of {called}")
            expect.shape(out[0], (2, classes, *size), f"logits of {called}")
            expect.shape(out[1], (2, *size), f"yhat of {called}")
        expect.dtype(out[1], torch.int64, f"yhat of {called}")
        expect.equal(out[1], out[0].argmax(dim=1), f"yhat of {called}")
        expect.true(
            out[2] is None and out[3] is None,
            f"losses of {called} without y",
            expected="None for both losses",
            got=out[2:],
        )


def check_main_loss(network: Any, name: str) -> None:
    """Check that the main loss is the mean cross-entropy of the non-void pixels of the logits."""
    model = build(network).eval()
    x, y = images(), masks()
    logits, _, main, aux = model(x, y)
    chosen = logits.detach().log_softmax(dim=1).gather(1, y.clamp(max=10)[:, None])[:, 0]
    wanted = -chosen[y != 255].mean()
    expect.close(main, wanted, f"main_loss of {name}()(x, y), a third of y void", atol=CLOSE)
    said = f"aux_loss of {name}().eval()(x, y)"
    expect.true(aux is not None, said, expected="a number in eval mode, too", got=aux)


def check_all_void(network: Any, name: str) -> None:
    """Check that a batch without any labeled pixel has a finite loss."""
    model = build(network)
    _, _, main, aux = model(images(), torch.full((2, 48, 72), 255))
    for kind, loss in (("main_loss", main), ("aux_loss", aux)):
        called = f"{kind} of {name}()(x, y), all of y void"
        mean = torch.as_tensor(loss).detach().double().mean()  # a plain 0 is right, too
        expect.close(mean, 0.0, called, atol=CLOSE)


class Tripled(nn.Module):
    """A criterion that differs from the default."""

    def forward(self, scores: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return 3 * F.cross_entropy(scores, y, ignore_index=255) + 1


def check_criterion(network: Any, name: str) -> None:
    """Check that the given criterion is used."""
    model = build(network, criterion=Tripled()).eval()
    x, y = images(), masks()
    logits, _, main, _ = model(x, y)
    wanted = 3 * F.cross_entropy(logits.detach(), y, ignore_index=255) + 1
    called = f"main_loss of {name}(criterion=3 * cross-entropy + 1)(x, y)"
    expect.close(main, wanted, called, atol=CLOSE)


def check_inputs_stay(network: Any, name: str) -> None:
    """Check that images and masks are not modified."""
    model = build(network)
    x, y = images(), masks()
    model(x, y)
    expect.equal(after(x), images(), f"x after {name}()(x, y)")
    expect.equal(after(y), masks(), f"y after {name}()(x, y)")


def maps_of(given: Any, x: torch.Tensor, dilated: bool = False) -> dict[str, torch.Tensor]:
    """Return each backbone layer's output for x; if `dilated`, as in PSPNet, without stride."""
    found = {}
    with torch.no_grad():
        x = given.maxpool(given.relu(given.bn1(given.conv1(x))))
        for name in ("layer1", "layer2", "layer3", "layer4"):
            dilation = {"layer3": 2, "layer4": 4}.get(name) if dilated else None
            for block in getattr(given, name):
                x = block(x) if dilation is None else through_block(block, x, dilation)
            found[name] = x
    return found


def through_block(block: Any, x: torch.Tensor, dilation: int) -> torch.Tensor:
    """Return the output of a bottleneck block for x, dilated and without stride."""
    inner = block.bn1(block.conv1(x)).relu()
    inner = F.conv2d(inner, block.conv2.weight, padding=dilation, dilation=dilation)
    inner = block.bn3(block.conv3(block.bn2(inner).relu()))
    if block.downsample is not None:
        x = block.downsample[1](F.conv2d(x, block.downsample[0].weight))
    return (inner + x).relu()


def first_weight(layer: Any) -> Any:
    """Return the first parameter of a layer."""
    return next(iter(layer.parameters()))


def check_stem(network: Any, name: str, dilated: bool = False) -> None:
    """Check that the network contains the backbone's own weights, unchanged and trainable."""
    given = hand_over(backbone())
    before = {key: value.clone() for key, value in given.state_dict().items()}
    torch.manual_seed(seed_for(0))
    model = network(pretrained=False, backbone=given).eval()
    held = {id(p) for p in model.parameters()}
    for part in PARTS:
        called = f"the first weight of the backbone's {part} in {name}(backbone=...).parameters()"
        found = id(first_weight(getattr(given, part))) in held
        expect.true(found, called, expected="the same parameter object", got="missing")
    for key, value in before.items():
        got = given.state_dict()[key]
        expect.equal(got, value, f"the backbone's {key} after creating {name}(backbone=...)")
    seen: dict[str, torch.Tensor] = {}
    given.layer4[-1].register_forward_hook(lambda m, x, out: seen.update(layer4=out.detach()))
    x, y = images(), masks()
    model(x, y)[2].backward()
    wanted = maps_of(backbone().eval(), x, dilated)["layer4"]
    expect.close(
        seen.get("layer4"), wanted, f"layer4's output in {name}(backbone=...)(x)", atol=CLOSE
    )
    for part in PARTS:
        weight = first_weight(getattr(given, part))
        size = 0.0 if weight.grad is None else float(weight.grad.abs().sum())
        called = f"gradient of main_loss at the backbone's {part}"
        expect.true(size > 0, called, expected="a nonzero number", got=size)
        check_slope(lambda: cross_entropy(model(x)[0], y), weight, called)


PARTS = ("conv1", "layer1", "layer2", "layer3", "layer4")


def cross_entropy(logits: torch.Tensor, y: torch.Tensor) -> float:
    """Return the mean over the pixels that aren't void, in double precision."""
    return float(F.cross_entropy(logits.detach().double(), y, ignore_index=255))


def check_slope(loss: Callable[[], float], weight: Any, called: str) -> None:
    """Check that a small step along the gradient of `weight` changes `loss()` as predicted.

    This shows that the network uses the weight, and that the gradient is genuine.
    """
    gradient = weight.grad.detach().clone()
    slope = float(gradient.double().square().sum())
    step = STEP / slope
    values = []
    for move in (step, -2 * step, step):
        with torch.no_grad():
            weight.add_(move * gradient)
        values.append(loss())
    got = (values[0] - values[1]) / (2 * step)
    said = f"{called}: change of the loss per step along it"
    # Over such a short step, the slope of these losses changes by 1.4 % at most.
    expect.close(got, slope, said, atol=0.0, rtol=0.2)


def check_images_do_not_mix(network: Any, name: str) -> None:
    """Check that in eval mode an image has the same logits alone and next to another image."""
    model = build(network).eval()
    x = images(3)
    together = model(x)[0].detach()
    alone = model(after(x)[1:2])[0].detach()
    expect.close(alone[0], together[1], f"logits of {name}()(one image), alone", atol=CLOSE)
    difference = float((together[0] - together[1]).abs().max())
    expect.true(
        difference > CLOSE,
        f"difference of the logits of two images, {name}()(x)",
        expected="more than zero",
        got=difference,
    )


def check_raw(network: Any, name: str) -> None:
    """Check that the logits are raw: of both signs, neither probabilities nor their logarithms."""
    logits = torch.cat(
        [
            network(pretrained=False, backbone=backbone(seed)).eval()(images(2, seed=seed))[0]
            for seed in range(4)
        ]
    ).detach()
    called = f"logits of four new networks {name}()"
    lowest, highest = float(logits.min()), float(logits.max())
    expect.true(lowest < 0, called, expected="raw scores, some of them negative", got=lowest)
    expect.true(highest > 0, called, expected="raw scores, some of them positive", got=highest)
