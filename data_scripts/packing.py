"""Pack installed data sets into archives that a mirror can hold, with a list of checksums."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from data_scripts.manifest import digest, read_manifest
from data_scripts.mirrors import SUMS, parse_sums
from data_scripts.places import real_place
from data_scripts.problems import DataProblem
from data_scripts.progress import bar
from data_scripts.whole_files import whole_file, write_whole

COMPRESSED_ALREADY = {".jpg", ".jpeg", ".png", ".gz"}
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the same time in each archive, so that the bytes are the same


@dataclass(frozen=True)
class PackedSet:
    """The archive of one data set."""

    name: str
    path: Path
    sha256: str
    size: int


def pack(name: str, folder: Path) -> PackedSet:
    """Write `folder/NAME.zip` with the installed real data set, and list its checksum next to it.

    The same files give the same bytes. The archive appears only when it is complete.

    Raises: DataProblem if the set isn't installed, or if a file differs from its manifest.
    """
    place, path = real_place(name), folder / f"{name}.zip"
    if not place.is_dir():
        raise DataProblem(
            f"{name} is not installed.", f"Get it with: python -m data_scripts fetch {name}"
        )
    manifest = read_manifest(place)
    with (
        whole_file(path) as unfinished,
        zipfile.ZipFile(unfinished, "w") as packed,
        bar(f"packing {name}", len(manifest)) as progress,
    ):
        for file, record in sorted(manifest.items()):
            content = (place / file).read_bytes()
            if hashlib.sha256(content).hexdigest() != record.sha256:
                raise DataProblem(
                    f"{place / file} differs from the data set's manifest.",
                    f"Look for more with: python -m data_scripts verify {name}",
                )
            stored = Path(file).suffix.lower() in COMPRESSED_ALREADY
            entry = zipfile.ZipInfo(f"{name}/{file}", EARLIEST)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
            progress.update()
    return PackedSet(name, path, list_sum(path), path.stat().st_size)


def list_sum(path: Path) -> str:
    """Add the checksum of a file to the list in its folder, and return it."""
    sums = path.with_name(SUMS)
    known = parse_sums(sums.read_text(encoding="utf-8")) if sums.is_file() else {}
    known[path.name] = digest(path)
    lines = [f"{sha256}  {name}\n" for name, sha256 in sorted(known.items())]
    write_whole(sums, "".join(lines).encode())
    return known[path.name]
