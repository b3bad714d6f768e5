"""The files of a training run, and the lock that lets only one process train it at a time."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data_scripts.lock import locked
from toolbox import results


def weights_file(name: str) -> Path:
    """Return the path of the weights of the run called `name`."""
    return results.folder() / "checkpoints" / name / "weights.pt"


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Wait while another process trains the run `name`: both would write the same files.

    The lock is in a local folder, since a network drive may keep one whose machine is gone.
    """
    where = hashlib.sha256(str(weights_file(name).resolve()).encode()).hexdigest()[:12]
    lock = Path(tempfile.gettempdir()) / f"course-training-{where}" / f"{name}.lock"
    said = f"{name} is being trained in another notebook. Waiting until it has finished."
    with locked(lock, say=lambda line: print(said, flush=True), patience=float("inf")):
        yield
