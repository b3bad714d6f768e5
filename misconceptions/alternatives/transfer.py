"""Alternative implementations of `student_code.transfer`."""

from __future__ import annotations

import types
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from misconceptions.catalogue import right


def _always_evaluating(layer: Any, mode: bool = True) -> Any:
    return nn.Module.train(layer, False)


@right("transfer.freeze")
def overrides_train(module: Any) -> None:
    """Give each batch normalization layer its own `train` method."""
    for parameter in module.parameters():
        parameter.requires_grad = False
    for layer in module.modules():
        if isinstance(layer, _BatchNorm):
            vars(layer)["train"] = types.MethodType(_always_evaluating, layer)
            layer.train(False)


class _FrozenNorm:
    """Batch normalization without a train mode."""

    def train(self, mode: bool = True) -> Any:
        return _always_evaluating(self)


@right("transfer.freeze")
def changes_the_class(module: Any) -> None:
    """Convert each batch normalization layer to a class without a train mode."""
    for layer in [module, *module.children()]:
        if layer is not module:
            changes_the_class(layer)
        elif isinstance(layer, _BatchNorm) and not isinstance(layer, _FrozenNorm):
            kind = type(layer)
            layer.__class__ = type(f"Frozen{kind.__name__}", (_FrozenNorm, kind), {})
            layer.eval()
    for parameter in module.parameters(recurse=False):
        parameter.requires_grad_(False)


@right("transfer.freeze_first_layers")
def by_names(model: Any, n: int) -> None:
    """Derive the names of the layers from those of the parameters."""
    names = list(dict.fromkeys(k.rpartition(".")[0] for k, _ in model.named_parameters()))
    if n < 0 or n > len(names):
        raise ValueError("the model does not have that many layers")
    for name in names[:n]:
        overrides_train(model.get_submodule(name))


@right("transfer.freeze_first_layers")
def counts_down(model: Any, n: int) -> None:
    """Iterate over the modules and count down, using `_parameters`."""
    holding = [m for m in model.modules() if any(p is not None for p in m._parameters.values())]
    if n not in range(len(holding) + 1):
        raise ValueError(n)
    for layer in holding:
        if n == 0:
            return
        changes_the_class(layer)
        n -= 1


@right("transfer.build_feature_extractor")
def known_names(backbone: Any, num_classes: int) -> Any:
    """Look for `fc`, then for `classifier`, and modify the backbone itself."""
    overrides_train(backbone)
    if hasattr(backbone, "fc"):
        backbone.fc = nn.Linear(backbone.fc.in_features, num_classes)
    elif hasattr(backbone, "classifier"):
        width = backbone.classifier[-1].in_features
        backbone.classifier[-1] = nn.Linear(width, num_classes)
    else:
        raise ValueError("the backbone has neither fc nor classifier")
    return backbone


class _Extractor(nn.Module):
    def __init__(self, body: Any, inputs: int, outputs: int) -> None:
        super().__init__()
        self.body, self.head = body, nn.Linear(inputs, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.body.eval()
        with torch.no_grad():
            seen = self.body(x)
        return self.head(seen)


@right("transfer.build_feature_extractor")
def body_and_head(backbone: Any, num_classes: int) -> Any:
    """Replace the old last layer by an identity, and put a new one after the body."""
    pairs = [
        (m, k)
        for m in backbone.modules()
        for k, c in m.named_children()
        if isinstance(c, nn.Linear)
    ]
    if not pairs:
        raise ValueError("the backbone has no head")
    parent, key = pairs[-1]
    inputs = parent.get_submodule(key).in_features
    parent.add_module(key, nn.Identity())
    return _Extractor(backbone.requires_grad_(False), inputs, num_classes)


@right("transfer.extract_features")
@torch.inference_mode()
def in_numpy(model: Any, loader: Any, device: Any = "cpu") -> Any:
    """Collect rows as NumPy arrays, and restore the mode of every module."""
    modes = [(module, module.training) for module in model.modules()]
    model.train(False)
    rows, labels = [], []
    for images, targets in loader:
        rows += list(model(images.to(device)).cpu().numpy().astype(np.float32))
        labels += targets.tolist()
    for module, mode in modes:
        module.training = mode
    return torch.from_numpy(np.stack(rows).reshape(len(rows), -1)), torch.tensor(labels)


@right("transfer.extract_features")
def detached(model: Any, loader: Any, device: Any = "cpu") -> Any:
    """Detach instead of disabling gradients."""
    was = model.training
    try:
        model.eval()
        pairs = [(model(x.to(device)).detach().cpu(), y.cpu()) for x, y in loader]
    finally:
        model.train(was)
    seen = torch.cat([part.reshape(len(part), -1) for part, _ in pairs])
    return seen.to(torch.float32), torch.cat([y for _, y in pairs])
