"""Get a real data set from the mirror, the web or Google Drive, check it, and install it."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from data_scripts.archives import ArchiveLimits, unpack
from data_scripts.arrange import arrange, check_names, copy_folders
from data_scripts.landing import fresh_workshop, land, refuse_to_bury, tidy
from data_scripts.lock import locked
from data_scripts.manifest import (
    Manifest,
    Marker,
    fingerprint,
    looks_complete,
    measure,
    read_marker,
)
from data_scripts.obtain import Say, mirror_folder, obtain
from data_scripts.places import data_home, incoming, lock_file, real_place
from data_scripts.problems import DataProblem, NotHere
from data_scripts.registry import DataSet, Source, data_set


def fetch(name: str, *, network: bool = True, say: Say = print) -> Marker:
    """Make sure that the real data set `name` is installed, and return its marker.

    A complete set is not downloaded again. With `network=False`, only the mirror is used.

    Raises: DataProblem if the set can't be obtained. It lists the attempts and what to do next, and
    no part of the set is installed then.
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
            marker = _try_all(entry, place, workshop, network, say)
            shutil.rmtree(workshop, ignore_errors=True)
            return marker
        except OSError as error:
            raise _disk_problem(error, entry, workshop) from error
        finally:
            tidy(workshop)


def _try_all(entry: DataSet, place: Path, workshop: Path, network: bool, say: Say) -> Marker:
    tried: list[str] = []
    if origin := mirror_folder(entry):
        say(f"Copying {entry.name} from {origin}.")
        copy_folders(origin, workshop / "arranged", entry)
        manifest = measure(workshop / "arranged")
        try:
            _check_content(manifest, entry, entry.known_contents)
            return _land(workshop, place, manifest, entry, f"the mirror's folder {origin.name}")
        except DataProblem as problem:
            _note(tried, f"the mirror's folder {origin}", problem, say)
    for source in entry.sources:
        more = source is not entry.sources[-1]
        fresh_workshop(workshop)
        try:
            archives = [obtain(file, entry, workshop, network, say) for file in source.files]
            try:
                manifest = _prepare(archives, workshop, entry, source)
            except DataProblem:
                _discard(archives, workshop)
                raise
            return _land(workshop, place, manifest, entry, source.title)
        except DataProblem as problem:
            _note(tried, source.title, problem, say if more else None)
    raise DataProblem(f"Could not get {entry.name}.\n" + "\n".join(tried), _offer(entry))


def _note(tried: list[str], title: str, problem: DataProblem, say: Say | None) -> None:
    tried.append(f"  - {title}: {problem.what}" + (f" {problem.advice}" if problem.advice else ""))
    if say and not isinstance(problem, NotHere):
        say(f"Could not use {title}: {problem.what}")


def _prepare(archives: list[Path], workshop: Path, entry: DataSet, source: Source) -> Manifest:
    """Unpack into `workshop/arranged` in the set's layout, and check the result."""
    if entry.torchvision:
        _unpack_by_torchvision(archives, workshop / "arranged", entry, source)
    else:
        limits = ArchiveLimits(entry.max_files, entry.max_unpacked_mb << 20, entry.max_ratio)
        for archive in archives:
            unpack(archive, workshop / "unpacked", limits)
        arrange(workshop / "unpacked", workshop / "arranged", entry, source)
    manifest = measure(workshop / "arranged")
    _check_content(manifest, entry, frozenset({source.content} - {""}))
    return manifest


def _discard(archives: list[Path], workshop: Path) -> None:
    """Delete the downloads among `archives`, so that bad ones are not reused."""
    for archive in archives:
        if archive.parent == workshop:
            archive.unlink(missing_ok=True)


def _check_content(manifest: Manifest, entry: DataSet, known: frozenset[str]) -> None:
    check_names(manifest, entry)
    if known and (found := fingerprint(manifest)) not in known:
        raise DataProblem(
            f"The files are not those of {entry.name}: their fingerprint is {found[:12]}..., "
            f"expected {' or '.join(sorted(content[:12] + '...' for content in known))}."
        )


def _unpack_by_torchvision(
    archives: list[Path], root: Path, entry: DataSet, source: Source
) -> None:
    """Let torchvision check and unpack archives; it finds them in place and downloads nothing."""
    from torchvision import datasets

    (root / source.into).mkdir(parents=True)
    for archive in archives:
        shutil.copyfile(archive, root / source.into / archive.name)
    try:
        getattr(datasets, entry.torchvision)(root, download=True)
    except RuntimeError as error:
        raise DataProblem(f"torchvision rejected {entry.name}: {error}") from error
    for archive in archives:
        (root / source.into / archive.name).unlink()


def _land(workshop: Path, place: Path, manifest: Manifest, entry: DataSet, source: str) -> Marker:
    return land(
        workshop / "arranged", place, manifest, name=entry.name, origin="real", source=source
    )


def _offer(entry: DataSet) -> str:
    if not entry.stand_in:
        return "Check the network and run this again. What has been downloaded so far is kept."
    draw = f"python -m data_scripts make-offline {entry.name}"
    if not entry.sources:
        return f"Create it with: {draw}"
    return (
        "Check the network and run this again, or set COURSE_DATA_MIRROR to a folder that contains "
        "the archive.\nTo work without it, draw a synthetic data set, which has the same layout:\n"
        f"  {draw}"
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
