"""The private parts of pytest, nbgrader, IPython and ipykernel that the course relies on.

These packages promise nothing about them, so each release may move or change one. The versions that
they were tested with are those in `constraints/py*.txt`; `coursekit doctor` warns outside of these.
To try a new release: `make install LATEST=1`, `make test`, `make constraints`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from toolbox import tested_versions

# By the name of the package; a test compares this list with what the code imports.
PRIVATE_MODULES: dict[str, tuple[str, ...]] = {
    "pytest": ("_pytest.config",),
    "nbgrader": (
        "nbgrader.apps.nbgraderapp",
        "nbgrader.converters",
        "nbgrader.converters.autograde",
        "nbgrader.coursedir",
        "nbgrader.preprocessors",
        "nbgrader.preprocessors.latesubmissions",
        "nbgrader.preprocessors.overwritecells",
        "nbgrader.preprocessors.overwritekernelspec",
        "nbgrader.preprocessors.saveautogrades",
        "nbgrader.utils",
    ),
    "ipython": (
        "IPython.core.displayhook",
        "IPython.core.displaypub",
        "IPython.core.interactiveshell",
    ),
    "ipykernel": ("ipykernel.compiler",),
}


def untested(root: Path) -> Iterator[str]:
    """Name each installed package whose private parts were tested with other releases only."""
    tested = tested_versions.read(root / "constraints", "py*.txt")
    for name in PRIVATE_MODULES if tested else ():
        try:
            found = version(name)
        except PackageNotFoundError:
            continue
        if tested and name in tested.packages and not tested.covers(name, found):
            yield f"{name} {found}: its private parts were tested with {tested.package_range(name)}"
