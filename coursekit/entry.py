"""The command `coursekit`, which finds the rooms of the course in the folder it is run in."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Run the command line. Only packages are installed: the other rooms are where one stands."""
    sys.path.insert(0, str(Path.cwd()))
    from coursekit.cli import app

    app(prog_name="coursekit")
