"""Cache the results of finished build steps, so that the next build redoes only what changed."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from data_scripts.whole_files import write_whole

# Results kept per step and subject: enough to switch between a few versions of the source.
MOST_KEPT = 4
_MARK_LENGTH = 64


@dataclass(frozen=True)
class StepCache:
    """Results of build steps in `folder`, by step, subject and a hash of their dependencies.

    With `fresh`, results of earlier builds are ignored, but new results are still stored.
    """

    folder: Path
    fresh: bool = False

    def get(self, step: str, subject: str, key: str) -> bytes | None:
        """Return the result that was stored for exactly this `key`, or None."""
        path = self._folder(step, subject) / key
        if self.fresh or not path.is_file():
            return None
        mark, content = (data := path.read_bytes())[:_MARK_LENGTH], data[_MARK_LENGTH:]
        if mark != _mark(content):  # written to a full disk, or damaged since
            path.unlink(missing_ok=True)
            return None
        os.utime(path)
        return content

    def put(self, step: str, subject: str, key: str, content: bytes) -> None:
        """Store a result, and delete the oldest ones of the same step and subject."""
        folder = self._folder(step, subject)
        write_whole(folder / key, _mark(content) + content)
        kept = sorted(folder.glob("[!.]*"), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[:-MOST_KEPT]:
            path.unlink(missing_ok=True)

    def _folder(self, step: str, subject: str) -> Path:
        return self.folder / step / re.sub(r"[^\w.-]", "-", subject)


def _mark(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
