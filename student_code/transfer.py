"""Transfer learning: freeze a pretrained network, replace its last layer, extract features."""

from __future__ import annotations

import copy
from collections.abc import Iterable

import torch
from torch import nn

Batch = tuple[torch.Tensor, torch.Tensor]


def freeze(module: nn.Module) -> None:
    """Keep `module` unchanged during all later training, in place.

    Args:
        module: a network or a part of one. Afterwards none of its parameters requires a gradient,
            and its batch normalization layers (1d, 2d or 3d, at any depth) normalize with their
            stored statistics and don't update them: in eval mode, and also if `.train()` is
            called later, on the module or on a network that contains it.
    Nothing outside `module` is changed, and gradients still flow through it to the layers before
    it.
    """
    ### BEGIN SOLUTION

    def stay_in_eval(norm: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        norm.eval()

    module.requires_grad_(False)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d):
            # Training loops call `.train()` every epoch, so eval mode is set before each use.
            layer.register_forward_pre_hook(stay_in_eval)
            layer.eval()
    ### END SOLUTION


def freeze_first_layers(model: nn.Module, n: int) -> None:
    """Freeze the first `n` layers that hold weights, as `freeze` does; leave the others unchanged.

    Args:
        model: a network. A layer that holds weights is a module with direct parameters (a
            convolution, a linear layer, a batch normalization), not one that only contains other
            modules. They count in the order of `model.modules()`.
        n: the number of layers; 0 changes nothing.
    Raises: `ValueError` if `n` is negative or larger than the number of such layers.
    """
    ### BEGIN SOLUTION
    layers = [layer for layer in model.modules() if list(layer.parameters(recurse=False))]
    if not 0 <= n <= len(layers):
        raise ValueError(f"n is {n}; the network has {len(layers)} layers that hold weights")
    for layer in layers[:n]:
        freeze(layer)
    ### END SOLUTION


def build_feature_extractor(backbone: nn.Module, num_classes: int) -> nn.Module:
    """Return the pretrained network, frozen, with a new last layer for other classes.

    Args:
        backbone: a pretrained network whose last linear layer computes the scores: `fc` in a
            ResNet, the last layer of `classifier` in VGG and AlexNet.
        num_classes: the number of classes.
    Returns: a network that maps the inputs of `backbone` to raw scores (N, num_classes). Its last
        layer is new and linear, with as many inputs as the old one; its weight and bias are the
        only parameters that require a gradient. Everything else keeps the backbone's values and is
        frozen as by `freeze`.
    Raises: `ValueError` if `backbone` has no linear layer.
    """
    ### BEGIN SOLUTION
    network = copy.deepcopy(backbone)
    linear = [name for name, part in network.named_modules() if isinstance(part, nn.Linear)]
    if not linear:
        raise ValueError(f"{type(backbone).__name__} has no linear layer to replace")
    freeze(network)
    *path, name = linear[-1].split(".")
    old = network.get_submodule(linear[-1])
    assert isinstance(old, nn.Linear)
    setattr(network.get_submodule(".".join(path)), name, nn.Linear(old.in_features, num_classes))
    return network
    ### END SOLUTION


def extract_features(
    model: nn.Module, loader: Iterable[Batch], device: str | torch.device = "cpu"
) -> tuple[torch.Tensor, torch.Tensor]:
    """Compute the output of `model` for every image, in the order of the loader.

    Args:
        model: on `device`; maps a batch of N images to (N, D), or to (N, ...), which is flattened.
            It runs in eval mode and without gradients, and is left in the mode it was in.
        loader: yields batches (images, labels); the last one may be smaller than the others.
        device: the device to move the images to.
    Returns: (features, labels) on the CPU: float32 of shape (N, D), without a gradient, and int64
        of shape (N,).
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    features, labels = [], []
    with torch.no_grad():
        for x, y in loader:
            features.append(model(x.to(device)).flatten(start_dim=1).float().cpu())
            labels.append(y.long().cpu())
    model.train(was_training)
    return torch.cat(features), torch.cat(labels)
    ### END SOLUTION
