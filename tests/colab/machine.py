"""A machine like Colab's: a folder `/content`, a `google.colab`, and a repository to clone."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from coursekit import course_file
from coursekit.builds import pairs
from coursekit.builds.trees import requirements
from tests.conftest import ROOT

# `google.colab` as far as the course uses it. The browser sends the notebook in BROWSER, which does
# not exist if it can't be asked, as in VS Code. `pip` logs what it was asked for, and installs
# the packages in LATER, if there are any.
STAND_IN = {
    "google/__init__.py": "",
    "google/colab/__init__.py": "",
    "google/colab/drive.py": """
from pathlib import Path


def mount(place):
    (Path(place) / "MyDrive").mkdir(parents=True)
""",
    "google/colab/_message.py": """
import json
import os
from pathlib import Path


def blocking_request(what, request="", timeout_sec=None):
    path = Path(os.environ["BROWSER"])
    if what != "get_ipynb" or not path.is_file():
        raise TimeoutError(f"no answer within {timeout_sec} s")
    return {"ipynb": json.loads(path.read_text(encoding="utf-8"))}
""",
    "google/colab/files.py": """
def download(path):
    print("Offered for download:", path)
""",
    "pip/__init__.py": "",
    "pip/__main__.py": """
import os
import shutil
import sys
from pathlib import Path

if later := os.environ.get("LATER"):
    shutil.copytree(later, Path(__file__).parent.parent, dirs_exist_ok=True)
with Path(os.environ["PIP_LOG"]).open("a", encoding="utf-8") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
""",
}
ROOMS = (
    "toolbox",
    "data_scripts",
    "student_code",
    "notebooks",
    "report_template",
    "constraints",
)


@dataclass(frozen=True)
class Machine:
    """The folder that plays `/content`, and the repository that the first cell clones."""

    content: Path
    repository: Path

    @property
    def browser(self) -> Path:
        """The notebook in the browser; if it does not exist, the browser can't be asked."""
        return self.content.parent / "browser.ipynb"

    @property
    def asked_of_pip(self) -> str:
        """Return what pip was asked to do."""
        log = self.content.parent / "pip.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    @property
    def drive(self) -> Path:
        """The course's folder on Drive."""
        return self.content / "drive" / "MyDrive" / course_file.load(ROOT).id

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables of the machine's processes."""
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.content.parent),
            "PYTHONPATH": str(self.content.parent / "stand_in"),
            "BROWSER": str(self.browser),
            "PIP_LOG": str(self.content.parent / "pip.log"),
        }

    def here(self, cell: str) -> str:
        """Return the code of a cell with this machine's folder and repository."""
        address = course_file.load(ROOT).repository
        return cell.replace("/content", str(self.content)).replace(
            address, self.repository.as_uri()
        )

    def setup_cell(self, part: str) -> str:
        """Return the first cell of a part's notebook, for this machine."""
        cell = pairs.setup_cell(course_file.load(ROOT), part)
        assert "/content/course" in cell
        return self.here(cell)


def build(folder: Path) -> Machine:
    """Create the machine and the repository in an empty folder."""
    for name, text in STAND_IN.items():
        (folder / "stand_in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "stand_in" / name).write_text(text, encoding="utf-8")
    content, repository = folder / "content", folder / "published" / "repository"
    content.mkdir()
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*")]
    paths += [ROOT / "course.toml", *(ROOT / "unit_tests").glob("*.py")]
    for path in paths:
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pt":
            target = repository / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    for name, made in requirements(ROOT).items():
        (repository / name).write_bytes(made)
    keeping = repository / "toolbox" / "colab" / "backup.py"
    text = keeping.read_text(encoding="utf-8")
    keeping.write_text(text.replace('"/content/', f'"{content}/'), encoding="utf-8")
    for command in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all"],
        ["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet", "-m", "all"],
    ):
        subprocess.run(["git", *command], cwd=repository, check=True)
    return Machine(content, repository)
