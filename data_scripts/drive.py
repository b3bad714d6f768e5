"""Download files from Google Drive with gdown."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from data_scripts.connections import CONNECT_SECONDS, SILENT_SECONDS
from data_scripts.problems import DataProblem, Unreachable
from data_scripts.progress import someone_is_looking

PAGE = "https://drive.google.com/file/d/"


def download_from_drive(file_id: str, goal: Path) -> None:
    """Download the file with this id to `goal`, which is created only when it is complete.

    A partial download is kept for the next call.

    Raises: DataProblem if Drive refuses, as it does for files that many people download, or if
    anything else fails.
    """
    page = PAGE + file_id
    try:
        import gdown
        import requests
    except ImportError as error:
        raise DataProblem(
            "The package gdown is not installed.", "Install it with: pip install gdown"
        ) from error
    part = goal.with_name(goal.name + ".part")
    options: dict[str, Any] = {"id": file_id, "output": str(part), "resume": True}
    if "timeout" in inspect.signature(gdown.download).parameters:  # from gdown 6 on
        options["timeout"] = (CONNECT_SECONDS, SILENT_SECONDS)
    try:
        result = gdown.download(**options, quiet=not someone_is_looking())
    except (ConnectionError, requests.ConnectionError, requests.Timeout) as error:
        raise Unreachable(f"{page} can't be reached.", "Check your network connection.") from error
    except requests.RequestException as error:
        raise _refused(page, goal, error) from error
    except OSError:  # a problem of the disk, not of Drive
        raise
    except Exception as error:  # gdown's own errors differ between releases
        raise _refused(page, goal, error) from error
    if result is None or not part.exists():
        raise DataProblem(f"Google Drive didn't provide {page}.", _by_hand(page, goal))
    part.replace(goal)


def _refused(page: str, goal: Path, error: Exception) -> DataProblem:
    said = " ".join(line.strip() for line in str(error).splitlines() if line.strip())
    said = said[:200].rstrip(".") or type(error).__name__
    return DataProblem(f"Google Drive didn't provide {page} ({said}).", _by_hand(page, goal))


def _by_hand(page: str, goal: Path) -> str:
    return (
        "Drive limits how often a file is downloaded. Try again in a few hours, or open "
        f"{page} in a browser, save it as {goal.name} in a folder, and set COURSE_DATA_MIRROR to "
        "that folder."
    )
