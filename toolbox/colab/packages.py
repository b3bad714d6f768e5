"""Install only the missing packages: Colab already has torch and most others."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

# Several GB, and broken next to another build: never replace the installed ones.
LEFT_ALONE = {"torch", "torchvision"}


def lacking(requirements: str) -> list[str]:
    """Return the lines of a requirements text that this environment doesn't meet, in order."""
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
    """Install the missing requirements of `file`. Returns what was missing.

    Raises `RuntimeError` with pip's last line of output if the installation fails.
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
