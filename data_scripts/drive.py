"""Getting a file from Google Drive, through gdown."""

from __future__ import annotations

from pathlib import Path

from data_scripts.problems import DataProblem
from data_scripts.progress import someone_is_looking


def download_from_drive(file_id: str, goal: Path) -> None:
    """Fetch the file with this id into `goal`, which appears only when it is whole.

    Drive refuses files that many people fetch; that and every other failure is a DataProblem.
    """
    page = f"https://drive.google.com/file/d/{file_id}"
    try:
        import gdown
        import requests
    except ImportError as error:
        raise DataProblem(
            "The package gdown isn't installed.", "Install it: pip install gdown"
        ) from error
    part = goal.with_name(goal.name + ".part")
    try:
        result = gdown.download(id=file_id, output=str(part), quiet=not someone_is_looking())
    except (ConnectionError, requests.RequestException) as error:
        raise DataProblem("Google Drive can't be reached. Is there a network?") from error
    except OSError:  # the disk's doing, not Drive's
        raise
    except Exception as error:  # gdown's own errors differ from release to release
        raise DataProblem(
            f"Google Drive didn't hand over {page} ({_first_line(error)}).", _by_hand(page, goal)
        ) from error
    if result is None or not part.exists():
        raise DataProblem(f"Google Drive didn't hand over {page}.", _by_hand(page, goal))
    part.replace(goal)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _by_hand(page: str, goal: Path) -> str:
    return (
        f"Drive limits how often a file is fetched. Try again in a few hours, or open {page} in a "
        f"browser, save it as {goal.name} in a folder, and set COURSE_DATA_MIRROR to that folder."
    )
