"""What one fetch knows about the network: which hosts answer, and how long it may still wait."""

from __future__ import annotations

import http.client
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

from data_scripts import mirrors
from data_scripts.download import Patience, Say, download
from data_scripts.drive import PAGE, download_from_drive
from data_scripts.problems import DataProblem, Unreachable
from data_scripts.reachability import Reachability
from data_scripts.registry import DataSet, RemoteFile


@dataclass(frozen=True)
class Address:
    """One place on the network where a file may be.

    url: of the file, or of its page on Google Drive. drive: its id on Drive, or empty. sha256: the
    checksum of the file at this address, if it differs from the original's.
    """

    url: str
    drive: str = ""
    sha256: str = ""


class Network:
    """The addresses of a data set's files, tried in order, within seconds if none answers.

    Args:
        files: All files that may be downloaded.
        seconds: How long hosts may take to accept a connection, all of them together.
        say: Called with each line of progress.
    """

    def __init__(self, files: Iterable[RemoteFile], seconds: float, say: Say) -> None:
        files = list(files)
        self.say = say
        self._base = mirrors.address()
        self._sums: dict[str, str] | None = None
        self._mirror_problem: str | None = None
        self._patience = Patience()
        urls = [address.url for file in files for address in _published(file)]
        self._hosts = Reachability([self._base, *urls] if self._base else urls, seconds)

    def addresses(self, file: RemoteFile) -> list[Address]:
        """Return where the file may be: in the mirror first, then as its registry entry says."""
        return [*self._in_mirror(file), *_published(file)]

    def download(self, file: RemoteFile, address: Address, goal: Path, max_bytes: int) -> None:
        """Download from one address. Raises `Unreachable` or another `DataProblem`."""
        if problem := self._hosts.problem(address.url):
            raise Unreachable(f"{address.url} can't be reached ({problem}).")
        if self._patience.left <= 0:
            raise DataProblem(f"{address.url} was not tried: the addresses before took too long.")
        if address.drive:
            self.say(f"Downloading {file.name} from Google Drive.")
            download_from_drive(address.drive, goal)
        else:
            download(address.url, goal, max_bytes=max_bytes, say=self.say, patience=self._patience)

    def _in_mirror(self, file: RemoteFile) -> list[Address]:
        """Return the file's address in the mirror, unless the mirror's list lacks the file."""
        if not self._base:
            return []
        if self._mirror_problem is None:
            self._mirror_problem = self._hosts.problem(self._base) or self._read_sums()
        if self._sums is not None and file.name not in self._sums:
            return []
        return [Address(self._base + file.name, sha256=(self._sums or {}).get(file.name, ""))]

    def _read_sums(self) -> str:
        try:
            self._sums = mirrors.sums_at(self._base)
        except (URLError, OSError, http.client.HTTPException) as error:
            return str(error)
        return ""


def hosts(entry: DataSet) -> list[str]:
    """Return the hosts of all addresses of a data set, in the order in which they are tried."""
    files = [file for source in entry.sources for file in source.files]
    urls = [mirrors.address()] + [address.url for file in files for address in _published(file)]
    return list(dict.fromkeys(urlsplit(url).netloc for url in urls if url))


def _published(file: RemoteFile) -> list[Address]:
    found = [Address(url) for url in file.urls]
    return [*found, Address(PAGE + file.gdown_id, file.gdown_id)] if file.gdown_id else found
