"""Get torchvision's ImageNet weights: from its cache, a mirror, or its own address."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path
from typing import Any

import torch

from data_scripts import mirrors
from data_scripts.connections import NETWORK_SECONDS
from data_scripts.lock import locked
from data_scripts.manifest import digest
from data_scripts.network import Network
from data_scripts.places import lock_file
from data_scripts.problems import DataProblem, Unreachable
from data_scripts.registry import RemoteFile
from data_scripts.whole_files import whole_file

# A student's network may load its weights each time it is created, many times in one check.
QUIET_SECONDS = 60.0
LARGEST = 1 << 30
IN_CACHE = "from torchvision's cache"
_in_vain: dict[tuple[str, ...], tuple[float, str]] = {}  # addresses; when they failed, and why
_PREFIX = re.compile(r"-([0-9a-f]{8,})\.")  # of the SHA-256, as torchvision writes it into names


class NoWeights(RuntimeError):
    """The ImageNet weights of a network can't be obtained; the message says why."""


def weights_of(name: str) -> Any:
    """Return torchvision's current weights of the classifier `name`, such as "resnet18".

    Raises: ValueError if torchvision has no classifier of that name.
    """
    from torchvision import models

    try:
        return models.get_model_weights(name).DEFAULT
    except ValueError as error:
        raise ValueError(f"torchvision has no classifier called {name!r}") from error


def weights_file(name: str) -> tuple[Path, str]:
    """Return the file in torchvision's cache with the weights of `name`, and where they came from.

    A file that isn't there yet is copied from the mirror's folder, or downloaded from the mirror's
    address or from torchvision's. It must have the SHA-256 prefix that is part of its name. If no
    host answers, the network is not tried again for a minute.

    Raises: NoWeights, naming every place that was tried, and ValueError as `weights_of` does.
    """
    url = _address(name)
    path = Path(torch.hub.get_dir()) / "checkpoints" / url.rpartition("/")[2]
    if path.is_file():
        return path, IN_CACHE
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with locked(lock_file(f"weights-{path.name}")):
            if path.is_file():
                return path, IN_CACHE
            return path, _get(path, url)
    except DataProblem as problem:
        what = f"The ImageNet weights of {name} are not available"
        raise NoWeights(f"{what}: {problem.what}") from problem
    except OSError as error:
        raise NoWeights(f"The ImageNet weights of {name} can't be saved ({error}).") from error


def _address(name: str) -> str:
    return str(weights_of(name).url)


def _get(path: Path, url: str) -> str:
    """Put the file in place, and return where it came from. Raises a DataProblem if that fails."""
    problems = []
    if found := mirrors.find(path.name, f"weights/{path.name}"):
        try:
            _check(found)
            with whole_file(path) as unfinished:
                shutil.copyfile(found, unfinished)
            return "from the mirror"
        except DataProblem as problem:
            problems.append(problem.what)
    where = (mirrors.address(), url)
    failed, why = _in_vain.get(where, (-QUIET_SECONDS, ""))
    if time.monotonic() < failed + QUIET_SECONDS:
        raise DataProblem(" ".join([*problems, why]))
    try:
        return _download(path, url)
    except DataProblem as problem:
        if isinstance(problem, Unreachable):
            _in_vain[where] = time.monotonic(), problem.what
        raise DataProblem(" ".join([*problems, problem.what])) from problem


def _download(path: Path, url: str) -> str:
    """Download the file, and return where it came from.

    Raises: Unreachable if no host answers, and another DataProblem if an address fails otherwise.
    """
    file = RemoteFile(path.name, (url,))
    network = Network([file], NETWORK_SECONDS, print)
    problems: list[DataProblem] = []
    for address in network.addresses(file):
        goal = path.with_name(f".{path.name}.unchecked")
        try:
            network.download(file, address, goal, LARGEST)
            _check(goal, path.name)
            goal.replace(path)
            return "from torchvision" if address.url == url else "from the mirror"
        except DataProblem as problem:
            problems.append(problem)
        finally:
            goal.unlink(missing_ok=True)
    kind = Unreachable if all(isinstance(each, Unreachable) for each in problems) else DataProblem
    raise kind(" ".join(problem.what for problem in problems))


def _check(path: Path, name: str = "") -> None:
    name = name or path.name
    wanted = _PREFIX.search(name)
    if wanted and not (found := digest(path)).startswith(wanted[1]):
        raise DataProblem(
            f"{name} from {path.parent} has the wrong checksum: {found[:8]}..., not {wanted[1]}."
        )
