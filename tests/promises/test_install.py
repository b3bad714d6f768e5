"""The editable install silently provides the installed packages, and no others."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

BUILD = "from hatchling.build import build_editable as b; import sys; b(sys.argv[1])"


def test_an_editable_install_prints_nothing_and_offers_three_packages(
    source: Path, tmp_path: Path
) -> None:
    """With the whole folder on the path, a release that needs hidden tests would seem to work."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BUILD, str(tmp_path)],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        finder = next(n for n in opened.namelist() if n.endswith(".py"))
        text = opened.read(finder).decode()
    mapped = {line.split("'")[1] for line in text.splitlines() if "map_module" in line}
    assert mapped == {"coursekit", "data_scripts", "toolbox"}
    assert str(source) in text
