"""Work on Colab: prepare the machine, save the open notebook, hand in."""

from __future__ import annotations

import importlib
import json
from itertools import count
from pathlib import Path
from typing import Any

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


def _tell_device() -> None:
    import torch

    if torch.cuda.is_available():
        print(f"GPU: {torch.cuda.get_device_name(0)}. Training uses it.")
    else:
        print("No GPU, which is fine. To get one, choose Runtime, Change runtime type.")


def save() -> Path:
    """Save the current state of the open notebook with your files. Returns its path.

    If the notebook saved before answers a question that the open one doesn't, it is kept under
    another name. If Drive is connected, all your files are copied there, too. Raises `RuntimeError`
    if the browser doesn't answer, and `ValueError` if there is no space; both say what to do.
    """
    root = courses.find_root()
    part = courses.load(root).part(_part())
    path = root / "notebooks" / f"{part.id}.ipynb"
    content = _open_notebook()
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


def submit(part: str, *, name: str | None = None, id: str | None = None) -> int:
    """Save the open notebook, write the submission of a part, and offer it for download."""
    from toolbox.__main__ import INCOMPLETE, find_part, main

    root = courses.find_root()
    if find_part(courses.load(root), part).id == _part():
        save()
    told = [f"--{key}={value}" for key, value in (("name", name), ("id", id)) if value]
    status = main(["submit", part, *told])
    if status <= INCOMPLETE:
        newest = max((root / "handin").glob("*.zip"), key=lambda path: path.stat().st_mtime)
        importlib.import_module("google.colab.files").download(str(newest))
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


def _open_notebook() -> bytes:
    """Return the notebook in the browser, in the format that Jupyter saves."""
    message = importlib.import_module("google.colab._message")
    try:
        answer: Any = message.blocking_request("get_ipynb", request="", timeout_sec=PATIENCE)
        notebook = answer["ipynb"]
        cells = notebook["cells"]
    except Exception as problem:  # a timeout, or an unexpected answer
        raise RuntimeError(
            "The browser did not send the notebook. Use File, Download, Download .ipynb, and put "
            "the file into notebooks/ in the course's folder on your Drive."
        ) from problem
    if not isinstance(cells, list) or not cells:
        raise RuntimeError("The browser sent an empty notebook; nothing was changed.")
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
