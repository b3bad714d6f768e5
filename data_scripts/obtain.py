"""Get the files of a source from the mirror or the network, and check each of them."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from data_scripts import mirrors
from data_scripts.arrange import holds_set
from data_scripts.manifest import digest
from data_scripts.network import Address, Network
from data_scripts.problems import DataProblem, NotHere, Unreachable
from data_scripts.registry import DataSet, RemoteFile


def from_mirror(file: RemoteFile, entry: DataSet) -> Path:
    """Return the path of the file in the mirror's folder, with the right checksum.

    Raises: NotHere if the folder doesn't contain it, and another DataProblem if it is damaged.
    """
    found = _in_folder(file, entry)
    if found is None:
        where = "the mirror" if mirrors.folder() else "a mirror, and none is set"
        raise NotHere(f"{file.name} is not in {where}.")
    _check_sum(found, file, mirrors.listed_sum(found))
    return found


def from_network(file: RemoteFile, entry: DataSet, workshop: Path, network: Network) -> Path:
    """Return the path of the file with the right checksum, downloaded to the folder `workshop`.

    Raises: NotHere if the file has no address, Unreachable if no host answers, and another
    DataProblem if every address was tried in vain. The message names all of them.
    """
    goal, addresses = workshop / file.name, network.addresses(file)
    if not addresses:
        raise NotHere(f"{file.name} is available only from a mirror.")
    if goal.exists():  # complete, but the run that downloaded it was stopped before it unpacked it
        try:
            _check_sum(goal, file, *(address.sha256 for address in addresses))
            return goal
        except DataProblem:
            goal.unlink()  # of another source
    _check_room(file, entry, workshop)
    problems: list[DataProblem] = []
    for address in addresses:
        try:
            _get(file, address, entry, goal, network)
            return goal
        except DataProblem as problem:
            problems.append(problem)
            if address is not addresses[-1] and not isinstance(problem, Unreachable):
                network.say(problem.what)
    raise _together(problems)


def _get(file: RemoteFile, address: Address, entry: DataSet, goal: Path, network: Network) -> None:
    resumed = any(goal.parent.glob(f"{goal.name}.*.part"))
    network.download(file, address, goal, entry.max_unpacked_mb << 20)
    try:
        _check_download(goal, file, address)
    except DataProblem:
        if not resumed:
            raise
        network.say(
            "The resumed download doesn't match its checksum. Downloading it again from the start."
        )
        network.download(file, address, goal, entry.max_unpacked_mb << 20)
        _check_download(goal, file, address)


def _check_download(goal: Path, file: RemoteFile, address: Address) -> None:
    try:
        _check_sum(goal, file, address.sha256)
    except DataProblem as problem:
        goal.unlink()
        raise DataProblem(f"{address.url}: {problem.what}", problem.advice) from problem


def _together(problems: list[DataProblem]) -> DataProblem:
    """Return one problem for all addresses, with each advice once."""
    if len(problems) == 1:
        return problems[0]
    kind = Unreachable if all(isinstance(p, Unreachable) for p in problems) else DataProblem
    advice = " ".join(dict.fromkeys(problem.advice for problem in problems if problem.advice))
    return kind("".join(f"\n      {problem.what}" for problem in problems), advice)


def _check_sum(path: Path, file: RemoteFile, *listed: str) -> None:
    """Raise a DataProblem unless the file has the checksum of the original or the mirror's list."""
    known = {"sha256": {file.sha256, *listed} - {""}, "md5": {file.md5} - {""}}
    if any(listed):
        known["md5"] = set()  # the list is about this very file
    for algorithm, expected in known.items():
        if expected and (found := digest(path, algorithm)) not in expected:
            raise DataProblem(
                f"{file.name} has the wrong checksum: {algorithm} {found[:12]}..., expected "
                f"{' or '.join(sorted(one[:12] + '...' for one in expected))} "
                "The file was changed or damaged on the way here."
            )


def _check_room(file: RemoteFile, entry: DataSet, workshop: Path) -> None:
    need, free = 2 * file.size, shutil.disk_usage(workshop).free
    if need > free:
        raise OSError(
            errno.ENOSPC, f"{entry.name} needs {need:,} bytes, but only {free:,} are free"
        )


def mirror_folder(entry: DataSet) -> Path | None:
    """Return the folder in the mirror that contains this set unpacked, or None."""
    root = mirrors.folder()
    for folder in (root / entry.name, root) if root and root.is_dir() else ():
        if folder.name == entry.name and holds_set(folder, entry):
            return folder
    return None


def in_mirror(entry: DataSet) -> bool:
    """Return whether the mirror has this set, unpacked or as all files of one of its sources."""
    return mirror_folder(entry) is not None or any(
        all(_in_folder(file, entry) for file in source.files) for source in entry.sources
    )


def _in_folder(file: RemoteFile, entry: DataSet) -> Path | None:
    return mirrors.find(file.name, f"{entry.name}/{file.name}")
