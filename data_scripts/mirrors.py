"""The mirror: the instructor's or a person's own copies of the data sets and of pretrained weights.

`COURSE_DATA_MIRROR` names a folder, a zip file in one, or an https address. It holds `scene15.zip`,
`camvid.zip` and so on, and may hold `SHA256SUMS` with the checksums of these files, as
`coursekit mirror` writes it. Files with other bytes than the original archive are accepted if that
list has their checksum: the contents of a data set are checked again after unpacking.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

from data_scripts.connections import open_url
from data_scripts.places import mirror_setting
from data_scripts.problems import DataProblem

SUMS = "SHA256SUMS"
LARGEST_LIST = 1 << 20
_LINE = re.compile(r"([0-9a-f]{64})[ *]+(\S+)")


def folder() -> Path | None:
    """Return the mirror on this machine, or None if there is none or if it is an address.

    Raises: DataProblem if the folder or file doesn't exist.
    """
    chosen = mirror_setting()
    if not chosen or "://" in chosen:
        return None
    path = Path(chosen).expanduser().resolve()
    if not path.exists():
        raise DataProblem(
            f"COURSE_DATA_MIRROR is set to {chosen}, which does not exist.",
            "Set it to a folder that contains scene15.zip, camvid.zip and so on, to an https "
            "address, or unset it.",
        )
    return path


def address() -> str:
    """Return the address of the mirror with a final slash, or "" if it is a folder or not set.

    Raises: DataProblem if it is neither https nor on this machine.
    """
    chosen = mirror_setting()
    if "://" not in chosen:
        return ""
    parts = urlsplit(chosen)
    if parts.scheme != "https" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise DataProblem(
            f"COURSE_DATA_MIRROR is set to {chosen}, which is not an https address.",
            "Anyone on the way could change what arrives from it. Use https:// or a folder.",
        )
    return chosen.rstrip("/") + "/"


def find(*names: str) -> Path | None:
    """Return the first existing file of these names, relative to the folder of the mirror."""
    root = folder()
    if root is None:
        return None
    if root.is_file():
        return root if root.name in names else None
    return next((root / name for name in names if (root / name).is_file()), None)


def listed_sum(path: Path) -> str:
    """Return the SHA-256 that the list next to a file of the mirror has for it, or ""."""
    try:
        text = (path.parent / SUMS).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return parse_sums(text).get(path.name, "")


def sums_at(base: str) -> dict[str, str] | None:
    """Return the SHA-256 of each file of the mirror at the address `base`, or None without a list.

    Raises: URLError, HTTPException or OSError if the mirror doesn't answer.
    """
    try:
        with open_url(base + SUMS) as response:
            text = response.read(LARGEST_LIST).decode("utf-8", errors="replace")
    except HTTPError as error:
        if error.code in {403, 404, 410}:
            return None
        raise
    return parse_sums(text) or None  # a page for people instead of the list has no such lines


def parse_sums(text: str) -> dict[str, str]:
    """Return the checksums by file name, from a text as `sha256sum` prints it."""
    return {name: sha256 for sha256, name in _LINE.findall(text)}
