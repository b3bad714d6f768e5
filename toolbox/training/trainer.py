"""Train a network with the student's own `train_epoch` and `evaluate`.

The trainer adds everything around them: the device, seeds, progress, checkpoints after each epoch
and resuming from the last one, early stopping, timing, and the history to plot.
"""

from __future__ import annotations

import copy
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from tqdm import tqdm

from toolbox import results
from toolbox.data import Augment
from toolbox.interrupts import Interrupted
from toolbox.training import checkpoints
from toolbox.training.checkpointed_run import Bar, CheckpointedRun, Epoch, RunIdentity
from toolbox.training.devices import at_its_best, choose_device
from toolbox.training.history import History
from toolbox.training.protocols import Loader, Scheduler
from toolbox.training.run_files import one_at_a_time
from toolbox.training.run_files import weights_file as weights_file
from toolbox.training.run_settings import key_of
from toolbox.training.used_code import identity


def fit(
    model: nn.Module,
    train: Loader,
    validation: Loader,
    *,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    device: str = "auto",
    seed: int = 0,
    name: str = "simple_net",
    resume: bool = True,
    patience: int | None = None,
    scheduler: Scheduler | None = None,
    augment: Augment | None = None,
    metric: str = "accuracy",
    train_epoch: Epoch | None = None,
    evaluate: Epoch | None = None,
) -> History:
    """Train `model` for `epochs` epochs, and measure it on `validation` after each.

    Args:
        train, validation: yield batches (x, y), like `toolbox.data.Batches` or a DataLoader.
        optimizer: of the model's parameters.
        device: "auto", "cuda", "mps" or "cpu".
        seed: fixes everything random from here on, epoch by epoch.
        name: of the run: its checkpoints are saved in results/checkpoints/NAME.
        resume: continue from the last checkpoint of the same run; a run that differs in anything
            (settings, data, the code that it uses) starts from the beginning, and the checkpoints
            of two earlier runs are kept.
        patience: stop after this many epochs without a lower validation loss, and restore the
            weights of the best epoch. None: train to the end, and keep the last weights.
        scheduler: a torch scheduler, stepped after each epoch.
        augment: replaces `train.augment` during the run.
        metric: the name of the second number that the two functions return.
        train_epoch, evaluate: the student's functions, by default those in student_code.training.
    Returns: the history. `model` has the trained weights, on the device.
    A loss that is NaN or infinite ends the run with a message. After Ctrl-C, call it again to
    continue from the last finished epoch. Two notebooks that train the same run take turns.
    Raises `Interrupted` after Ctrl-C.
    """
    if epochs < 1:
        raise ValueError(f"epochs must be 1 or more, not {epochs}")
    train_epoch, evaluate = _students(train_epoch, evaluate)
    place = choose_device(device)
    model.to(place)
    _move_state(optimizer, place)
    if augment is not None:
        changed: Any = copy.copy(train)
        changed.augment = augment
        train = changed
    run = CheckpointedRun(name, model, optimizer, scheduler, place, seed)
    settings = key_of(model, optimizer, scheduler, train, validation, seed, patience)
    used = (model, optimizer, scheduler, train, validation, train_epoch, evaluate)
    run.identity = RunIdentity(settings, identity(*used, augment))
    with one_at_a_time(name):
        if resume:
            run.restore(epochs)
        run.history.metric = metric
        try:
            with _progress(name, epochs, len(run.history)) as bar, at_its_best(model, place):
                while len(run.history) < epochs and not run.is_over(patience):
                    run.epoch(train, validation, train_epoch, evaluate, bar)
                    run.keep(last=len(run.history) >= epochs or run.is_over(patience))
        except KeyboardInterrupt:
            done = f"Interrupted after epoch {len(run.history)}."
            raise Interrupted(f"{done} Run the cell again to continue.") from None
        if patience is not None:
            run.take_best()
        checkpoints.save_weights(run.folder / "weights.pt", model)
    return run.history


def inference_seconds(
    model: nn.Module, loader: Loader, device: str = "auto", repeats: int = 3
) -> float:
    """Return the seconds per image in eval mode: the fastest of `repeats` passes over `loader`."""
    place, was_training = choose_device(device), model.training
    model.to(place).eval()
    batches = [x.to(place) for x, _ in loader]
    times = []
    with torch.no_grad():
        for _ in range(repeats):
            began = time.perf_counter()
            for x in batches:
                model(x)
            if place.type == "cuda":
                torch.cuda.synchronize()
            times.append(time.perf_counter() - began)
    model.train(was_training)
    return min(times) / sum(len(x) for x in batches)


def _students(train_epoch: Epoch | None, evaluate: Epoch | None) -> tuple[Epoch, Epoch]:
    if train_epoch is not None and evaluate is not None:
        return train_epoch, evaluate
    from student_code import training

    return train_epoch or training.train_epoch, evaluate or training.evaluate


def _move_state(optimizer: torch.optim.Optimizer, place: torch.device) -> None:
    for state in optimizer.state.values():
        for name, value in state.items():
            if torch.is_tensor(value) and value.dim() > 0:
                state[name] = value.to(place)


@contextmanager
def _progress(name: str, epochs: int, done: int) -> Iterator[Bar]:
    """Show a progress bar after two seconds, but only in a terminal or a notebook.

    It uses standard output: in a graded cell, any output on standard error costs all points.
    """
    looking = (sys.stdout.isatty() or "ipykernel" in sys.modules) and not results.steady()
    bar = tqdm(
        desc=name,
        total=epochs,
        initial=done,
        unit="epoch",
        file=sys.stdout,
        disable=not looking,
        delay=2.0,
        mininterval=0.5,
        leave=False,
        bar_format="{desc} |{bar:20}| {n:.1f} of {total_fmt} epochs, {remaining} left{postfix}",
    )
    try:
        yield bar
    finally:
        bar.close()
