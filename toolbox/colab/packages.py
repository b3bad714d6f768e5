"""Only the packages that are not there yet: Colab has torch and most others already."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

# Several GB, and wrong with another build beside them: never installed over what is there.
LEFT_ALONE = {"torch", "torchvision"}


def lacking(requirements: str) -> list[str]:
    """The lines of a requirements text that this environment doesn't meet, in their order."""
    found = []
    for line in requirements.splitlines():
        try:
            wanted = Requirement(line.strip())
        except InvalidRequirement:
            continue  # an empty line or a comment
        if wanted.marker is not None and not wanted.marker.evaluate():
            continue
        try:
            if wanted.name in LEFT_ALONE or wanted.specifier.contains(
                version(wanted.name), prereleases=True
            ):
                continue
        except PackageNotFoundError:
            pass
        found.append(f"{wanted.name}{wanted.specifier}")
    return found


def install_lacking(file: Path) -> list[str]:
    """Install what is lacking of the requirements in `file`. Returns what that was.

    Raises `RuntimeError` with pip's last words where it fails; what was there stays.
    """
    missing = lacking(file.read_text(encoding="utf-8")) if file.is_file() else []
    if missing:
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", *missing],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise RuntimeError(f"{', '.join(missing)} could not be installed: {said[-1:]}")
    return missing
