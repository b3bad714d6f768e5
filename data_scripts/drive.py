"""Download files from Google Drive with gdown."""

from __future__ import annotations

from pathlib import Path

from data_scripts.problems import DataProblem
from data_scripts.progress import someone_is_looking


def download_from_drive(file_id: str, goal: Path) -> None:
    """Download the file with this id to `goal`, which is created only when it is complete.

    Raises: DataProblem if Drive refuses, as it does for files that many people download, or if
    anything else fails.
    """
    page = f"https://drive.google.com/file/d/{file_id}"
    try:
        import gdown
        import requests
    except ImportError as error:
        raise DataProblem(
            "The package gdown is not installed.", "Install it with: pip install gdown"
        ) from error
    part = goal.with_name(goal.name + ".part")
    try:
        result = gdown.download(id=file_id, output=str(part), quiet=not someone_is_looking())
    except (ConnectionError, requests.RequestException) as error:
        raise DataProblem(
            "Google Drive can't be reached. Check your network connection."
        ) from error
    except OSError:  # a problem of the disk, not of Drive
        raise
    except Exception as error:  # gdown's own errors differ between releases
        raise DataProblem(
            f"Google Drive didn't provide {page} ({_first_line(error)}).", _by_hand(page, goal)
        ) from error
    if result is None or not part.exists():
        raise DataProblem(f"Google Drive didn't provide {page}.", _by_hand(page, goal))
    part.replace(goal)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _by_hand(page: str, goal: Path) -> str:
    return (
        "Drive limits how often a file is downloaded. Try again in a few hours, or open "
        f"{page} in a browser, save it as {goal.name} in a folder, and set COURSE_DATA_MIRROR to "
        "that folder."
    )
