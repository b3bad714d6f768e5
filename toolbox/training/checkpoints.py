"""Weights on disk: tensors and plain values only, so that reading a file never runs code."""

from __future__ import annotations

import hashlib
import io
import pickle
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from data_scripts.whole_files import write_whole

FROZEN = "frozen.sha256"  # the entry that stands for the parameters that are left out


class CheckpointError(ValueError):
    """A checkpoint that can't be read, or that doesn't fit; says what to do."""


def save(path: Path | str, content: Any) -> None:
    """Write tensors and plain values (in dictionaries and lists) to `path`, whole or not at all."""
    buffer = io.BytesIO()
    torch.save(content, buffer)
    write_whole(Path(path), buffer.getvalue())


def load(path: Path | str) -> Any:
    """What `save` wrote, on the CPU. Raises `CheckpointError` for anything else."""
    path = Path(path)
    if not path.is_file():
        raise CheckpointError(f"there is no checkpoint {path}: train and save the model first")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path} holds more than weights, and is not read: save model.state_dict(), "
            "not the model itself"
        ) from error
    except Exception as error:  # what arbitrary bytes can raise in torch is anybody's guess
        raise CheckpointError(f"{path} is damaged or no checkpoint: save it again") from error


def save_weights(path: Path | str, model: nn.Module) -> None:
    """Write the model's weights (its `state_dict`, on the CPU) to `path`.

    Parameters that are frozen are left out: whoever builds the model has them already, and a new
    last layer on a pretrained network takes kilobytes. A hash of theirs is kept in their place.
    """
    frozen = {name for name, value in model.named_parameters() if not value.requires_grad}
    state = {key: value.detach().cpu() for key, value in model.state_dict().items()}
    kept = {key: value for key, value in state.items() if key not in frozen}
    if frozen:
        kept[FROZEN] = _hash_of(state, frozen)
    save(path, kept)


def load_weights(path: Path | str, model: nn.Module) -> None:
    """Put the weights in `path` into `model`.

    What was frozen in training has to be in `model` already, with the same values. Raises
    `CheckpointError` that names what is missing, what is too many, and which shapes differ.
    """
    weights = load(path)
    if not isinstance(weights, dict):
        raise CheckpointError(f"{path} holds no state_dict: save model.state_dict()")
    own = model.state_dict()
    frozen = weights.pop(FROZEN, None)
    missing = sorted(own.keys() - weights.keys())
    unknown = sorted(weights.keys() - own.keys())
    shapes = [
        f"{key}: {tuple(weights[key].shape)} where {tuple(value.shape)} is expected"
        for key, value in own.items()
        if key in weights and weights[key].shape != value.shape
    ]
    problems = [f"missing: {', '.join(missing)}"] * bool(missing and frozen is None)
    problems += [f"unknown: {', '.join(unknown)}"] * bool(unknown) + shapes
    if problems:
        raise CheckpointError(
            f"{path} doesn't fit {type(model).__name__} ({'; '.join(problems)}). "
            "Was the class changed after training?"
        )
    if frozen is not None and not _same(frozen, _hash_of(own, missing)):
        raise CheckpointError(
            f"{path} was trained on other frozen weights than {type(model).__name__} has here: "
            "build it on the same pretrained network"
        )
    model.load_state_dict({**own, **weights})


def _hash_of(state: dict[str, torch.Tensor], names: Iterable[str]) -> torch.Tensor:
    """SHA-256 over names and values, as 32 bytes in a tensor: a file holds tensors alone."""
    digest = hashlib.sha256()
    for name in sorted(names):
        value = state[name].detach().cpu().contiguous()
        digest.update(name.encode() + b"\0" + value.numpy().tobytes())
    return torch.tensor(list(digest.digest()), dtype=torch.uint8)


def _same(one: Any, other: torch.Tensor) -> bool:
    return torch.is_tensor(one) and one.shape == other.shape and bool((one == other).all())
