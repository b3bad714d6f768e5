"""Download files over HTTP(S), and resume after broken connections and interruptions.

Partial downloads are kept next to the target, one for each address. The next attempt, in this
process or in another one, requests only the rest, and starts over if the file on the server has
changed. An address that does not answer costs seconds: it is not tried again unless it has
delivered something, and all waiting without data is limited by one `Patience`.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from data_scripts.connections import open_url
from data_scripts.problems import DataProblem
from data_scripts.progress import bar

ATTEMPTS = 5  # of a connection that breaks
BUSY_ATTEMPTS = 3  # of a server that answers 429 or 5xx
FIRST_PAUSE = 1.0  # seconds, doubled after each attempt without progress
PATIENCE_SECONDS = 45.0
PIECE = 1 << 16
USUAL_SPEED = 20e6  # bits per second, to give people an idea of the time
_CUT = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)
Say = Callable[[str], None]


class Patience:
    """The seconds without any data that the downloads of one data set may take together."""

    def __init__(self, seconds: float = PATIENCE_SECONDS) -> None:
        self.left = seconds

    def spend(self, seconds: float) -> None:
        self.left -= seconds


def download(
    url: str,
    goal: Path,
    *,
    max_bytes: int,
    say: Say = print,
    patience: Patience | None = None,
) -> None:
    """Download `url` to the file `goal`, which is created only when the download is complete.

    A partial download is kept for the next call.

    Raises: DataProblem if the server refuses or sends a web page, if it can't be reached, if all
    attempts fail, or if the file is larger than `max_bytes`.
    """
    transfer = _Transfer(url, goal, max_bytes, say)
    patience = patience or Patience()
    pause, attempt = FIRST_PAUSE, 1
    while True:
        try:
            transfer.get_rest()
            transfer.finish()
            return
        except _CUT as error:
            patience.spend(time.monotonic() - transfer.last_data)
            if transfer.progressed:
                attempt, pause = 1, FIRST_PAUSE  # slow progress is still progress
            most = BUSY_ATTEMPTS if isinstance(error, urllib.error.HTTPError) else ATTEMPTS
            problem = _final(url, error, transfer.ever_progressed)
            if problem or attempt >= most or patience.left < pause:
                raise problem or transfer.gave_up(error) from error
            say(f"{transfer.state()} ({_reason(error)}). Trying again.")
            time.sleep(pause)
            patience.spend(pause)
            attempt, pause = attempt + 1, pause * 2


def part_file(goal: Path, url: str) -> Path:
    """Return the file with what has been received from `url` so far."""
    return goal.with_name(f"{goal.name}.{hashlib.sha256(url.encode()).hexdigest()[:8]}.part")


class _Transfer:
    """The download of one file from one address, in as many connections as it takes."""

    def __init__(self, url: str, goal: Path, max_bytes: int, say: Say) -> None:
        self.url, self.goal, self.max_bytes, self.say = url, goal, max_bytes, say
        self.part = part_file(goal, url)
        self.notes = self.part.with_name(self.part.name + ".json")
        self.announced = self.progressed = self.ever_progressed = False
        self.last_data = time.monotonic()

    def get_rest(self) -> None:
        """Request what is missing and append it. Raises one of `_CUT` if the connection breaks."""
        self.progressed, self.last_data = False, time.monotonic()
        had, version = self.size(), self._version()
        headers = {"Range": f"bytes={had}-", "If-Range": version} if had and version else {}
        try:
            response = open_url(self.url, headers)
        except urllib.error.HTTPError as error:
            if error.code == 416:  # our part doesn't match the server's file, so start over
                self.part.unlink(missing_ok=True)
                raise ConnectionError("the server refused to resume the download") from error
            raise
        with response:
            resumed = response.status == 206 and _starts_at(response, had)
            length = response.headers.get("Content-Length")
            start = had if resumed else 0
            total = start + int(length) if length else None
            piece = response.read1(PIECE)
            if _is_web_page(response, b"" if resumed else piece):
                raise _web_page(self.url)
            if total and total > self.max_bytes:
                raise _too_big(self.url, self.max_bytes)
            if not piece and total not in (None, start):
                raise ConnectionError("the connection was closed")
            self._announce(start, total)
            self._keep_version(response)
            with (
                self.part.open("ab" if resumed else "wb") as sink,
                bar(self.goal.name, total, "B", start) as progress,
            ):
                while piece:
                    sink.write(piece)
                    sink.flush()  # keep the received bytes even if this process is killed now
                    progress.update(len(piece))
                    start += len(piece)
                    self.progressed = self.ever_progressed = True
                    self.last_data = time.monotonic()
                    if start > self.max_bytes:
                        raise _too_big(self.url, self.max_bytes)
                    piece = response.read1(PIECE)
        if total is not None and start < total:
            raise ConnectionError(f"only {start:,} of {total:,} bytes arrived")

    def finish(self) -> None:
        self.part.replace(self.goal)
        for other in self.goal.parent.glob(f"{self.goal.name}.*.part*"):
            other.unlink()  # of other addresses, and the notes

    def size(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def state(self) -> str:
        if not self.ever_progressed:
            return f"{_host(self.url)} doesn't send the file"
        return f"The connection broke after {self.size():,} bytes"

    def gave_up(self, error: Exception) -> DataProblem:
        kept = f"The {self.size():,} bytes received so far are kept, and the next attempt resumes "
        return DataProblem(
            f"Downloading {self.url} failed after several attempts ({_reason(error)}).",
            f"{kept}there." if self.size() else "",
        )

    def _announce(self, start: int, total: int | None) -> None:
        if self.announced:
            return
        self.announced = True
        text = f"Downloading {self.goal.name} from {_host(self.url)}"
        if total is None:
            text += " (it does not say how large the file is)"
        else:
            text += f": {megabytes(total)}"
            text += f", of which {megabytes(start)} are already here" if start else ""
            text += f", {usual_time(total - start)}"
        self.say(f"{text}.")

    def _version(self) -> str:
        try:
            return str(json.loads(self.notes.read_text()))
        except (OSError, ValueError):
            return ""

    def _keep_version(self, response: http.client.HTTPResponse) -> None:
        version = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
        # A weak ETag doesn't promise identical bytes, so the download can't be resumed with it.
        self.notes.write_text(json.dumps("" if version.startswith("W/") else version))


def megabytes(count: int) -> str:
    """Return a number of bytes in MB, for people."""
    return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{count / 1e6:.1f} MB"


def usual_time(count: int) -> str:
    """Return about how long a download of `count` bytes takes on an ordinary connection."""
    seconds = count * 8 / USUAL_SPEED
    if seconds < 5:
        return "a few seconds"
    if seconds < 90:
        return f"about {round(seconds, -1) or 5:.0f} seconds at {USUAL_SPEED / 1e6:.0f} Mbit/s"
    return f"about {seconds / 60:.0f} minutes at {USUAL_SPEED / 1e6:.0f} Mbit/s"


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _starts_at(response: http.client.HTTPResponse, had: int) -> bool:
    return response.headers.get("Content-Range", "").startswith(f"bytes {had}-")


def _is_web_page(response: http.client.HTTPResponse, first: bytes) -> bool:
    """Return whether this is a page for people: no file of the course begins like one."""
    kind = response.headers.get("Content-Type", "")
    return kind.startswith("text/html") or first.lstrip()[:1] == b"<"


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", "") or error or type(error).__name__)


def _final(url: str, error: Exception, progressed: bool) -> DataProblem | None:
    """Return the problem if no further attempt is worth its time, or None."""
    if isinstance(error, urllib.error.HTTPError):
        busy = error.code >= 500 or error.code == 429
        return None if busy else DataProblem(f"{url} answered {error.code} ({error.reason}).")
    # A `URLError` means that there was no connection, and a timeout that the server is silent.
    if isinstance(error, (urllib.error.URLError, TimeoutError)) and not progressed:
        return DataProblem(f"{url} can't be reached ({_reason(error)}).")
    return None


def _web_page(url: str) -> DataProblem:
    return DataProblem(
        f"{url} answered with a web page instead of the file.",
        "If your network has a login page, open it in a browser first.",
    )


def _too_big(url: str, max_bytes: int) -> DataProblem:
    return DataProblem(f"{url} is larger than the allowed {max_bytes:,} bytes.")
