"""The first cell, run as on Colab: on an empty machine, and again on the same one."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from coursekit import course_file
from coursekit.builds import pairs
from tests.conftest import ROOT

STAND_IN = {
    "google/__init__.py": "",
    "google/colab/__init__.py": "",
    "google/colab/drive.py": "from pathlib import Path\n\n\ndef mount(place):\n"
    "    (Path(place) / 'MyDrive').mkdir(parents=True)\n",
}
ROOMS = ("toolbox", "data_scripts", "student_code", "notebooks", "report_template")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder like Colab's `/content`, next to a fake `google.colab`."""
    folder = tmp_path_factory.mktemp("colab")
    for name, text in STAND_IN.items():
        (folder / "stand_in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "stand_in" / name).write_text(text, encoding="utf-8")
    (folder / "content").mkdir()
    return folder / "content"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, content: Path) -> Path:
    """Return a git repository of the course as it would be published."""
    folder = tmp_path_factory.mktemp("published") / "repository"
    folder.mkdir()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pt":
                target = folder / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    (folder / "course.toml").write_bytes((ROOT / "course.toml").read_bytes())
    keeping = folder / "toolbox" / "colab" / "backup.py"
    text = keeping.read_text(encoding="utf-8")
    keeping.write_text(text.replace('"/content/', f'"{content}/'), encoding="utf-8")
    for command in (
        ["init", "--quiet", "--initial-branch=main"],
        ["add", "--all"],
        ["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet", "-m", "all"],
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def run_cell(content: Path, published: Path) -> str:
    course = course_file.load(ROOT)
    cell = pairs.setup_cell(course, "part1_scaler")
    assert "/content/course" in cell
    cell = cell.replace("/content", str(content)).replace(course.repository, published.as_uri())
    script = content.parent / "cell.py"
    script.write_text(f"import google.colab.drive\n{cell}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script],
        cwd=content,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(content.parent / "stand_in")},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_first_cell_fetches_the_course_and_keeps_files_on_drive(
    content: Path, published: Path
) -> None:
    (content / "course").mkdir()  # left by an interrupted download
    (content / "course" / "half").touch()
    said = run_cell(content, published)
    drive = content / "drive" / "MyDrive" / course_file.load(ROOT).id
    module = content / "course" / "student_code" / "scaler.py"
    assert f"Your files are on your Drive, in {course_file.load(ROOT).id}/" in said
    assert "Ready." in said
    assert module.resolve() == (drive / "student_code" / "scaler.py").resolve()
    module.write_text(f"{module.read_text(encoding='utf-8')}# mine\n", encoding="utf-8")
    said = run_cell(content, published)
    assert (drive / "student_code" / "scaler.py").read_text(encoding="utf-8").endswith("# mine\n")
    assert "added" not in said


def test_outside_colab_the_cell_fetches_nothing(tmp_path: Path) -> None:
    cell = pairs.setup_cell(course_file.load(ROOT), "part1_scaler")
    before_imports = cell.partition("import matplotlib")[0]
    script = textwrap.dedent(before_imports) + "\nprint(root, 'toolbox.colab' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT / "notebooks", capture_output=True, text=True
    )
    assert done.stdout.strip() == f"{ROOT} False"


def test_outside_a_course_folder_the_first_cell_reports_it(tmp_path: Path) -> None:
    script = tmp_path / "cell.py"
    script.write_text(pairs.setup_cell(course_file.load(ROOT), "part1_scaler"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(f"FileNotFoundError: {tmp_path.resolve()} is in no course folder")
    assert "Open the notebook from inside" in last
