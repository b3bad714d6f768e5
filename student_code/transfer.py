"""Standing on a pretrained network: what is frozen, what is new, and what it sees."""

from __future__ import annotations

import copy
from collections.abc import Iterable

import torch
from torch import nn

Batch = tuple[torch.Tensor, torch.Tensor]


def freeze(module: nn.Module) -> None:
    """Keep `module` as it is from now on, whatever is trained around it. In place.

    Args:
        module: a network or a part of one. Afterwards none of its parameters requires a gradient,
            and its batch normalisation (1d, 2d or 3d, wherever in it) normalises with the
            statistics stored in it and leaves these as they are: in eval mode, and also once
            `.train()` is called later, on it or on a network that holds it.
    Nothing outside of `module` is changed, and gradients still flow through it to whatever lies
    before it.
    """
    ### BEGIN SOLUTION

    def stay_in_eval(norm: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        norm.eval()

    module.requires_grad_(False)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d):
            # `.train()` is called every epoch by whoever trains, so eval mode is set for each use.
            layer.register_forward_pre_hook(stay_in_eval)
            layer.eval()
    ### END SOLUTION


def freeze_first_layers(model: nn.Module, n: int) -> None:
    """Freeze the first `n` layers that hold weights, as `freeze` does; the others stay as they are.

    Args:
        model: a network. A layer that holds weights is a module with parameters of its own (a
            convolution, a linear layer, a batch normalisation), not one that only holds other
            modules. They count in the order of `model.modules()`.
        n: how many; 0 changes nothing.
    Raises: `ValueError` if `n` is negative, or more than there are such layers.
    """
    ### BEGIN SOLUTION
    layers = [layer for layer in model.modules() if list(layer.parameters(recurse=False))]
    if not 0 <= n <= len(layers):
        raise ValueError(f"n is {n}; the network has {len(layers)} layers that hold weights")
    for layer in layers[:n]:
        freeze(layer)
    ### END SOLUTION


def build_feature_extractor(backbone: nn.Module, num_classes: int) -> nn.Module:
    """The pretrained network, frozen, with a new last layer for other classes.

    Args:
        backbone: a pretrained network whose last linear layer gives the scores: a ResNet has it
            as `fc`, VGG and AlexNet as the last one of `classifier`.
        num_classes: how many classes there are.
    Returns: a network that maps what `backbone` takes to raw scores (N, num_classes). Its last
        layer is new and linear, with as many inputs as the old one had; its weight and bias are
        the only parameters that require a gradient. All else is the backbone's, with its values,
        frozen as `freeze` does.
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
    """What `model` makes of every image, in the order of the loader.

    Args:
        model: on `device`; maps a batch of N images to (N, D), or to (N, ...), which is flattened.
            It works in eval mode and without gradients, and is left in the mode in which it came.
        loader: gives batches (images, labels); the last one may be smaller than the others.
        device: where the images are moved.
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
