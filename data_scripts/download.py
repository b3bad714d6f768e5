"""Getting a file over http(s), through cut connections and interruptions.

What has arrived is kept beside the goal as `NAME.part`; the next attempt, in this process or
another, asks for the rest only, and starts over where the server's file has changed meanwhile.
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
FIRST_PAUSE = 1.0  # seconds, doubled after each attempt that brought nothing
TIMEOUT = 30.0
PIECE = 1 << 16
_CUT = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)


def download(url: str, goal: Path, *, max_bytes: int, say: Callable[[str], None] = print) -> None:
    """Fetch `url` into the file `goal`, which appears only when it is whole.

    A DataProblem where the server says no, where there is no network, where attempts run out, and
    where the file is larger than `max_bytes`. What arrived is kept for the next call.
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
                attempt, pause = 1, FIRST_PAUSE  # it moves, if slowly: be patient
            had = _size(part)
            say(f"The connection broke after {had:,} bytes ({_reason(error)}): trying again.")
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
        if error.code == 416:  # what we hold doesn't fit the server's file: start over
            part.unlink(missing_ok=True)
            raise ConnectionError("the server refused to go on from there") from error
        raise
    with response:
        resumed = response.status == 206 and _starts_at(response, had)
        length = response.headers.get("Content-Length")
        start = had if resumed else 0
        total = start + int(length) if length else None
        if total and total > max_bytes:
            raise _too_big(url, max_bytes)
        version = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
        # A weak ETag promises no identical bytes, so it can't be resumed on.
        _notes(part).write_text(json.dumps("" if version.startswith("W/") else version))
        name = part.name.removesuffix(".part")
        with part.open("ab" if resumed else "wb") as sink, bar(name, total, "B", start) as progress:
            while piece := response.read1(PIECE):
                sink.write(piece)
                sink.flush()  # what has arrived stays, even if this process is killed now
                progress.update(len(piece))
                start += len(piece)
                if start > max_bytes:
                    raise _too_big(url, max_bytes)
    if total is not None and start < total:
        raise ConnectionError(f"{start:,} of {total:,} bytes came")


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
    """A problem that no further attempt will solve, or None."""
    if isinstance(error, urllib.error.HTTPError) and error.code < 500 and error.code != 429:
        return DataProblem(f"{url} answered {error.code} ({error.reason}).")
    if isinstance(getattr(error, "reason", None), socket.gaierror):
        return DataProblem(f"{url} can't be reached: there is no network, or no such server.")
    return None


def _gave_up(url: str, part: Path, error: Exception) -> DataProblem:
    return DataProblem(
        f"{url} couldn't be fetched in {ATTEMPTS} attempts ({_reason(error)}).",
        f"{_size(part):,} bytes have arrived and are kept: the next attempt goes on from there.",
    )


def _too_big(url: str, max_bytes: int) -> DataProblem:
    return DataProblem(f"{url} is larger than the {max_bytes:,} bytes that were expected.")
