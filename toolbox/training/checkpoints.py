"""Save and load weights: only tensors and plain values, so that reading a file never runs code."""

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

RUNS = "run-*.pt"  # the states of trainings, beside the weights that a finished one writes
FROZEN = "frozen.sha256"  # the entry with the hash of the frozen parameters, which are not saved


class CheckpointError(ValueError):
    """A checkpoint that can't be read or doesn't fit; the message says in a sentence what to do."""


def save(path: Path | str, content: object) -> None:
    """Write tensors and plain values (in dictionaries and lists) to `path`, all or nothing."""
    buffer = io.BytesIO()
    torch.save(content, buffer)
    write_whole(Path(path), buffer.getvalue())


def load(path: Path | str) -> Any:
    """Return what `save` wrote, on the CPU. Raises `CheckpointError` for anything else."""
    path = Path(path)
    if not path.is_file() and any(path.parent.glob(RUNS)):
        raise CheckpointError(
            f"The training that writes {path} was interrupted: run its cell again to continue."
        )
    if not path.is_file():
        raise CheckpointError(f"There is no checkpoint {path}: train and save the model first.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"The file {path} contains more than weights and was not loaded: "
            "save model.state_dict(), not the model itself."
        ) from error
    except Exception as error:  # arbitrary bytes can raise anything in torch
        raise CheckpointError(
            f"The file {path} is damaged or not a checkpoint: save it again."
        ) from error


def save_weights(path: Path | str, model: nn.Module) -> None:
    """Write the model's weights (its `state_dict`, on the CPU) to `path`.

    Frozen parameters are left out, since they are known when the model is built again; so a new
    last layer on a pretrained network takes only kilobytes. Instead of them, their hash is saved.
    """
    frozen = {name for name, value in model.named_parameters() if not value.requires_grad}
    state = {key: value.detach().cpu() for key, value in model.state_dict().items()}
    kept = {key: value for key, value in state.items() if key not in frozen}
    if frozen:
        kept[FROZEN] = _hash_of(state, frozen)
    save(path, kept)


def load_weights(path: Path | str, model: nn.Module) -> None:
    """Load the weights in `path` into `model`.

    Parameters that were frozen in training must already be in `model`, with the same values. Raises
    `CheckpointError`, naming missing and unknown entries and shapes that differ.
    """
    weights = load(path)
    if not isinstance(weights, dict):
        raise CheckpointError(f"The file {path} contains no state_dict: save model.state_dict().")
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
            f"The file {path} doesn't fit {type(model).__name__} ({'; '.join(problems)}). "
            "Was the class changed after training?"
        )
    if frozen is not None and not _same(frozen, _hash_of(own, missing)):
        raise CheckpointError(
            f"The file {path} was trained on other frozen weights than this "
            f"{type(model).__name__} has: build it on the same pretrained network."
        )
    model.load_state_dict({**own, **weights})


def _hash_of(state: dict[str, torch.Tensor], names: Iterable[str]) -> torch.Tensor:
    """Return the SHA-256 of names and values as a tensor of 32 bytes, which files may contain."""
    digest = hashlib.sha256()
    for name in sorted(names):
        value = state[name].detach().cpu().contiguous()
        digest.update(name.encode() + b"\0" + value.numpy().tobytes())
    return torch.tensor(list(digest.digest()), dtype=torch.uint8)


def _same(one: object, other: torch.Tensor) -> bool:
    return torch.is_tensor(one) and one.shape == other.shape and bool((one == other).all())
