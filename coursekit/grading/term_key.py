"""The secret of a term, which decides on the numbers that graded tests draw.

The instructor's nbgrader course folder holds it; no release does. A job holds only what is
derived from it for one part, and a sandbox gets nothing of it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import tempfile
from pathlib import Path

from coursekit.errors import UsageProblem

FILE = ".term_key"
SETTING = "COURSE_TERM_KEY"  # "public": draw what a notebook draws, as plain nbgrader does


def key_of(folder: Path, part: str) -> str:
    """Return the key of a part's tests this term, or nothing if the public seeds are asked for.

    Makes the secret of the term if the course folder has none.
    """
    wish = os.environ.get(SETTING, "").strip()
    if wish == "public":
        return ""
    if wish:
        raise UsageProblem(f"Cannot grade: {SETTING} is {wish!r}. Set it to public, or unset it.")
    path = folder / FILE
    if not path.exists():
        _make(path)
    secret = path.read_text(encoding="utf-8", errors="replace").strip()
    if not re.fullmatch("[0-9a-f]{64}", secret):
        raise UsageProblem(
            f"Cannot read the secret of the term in {path}: it is not 64 hexadecimal digits. "
            "Restore the file, or delete it to start with a new secret and grade again."
        )
    return hmac.digest(bytes.fromhex(secret), part.encode(), hashlib.sha256).hex()


def _make(path: Path) -> None:
    """Write a new secret that only its owner can read. One that another grader made stays."""
    number, name = tempfile.mkstemp(prefix=FILE, dir=path.parent)  # mode 0600
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(32) + "\n")
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()
