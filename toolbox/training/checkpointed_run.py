"""One training run: its state, epoch by epoch, and the file from which it continues."""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Never, TypeAlias

import torch
from torch import nn
from tqdm import tqdm

from toolbox.training import checkpoints
from toolbox.training.history import History
from toolbox.training.protocols import CountsEpochs, Loader, Scheduler
from toolbox.training.run_files import weights_file
from toolbox.training.used_code import changed

MOST_RUNS = 3  # that are kept for one name, so that undoing an edit brings its run back
Epoch = Callable[..., tuple[float, float]]
Bar: TypeAlias = "tqdm[Never]"


@dataclass(frozen=True)
class RunIdentity:
    """What a finished run must agree in to be reused.

    settings: a hash of everything but the code. code: a hash for each file of student_code.
    """

    settings: str
    code: dict[str, str]

    @property
    def digest(self) -> str:
        text = json.dumps([self.settings, self.code], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class CheckpointedRun:
    """The state of one training run, and its file."""

    def __init__(
        self,
        name: str,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        scheduler: Scheduler | None,
        place: torch.device,
        seed: int,
    ) -> None:
        self.model, self.optimizer, self.scheduler = model, optimizer, scheduler
        self.place, self.seed = place, seed
        self.history = History(name=name, device=place.type, seed=seed)
        self.folder = weights_file(name).parent
        self.best: dict[str, torch.Tensor] = {}
        self.identity = RunIdentity("", {})
        self._saved = 0.0

    def epoch(
        self, train: Loader, validation: Loader, learn: Epoch, measure: Epoch, bar: Bar
    ) -> None:
        """Train and measure once; the history grows by one entry."""
        number = len(self.history)
        torch.manual_seed(self.seed * 1_000_003 + number)  # so that a resumed run is identical
        if isinstance(train, CountsEpochs):
            train.epoch = number
        began = time.perf_counter()
        rate = self.optimizer.param_groups[0]["lr"]
        counted = _Counted(train, bar, number)
        loss, accuracy = learn(self.model, counted, self.optimizer, self.place)
        after_loss, after_accuracy = measure(self.model, validation, self.place)
        if self.scheduler is not None:
            _step(self.scheduler, after_loss)
        history = self.history
        history.train_loss.append(loss)
        history.train_accuracy.append(accuracy)
        history.validation_loss.append(after_loss)
        history.validation_accuracy.append(after_accuracy)
        history.learning_rate.append(rate)
        history.seconds.append(time.perf_counter() - began)
        bar.set_postfix_str(
            f"loss {loss:.3f}, {history.metric} {accuracy:.2f}; "
            f"validation {after_loss:.3f}, {after_accuracy:.2f}"
        )
        bar.n = number + 1
        if history.best_epoch == number:
            self.best = {k: v.detach().cpu().clone() for k, v in self.model.state_dict().items()}
        if not math.isfinite(loss):
            print(
                f"The loss is {loss} after epoch {number + 1}, so training stops here. "
                "Is the learning rate too high?"
            )

    def is_over(self, patience: int | None) -> bool:
        """Return whether the loss is not finite, or has not fallen for `patience` epochs."""
        if not len(self.history):
            return False
        if not math.isfinite(self.history.train_loss[-1]):
            return True
        waited = len(self.history) - 1 - self.history.best_epoch
        return patience is not None and waited >= patience

    def keep(self, *, last: bool) -> None:
        """Write the state to disk, at most once per second but always at the end."""
        if not last and time.perf_counter() - self._saved < 1.0:
            return
        state = {
            "settings": self.identity.settings,
            "code": self.identity.code,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scheduler": None if self.scheduler is None else _plain(self.scheduler.state_dict()),
            "best": self.best,
            "history": self.history.as_dict(),
        }
        checkpoints.save(self._file(), state)
        self._saved = time.perf_counter()
        kept = sorted(self.folder.glob(checkpoints.RUNS), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[:-MOST_RUNS]:
            path.unlink(missing_ok=True)

    def restore(self, epochs: int) -> None:
        """Continue where a run with the same identity stopped, if there is one.

        epochs: of the whole run, for the message.
        """
        path = self._file()
        if not path.is_file():
            self._say_why_anew()
            return
        try:
            state = checkpoints.load(path)
        except checkpoints.CheckpointError as problem:
            print(f"{problem} Training starts from the beginning.")
            return
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.scheduler is not None:
            self.scheduler.load_state_dict(state["scheduler"])
        self.best = state["best"]
        self.history = History(**state["history"])
        self.history.device = self.place.type
        os.utime(path)  # the files of the runs that were used last are kept
        said = f"continuing after epoch {len(self.history)}."
        if len(self.history) >= epochs:
            said = "reusing the finished training, with the same code and settings."
        print(f"{self.history.name}: {said}")

    def _say_why_anew(self) -> None:
        """Print which files changed since an earlier run, preferably one with the same settings.

        Print nothing if only settings changed, since a notebook may train twice under one name.
        """
        runs = sorted(self.folder.glob(checkpoints.RUNS), key=lambda path: path.stat().st_mtime_ns)
        said = ""
        for path in reversed(runs):
            with suppress(checkpoints.CheckpointError, AttributeError):
                state = checkpoints.load(path)
                files = changed(state.get("code", {}), self.identity.code)
                same = state.get("settings") == self.identity.settings
                if files and (same or not said):
                    said = " and ".join(files if same else [*files, "its settings"])
                if files and same:
                    break
        if said:
            print(f"{self.history.name}: training again, because {said} changed.")

    def _file(self) -> Path:
        return self.folder / f"run-{self.identity.digest}.pt"

    def take_best(self) -> None:
        """Load the weights of the epoch with the lowest validation loss into the model."""
        if self.best:
            self.model.load_state_dict(self.best)


class _Counted:
    """A loader that advances the progress bar as its batches are consumed."""

    def __init__(self, loader: Loader, bar: Bar, done: int) -> None:
        self.loader, self.bar, self.done = loader, bar, done

    def __len__(self) -> int:
        return len(self.loader)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def __iter__(self) -> Iterator[Any]:
        for number, batch in enumerate(self.loader, 1):
            yield batch
            self.bar.n = round(self.done + number / (len(self.loader) + 1), 2)
            self.bar.update(0)


def _step(scheduler: Scheduler, loss: float) -> None:
    if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
        scheduler.step(loss)
    else:
        scheduler.step()


def _plain(state: dict[str, Any]) -> dict[str, Any]:
    """Return a scheduler's state without functions, which can't be loaded safely."""
    return {key: value for key, value in state.items() if not callable(value)}
