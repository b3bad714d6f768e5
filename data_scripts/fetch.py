"""Get a real data set from the mirror, the web or Google Drive, check it, and install it."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from data_scripts.arrange import check_names, copy_folders
from data_scripts.connections import CONNECT_SECONDS
from data_scripts.download import Say
from data_scripts.landing import fresh_workshop, land, refuse_to_bury, tidy
from data_scripts.layouts import prepare
from data_scripts.lock import locked
from data_scripts.manifest import (
    Manifest,
    Marker,
    fingerprint,
    looks_complete,
    measure,
    read_marker,
)
from data_scripts.network import Network
from data_scripts.obtain import from_mirror, from_network, mirror_folder
from data_scripts.places import data_home, incoming, lock_file, real_place
from data_scripts.problems import DataProblem, NotHere, Unreachable
from data_scripts.registry import DataSet, RemoteFile, Source, data_set


def fetch(
    name: str, *, network: bool = True, say: Say = print, seconds: float = CONNECT_SECONDS
) -> Marker:
    """Make sure that the real data set `name` is installed, and return its marker.

    A complete set is not downloaded again. With `network=False`, only the mirror's folder is used.
    seconds: how long hosts may take to accept a connection, all of them together.

    Raises: Unreachable if no host accepts a connection in time, and another DataProblem if the set
    can't be obtained for a different reason. It lists the attempts and what to do next, and no part
    of the set is installed then.
    """
    entry = data_set(name)
    if not entry.sources:
        raise DataProblem(f"{name} exists only as a synthetic data set.", _offer(entry))
    place, workshop = real_place(name), incoming("real", name)
    with locked(lock_file(f"real-{name}"), say):
        if (marker := read_marker(place)) and looks_complete(place):
            return marker
        refuse_to_bury(place, name)
        fresh_workshop(workshop)
        try:
            marker = _Fetch(entry, place, workshop, say).run(seconds if network else None)
            shutil.rmtree(workshop, ignore_errors=True)
            return marker
        except OSError as error:
            raise _disk_problem(error, entry, workshop) from error
        finally:
            tidy(workshop)


class _Fetch:
    """One fetch of one data set: tries all sources, and keeps the reasons of failed ones."""

    def __init__(self, entry: DataSet, place: Path, workshop: Path, say: Say) -> None:
        self.entry, self.place, self.workshop, self.say = entry, place, workshop, say
        self.tried: list[tuple[str, DataProblem]] = []
        self.unsaid = ""  # the last problem, to report if something else is tried

    def run(self, seconds: float | None) -> Marker:
        """Try the mirror's folder and then, for `seconds` without an answer, the network."""
        for marker in self._attempts(seconds):
            if marker is not None:
                return marker
        raise self._summary()

    def _attempts(self, seconds: float | None) -> Iterator[Marker | None]:
        if origin := mirror_folder(self.entry):
            yield self._try(f"the mirror's folder {origin}", lambda: self._copy(origin))
        for source in self.entry.sources:
            yield self._try(source.title, lambda s=source: self._local(s))  # type: ignore[misc]
        if seconds is None:
            return
        files = [file for source in self.entry.sources for file in source.files]
        network = Network(files, seconds, self.say)
        for source in self.entry.sources:
            yield self._try(source.title, lambda s=source: self._remote(s, network))  # type: ignore[misc]

    def _try(self, title: str, attempt: Callable[[], Marker]) -> Marker | None:
        fresh_workshop(self.workshop)
        if self.unsaid:
            self.say(self.unsaid)
            self.unsaid = ""
        try:
            return attempt()
        except DataProblem as problem:
            self.tried.append((title, problem))
            if not isinstance(problem, (NotHere, Unreachable)):
                self.unsaid = f"Could not use {title}: {problem.what}"
            return None

    def _copy(self, origin: Path) -> Marker:
        self.say(f"Copying {self.entry.name} from {origin}.")
        copy_folders(origin, self.workshop / "arranged", self.entry)
        manifest = measure(self.workshop / "arranged")
        self._check_content(manifest, self.entry.known_contents)
        return self._land(manifest, f"the mirror's folder {origin.name}")

    def _local(self, source: Source) -> Marker:
        return self._install(source, [from_mirror(file, self.entry) for file in source.files])

    def _remote(self, source: Source, network: Network) -> Marker:
        archives = [self._archive(file, network) for file in source.files]
        try:
            return self._install(source, archives)
        except DataProblem:
            for archive in archives:  # bad ones must not be used again
                if archive.parent == self.workshop:
                    archive.unlink(missing_ok=True)
            raise

    def _archive(self, file: RemoteFile, network: Network) -> Path:
        try:
            return from_mirror(file, self.entry)
        except DataProblem:  # missing there, or reported in the first round
            return from_network(file, self.entry, self.workshop, network)

    def _install(self, source: Source, archives: list[Path]) -> Marker:
        """Unpack archives into the set's layout, check the result, and put it in place."""
        prepare(archives, self.workshop, self.entry, source)
        manifest = measure(self.workshop / "arranged")
        self._check_content(manifest, frozenset({source.content} - {""}))
        return self._land(manifest, source.title)

    def _check_content(self, manifest: Manifest, known: frozenset[str]) -> None:
        check_names(manifest, self.entry)
        if known and (found := fingerprint(manifest)) not in known:
            raise DataProblem(
                f"The files are not those of {self.entry.name}: their fingerprint is "
                f"{found[:12]}..., expected "
                f"{' or '.join(sorted(content[:12] + '...' for content in known))}."
            )

    def _land(self, manifest: Manifest, source: str) -> Marker:
        return land(
            self.workshop / "arranged",
            self.place,
            manifest,
            name=self.entry.name,
            origin="real",
            source=source,
        )

    def _summary(self) -> DataProblem:
        """Return one problem that names everything that was tried."""
        by_title: dict[str, list[DataProblem]] = {}
        for title, problem in self.tried:
            by_title.setdefault(title, []).append(problem)
        lines = []
        for title, problems in by_title.items():
            for problem in [p for p in problems if not isinstance(p, NotHere)] or problems[-1:]:
                advice = f" {problem.advice}" if problem.advice else ""
                lines.append(f"  - {title}: {problem.what}{advice}")
        reasons = [problem for _, problem in self.tried if not isinstance(problem, NotHere)]
        offline = reasons and all(isinstance(problem, Unreachable) for problem in reasons)
        kind = Unreachable if offline else DataProblem
        return kind(f"Could not get {self.entry.name}.\n" + "\n".join(lines), _offer(self.entry))


def _offer(entry: DataSet) -> str:
    if not entry.stand_in:
        return "Check the network and run this again. What has been downloaded so far is kept."
    draw = f"python -m data_scripts make-offline {entry.name}"
    if not entry.sources:
        return f"Create it with: {draw}"
    return (
        "Check the network and run this again, or set COURSE_DATA_MIRROR to a folder or an https "
        "address that has the archive.\nTo work without it, draw a synthetic data set, which has "
        f"the same layout:\n  {draw}"
    )


def _disk_problem(error: OSError, entry: DataSet, workshop: Path) -> DataProblem:
    shutil.rmtree(workshop, ignore_errors=True)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DataProblem(
            f"The disk that contains {data_home()} is full. {entry.name} was not downloaded.",
            "Free some space, or set COURSE_DATA to a folder on a larger disk, and run this "
            "again. The partial download was removed.",
        )
    return DataProblem(
        f"Could not write {entry.name} to {data_home()}: {error}.",
        "Set COURSE_DATA to a folder that you may write to, and run this again.",
    )
