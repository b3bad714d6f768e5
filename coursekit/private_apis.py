"""The private APIs of pytest, nbgrader, IPython and ipykernel that the course relies on.

These packages make no promises about them, so any release may move or change one. The tested
versions are those in `constraints/py*.txt`; `coursekit doctor` warns about other versions.
To try a new release: `make install LATEST=1`, `make test`, `make constraints`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from toolbox import tested_versions

# By package; a test compares this list with the imports in the code.
PRIVATE_MODULES: dict[str, tuple[str, ...]] = {
    "pytest": ("_pytest.config",),
    "nbgrader": (
        "nbgrader.apps.nbgraderapp",
        "nbgrader.converters",
        "nbgrader.converters.autograde",
        "nbgrader.coursedir",
        "nbgrader.dbutil",
        "nbgrader.plugins",
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
    """Yield a sentence for each installed package whose version was not tested."""
    tested = tested_versions.read(root / "constraints", "py*.txt")
    for name in PRIVATE_MODULES if tested else ():
        try:
            found = version(name)
        except PackageNotFoundError:
            continue
        if tested and name in tested.packages and not tested.covers(name, found):
            yield f"{name} {found}: its private APIs were tested with {tested.package_range(name)}"
