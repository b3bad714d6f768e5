"""Get predictions of a student's trained network, in this process or in another one.

A network receives images and returns class ids. The labels stay with the caller.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch

from toolbox import course
from toolbox.checks.deadline import deadline
from toolbox.checks.error_frames import frames_of, stub_of
from toolbox.checks.pytest_run import fresh_modules
from toolbox.training.checkpoints import CheckpointError, load_weights

Size = tuple[int, int]


class Unusable(Exception):
    """A network that cannot be measured. The message is a sentence that tells the student why."""


@dataclass(frozen=True)
class Wanted:
    """A request for the network of one training run.

    run: the name of the run. model: the student's class, as "module.name". masks: whether the
    network predicts one class per pixel instead of one per image.
    """

    run: str
    model: str
    num_classes: int
    masks: bool


class Network(Protocol):
    """A network with its trained weights."""

    fine_tuned: bool  # built on the course's pretrained AlexNet

    def predict(self, x: torch.Tensor, size: Size | None) -> torch.Tensor:
        """Return class ids as int64, (N,), or (N, *size) with a `size`. Raises `Unusable`."""


class TrainedNetwork:
    """A network of this process. Raises `Unusable` if it cannot be built from its weights."""

    def __init__(self, wanted: Wanted) -> None:
        from toolbox.training.trainer import weights_file

        self.fine_tuned = False
        made = f"The network {wanted.model} can't be made"
        self._failed = f"{made} or run" if wanted.masks else "The network can't be run"
        with _explained(self._failed if wanted.masks else made):
            self._model = self._made(wanted)
        with _explained(self._failed):
            load_weights(Path(weights_file(wanted.run)), self._model)
            self._model.eval()

    def _made(self, wanted: Wanted) -> Any:
        module, name = wanted.model.split(".")
        network = getattr(importlib.import_module(f"student_code.{module}"), name)
        given: dict[str, Any] = {"num_classes": wanted.num_classes}
        if wanted.masks:
            from toolbox.segmentation import small_backbone

            given |= {"pretrained": False, "backbone": small_backbone()}
        elif "backbone" in inspect.signature(network).parameters:
            from toolbox.models.backbones import load_backbone

            # The course's own backbone: the same for everyone, and available offline.
            given["backbone"] = load_backbone("alexnet", "course").model
            self.fine_tuned = True
        return network(**given)

    def predict(self, x: torch.Tensor, size: Size | None) -> torch.Tensor:
        with _explained(self._failed), torch.no_grad():
            if size is not None:
                from toolbox.segmentation import predict

                return predict(self._model, x, size)
            scores: Any = self._model(x.clone())
            if not torch.is_tensor(scores) or scores.dim() != 2 or len(scores) != len(x):
                raise ValueError("scores of shape (N, num_classes) were expected")
            return scores.argmax(dim=1)


@contextmanager
def _explained(failed: str) -> Iterator[None]:
    """Raise `Unusable` for anything that the student's code or its weights raise."""
    try:
        yield
    except CheckpointError as problem:
        raise Unusable(str(problem)) from problem
    except NotImplementedError as problem:
        raise Unusable(f"{failed}: {_unwritten(problem)}") from problem
    except Exception as problem:  # the student's code may do anything
        raise Unusable(f"{failed}: {type(problem).__name__}: {problem}") from problem


def _unwritten(problem: NotImplementedError) -> str:
    name = stub_of(frames_of(problem))
    return f"{name} is not implemented yet." if name else f"NotImplementedError: {problem}"


Make = Callable[[Wanted, float], AbstractContextManager[Network]]


@contextmanager
def _here(wanted: Wanted, seconds: float) -> Iterator[Network]:
    with fresh_modules(course.find_root()), deadline(seconds):
        yield TrainedNetwork(wanted)


_makers: list[Make] = [_here]


def trained(wanted: Wanted, seconds: float) -> AbstractContextManager[Network]:
    """Provide a network that may compute for `seconds` while the body runs.

    Raises `Unusable`, and `TooSlow` when the time is up.
    """
    return _makers[-1](wanted, seconds)


@contextmanager
def made_by(make: Make) -> Iterator[None]:
    """Make `trained` call `make` while the body runs, for networks of another process."""
    _makers.append(make)
    try:
        yield
    finally:
        _makers.pop()


class Served:
    """A network that serves another process: it returns a text, the reason, on failure."""

    def __init__(self, run: str, model: str, num_classes: int, masks: bool) -> None:
        self._wanted = Wanted(run, model, num_classes, masks)
        self._network: TrainedNetwork | None = None

    def start(self) -> bool | str:
        """Build the network. Returns whether it is fine-tuned."""
        try:
            self._network = TrainedNetwork(self._wanted)
        except Unusable as problem:
            # The path differs in the other process and means nothing to a student.
            return str(problem).replace(f"{course.find_root()}/", "")
        return self._network.fine_tuned

    def predict(self, x: torch.Tensor, size: Size | None) -> torch.Tensor | str:
        """Return the result of `Network.predict`."""
        assert self._network is not None
        try:
            return self._network.predict(x, size)
        except Unusable as problem:
            return str(problem).replace(f"{course.find_root()}/", "")
