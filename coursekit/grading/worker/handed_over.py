"""Proxies for objects that a test passes to student code.

Every use of such an object is a request to the judge, which allows what its kind permits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.utils.data import Dataset

if TYPE_CHECKING:
    from coursekit.grading.protocol.peer import Peer


class HandedOver:
    """An object of a test."""

    def __init__(self, peer: Peer, number: int, name: str) -> None:
        self.__dict__.update(_peer=peer, _number=number, _name=name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._peer.ask("get", self, name)

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            self._peer.ask("set", self, name, value)

    def __call__(self, *args: object, **named: object) -> Any:
        return self._peer.ask("call", self, list(args), named)

    def __getitem__(self, key: object) -> Any:
        return self._peer.ask("item", self, key)

    def __len__(self) -> int:
        return int(self._peer.ask("len", self))

    def __iter__(self) -> Iterator[Any]:
        source = self._peer.ask("iter", self)
        while True:
            found = self._peer.ask("next", source)
            if not found:
                return
            yield found[0]

    def __repr__(self) -> str:
        return f"<{self._name}>"


class LentFunction(HandedOver):
    """A function of a test. It is always true and has no length."""

    def __bool__(self) -> bool:
        return True

    @property
    def __name__(self) -> str:
        return str(self._name)


class LentDataset(HandedOver, Dataset[Any]):
    """A data set of a test."""


class LentModule(nn.Module):
    """A network of a test: its forward pass runs in the judge, its parameters are shared."""

    def __init__(self, peer: Peer, number: int, name: str) -> None:
        super().__init__()
        self.__dict__.update(_peer=peer, _number=number, _name=name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._peer.ask("get", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("training",) and "_peer" not in self.__dict__:
            object.__setattr__(self, name, value)
        elif name.startswith("_") or "_peer" not in self.__dict__:
            super().__setattr__(name, value)
        else:
            self._peer.ask("set", self, name, value)

    def __getattribute__(self, name: str) -> Any:
        if name in REMOTE and "_peer" in object.__getattribute__(self, "__dict__"):
            return object.__getattribute__(self, "__dict__")["_peer"].ask("get", self, name)
        return super().__getattribute__(name)

    def __call__(self, *args: object, **named: object) -> Any:
        return self._peer.ask("call", self, list(args), named)

    def forward(self, *args: object, **named: object) -> Any:
        return self(*args, **named)

    def train(self, mode: bool = True) -> LentModule:
        self._peer.ask("method", self, "train", [mode], {})
        return self

    def eval(self) -> LentModule:
        return self.train(False)

    def parameters(self, recurse: bool = True) -> Iterator[nn.Parameter]:
        yield from self._peer.ask("method", self, "parameters", [recurse], {})

    def named_parameters(
        self, *args: object, **named: object
    ) -> Iterator[tuple[str, nn.Parameter]]:
        yield from self._peer.ask("method", self, "named_parameters", list(args), named)

    def buffers(self, recurse: bool = True) -> Iterator[torch.Tensor]:
        yield from self._peer.ask("method", self, "buffers", [recurse], {})

    def named_buffers(self, *args: object, **named: object) -> Iterator[tuple[str, torch.Tensor]]:
        yield from self._peer.ask("method", self, "named_buffers", list(args), named)

    def modules(self, remove_duplicate: bool = True) -> Iterator[nn.Module]:
        named = self.named_modules(remove_duplicate=remove_duplicate)
        yield from (each for _, each in named)

    def named_modules(self, *args: object, **named: object) -> Iterator[tuple[str, nn.Module]]:
        yield from self._peer.ask("method", self, "named_modules", list(args), named)

    def named_children(self) -> Iterator[tuple[str, nn.Module]]:
        yield from self._peer.ask("method", self, "named_children", [], {})

    def state_dict(self, *args: object, **named: object) -> Any:
        return self._peer.ask("method", self, "state_dict", list(args), named)

    def zero_grad(self, set_to_none: bool = True) -> None:
        for each in self.parameters():
            each.grad = None

    def __repr__(self) -> str:
        return f"<{self._name}>"


REMOTE = frozenset({"training"})
KINDS = {"function": LentFunction, "module": LentModule, "dataset": LentDataset}
