"""Compute a short text by which two people can compare their splits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any


def split_fingerprint(*splits: Iterable[Sequence[Any]]) -> str:
    """Return 12 hex digits for lists of (path, label) that depend on the files and their order.

    Only the file name and its folder count, so the location of the data set doesn't matter.
    """
    digest = hashlib.sha256()
    for split in splits:
        for path, label in split:
            place = "/".join(str(path).replace("\\", "/").split("/")[-2:])
            digest.update(f"{place}\t{int(label)}\n".encode())
        digest.update(b"--\n")
    return digest.hexdigest()[:12]
