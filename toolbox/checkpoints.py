"""Weights on disk: tensors and plain values only, so that reading a file never runs code."""

from __future__ import annotations

import io
import pickle
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import nn

from toolbox.results import write_atomically


class CheckpointError(ValueError):
    """A checkpoint that can't be read, or that doesn't fit; says what to do."""


def save(path: Path | str, content: Any) -> None:
    """Write tensors and plain values (in dictionaries and lists) to `path`, whole or not at all."""
    buffer = io.BytesIO()
    torch.save(content, buffer)
    write_atomically(Path(path), buffer.getvalue())


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
    """Write the model's weights (its `state_dict`, on the CPU) to `path`."""
    save(path, {key: value.detach().cpu() for key, value in model.state_dict().items()})


def load_weights(path: Path | str, model: nn.Module) -> None:
    """Put the weights in `path` into `model`.

    Raises `CheckpointError` that names what is missing, what is too many, and which shapes differ.
    """
    weights = load(path)
    if not isinstance(weights, dict):
        raise CheckpointError(f"{path} holds no state_dict: save model.state_dict()")
    own = model.state_dict()
    missing = sorted(own.keys() - weights.keys())
    unknown = sorted(weights.keys() - own.keys())
    shapes = [
        f"{key}: {tuple(weights[key].shape)} where {tuple(value.shape)} is expected"
        for key, value in own.items()
        if key in weights and weights[key].shape != value.shape
    ]
    problems = [f"missing: {', '.join(missing)}"] * bool(missing)
    problems += [f"unknown: {', '.join(unknown)}"] * bool(unknown) + shapes
    if problems:
        raise CheckpointError(
            f"{path} doesn't fit {type(model).__name__} ({'; '.join(problems)}). "
            "Was the class changed after training?"
        )
    model.load_state_dict(weights)
