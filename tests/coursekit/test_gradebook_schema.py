"""The schema that is read in this process is the one that nbgrader finds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from coursekit.gradebook_schema import schema_version

ASK = "from nbgrader.api import get_alembic_version; print(get_alembic_version())"


def test_the_schema_is_the_one_that_nbgrader_finds() -> None:
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PATH": programs},
    )
    assert schema_version() == done.stdout.strip()
    assert len(schema_version()) == 12
