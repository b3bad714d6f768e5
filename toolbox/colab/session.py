"""Work on Colab: prepare the machine, save the open notebook, hand in."""

from __future__ import annotations

import importlib
import json
import os
import sys
from itertools import count
from pathlib import Path
from typing import Any

from data_scripts.packing import pack
from data_scripts.whole_files import write_whole
from toolbox import course as courses
from toolbox.colab import backup
from toolbox.colab.packages import install_lacking
from toolbox.disk_errors import no_space

PATIENCE = 20  # seconds to wait for the browser to send the open notebook
_open_part: list[str] = []  # the part whose setup cell ran


def prepare(root: Path, part: str, *, keep_on_drive: bool) -> None:
    """Prepare a Colab machine for the notebook of `part`, and print what was done.

    Installs missing packages, keeps the student's files on Drive if asked to, and reports whether
    there is a GPU. Problems with Drive never stop the work. A second call is quick.
    """
    _open_part[:] = [part]
    if installed := install_lacking(root / "requirements.txt"):
        print(f"Installed the packages that were missing: {', '.join(installed)}.")
    if keep_on_drive:
        _keep(root, part)
        _use_images_on_drive(root)
    else:
        print("Your files are only on this machine: colab.save() copies them to your Drive.")
    _tell_device()


def _keep(root: Path, part: str) -> None:
    folder = backup.drive_folder(root)
    try:
        if not backup.DRIVE.is_dir():
            importlib.import_module("google.colab.drive").mount(str(backup.DRIVE.parent))
        added = backup.link(root, folder)
    except backup.NotKept as problem:
        print(f"✗ {problem}")
        return
    except Exception as problem:  # Colab raises many kinds of errors if access is declined
        print(
            f"✗ Drive is not connected ({problem}). Your files are only on this machine: run this "
            "cell again to connect Drive, or download what you need before you leave."
        )
        return
    print(f"Your files are on your Drive, in {folder.relative_to(backup.DRIVE)}/", end="")
    print(f" ({added} added)." if added else ".")
    if any(_answered(root, part).values()):
        print(
            f"You have already answered questions there: continue in {folder.name}/notebooks/{part}"
            ".ipynb on your Drive, not in a new notebook."
        )


def keep_images(name: str) -> Path:
    """Pack the photographs of the data set `name` into one file on your Drive. Returns its path.

    Later sessions take them from there instead of downloading them. Raises `ValueError` if Drive is
    not connected or full, and `DataProblem` if the photographs are not on this machine.
    """
    if not backup.DRIVE.is_dir():
        raise ValueError("Drive is not connected: run the first cell again, and allow access.")
    folder = _images_on_drive(courses.find_root())
    try:
        packed = pack(name, folder)
    except OSError as problem:
        raise ValueError(no_space(problem, folder)) from problem
    print(
        f"The photographs of {name} are on your Drive, in {packed.path.relative_to(backup.DRIVE)}."
    )
    return packed.path


def _images_on_drive(root: Path) -> Path:
    return backup.drive_folder(root) / "data"


def _use_images_on_drive(root: Path) -> None:
    """Make the folder of `keep_images` the mirror, unless another one is set."""
    if _images_on_drive(root).is_dir() and not os.environ.get("COURSE_DATA_MIRROR"):
        os.environ["COURSE_DATA_MIRROR"] = str(_images_on_drive(root))


def _tell_device() -> None:
    import torch

    if torch.cuda.is_available():
        print(f"GPU: {torch.cuda.get_device_name(0)}. Training uses it.")
    else:
        print("No GPU, which is fine. To get one, choose Runtime, Change runtime type.")


def save() -> Path:
    """Save the current state of the open notebook with your files. Returns its path.

    If the notebook saved before answers a question that the open one doesn't, it is kept under
    another name. If Drive is connected, all your files are copied there, too. If the browser
    can't be asked for the notebook, as in VS Code, a line says how to save it, and only the other
    files are copied. Raises `RuntimeError` if the browser sends an empty notebook, and `ValueError`
    if there is no space; both say what to do.
    """
    root = courses.find_root()
    part = courses.load(root).part(_part())
    path = root / "notebooks" / f"{part.id}.ipynb"
    content = _open_notebook()
    if content is None:
        print(_save_by_hand(path))
        if backup.DRIVE.is_dir():
            backup.save(root)
        return path
    before = {question: text for question, text in _answered(root, part.id).items() if text}
    older = path.read_bytes() if path.is_file() else b""
    try:
        write_whole(path, content)
    except OSError as problem:
        raise ValueError(no_space(problem, path.parent)) from problem
    now = _answered(root, part.id)
    if lost := [question for question in before if not now.get(question)]:
        names = (path.with_name(f"{part.id}-before-{n}.ipynb") for n in count(1))
        aside = next(name for name in names if not name.exists())
        write_whole(aside, older)
        print(
            f"The open notebook has no answer to {', '.join(lost)}, but the one saved before had. "
            f"The earlier one is kept as notebooks/{aside.name}."
        )
    if backup.DRIVE.is_dir():
        backup.save(root)
    print(f"✓ Saved notebooks/{path.name}")
    return path


def submit(
    part: str, *, name: str | None = None, id: str | None = None, partner: str | None = None
) -> int:
    """Save the open notebook, write the submission of a part, and offer it for download."""
    from toolbox.__main__ import INCOMPLETE, find_part, main

    root = courses.find_root()
    if find_part(courses.load(root), part).id == _part():
        save()
    given = {"name": name, "id": id, "partner": partner}
    told = [f"--{key}={value}" for key, value in given.items() if value]
    status = main(["submit", part, *told])
    if status <= INCOMPLETE:
        newest = max((root / "handin").glob("*.zip"), key=lambda path: path.stat().st_mtime)
        _offer(newest)
    return status


def _answered(root: Path, part: str) -> dict[str, str]:
    """Return the texts of the answers in the saved notebook, by question."""
    from toolbox.report.written_answers import answers  # needs packages that `prepare` installs

    found = answers(root, courses.load(root).part(part))
    return {question: answer.text for question, answer in found.items()}


def _part() -> str:
    if not _open_part:
        raise RuntimeError("Run the first cell of the notebook, then this one.")
    return _open_part[0]


def _open_notebook() -> bytes | None:
    """Return the notebook in the browser, in the format that Jupyter saves.

    Returns None where the browser can't be asked: Colab's kernels can be used from VS Code, and a
    notebook in JupyterLab has no Colab at all.
    """
    try:
        message = importlib.import_module("google.colab._message")
        answer: Any = message.blocking_request("get_ipynb", request="", timeout_sec=PATIENCE)
        notebook = answer["ipynb"]
        cells = notebook["cells"]
    except Exception:  # no Colab, a timeout, or an unexpected answer
        return None
    if not isinstance(cells, list) or not cells:
        raise RuntimeError("The browser sent an empty notebook; nothing was changed.")
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _save_by_hand(path: Path) -> str:
    if "google.colab" not in sys.modules:
        return (
            f"This is not Colab: save the notebook in your editor (Ctrl+S or Cmd+S). It must be "
            f"{path}."
        )
    return (
        "The browser did not send the notebook; VS Code, for example, can't be asked for it. Save "
        "it in your editor and upload it to notebooks/ in the course's folder on your Drive. On "
        "Colab's own page, use File, Download, Download .ipynb. Your other files are saved."
    )


def _offer(path: Path) -> None:
    """Offer a file for download, or say where it is if the browser can't be asked."""
    try:
        importlib.import_module("google.colab.files").download(str(path))
    except Exception:  # not on Colab, or not in Colab's page
        print(f"Download this file from your editor: {path}")
