"""Checks shared by the tests of networks for 64x64 images.

Each check takes the student's class and treats it as a black box: it examines the outputs and the
values passed between layers, whatever the layers are called.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import nn

from toolbox.checks import expect, layers_shown
from toolbox.checks.seeds import public_seeds, seed_for

Network = Callable[..., Any]


def images(count: int, seed: int = 1) -> torch.Tensor:
    """Return a batch of noise images with zero mean and unit standard deviation."""
    return torch.randn(count, 1, 64, 64, generator=torch.Generator().manual_seed(seed_for(seed)))


def check_shape(network: Network, name: str) -> None:
    """Check for one column of scores per class, with the default of 15 classes and with 7."""
    with layers_shown():
        scores = network()(images(3))
        expect.shape(scores, (3, 15), f"{name}()(3 images)")
    expect.dtype(scores, torch.float32, f"{name}()(3 images)")
    with layers_shown():
        scores = network(num_classes=7)(images(2))
        expect.shape(scores, (2, 7), f"{name}(num_classes=7)(2 images)")


def check_single_image(network: Network, name: str) -> None:
    """Check that a batch of one image is still a batch."""
    with layers_shown():
        expect.shape(network().eval()(images(1)), (1, 15), f"{name}()(1 image)")


def check_raw_scores(network: Network, name: str) -> None:
    """Check that no softmax, log-softmax or activation follows the last layer."""
    scores = []
    for seed in range(5):
        torch.manual_seed(seed_for(seed))
        scores.append(network().eval()(images(2, seed)).detach())
    together = torch.cat(scores)
    called = f"{name}()(2 images), for five newly initialized networks"
    # The sign of a raw score is a coin toss, independent for the 75 rows of the last layers:
    # all of them have the same sign with probability 2 · 2^-75.
    lowest, highest = together.min().item(), together.max().item()
    expect.true(lowest < 0, called, expected="raw scores, some of them negative", got=lowest)
    expect.true(highest > 0, called, expected="raw scores, some of them positive", got=highest)
    model = network().eval()
    model(images(2))  # initializes lazy layers
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(20)
    largest = model(images(4)).detach().abs().max().item()
    called = f"{name}()(4 images), with all parameters multiplied by 20"
    expect.true(largest > 5, called, expected="raw scores far above 1", got=largest)
    # A softmax gives sums of 1 to within rounding; those of raw scores vary by about 1.
    farthest = (together.sum(dim=1) - 1).abs().max().item()
    called = f"{name}()(2 images), the sum of each row"
    expect.true(farthest > 1e-3, called, expected="different sums", got="1 for each row")


def check_batch_independence(network: Network, name: str) -> None:
    """Check that the scores of an image don't depend on the other images in the batch."""
    torch.manual_seed(seed_for(3))
    model, x = network().eval(), images(4)
    together = model(x).detach()
    expect.shape(together, (4, 15), f"{name}()(4 images)")
    # Batches of different sizes may be summed in a different order: differences reach 1e-6.
    alone = torch.cat([model(x[i : i + 1]).detach().reshape(1, 15) for i in range(4)])
    expect.close(
        together, alone, f"{name}()(4 images), compared with one image at a time", atol=1e-4
    )
    spread = (together[0] - together[1]).abs().max().item()
    called = f"{name}()(4 images): the difference between the scores of two images"
    expect.true(spread > 1e-5, called, expected="scores that depend on the image", got=spread)


def check_criterion(network: Network, name: str) -> None:
    """Check that the criterion sums the cross-entropy of the examples."""
    scores = torch.tensor([[2.0, -1.0, 0.5], [0.0, 3.0, 1.0]])
    labels = torch.tensor([2, 0])
    wanted = -(scores.log_softmax(1)[0, 2] + scores.log_softmax(1)[1, 0])
    got = network(num_classes=3).loss_criterion(scores, labels)
    called = f"{name}(3).loss_criterion([[2, −1, 0.5], [0, 3, 1]], labels [2, 0])"
    expect.close(got, wanted, called, atol=1e-5)  # float32 sums of order 5


def layers(model: Any, attribute: str, kind: type[nn.Module]) -> list[nn.Module]:
    """Return the layers of type `kind` in `model.<attribute>`, at any depth of nesting."""
    inside = getattr(model, attribute)
    expect.instance(inside, nn.Module, f"model.{attribute}")
    return [layer for layer in inside.modules() if isinstance(layer, kind)]


def check_layers(network: Network, name: str, attribute: str, kind: type[nn.Module]) -> None:
    """Check for two or more layers of type `kind` with a nonlinearity between them."""
    torch.manual_seed(seed_for(4))
    model = network().eval()
    model(images(2))  # initializes lazy layers
    found = layers(model, attribute, kind)
    called = f"{name}().{attribute}"
    wanted = f"2 or more layers of kind {kind.__name__}"
    expect.true(len(found) >= 2, called, expected=wanted, got=len(found))
    used = order_of_calls(model, found)
    called = f"{name}()(2 images): from one {kind.__name__}'s output to the next one's input"
    bent = [is_bent(model, first, second) for first, second in pairwise(used)]
    expect.true(any(bent), called, expected="a nonlinear function", got="a linear function")


def order_of_calls(model: nn.Module, found: list[nn.Module]) -> list[nn.Module]:
    """Return the layers among `found` that a forward pass uses, in the order of their first use."""
    used: list[nn.Module] = []

    def note(layer: nn.Module, *_: Any) -> None:
        if layer not in used:
            used.append(layer)

    hooks = [layer.register_forward_hook(note) for layer in found]
    model(images(2))
    for hook in hooks:
        hook.remove()
    return used


class _Reached(Exception):
    """Raised to stop a forward pass at the layer under test."""


def is_bent(model: nn.Module, first: nn.Module, second: nn.Module) -> bool:
    """Return whether the input of `second` is a nonlinear function of the output of `first`.

    The output of `first` is replaced by h, −h, 2h and 0. For a linear map g, with or without a
    bias, both g(h) + g(−h) − 2g(0) and g(2h) − 2g(h) + g(0) are zero.
    """
    seen: dict[str, torch.Tensor] = {}
    shape: list[torch.Size] = []
    hook = first.register_forward_hook(lambda layer, inputs, output: shape.append(output.shape))
    model(images(2))
    hook.remove()
    h = 3 * torch.randn(shape[0], generator=torch.Generator().manual_seed(seed_for(5)))

    def received(replacement: torch.Tensor) -> torch.Tensor:
        def replace(layer: nn.Module, inputs: Any, output: Any) -> torch.Tensor:
            return replacement

        def stop(layer: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            seen["input"] = inputs[0].detach()
            raise _Reached

        hooks = [first.register_forward_hook(replace), second.register_forward_pre_hook(stop)]
        try:
            model(images(2))
        except _Reached:
            pass
        finally:
            for hook in hooks:
                hook.remove()
        return seen["input"].double()

    # Clones, because an activation may work in place.
    at_zero, plus = received(torch.zeros_like(h)), received(h.clone())
    minus, twice = received(-h), received(2 * h)
    # Values are of order 3 in float32: rounding is 1e-6, and a nonlinearity is of order 1.
    bends = (plus + minus - 2 * at_zero, twice - 2 * plus + at_zero)
    return any(bend.abs().max().item() > 1e-2 for bend in bends)


def check_everything_learns(network: Network, name: str) -> None:
    """Check that the gradient of the loss reaches every weight of the network."""
    torch.manual_seed(seed_for(6))
    model = network().eval()
    model(images(2))
    model.loss_criterion(model(images(8)), torch.arange(8)).backward()
    weights = [(key, p) for key, p in model.named_parameters() if p.dim() > 1]
    called = f"{name}(): the weights in model.parameters()"
    expect.true(len(weights) >= 4, called, expected="weights of 4 or more layers", got=len(weights))
    for key, weight in weights:
        size = 0.0 if weight.grad is None else weight.grad.abs().max().item()
        if size == 0 and not affects_scores(model, weight):
            continue  # a layer that `forward` doesn't use
        called = f"{name}(): the gradient of {key} after loss.backward()"
        expect.true(size > 0, called, expected="a nonzero gradient", got=size)


def affects_scores(model: nn.Module, weight: torch.Tensor) -> bool:
    """Return whether the scores depend on a weight. The weight is changed and restored."""
    before, kept = model(images(2)).detach(), weight.detach().clone()
    noise = torch.randn(kept.shape, generator=torch.Generator().manual_seed(seed_for(9)))
    with torch.no_grad():
        weight.add_(noise)
        changed = model(images(2)).detach()
        weight.copy_(kept)
    return not torch.equal(before, changed)


def check_state_is_complete(network: Network, name: str) -> None:
    """Check that a second network that loads the first one's state gives the same scores."""
    torch.manual_seed(seed_for(7))
    first, second, x = network().eval(), network().eval(), images(2)
    first(x), second(x)
    second.load_state_dict(first.state_dict())
    called = f"b.load_state_dict(a.state_dict()); b(2 images), for {name}"
    # The same sums in the same order: at most float32 noise.
    expect.close(second(x), first(x), called, atol=1e-6)


def check_learns_a_batch(network: Network, name: str) -> None:
    """Check that a few steps on one batch lower its loss."""
    with public_seeds():
        torch.manual_seed(seed_for(8))
        x, y = images(8), torch.arange(8) % 4
    model = network(num_classes=4).train()
    model(x)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    losses = []
    for _ in range(15):
        optimizer.zero_grad()
        loss = model.loss_criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    called = f"15 steps of Adam on 8 images with {name}(4): the loss before and after"
    lower = sum(losses[-3:]) < sum(losses[:3])
    expect.true(lower, called, expected="a lower loss", got=[losses[0], losses[-1]])
