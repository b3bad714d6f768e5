"""Send a network from a test to the worker: the judge describes it, the worker builds a copy.

This works only for classes that the worker can import: those of torch, of the toolbox and of
modules shared by public tests. A network of a test's own class stays in the judge and is called
back instead.
"""

from __future__ import annotations

import importlib
from typing import Any, cast

from torch import nn

from coursekit.grading.protocol.values import Codec, Encoded

KNOWN = ("torch.nn.", "torchvision.", "toolbox.", "unit_tests.")
NOT_KNOWN = ("unit_tests.test_", "unit_tests.hidden")
USUAL = frozenset(vars(nn.Module())) - {"training"}
# The layer types that a worker may claim for its networks.
LAYERS: tuple[type[nn.Module], ...] = (
    *(nn.Linear, nn.Conv2d, nn.BatchNorm1d, nn.BatchNorm2d, nn.Dropout, nn.Dropout2d, nn.ReLU),
    *(nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.Flatten, nn.Identity, nn.Sequential),
    *(nn.CrossEntropyLoss,),
)


class Sent:
    """The modules in one message, so that a module that occurs twice becomes one copy."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._tensors: dict[int, int] = {}

    def encode(self, codec: Codec, module: nn.Module, blobs: list[bytes]) -> Encoded:
        """Return the description of a network for which `can_cross` is true."""
        if id(module) in self._numbers:
            return ["R", self._numbers[id(module)]]
        self._numbers[id(module)] = len(self._numbers)
        kind = type(module)
        own = {k: v for k, v in vars(module).items() if k not in USUAL}
        return [
            "M",
            [kind.__module__, kind.__qualname__],
            codec.encode(own, blobs),
            self._encode_tensors(codec, module._parameters, blobs),
            self._encode_tensors(codec, module._buffers, blobs),
            [[name, each and self.encode(codec, each, blobs)] for name, each in _children(module)],
            sorted(module._non_persistent_buffers_set),
        ]

    def _encode_tensors(
        self, codec: Codec, named: dict[str, Any], blobs: list[bytes]
    ) -> list[list[Any]]:
        return [
            [name, self._encode_tensor(codec, each, blobs), each is not None and each.requires_grad]
            for name, each in named.items()
        ]

    def _encode_tensor(self, codec: Codec, value: Any, blobs: list[bytes]) -> Encoded:
        """Return a tensor's description, or its number if it occurred before (tied weights)."""
        if value is None:
            return None
        if id(value) in self._tensors:
            return self._tensors[id(value)]
        self._tensors[id(value)] = len(self._tensors)
        return Codec.encode_tensor(codec, value, blobs)


def can_cross(module: nn.Module) -> bool:
    """Return whether the worker can copy `module`, that is, import all of its classes."""
    return all(_is_known(type(each)) for each in module.modules())


def _is_known(kind: type) -> bool:
    name = f"{kind.__module__}."
    return (
        name.startswith(KNOWN) and not name.startswith(NOT_KNOWN) and "<" not in kind.__qualname__
    )


def _children(module: nn.Module) -> list[tuple[str, nn.Module | None]]:
    return list(module._modules.items())


class NetworkCopy:
    """The copies that the worker builds from one message."""

    def __init__(self) -> None:
        self._made: list[nn.Module] = []
        self._tensors: list[Any] = []

    def known(self, number: int) -> nn.Module:
        return self._made[number]

    def build(self, codec: Codec, rest: list[Any], blobs: list[bytearray]) -> nn.Module:
        (place, name), own, parameters, buffers, children, passing = rest
        kind: Any = importlib.import_module(place)
        for step in name.split("."):
            kind = getattr(kind, step)
        made = kind.__new__(kind)
        nn.Module.__init__(made)
        self._made.append(made)
        for key, value in codec.decode(own, blobs).items():
            made.__dict__[key] = value
        for key, data, learns in parameters:
            made.register_parameter(key, self._tensor(codec, data, blobs, learns))
        for key, data, _ in buffers:
            value = self._tensor(codec, data, blobs)
            made.register_buffer(key, value, persistent=key not in passing)
        for key, data in children:
            made.add_module(key, None if data is None else codec.decode(data, blobs))
        return cast(nn.Module, made)

    def _tensor(
        self, codec: Codec, data: Encoded, blobs: list[bytearray], learns: bool | None = None
    ) -> Any:
        """Return the tensor that `data` describes. learns: a parameter's `requires_grad`."""
        if data is None:
            return None
        if type(data) is int:
            return self._tensors[data]
        value = codec.decode(data, blobs)
        self._tensors.append(value if learns is None else nn.Parameter(value, learns))
        return self._tensors[-1]
