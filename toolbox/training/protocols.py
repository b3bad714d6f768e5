"""Interfaces of what a training run takes: loaders and schedulers of any origin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, runtime_checkable


class Loader(Protocol):
    """An iterable over batches (x, y), like `toolbox.data.Batches` or a torch DataLoader."""

    def __iter__(self) -> Iterator[Any]:
        """Yield pairs (x, y); a DataLoader does not declare what it yields."""
        ...

    def __len__(self) -> int:
        """Return the number of batches."""
        ...


@runtime_checkable
class CountsEpochs(Loader, Protocol):
    """A loader whose order depends on the number of the epoch, like `toolbox.data.Batches`."""

    epoch: int


class Scheduler(Protocol):
    """A learning-rate scheduler, stepped once per epoch."""

    @property
    def step(self) -> Callable[..., None]:
        """Move on by one epoch; some schedulers need the validation loss."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Return everything that is needed to continue later."""
        ...

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue from a state that `state_dict` returned."""
        ...
