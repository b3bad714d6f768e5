"""Download files over HTTP(S), and resume after broken connections and interruptions.

Partial downloads are kept next to the target as `NAME.part`. The next attempt, in this process or
in another one, requests only the rest, and starts over if the file on the server has changed.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from data_scripts.problems import DataProblem
from data_scripts.progress import bar

ATTEMPTS = 5
FIRST_PAUSE = 1.0  # seconds, doubled after each attempt without progress
TIMEOUT = 30.0
PIECE = 1 << 16
_CUT = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)


def download(url: str, goal: Path, *, max_bytes: int, say: Callable[[str], None] = print) -> None:
    """Download `url` to the file `goal`, which is created only when the download is complete.

    A partial download is kept for the next call.

    Raises: DataProblem if the server refuses, if there is no network, if all attempts fail, or if
    the file is larger than `max_bytes`.
    """
    part = goal.with_name(goal.name + ".part")
    pause, attempt, had = FIRST_PAUSE, 1, _size(part)
    while True:
        try:
            _get_rest(url, part, max_bytes)
            part.replace(goal)
            _notes(part).unlink(missing_ok=True)
            return
        except _CUT as error:
            problem = _final(url, error)
            if problem or attempt >= ATTEMPTS:
                raise problem or _gave_up(url, part, error) from error
            if _size(part) > had:
                attempt, pause = 1, FIRST_PAUSE  # slow progress is still progress
            had = _size(part)
            say(f"The connection broke after {had:,} bytes ({_reason(error)}). Trying again.")
            time.sleep(pause)
            attempt, pause = attempt + 1, pause * 2


def _get_rest(url: str, part: Path, max_bytes: int) -> None:
    had, version = _size(part), _read_version(part)
    request = urllib.request.Request(url, headers={"User-Agent": "vision-course"})
    if had and version:
        request.add_header("Range", f"bytes={had}-")
        request.add_header("If-Range", version)
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # our part doesn't match the server's file, so start over
            part.unlink(missing_ok=True)
            raise ConnectionError("the server refused to resume the download") from error
        raise
    with response:
        resumed = response.status == 206 and _starts_at(response, had)
        length = response.headers.get("Content-Length")
        start = had if resumed else 0
        total = start + int(length) if length else None
        if total and total > max_bytes:
            raise _too_big(url, max_bytes)
        version = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
        # A weak ETag doesn't promise identical bytes, so the download can't be resumed with it.
        _notes(part).write_text(json.dumps("" if version.startswith("W/") else version))
        name = part.name.removesuffix(".part")
        with part.open("ab" if resumed else "wb") as sink, bar(name, total, "B", start) as progress:
            while piece := response.read1(PIECE):
                sink.write(piece)
                sink.flush()  # keep the received bytes even if this process is killed now
                progress.update(len(piece))
                start += len(piece)
                if start > max_bytes:
                    raise _too_big(url, max_bytes)
    if total is not None and start < total:
        raise ConnectionError(f"only {start:,} of {total:,} bytes arrived")


def _starts_at(response: http.client.HTTPResponse, had: int) -> bool:
    return response.headers.get("Content-Range", "").startswith(f"bytes {had}-")


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _notes(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _read_version(part: Path) -> str:
    try:
        return str(json.loads(_notes(part).read_text()))
    except (OSError, ValueError):
        return ""


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", "") or error or type(error).__name__)


def _final(url: str, error: Exception) -> DataProblem | None:
    """Return the problem if no further attempt can succeed, or None."""
    if isinstance(error, urllib.error.HTTPError) and error.code < 500 and error.code != 429:
        return DataProblem(f"{url} answered {error.code} ({error.reason}).")
    if isinstance(getattr(error, "reason", None), socket.gaierror):
        return DataProblem(
            f"{url} can't be reached: there is no network, or the server doesn't exist."
        )
    return None


def _gave_up(url: str, part: Path, error: Exception) -> DataProblem:
    return DataProblem(
        f"Downloading {url} failed after {ATTEMPTS} attempts ({_reason(error)}).",
        f"The {_size(part):,} bytes received so far are kept, and the next attempt resumes there.",
    )


def _too_big(url: str, max_bytes: int) -> DataProblem:
    return DataProblem(f"{url} is larger than the allowed {max_bytes:,} bytes.")
