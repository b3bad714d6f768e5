"""Is my split yours? A short text that two people can compare."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any


def split_fingerprint(*splits: Iterable[Sequence[Any]]) -> str:
    """12 hex digits for lists of (path, label): the same for the same files in the same order.

    Of a path only the file and its folder count, so it doesn't matter where the data set lies.
    """
    digest = hashlib.sha256()
    for split in splits:
        for path, label in split:
            place = "/".join(str(path).replace("\\", "/").split("/")[-2:])
            digest.update(f"{place}\t{int(label)}\n".encode())
        digest.update(b"--\n")
    return digest.hexdigest()[:12]
