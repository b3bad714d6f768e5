"""The versions of Python and of the main packages that the course was tested with.

They come from `constraints/`: `py313.txt` lists what the tests ran with on Python 3.13, and
`colab.txt` what Colab provides. These files are the only source of versions.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from toolbox import course

MAIN_PACKAGES = ("torch", "torchvision", "numpy")
_FOR_PYTHON = re.compile(r"py(\d)(\d+)\.txt")

Release = tuple[int, int]  # the major and the minor number


@dataclass(frozen=True)
class TestedVersions:
    """Python releases in ascending order, and the lowest and highest release of each package."""

    pythons: tuple[Release, ...]
    packages: dict[str, tuple[Release, Release]]

    @property
    def python_range(self) -> str:
        """The tested Python releases as text, such as "3.11 to 3.13"."""
        return _in_words(self.pythons[0], self.pythons[-1])

    def package_range(self, name: str) -> str:
        """Return the tested releases of a package as text."""
        return _in_words(*self.packages[name])

    def covers_python(self, found: Release) -> bool:
        """Return whether the tests ran on this Python release."""
        return found in self.pythons

    def covers(self, name: str, found: str) -> bool:
        """Return whether a version is within the tested releases of a package."""
        low, high = self.packages[name]
        return low <= release(found) <= high


def release(text: str) -> Release:
    """Return the major and the minor number of a version such as "2.14.1+cpu"."""
    numbers = re.match(r"(\d+)(?:\.(\d+))?", text)
    return (int(numbers[1]), int(numbers[2] or 0)) if numbers else (0, 0)


def read(folder: Path, files: str = "*.txt") -> TestedVersions | None:
    """Read the constraints files in `folder`; return None if there is none for any Python."""
    pythons = [found for path in folder.glob("*.txt") if (found := _FOR_PYTHON.match(path.name))]
    if not pythons:
        return None
    seen: dict[str, list[Release]] = {}
    for path in folder.glob(files):
        for name, pinned in pins(path).items():
            seen.setdefault(name, []).append(release(pinned))
    return TestedVersions(
        tuple(sorted((int(found[1]), int(found[2])) for found in pythons)),
        {name: (min(found), max(found)) for name, found in seen.items()},
    )


def pins(path: Path) -> dict[str, str]:
    """Return the versions that a constraints file pins, by package name."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if "==" in line and not line.startswith("#")]
    return {name.strip(): pinned.strip() for name, pinned in pairs}


def advice_on_mismatch(root: Path | None = None) -> str:
    """Name the untested versions and what to do, in one sentence; "" if all were tested."""
    tested = read((root or course.find_root()) / "constraints")
    if tested is None:
        return ""
    python = (sys.version_info[0], sys.version_info[1])
    others = []
    if not tested.covers_python(python):
        others.append(f"Python {_dotted(python)} (tested: {tested.python_range})")
    for name in MAIN_PACKAGES:
        found = _installed(name)
        if found and name in tested.packages and not tested.covers(name, found):
            others.append(f"{name} {found} (tested: {tested.package_range(name)})")
    if not others:
        return ""
    what = ", ".join(others[:-1]) + (" and " if others[1:] else "") + others[-1]
    return f"The course was not tested with {what}: if something fails, {_remedy(tested, python)}."


def _remedy(tested: TestedVersions, python: Release) -> str:
    if "google.colab" in sys.modules:
        return "choose the newest runtime version under Runtime > Change runtime type"
    if not tested.covers_python(python):
        return f"install Python {_dotted(tested.pythons[-1])} and create a new environment with it"
    file = f"constraints/py{python[0]}{python[1]}.txt"
    return f"run `pip install -r requirements.txt -c {file}` and restart the kernel"


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _in_words(low: Release, high: Release) -> str:
    return _dotted(low) if low == high else f"{_dotted(low)} to {_dotted(high)}"


def _dotted(numbers: Release) -> str:
    return ".".join(map(str, numbers))
