"""An evening on Colab: prepare the machine, save the open notebook, hand in."""

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

PATIENCE = 20  # seconds for the browser to send the open notebook
_open_part: list[str] = []  # the part whose setup cell ran


def prepare(root: Path, part: str, *, keep_on_drive: bool) -> None:
    """Make a Colab machine ready for the notebook of `part`, and say what was done.

    Installs what is lacking, puts the student's files on Drive if asked to, and tells whether
    there is a GPU. Nothing that goes wrong with Drive stops the work. Quick the second time.
    """
    _open_part[:] = [part]
    if installed := install_lacking(root / "requirements.txt"):
        print(f"Installed what Colab lacks: {', '.join(installed)}.")
    if keep_on_drive:
        _keep(root, part)
    else:
        print("Your files are on this machine only: colab.save() copies them to your Drive.")
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
    except Exception as problem:  # Colab has a dozen ways to say that somebody declined
        print(
            f"✗ Drive is not connected ({problem}). Your files are on this machine only: run this "
            "cell again to connect it, or download what you need before you leave."
        )
        return
    print(f"Your files are on your Drive, in {folder.relative_to(backup.DRIVE)}/", end="")
    print(f" ({added} added)." if added else ".")
    if any(_answered(root, part).values()):
        print(
            f"You have answered questions there before: go on in {folder.name}/notebooks/{part}"
            ".ipynb on your Drive, not in a fresh notebook."
        )


def _tell_device() -> None:
    import torch

    if torch.cuda.is_available():
        print(f"GPU: {torch.cuda.get_device_name(0)}. Training uses it.")
    else:
        print("No GPU here, which is enough; for one: Runtime, Change runtime type.")


def save() -> Path:
    """Keep the open notebook, as it is in the browser now, among your files. Returns its path.

    What was saved before is kept beside it where it answers a question that the open notebook
    doesn't answer. Where Drive is connected, all your files are copied there too. Raises
    `RuntimeError` or `ValueError` that says what to do where the browser doesn't answer or Drive
    has no space.
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
            f"The open notebook has no answer to {', '.join(lost)}, and the one saved before had. "
            f"It is kept as notebooks/{aside.name}."
        )
    if backup.DRIVE.is_dir():
        backup.save(root)
    print(f"✓ saved notebooks/{path.name}")
    return path


def submit(part: str, *, name: str | None = None, id: str | None = None) -> int:
    """Save the open notebook, write the hand-in of a part, and offer it for download."""
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
    """The texts of the answers in the kept notebook, by question."""
    from toolbox.report.written_answers import answers  # needs what `prepare` installs

    found = answers(root, courses.load(root).part(part))
    return {question: answer.text for question, answer in found.items()}


def _part() -> str:
    if not _open_part:
        raise RuntimeError("Run the first cell of the notebook, then this one.")
    return _open_part[0]


def _open_notebook() -> bytes:
    """The notebook as the browser has it, in the form that Jupyter saves."""
    message = importlib.import_module("google.colab._message")
    try:
        answer: Any = message.blocking_request("get_ipynb", request="", timeout_sec=PATIENCE)
        notebook = answer["ipynb"]
        cells = notebook["cells"]
    except Exception as problem:  # a timeout, or an answer of another form
        raise RuntimeError(
            "The browser did not send the notebook. Use File, Download, Download .ipynb, and put "
            "it into notebooks/ of the course's folder on your Drive."
        ) from problem
    if not isinstance(cells, list) or not cells:
        raise RuntimeError("The browser sent an empty notebook; nothing was changed.")
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
