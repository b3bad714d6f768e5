"""Write `constraints/pyXY.txt`: the package versions of this environment, which passed the tests.

python -m coursekit.constraints constraints
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from coursekit.errors import CourseProblem

PROJECT = "vision-course"
# These differ by platform; torch requires the ones that it needs.
PLATFORM_ONLY = re.compile(r"(nvidia|cuda|triton|pyseccomp|pexpect|ptyprocess)\b")
FIRST_RELEASE = "{}.{}.0".format(*sys.version_info)
HEAD = "# Python {}. Written by `make constraints`; used by `make install`.\n"


def pinned() -> dict[str, str]:
    """Return the version of every package that the project and all its extras need here."""
    found: dict[str, str] = {}
    waiting = [(PROJECT, frozenset(distribution(PROJECT).metadata.get_all("Provides-Extra") or ()))]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen or PLATFORM_ONLY.match(name):
            continue
        seen.add((name, extras))
        try:
            package = distribution(name)
        except PackageNotFoundError:  # an optional dependency that is not installed
            continue
        if name != PROJECT:
            found[name] = package.version.partition("+")[0]
        waiting += [
            (canonicalize_name(r.name), frozenset(r.extras)) for r in _needs(package, extras)
        ]
    return dict(sorted(found.items()))


def _needs(package: Distribution, extras: frozenset[str]) -> list[Requirement]:
    wanted = [Requirement(line) for line in package.requires or ()]
    return [each for each in wanted if _applies(each, extras)]


def _applies(wanted: Requirement, extras: frozenset[str]) -> bool:
    if wanted.marker is None:
        return True
    return any(wanted.marker.evaluate({"extra": extra}) for extra in extras | {""})


def too_new(names: Iterable[str]) -> list[str]:
    """Return a sentence for each installed package that excludes a release of this Python.

    A distribution may stay at an early release: Debian 12 has Python 3.11.2.
    """
    found = []
    for name in names:
        package = distribution(name)
        needed = ", ".join(package.metadata.get_all("Requires-Python") or ())
        if not SpecifierSet(needed).contains(FIRST_RELEASE):
            found.append(
                f"{name} {package.version} needs Python {needed}, which excludes {FIRST_RELEASE}. "
                "Install an earlier version; pip downloads the latest that fits with: pip download "
                f"--no-deps --only-binary=:all: --python-version {FIRST_RELEASE} {name}"
            )
    return found


def write(folder: Path) -> Path:
    """Write the constraints of this Python into `folder`. Return the path of the file.

    Raises `CourseProblem` if a package cannot be installed with every release of this Python.
    """
    major, minor = sys.version_info[:2]
    found = pinned()
    if problems := too_new(found):
        raise CourseProblem("\n".join(problems))
    path = folder / f"py{major}{minor}.txt"
    lines = [f"{name}=={version}\n" for name, version in found.items()]
    folder.mkdir(exist_ok=True)
    path.write_text(HEAD.format(f"{major}.{minor}") + "".join(lines), encoding="utf-8")
    return path


if __name__ == "__main__":
    try:
        print(f"wrote {write(Path(sys.argv[1]))}")
    except CourseProblem as problem:
        sys.exit(str(problem))
