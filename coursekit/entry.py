"""The `coursekit` command, which imports the course from the current folder."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Run the command line. Only packages are installed; the course is the current folder."""
    sys.path.insert(0, str(Path.cwd()))
    from coursekit.cli import app

    app(prog_name="coursekit")
